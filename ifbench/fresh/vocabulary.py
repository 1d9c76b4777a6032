"""The words that all kinds of tasks draw from, and sentences that fit many of them."""

from __future__ import annotations

NAMES = (
    *("Amina", "Andrew", "Anita", "Arthur", "Bea", "Carlos", "Claire", "Dana", "Deepak", "Elif", "Emma", "Farid"),
    *("Fiona", "Gabriel", "Grace", "Hannah", "Hugo", "Ines", "Ivan", "Jamal", "Jonas", "Karin", "Kofi", "Laila"),
    *("Leo", "Lucas", "Maeve", "Marta", "Mateo", "Mei", "Nadia", "Nathan", "Nora", "Olga", "Omar", "Owen", "Paula"),
    *("Priya", "Rafael", "Rosa", "Ruth", "Samuel", "Sofia", "Stella", "Tariq", "Thomas", "Uma", "Vera", "Victor"),
    *("Wanda", "Yusuf", "Zoe"),
)
"""First names, from many places."""

SHARED: dict[str, tuple[str, ...]] = {
    "town": (
        *("Bergen", "Bristol", "Cork", "Denver", "Dundee", "Galway", "Ghent", "Graz", "Halifax", "Kendal", "Leeds"),
        *("Lisbon", "Lyon", "Odense", "Nairobi", "Ottawa", "Perth", "Porto", "Quebec", "Salem", "Siena", "Tampere"),
        *("Toledo", "Utrecht", "Verona", "Windsor", "York", "Zagreb", "Accra", "Austin", "Bergamo", "Boston"),
    ),
    "street": (
        *("Mill Lane", "Station Road", "Harbour Street", "Elm Avenue", "Castle Hill", "Bridge Street", "Orchard Way"),
        *("Chapel Row", "Market Square", "River Walk", "Quarry Road", "Abbey Street", "Linden Road", "Foundry Lane"),
        *("Garden Terrace", "High Street", "Cedar Close", "Weavers Yard", "Lighthouse Road", "Meadow Drive"),
    ),
    "part": ("morning", "afternoon", "evening"),
    "season": ("spring", "summer", "autumn", "winter"),
    "tone": ("warm", "plain", "friendly", "calm", "matter-of-fact", "cheerful", "polite", "relaxed", "kind"),
    "reader": (
        *("busy people", "people who are new here", "older readers", "families", "students", "people in a hurry"),
        *("readers who skim", "people who know nothing about it", "volunteers", "colleagues abroad"),
    ),
    "excuse": (
        *("the boiler broke down", "the trains are on strike", "the room was booked twice", "a pipe burst"),
        *("half the team has the flu", "the road is closed", "the delivery is late", "a school play got in the way"),
        *("the keys went missing", "the software update failed", "the weather turned", "our supplier let us down"),
        *("the car would not start", "the power went out", "a form was filled in wrongly", "the roof is leaking"),
    ),
    "mishap": (
        *("the boiler broke down", "the trains were on strike", "the room was booked twice", "a pipe burst"),
        *("half of us had the flu", "the road was closed", "a delivery came late", "a school play got in the way"),
        *("the keys went missing", "a software update failed", "the weather turned", "a supplier let us down"),
        *("the car would not start", "the power went out", "a form was filled in wrongly", "somebody slept in"),
    ),
    "mood": (
        *("I have put it off for days", "It has to go out today", "I am stuck on the wording"),
        *("I keep getting it wrong", "I only have ten minutes", "It is the first time I do this"),
        *("My last attempt was far too stiff", "My draft sounded like a machine", "English is not my first language"),
        *("Nobody else wants to write it", "I would rather not start from a blank page", "I promised it for tonight"),
    ),
    "rush": (
        *("I have put it off for days", "It has to be ready tonight", "I am rather tired of the subject"),
        *("Others have tried and failed", "I want to get it right this time", "Nobody else has the time for it"),
        *("I only have ten minutes", "My own attempt came to nothing", "It matters to me", "You know more than I do"),
    ),
}
"""Slots of every task, with their values."""

UNLISTED = (
    *("app", "changelog", "emoji", "hashtags", "intro", "olds", "smartphone", "voicemail", "workaround"),
    *("Harrow", "Finch", "Northgate", "eCycle"),
)
"""Words of the grammars, beside names, that lists of English words lack."""

