"""Tasks on a text that the prompt gives: summaries, records and tables."""

from __future__ import annotations

from ifbench.fresh.scene import Task

_SUMMARY = Task(
    "summary",
    "summary",
    {
        "place": (
            *("the swimming pool", "the town library", "the sports hall", "the museum", "the bus station"),
            *("the health centre", "the covered market", "the youth centre", "the theatre", "the music school"),
            *("the community centre", "the town archive", "the concert hall", "the day nursery", "the town hall"),
        ),
        "work": (
            *("the roof is repaired", "new lights are put in", "the floor is replaced", "a lift is built"),
            *("the pipes are cleaned", "the entrance is widened", "cracks are filled", "the heating is renewed"),
        ),
        "effect": (
            *("buses stop at {street} instead", "the car park is closed too", "staff can be reached by phone"),
            *("letters go to an office in {street}", "the path beside it is shut", "deliveries go to {street}"),
            *("a van at {street} takes its place", "part of the staff moves to {street}"),
        ),
        "extra": (
            *("Refunds are paid on request.", "The council has written to all residents."),
            *("A helpline has been set up.", "Nobody will lose their job.", "The works had been put off twice."),
            *("Local shops fear for their trade.", "Schools have been told.", "Noise is kept to working hours."),
        ),
        "voice": (
            *(
                "a spokeswoman called it long overdue",
                "the mayor asked for patience",
                "the manager spoke of minor problems",
            ),
            *("a shop owner said nobody had asked him", "the engineer promised to finish early"),
        ),
    },
    (
        "[Sum up|Summarise|Give me a summary of] the text below for {reader}.",
        "Please [shorten|condense] the notice below for our {town} newsletter.",
        "{Person} has no time to read this. [Sum up|Boil down] the text below for {person}.",
        "What does the text below say? [Write|Give] a summary that {reader} can use.",
    ),
    (
        "{Rush}.",
        "Keep it {tone}.",
        "Many of our readers never see the original.",
        "It goes out on {otherday} {part}.",
        "{Other} wants to read it aloud.",
        "What people have to do matters most.",
    ),
    (
        "From {weekday} on {place} in {town} is closed for some time.",
        "During this time {work}.",
        "For that reason {effect}.",
        "The works begin on {weekday}.",
        "In the meantime, {effect}.",
        "{Town} has to do without {place}.",
        "{Extra}",
        "According to the text, {voice}.",
        "Most people will notice little.",
        "The plan is to finish in {season}.",
        "{Third} is the contact for questions.",
        "Ask {third} if you need help.",
        "No other place is affected.",
        "After that things return to normal.",
        "What does this mean for you?",
        "You'll have to plan ahead.",
        "It is a change, a nuisance and a chance at once.",
        "Signs say the same.",
        "Older visitors can ask for help.",
        "Until {season} some patience is needed.",
    ),
    (*("closure", "reason", "contact", "work", "plan", "notice", "delay", "site", "change", "end"),),
    ("prose",),
    "facts",
    source=(
        "From {weekday} {part} {place} in {town} will be closed while {work}.",
        "[During the works|In that time|Until they are done] {effect}.",
        "{Extra}",
        "[On {otherday}|At a meeting|In a statement] {voice}.",
        "The works should be finished by the end of {season}, [unless the weather is bad|if all goes well].",
        "Questions are answered by {third} [at the town hall|at {street}|on weekdays].",
    ),
    topic="closure",
)

_RECORD = Task(
    "record",
    "data",
    {
        "service": (
            *("piano tuner", "bike courier", "birthday cake", "plumber", "guided tour", "translation", "haircut"),
            *("chimney sweep", "language course", "carpet cleaning", "caterer", "van rental", "dog trainer"),
            *("photo shoot", "garden clearance", "window repair"),
        ),
        "note": (
            *("ring twice", "mind the dog", "leave out the nuts", "accept cash", "use the back gate", "bring a ladder"),
            *(
                "call before you come",
                "take the key from under the pot",
                "leave it with a neighbour",
                "ask for a receipt",
            ),
        ),
        "channel": ("a voicemail", "a text message", "a chat", "an email", "a scribbled note", "a phone call"),
    },
    (
        "[Turn|Convert] {channel} about a {service} into a record for our system.",
        "We got {channel} about a {service}. [Extract|Pull out] what matters, for a program to read.",
        "Our booking tool needs the facts from {channel}, which is about a {service}.",
        "Make structured data out of {channel} from a customer who wants a {service}.",
    ),
    (
        "{Rush}.",
        "Use the wording of the message where you can.",
        "{Person} will import it on {otherday}.",
        "Make sensible guesses where something is missing.",
        "Invented entries are fine where the text is silent.",
        "The file goes to our office in {town}.",
    ),
    (
        "{Other} needs a {service} on {weekday}.",
        "The address is in {street}.",
        "{Third} opens the door.",
        "The customer asks for the {part}.",
        "Please {note}.",
        "The town is {town}.",
        "It is urgent because {excuse}.",
        "{Person} takes the call.",
    ),
    (*("address", "customer", "time slot", "{service}", "message", "contact", "note"),),
    ("data",),
    "facts",
    source=(
        "[Hello|Hi there|Good morning], this is {other} [from|in] {street}, {town}.",
        "I need a {service} on {weekday} {part}[, or on {otherday} if that is full|, no later|].",
        "[It's urgent|I only ask now] because {excuse}.",
        "[Please {note}|One more thing: {note}].",
        "[{Third} will be there to let you in|If I'm out, ask {third}].",
    ),
    topic="request",
)

