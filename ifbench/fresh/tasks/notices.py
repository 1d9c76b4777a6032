"""Notices, adverts and other texts for many readers."""

from __future__ import annotations

from ifbench.fresh.scene import Task

_EVENT = Task(
    "event",
    "announcement",
    {
        "event": (
            *("seed swap", "repair workshop", "book sale", "open-air film night", "street party", "chess tournament"),
            *("bake sale", "bird walk", "choir concert", "toy exchange", "quiz night", "lantern walk", "pottery fair"),
            *("table tennis evening", "clothes swap", "poetry night", "bike check day", "model train show"),
        ),
        "host": (
            *("the parish hall", "our allotment club", "the public library", "the primary school", "the rowing club"),
            *(
                "the community centre",
                "the tenants' group",
                "the music school",
                "the village museum",
                "the scout group",
            ),
        ),
        "cause": (
            *("a new playground", "the local food bank", "the lifeboat crew", "a school trip", "the animal shelter"),
            *("a new roof for the hall", "the youth band", "trees along the river", "a wheelchair ramp"),
        ),
    },
    (
        "[Write|Draft] an announcement for the {event} that {host} is holding on {weekday} {part} in {street}.",
        "{Host} in {town} plans a {event} in aid of {cause}. [Write the notice|I need the text] for the newsletter.",
        "We need a notice about our {event}. It's on {weekday}, {host} is behind it, and the money goes to {cause}.",
        "Please announce a {event} to {reader}: {weekday} {part}, {street}, run by {host}.",
        "There's going to be a {event} in {town} this {season}. Write the piece that invites people, on behalf of "
        "{host}.",
    ),
    (
        "{Mood}.",
        "Last time hardly anyone came because {mishap}.",
        "{Person} takes the names of helpers.",
        "We would like to see people from all over {town}.",
        "Keep it {tone}.",
        "If it rains we move to {street2}.",
        "{Other} and {third} are bringing the music.",
        "Say that it is open to all.",
    ),
    (
        "The {event} takes place on {weekday} in the {part}.",
        "{Host} invites you to a {event}.",
        "Come to {street} in {town}.",
        "All money goes to {cause}.",
        "{Other} and {third} bring some music.",
        "Have you ever been to a {event}?",
        "Join us for a pleasant {part}.",
        "Tea is ready from the start.",
        "Helpers can speak to {person}.",
        "With your help {cause} is within reach.",
        "You'll meet old friends, new faces and good company.",
        "The {season} has rarely begun so well.",
        "Sign the list if you want a table.",
        "Nothing has to be paid in advance.",
        "Our hall is easy to reach.",
    ),
    (
        *("{event}", "raffle", "entrance", "bus stop", "cloakroom", "ticket", "car park", "stage", "playground"),
        *("prize", "cake stall", "rain plan"),
    ),
    ("prose", "table"),
    "notice",
    topic="{event}",
)

_RULES = Task(
    "house rules",
    "announcement",
    {
        "building": (
            *("a block of flats", "a student house", "a shared office", "a holiday cottage", "a youth hostel"),
            *("a co-working space", "a music rehearsal room", "a community centre", "a sports hall", "a workshop"),
        ),
        "issue": (
            *("bikes in the hallway", "rubbish beside the bins", "noise after ten at night", "dirty cups in the sink"),
            *("doors left unlocked", "lights left on", "parcels piling up", "blocked parking bays", "loud phone calls"),
            *("food forgotten in the fridge", "shoes on the stairs", "smoke near the windows"),
        ),
    },
    (
        "[Write|Draft] a notice for {building} in {town} about {issue}.",
        "People keep complaining about {issue} in {building} that I look after. [Please write|Put together] a notice "
        "for the door.",
        "I manage {building} at {street}. We have trouble with {issue}, and I want a {tone} notice about it.",
        "Help: {issue}, again. I need something to pin up in {building} that {reader} will actually read.",
    ),
    (
        "{Mood}.",
        "Nobody should feel accused.",
        "Explain that there have been complaints since {season}.",
        "{Person} is the one to ask.",
        "The last notice was ignored because nobody understood it.",
        "It goes up on {weekday}.",
        "{Other} from the second floor had the idea.",
        "We are having a house meeting on {otherday}.",
    ),
    (
        "There have been complaints about {issue}.",
        "We all share this place.",
        "Please think of the people around you.",
        "Small changes make a big difference.",
        "The matter will be on the agenda on {otherday}.",
        "{Person} is happy to help.",
        "Has anyone got a better idea?",
        "Thank you for your support.",
        "Most of us keep the rules already.",
        "Nobody wants more signs on the wall.",
        "Since {season} things have become worse.",
        "It's a matter of safety too.",
        "In an emergency every minute counts.",
        "Leave things as you would like to find them, clean and tidy.",
        "New keys are with {other}.",
        "You can talk to {third} at any time.",
        "Our house can be a pleasant place.",
    ),
    (
        *("hallway", "bin", "front door", "bike shed", "noise", "fridge", "fire exit", "caretaker", "mailbox", "lift"),
        *("house meeting",),
    ),
    ("prose",),
    "letter",
    topic="house rules",
)

