"""Letters and mails."""

from __future__ import annotations

from ifbench.fresh.scene import Task

_CLOSING = "Kind regards\n{sender}"

_RESCHEDULE = Task(
    "reschedule",
    "email",
    {
        "meeting": (
            *("site visit", "planning meeting", "flat viewing", "budget review", "photo session", "product demo"),
            *("garden survey", "contract signing", "training session", "working lunch", "project review", "interview"),
            *("first meeting", "handover", "rehearsal", "safety check", "tasting session", "trial run"),
        ),
        "to": (
            *("a client called {other}", "the letting agent {other}", "{other} from accounts", "our tutor {other}"),
            *("{other} and the rest of the team", "a supplier named {other}", "our new partner {other}"),
            *("my uncle's friend {other}", "a new customer called {other}", "our club secretary {other}"),
        ),
        "wish": (
            *("keep the same hour", "get an answer by phone", "make it shorter this time", "bring a colleague along"),
            *("have a written reply", "hear soon whether that is possible", "keep the list of points as it is"),
        ),
    },
    (
        "[Write|Draft|Please write] an email to {to} to move our {meeting} from {weekday} to {otherday}, "
        "since {excuse}.",
        "I need to put off the {meeting} on {weekday} because {excuse}. [Draft|Compose] the email to {to}, and offer "
        "{otherday} [instead|as the new day].",
        "{Excuse}, so the {meeting} in {town} can't go ahead on {weekday}. Please write to {to} and suggest "
        "{otherday} {part}.",
        "Can you help me tell {to} that the {meeting} planned for {weekday} {part} has to wait until {otherday}? The "
        "reason is that {excuse}.",
        "One more mail, please: {to} should hear from me that our {meeting} moves to {otherday}. [Say why|Give the "
        "cause]: {excuse}.",
    ),
    (
        "{Mood}.",
        "I would like to {wish}.",
        "The tone should be {tone}.",
        "We were to meet in {street}.",
        "It's the second time I have had to ask, so be {tone} about it.",
        "{Person} is waiting for the answer as well.",
        "It would be in {town} as before.",
        "{Third} is coming along too and should get a copy.",
    ),
    (
        "The {meeting} on {weekday} has to move.",
        "The reason is that {excuse}.",
        "We suggest {otherday} as the new day.",
        "Our {meeting} can take place on {otherday} in the {part}.",
        "Is {otherday} convenient for you?",
        "I am sorry for the short notice.",
        "You do not need to prepare anything else.",
        "The place in {street} remains the same.",
        "If {otherday} is difficult, please name another day.",
        "{Third} will join us as planned.",
        "A new invitation is on its way.",
        "This change is final as far as I can tell.",
        "I'm happy to call you in the {part}.",
        "As soon as you agree, I will book the room.",
        "Half an hour will be enough for the {meeting}.",
        "Every other arrangement still holds.",
    ),
    (
        *("calendar", "invitation", "{meeting}", "room", "agenda", "reason", "schedule", "change", "place", "contact"),
        *("paperwork", "door code"),
    ),
    ("prose",),
    "letter",
    greeting="Dear {other},",
    closing=_CLOSING,
    topic="new date",
)

_COMPLAINT = Task(
    "complaint",
    "email",
    {
        "thing": (
            *("kettle", "standing lamp", "rain jacket", "office chair", "bread maker", "rucksack", "radio"),
            *("suitcase", "garden hose", "camping stove", "coffee grinder", "bookshelf", "mattress", "fan heater"),
            *("bicycle pump", "wall clock", "keyboard", "blender", "tent", "folding table"),
        ),
        "fault": (
            *(
                "it came apart within a week",
                "it arrived damaged",
                "it has a deep scratch",
                "it smells of burnt plastic",
            ),
            *("a part was missing from the box", "the colour is nothing like the picture", "it was the wrong size"),
            *("it had clearly been used before", "it broke on the first day", "it is not the model I chose"),
            *("the label names another maker", "it is stained on one side"),
        ),
        "remedy": (
            *("a refund", "a replacement", "a repair at no cost", "a partial refund", "a spare part", "a voucher"),
        ),
        "shop": (
            *("Harrow and Finch", "the Lantern Store", "Northgate Supplies", "Willow Home", "Peak Outfitters"),
            *("Corner Electric", "the Blue Door", "Fielding Brothers", "Maple Trading", "the Tool Shed"),
        ),
    },
    (
        "[Write|Draft] a complaint to {shop} about a {thing} I bought in {town}: {fault}. I want {remedy}.",
        "My {thing} from {shop} is no good, because {fault}. Please [write|compose] the message in which I ask for "
        "{remedy}.",
        "I need a letter of complaint. The {thing} came from {shop} last {weekday}, and {fault}. What I am after is "
        "{remedy}.",
        "Help me ask {shop} for {remedy}. I ordered a {thing} for my flat in {town} and {fault}.",
        "{Shop} sold me a {thing} and {fault}. Put together a {tone} email that gets me {remedy}.",
    ),
    (
        "{Mood}.",
        "Keep the tone {tone}, since I have been a customer for years.",
        "I still have the box and the receipt.",
        "{Person} at the counter told me to put it in writing.",
        "It was a present for {other}.",
        "They can collect it from {street} on {otherday}.",
        "I have already called twice without any luck.",
    ),
    (
        "I bought a {thing} at your shop in {town}.",
        "Sadly {fault}.",
        "I would like {remedy}.",
        "The {thing} was used with care from the first day.",
        "Your staff were polite on the phone.",
        "My order came last {weekday}.",
        "Photos of the {thing} are attached.",
        "Have you seen this fault before?",
        "A reply within a week would be fair.",
        "You can collect the {thing} at {street}.",
        "This is not what the advert promised.",
        "Until now I have always been happy with {shop}.",
        "{Other} was with me and saw the fault too.",
        "I've kept the box, the label and the bill.",
        "Please confirm that you have read this.",
        "It should be easy to put right.",
    ),
    (
        *("receipt", "order number", "warranty", "box", "delivery", "{thing}", "refund", "label", "bank account"),
        *("customer desk", "return form"),
    ),
    ("prose",),
    "letter",
    greeting="Dear team,",
    closing=_CLOSING,
    topic="{thing}",
)