_ROTA = Task(
    "rota",
    "data",
    {
        "team": (
            *("the shop", "the food bank", "the night shelter", "the school garden", "the reception desk"),
            *("the youth club", "the tool library", "the radio station", "the swimming club", "the museum tearoom"),
        ),
        "duty": (
            *("opening up", "washing up", "the till", "watering", "the phone", "stock", "the newsletter", "first aid"),
            *("deliveries", "the lost property box", "cleaning", "the front desk"),
        ),
        "chore": ("tidying", "the door", "the post", "the bins", "the keys", "the tea urn", "the guest book"),
    },
    (
        "[Make|Draw up|Work out] a rota for {team} in {town} from the notes below.",
        "Please turn the notes below into a plan that {person} can [print|put on the wall] at {team}.",
        "Who does what at {team}? [Sort|Arrange] the notes below for me.",
        "I have to send {person} the duties at {team} by {otherday}. The notes are below.",
    ),
    (
        "{Rush}.",
        "Fill any gap with a sensible guess.",
        "Swaps are allowed as long as {person} hears of them.",
        "It should be clear to {reader2}.",
        "It starts in {season}.",
    ),
    (
        "{Other} looks after {duty} on {weekday}.",
        "{Third} takes care of {chore}.",
        "{Person} keeps the list.",
        "The plan begins in {season}.",
        "On {otherday} the roles are swapped.",
        "Everyone gets one free day.",
        "Swaps have to be agreed with {person}.",
        "All keys hang beside the door.",
        "If someone is ill, call {third}.",
        "Nobody works alone.",
        "Is every duty covered?",
        "It's a light week, so {other} can rest.",
        "Shifts last a whole {part}.",
    ),
    (*("rota", "shift", "swap", "gap", "plan", "duty", "list", "notice", "turn", "free day"),),
    ("table", "data", "prose"),
    "facts",
    source=(
        "{Other} can do {duty} on {weekday} {part}.",
        "{Third} prefers {chore}[, but not on {weekday}|, best on {otherday}|].",
        "{Person} is [away on {otherday}|only free in the {part}|ready to step in].",
        "[Last week nobody came because {mishap}|Somebody has to be at {street} when the van comes].",
    ),
    topic="rota",
)

_MINUTES = Task(
    "minutes",
    "work",
    {
        "group": (
            *("the residents' council", "our parents' group", "the festival committee", "the works council"),
            *("the allotment club", "the design team", "the orchestra board", "the harbour users' group"),
        ),
        "item": (
            *("the new heating", "the summer fair", "higher fees", "a website", "a leaking roof", "late payments"),
            *("the choice of caterer", "car parking", "a joint trip", "insurance", "a shared van", "noise"),
        ),
        "decision": (
            *("get three quotes", "wait until {season}", "ask the members", "form a small team", "drop the idea"),
            *("raise it with the town", "start a trial", "set money aside", "find a volunteer"),
        ),
    },
    (
        "[Write|Draft] the minutes of {group} from my notes below.",
        "These are my notes from {group} in {town}. [Turn them into minutes|Write them up] for {reader}.",
        "Please make proper minutes of {group} out of the notes below; {person} could not be there.",
        "I took the notes below at {group} on {weekday}. Write what we send round.",
    ),
    (
        "{Rush}.",
        "Everybody will get a copy.",
        "Keep it {tone}.",
        "The next meeting is on {otherday} at {street}.",
        "{Third} needs it for the file.",
    ),
    (
        "The meeting took place on {weekday} in {town}.",
        "The main topic was {item}.",
        "{Other} reported on {item}.",
        "It was agreed to {decision}.",
        "{Third} will report back.",
        "{Person} could not attend.",
        "Nobody spoke against it.",
        "There was a short debate.",
        "As to costs, no figure was named.",
        "The next meeting is at {street}.",
        "Who writes to the members?",
        "All papers are with {third}.",
        "Everyone thanked {other} for the report.",
        "It's clear that {item} will come up again.",
        "A full, clear and fair account will follow.",
        "Members can see the file at any time.",
        "Until {otherday} the matter rests.",
        "Further points were put off.",
    ),
    (
        *("topic", "debate", "report", "deadline", "decision", "agenda", "member", "note", "next meeting", "result"),
        "minute book",
    ),
    ("prose", "table"),
    "facts",
    source=(
        "{Other}: {item}, [a long debate|many questions|not much new].",
        "[Agreed to {decision}|Result: {decision}|We want to {decision}].",
        "{Third} [reports back|does it|takes this on] by {otherday}.",
        "{Person} [absent|sent apologies], since {excuse}.",
        "[Coffee ran out|Ended late|Room was cold|Started late].",
    ),
    topic="meeting",
)

DATA = (_SUMMARY, _RECORD, _ROTA, _MINUTES)
"""Kinds of tasks on a given text."""