_PRODUCT = Task(
    "product copy",
    "copywriting",
    {
        "product": (
            *("wool blanket", "folding bicycle", "ceramic mug", "reading lamp", "walking boot", "garden trowel"),
            *("cast-iron pan", "herb planter", "rain cape", "wooden puzzle", "travel pillow", "desk organiser"),
            *("linen apron", "picnic basket", "alarm clock", "yoga mat", "bird feeder", "beeswax candle", "tote bag"),
        ),
        "maker": (
            *(
                "a family workshop in {town}",
                "two sisters from {town}",
                "a young start-up",
                "a cooperative near {town}",
            ),
            *("a retired carpenter", "a mill that is still run by hand", "a studio of five people"),
        ),
        "plus": (
            *("it lasts for decades", "it can be repaired", "it is easy to store", "it is made nearby"),
            *(
                "it cleans easily",
                "it can be given as a present",
                "it comes with a long guarantee",
                "it looks good anywhere",
            ),
        ),
        "outlet": (
            *("our online shop", "a printed catalogue", "a market stall", "the back of the box", "a shop window"),
        ),
    },
    (
        "[Write|Draft] a description of a {product} for {outlet}. It's made by {maker}, and {plus}.",
        "We sell a {product} made by {maker}. [Please write|Come up with] the copy for {outlet}.",
        "I need product copy: a {product} whose main selling point is that {plus}. It is meant for {outlet}.",
        "Our {product} is not selling in {season}. Write a better text for {outlet} that tells {reader} that {plus}.",
        "Describe this for {outlet}: a {product}, by {maker}, sold in {town} and beyond.",
    ),
    (
        "{Mood}.",
        "Sound {tone} rather than pushy.",
        "Our buyers are of all ages.",
        "{Person} says the old text was dull.",
        "It makes a good present in {season}.",
        "Our shop is in {street}.",
        "Don't make any claims about health.",
        "The name of the line is {other}.",
    ),
    (
        "This {product} is a pleasure to use.",
        "It is made by {maker}.",
        "Best of all, {plus}.",
        "You will reach for it every day.",
        "Each piece is checked by hand.",
        "The material feels good from the first touch.",
        "Looking for a present?",
        "Our {product} keeps its promise.",
        "Many owners have kept theirs for years.",
        "Nothing about it is there for show.",
        "Good design needs few words.",
        "Because {plus} you will want to keep it.",
        "Simple lines, honest material and careful work belong together.",
        "Find it at our shop in {street}.",
        "We've tested it through a long {season}.",
        "Spare parts are always in stock.",
        "Care is easy.",
        "Take it along or leave it at home.",
        "Unlike others it ages well.",
        "Friends will ask where you bought it.",
        "Half of its charm is in the details.",
    ),
    (
        *("{product}", "material", "handle", "gift box", "workshop", "guarantee", "stitching", "price", "colour range"),
        *("spare part", "finish"),
    ),
    ("prose",),
    "facts",
    topic="{product}",
)

_JOB = Task(
    "job advert",
    "work",
    {
        "job": (
            *("pastry cook", "night porter", "school librarian", "bike mechanic", "nursery nurse", "warehouse clerk"),
            *("tram driver", "dental assistant", "park ranger", "sound engineer", "gardener", "museum guide"),
            *("web editor", "care worker", "bookkeeper", "swimming teacher", "lab assistant", "shop manager"),
        ),
        "perk": (
            *("a free bus pass", "flexible hours", "paid training", "a warm lunch every day", "a four-day week"),
            *("a room on site", "an extra week of leave", "a share of the profits", "work clothes"),
        ),
        "need": (
            *("likes early mornings", "stays calm under pressure", "can work alone", "enjoys talking to people"),
            *("keeps good records", "is good with their hands", "speaks a second language", "has a driving licence"),
        ),
    },
    (
        "[Write|Draft] an advert for a {job} in {town}. We want somebody who {need}, and offer {perk}.",
        "We're hiring a {job} from {season} on. [Please write the advert.|Can you do the advert?] The person {need}.",
        "Our {job} is leaving, so I need an advert that goes out on {weekday}. The main draw is {perk}.",
        "I run a small place in {street} and look for a {job} who {need}. Write the job advert for {reader}.",
        "Please turn this into an advert: {job}, {town}, start in {season}, {perk}.",
    ),
    (
        "{Mood}.",
        "No stock phrases about dynamic teams.",
        "The text should be {tone}.",
        "People apply to {person}.",
        "Part-time is fine with us.",
        "{Other} and {third} would be their closest colleagues.",
        "Interviews are on {otherday}.",
        "Last time the advert failed because it was too vague.",
    ),
    (
        "We are looking for a {job} in {town}.",
        "The work begins in {season}.",
        "Our ideal colleague {need}.",
        "You get {perk}.",
        "Applications go to {person}.",
        "Interviews take place on {otherday}.",
        "No two days are alike in this job.",
        "{Other} and {third} will show you the ropes.",
        "Does this sound like you?",
        "A short letter is all that we need.",
        "Experience is welcome but not required.",
        "Part-time work is possible.",
        "Everyone here started as a beginner.",
        "In our team, people listen to each other.",
        "Fair pay goes without saying.",
        "It's a small, lively and helpful crew.",
        "Staff meetings are short.",
        "The {job} reports to {person}.",
        "New ideas find open ears.",
        "Holidays are planned together.",
        "Learning never stops here.",
        "Just write to us.",
        "Kindness is part of the job.",
    ),
    (
        *("salary", "training", "contract", "shift plan", "{job}", "start date", "interview", "application", "team"),
        *("uniform", "staff canteen"),
    ),
    ("prose", "table"),
    "facts",
    topic="{job}",
)

NOTICES = (_EVENT, _RULES, _PRODUCT, _JOB)
"""Kinds of notices."""