_THANKS = Task(
    "thanks",
    "email",
    {
        "deed": (
            *("looking after the cat", "lending me the van", "driving me to the clinic", "fixing the fence"),
            *("covering my shift", "helping with the move", "baking the cake", "watering the tomatoes"),
            *("teaching me to knit", "reading my application", "finding my wallet", "hosting the party"),
            *("sorting out the tax form", "walking the dog", "translating the contract", "painting the hall"),
        ),
        "gift": (
            *("a jar of plum jam", "two concert tickets", "a box of tea", "a small fern", "a home-cooked dinner"),
            *("a loaf of rye bread", "a book of walks", "a bottle of elderflower syrup", "a pair of warm socks"),
        ),
        "who": (
            *("my neighbour {other}", "my cousin {other}", "{other} from the night shift", "my old teacher {other}"),
            *("my flatmate {other}", "our caretaker {other}", "my sister's friend {other}", "my boss {other}"),
        ),
    },
    (
        "[Write|Compose] a thank-you note to {who} for {deed} [last {weekday}|this {season}].",
        "I'd like to thank {who} for {deed}. [Please write the note.|Can you put it into words?] I am going to leave "
        "it with {gift}.",
        "{Who} surprised me by {deed} when {mishap}. Put my thanks into words.",
        "Please draft a card for {who}, to go with {gift}. It's for {deed} while I was in {town}.",
        "What could I say to {who}, who spent a whole {part} {deed}? Write it for me, and mention {gift}.",
    ),
    (
        "{Mood}.",
        "It should sound {tone}.",
        "It should come from the heart.",
        "Mention that I owe them a favour.",
        "{Third} should be named as a sender too.",
        "I would like to invite them to {street} on {otherday}.",
        "Leave out how tired I was.",
    ),
    (
        "Thank you for {deed}.",
        "You saved my {weekday}.",
        "I brought you {gift}.",
        "Nobody else would have thought of it.",
        "Such help is rare.",
        "When {mishap} you were there at once.",
        "I owe you a favour.",
        "My whole {season} was better for it.",
        "Do you have time for a coffee on {otherday}?",
        "{Third} sends thanks too.",
        "Without you it would have gone wrong.",
        "Come by at {street} any time.",
        "What you did was kind, quick and clever.",
        "I won't forget it.",
        "It meant more than you know.",
        "Next time it is my turn.",
    ),
    (*("favour", "present", "card", "spare key", "coffee", "visit", "surprise", "invitation", "garden", "kitchen"),),
    ("prose",),
    "letter",
    greeting="Dear {other},",
    closing="With thanks\n{sender}",
    topic="kind favour",
)

_APOLOGY = Task(
    "apology",
    "work",
    {
        "firm": (
            *("a bakery", "a bike shop", "a small hotel", "a language school", "a dental practice", "a print shop"),
            *("an online bookshop", "a cleaning firm", "a pottery studio", "a phone repair shop", "a taxi firm"),
        ),
        "slip": (
            *("an order went to the wrong address", "a booking was lost", "a bill was charged twice"),
            *("a parcel arrived three days late", "nobody picked up the phone", "the wrong size was sent"),
            *("a promised call never came", "the online form lost some entries", "a voucher was refused"),
        ),
        "amends": (
            *("a free delivery", "a discount on the next order", "a small gift", "an upgrade", "a free extra session"),
        ),
    },
    (
        "I run {firm} in {town}, and {slip}. [Write|Draft] the apology to our customer {other}.",
        "[Write|Please write] to {other}, a customer of {firm}, to say sorry: {slip}. As a make-good we offer "
        "{amends}.",
        "{Slip} at {firm} on {weekday}, because {mishap}. Draft what we send to those affected.",
        "We are {firm}. First {mishap}, and then {slip}. What do we tell {other}? Write the message and include "
        "{amends}.",
    ),
    (
        "{Mood}.",
        "No excuses, please, but do say what happened.",
        "The tone has to be {tone}.",
        "{Person} will handle any follow-up.",
        "We want them to come back in {season}.",
        "They were quite angry on the phone.",
        "Our shop is in {street}.",
    ),
    (
        "We are sorry for what happened.",
        "On {weekday} we made a mistake.",
        "The cause was simple.",
        "On our side {mishap}.",
        "That should not have happened.",
        "As a small sign we offer {amends}.",
        "{Person} will take care of your case.",
        "You can reach us at {street} in {town}.",
        "Our team has learned from this.",
        "Have you received our first message?",
        "From now on a second person checks each order.",
        "Your trust is important to us.",
        "No further step is needed on your side.",
        "We'd like to welcome you back this {season}.",
        "It was our fault, not yours, and we know it.",
        "Please accept our apology.",
    ),
    (
        *("order", "invoice", "voucher", "booking", "address", "delivery", "counter", "complaint form", "hotline"),
        *("discount",),
    ),
    ("prose",),
    "letter",
    greeting="Dear customer,",
    closing="Yours sincerely\n{sender}",
    topic="mistake",
)

LETTERS = (_RESCHEDULE, _COMPLAINT, _THANKS, _APOLOGY)
"""Kinds of letters."""