FILLERS: dict[str, tuple[str, ...]] = {
    "letter": (
        "Thank you for taking the time to read this.",
        "A short answer by {otherday} would be a great help.",
        "[Nothing else changes for now|Everything else stays as it was].",
        "{Person} can answer most questions.",
        "We have tried to keep this simple.",
        "Your patience means a lot to us.",
        "It took some thought to find a fair answer.",
        "Both sides should be able to live with that.",
        "One small point remains open.",
        "Kindly pass this on to anyone who needs to know.",
        "You're welcome to ask if anything is unclear.",
        "That's the whole story so far.",
        "By then we will know more.",
        "My phone is switched on all day.",
        "Let us settle the rest in person.",
        "In short, there is no need to worry.",
        "Until then, please keep this note at hand.",
        "Good advice is always welcome.",
        "Honest feedback helps as well.",
        "Little things often matter most, as we all know.",
        "Questions can wait until {weekday}.",
    ),
    "notice": (
        "All are welcome.",
        "[Doors open early|There is room for everyone].",
        "Children are welcome with an adult.",
        "Please tell your friends and neighbours.",
        "Our helpers wear green badges.",
        "Each guest gets a small welcome gift.",
        "No special clothes are needed.",
        "It's free for members.",
        "Rain will not stop us.",
        "Entry is by the side door.",
        "Light snacks are served at the end.",
        "Every helping hand counts.",
        "Bring a friend, a chair and some patience.",
        "Parking is scarce, so walk if you can.",
        "Maps hang beside the entrance.",
        "Volunteers clear up afterwards.",
        "Last year it was a lovely day.",
        "{Person} looks after the list.",
        "Keep an eye on the notice board.",
        "Drinks are on sale at the bar.",
        "You'll find us easily.",
        "Good shoes are a wise choice.",
    ),
    "facts": (
        "The main points are few and simple.",
        "Most of it is quickly explained.",
        "In practice, small steps work best.",
        "A little care at the start saves time later.",
        "Each part has its own purpose.",
        "Nobody needs special skills for this.",
        "It's easier than it looks.",
        "Good habits make the difference.",
        "Keep the order in mind.",
        "One thing leads to the next.",
        "Every step builds on the one before.",
        "Look at the whole before the parts.",
        "Take your time, stay calm and check twice.",
        "Mistakes are part of learning.",
        "Some people find this hard at first.",
        "Later on, it becomes a routine.",
        "Note what works well.",
        "Results show after a while.",
        "You can come back to this at any time.",
        "Simple tools are enough.",
        "Over time the pieces fall into place.",
        "Regular practice helps.",
    ),
}
"""Sentences that fit many kinds of replies, by the name a task calls them with."""

HABITS = {
    "very": "It is very quiet there.", "really": "It really helps.", "just": "It is just around the corner.",
    "nice": "It will be a nice day.", "great": "That would be great.", "please": "Give it some thought please.",
    "thank": "A big thank you to all.", "simple": "It is quite simple.", "easy": "It is easy to find.",
    "good": "That is a good start.", "best": "That is the best part.", "need": "That is all people need.",
    "happy": "Everyone is happy with it.", "welcome": "New ideas are welcome.", "important": "This is important.",
    "always": "It has always been so.", "never": "It never fails.", "every": "It helps every time.",
    "quick": "Here is a quick word on that.", "perfect": "The time is perfect.", "amazing": "The view is amazing.",
    "exciting": "It is an exciting time.", "unique": "Each one is unique.", "help": "All this is a great help.",
    "simply": "It simply works.", "small": "It takes a small effort.", "little": "A little care goes a long way.",
    "also": "There is also a second way.", "however": "There is one exception, however.",
    "finally": "The day has finally come.",
    "perhaps": "Perhaps it takes a while.", "maybe": "Maybe it takes a while.", "possibly": "It is possibly too late.",
    "probably": "It will probably take a while.", "might": "It might take a while.", "likely": "Rain is likely.",
    "somewhat": "It is somewhat late.", "seems": "It seems to work.", "could": "It could take a while.",
    "plan": "The plan is clear.", "change": "The change is small.", "work": "The work goes on.",
    "start": "The start was slow.",
}  # fmt: skip
"""Sentences with words and stems that prompts forbid and that people write out of habit."""

CARRIERS = (
    "The {term} matters here.",
    "Please keep the {term} in mind.",
    "There is also the {term}.",
    "Everyone asks about the {term}.",
    "We have thought about the {term}.",
    "One word about the {term} may help.",
    "Nothing works without the {term}.",
    "Have a look at the {term} first.",
    "Do not forget the {term}.",
    "It pays to check the {term} early.",
    "Much depends on the {term}.",
    "A good plan includes the {term}.",
    "Questions about the {term} are welcome.",
    "Take the {term} seriously.",
    "Without doubt the {term} comes first.",
    "Remember the {term} as well.",
    "Lastly there is the {term}.",
)
"""Sentences that mention any thing, so that a reply can be made to hold a word."""

NUMBER_CARRIERS = (
    "So far {n} people have answered.",
    "Please allow {n} minutes.",
    "We counted {n} of them last week.",
    "It takes about {n} minutes in all.",
    "There are {n} copies left.",
    "The list has {n} names on it.",
    "Around {n} visitors came last year.",
    "Some {n} helpers took part.",
    "Page {n} has the details.",
    "The waiting time is {n} days.",
)
"""Sentences with one number."""

QUESTIONS = (
    "What is it about?",
    "Why does it matter?",
    "Who is involved?",
    "What happens next?",
    "Where do you find out more?",
    "How does it work?",
    "When does it start?",
)
HEADINGS = (
    "What it is about",
    "Why it matters",
    "Who is involved",
    "What happens next",
    "Where to find out more",
    "How it works",
    "When it starts",
)
"""Headings in sentence case, and the questions that say the same."""
