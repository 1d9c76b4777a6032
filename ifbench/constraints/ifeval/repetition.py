"""What is said twice: the prompt repeated, the answer given in two versions."""

from __future__ import annotations

import re

from ifbench.constraints.reading.folding import folded, straight
from ifbench.constraints.reading.phrases import joined, spaced
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of, quote
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, holds

_DIVIDER = "******"
_SHOWN, _REQUEST_SHOWN = 20, 120
_BEFORE_AN_ANSWER = r"(?i)\bbefore you answer it, just repeat\b"


@constraint(
    "combination:repeat_prompt",
    "First repeat the request word for word without change, then give your answer: {prompt_to_repeat}",
    Pass("Name a colour. Blue.", prompt_to_repeat="Name a colour."),
    Pass("NAME A COLOUR.", prompt_to_repeat="Name a colour. "),
    Fail("Name a dog’s  colour. Brown.", prompt_to_repeat="Name a dog's colour."),
    Fail("Blue.", prompt_to_repeat="Name a colour."),
    source=IFEVAL,
)
def repeat_prompt(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """Case does not matter. As published, no answer need follow."""
    wanted = prompt_to_repeat.strip().lower()
    opening = reply.stripped.lower()

    def spans() -> list[tuple[int, int]]:
        start = len(reply.raw) - len(reply.raw.lstrip())
        if opening.startswith(wanted):
            return _within(reply.raw, start, start + len(wanted))
        start += _difference(opening, wanted)
        return _within(reply.raw, start, start + _SHOWN)

    return holds(
        opening.startswith(wanted),
        lambda: f"the response to begin with {quote(prompt_to_repeat.strip(), _REQUEST_SHOWN)}",
        lambda: _first_difference(opening, wanted),
        spans,
    )


def _within(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """The span as far as it is within ``text``: folding may have changed lengths."""
    stop = min(stop, len(text.rstrip()))
    return [(start, stop)] if start < stop else []


def _difference(observed: str, wanted: str) -> int:
    """The first place where ``observed`` does not go on as ``wanted`` does."""
    pairs = enumerate(zip(observed, wanted, strict=False))
    return next((place for place, (here, there) in pairs if here != there), min(len(observed), len(wanted)))


def _first_difference(observed: str, wanted: str) -> str:
    place = _difference(observed, wanted)
    if place == len(wanted):
        return "the same words"
    here = repr(observed[place : place + _SHOWN]) if observed[place:] else "nothing"
    return f"{here} instead of {wanted[place : place + _SHOWN]!r} from character {place + 1} on"


@constraint(
    "combination:repeat_prompt",
    "First repeat the request word for word without change, then give your answer: {prompt_to_repeat}",
    Pass("Name a colour. Blue.", prompt_to_repeat="Name a colour."),
    Pass("\nName a dog’s\ncolour.\n\nBrown.", prompt_to_repeat=" Name a  dog's colour. "),
    Pass("Caf\u00e9? Yes.", prompt_to_repeat="Cafe\u0301?"),
    Fail("NAME A COLOUR. Blue.", prompt_to_repeat="Name a colour."),
    Fail("Name a colour.", prompt_to_repeat="Name a colour."),
    Fail("Name a colour. ***", prompt_to_repeat="Name a colour."),
    Fail("Name colours.", prompt_to_repeat="Name colour"),
    Fail("Sure. Name a colour. Blue.", prompt_to_repeat="Name a colour."),
    Fail("Blue.", prompt_to_repeat="Name a colour."),
    source=IFEVAL,
    edition="corrected",
    fault="The request in capitals passes, and so does one without an answer; one with a curly apostrophe does not.",
)
def repeat_prompt_corrected(reply: Text, conversation: Conversation, *, prompt_to_repeat: Phrase) -> Verdict:
    """The same words in the same case, with nothing in front, not even a quotation mark, and an answer behind.

    White space, and whether quotes are straight or curly, do not matter. Where the request says "before you answer it,
    just repeat", the answer may be left for later.
    """
    opening = straight(reply.raw).lstrip()
    wanted = straight(prompt_to_repeat)
    match = re.match(spaced(wanted), opening)
    answered = match is not None and any(map(str.isalnum, opening[match.end() :]))
    whole = match is not None and not joined(opening, match.end())
    later = bool(conversation.prompts) and bool(re.search(_BEFORE_AN_ANSWER, conversation.prompts[-1]))

    def observed() -> str:
        if whole:
            return "the request and an answer" if answered else "the request and no answer"
        if match:
            return "the request, with its last word going on"
        return _first_difference(" ".join(opening[: 2 * len(wanted) + 1000].split()), " ".join(wanted.split()))

    def spans() -> list[tuple[int, int]]:
        start = len(reply.raw) - len(reply.raw.lstrip())
        if match:
            return _within(reply.raw, start, start + match.end())
        start += _departure(opening, wanted)
        return _within(reply.raw, start, start + _SHOWN)

    return holds(
        (answered or later) and whole,
        lambda: (
            f"the response to begin with {quote(prompt_to_repeat.strip(), _REQUEST_SHOWN)}"
            + ("" if later else " and then to answer")
        ),
        observed,
        spans,
    )


def _departure(text: str, wanted: str) -> int:
    """The first place where ``text`` does not go on as ``wanted`` does, whatever the white space."""
    place = 0
    for letter in filter(str.strip, wanted):
        while text[place : place + 1].isspace():
            place += 1
        if not text.startswith(letter, place):
            break
        place += 1
    return place


@constraint(
    "combination:two_responses",
    "Give two different responses. Responses and only responses should be separated by 6 asterisk symbols: ******.",
    Pass("Blue.\n******\nGreen.\n******\n"),
    Fail("Blue.\n\nGreen."),
    Fail("Blue.\n******\nBlue."),
    Fail("Blue.\n******\n******\nGreen."),
    Fail("Blue.\n\\*\\*\\*\\*\\*\\*\nGreen."),
    Pass("Blue.\n******\nblue"),
    source=IFEVAL,
)
def two_responses(reply: Text) -> Verdict:
    """Two parts that differ, divided by six asterisks; an empty part is allowed only at either end."""
    parts = reply.raw.split(_DIVIDER)
    answers = [part.strip() for part in parts if part.strip()]
    gap = any(not part.strip() for part in parts[1:-1])
    same = len(answers) == 2 and answers[0] == answers[1]

    def observed() -> str:
        if gap:
            return "an empty part between two dividers"
        if same:
            return "two responses that are the same"
        return f"{count_of(len(answers), 'responses')}, {count_of(len(parts) - 1, 'dividers')}"

    return holds(
        not gap and not same and len(answers) == 2,
        f"two different responses divided by {_DIVIDER}",
        observed,
        lambda: [match.span() for match in re.finditer(re.escape(_DIVIDER), reply.raw)],
    )


@constraint(
    "combination:two_responses",
    "Give two different responses. Responses and only responses should be separated by 6 asterisk symbols: ******.",
    Pass("Blue.\n******\nGreen."),
    Pass("Blue.\n\\*\\*\\*\\*\\*\\*\nGreen."),
    Pass("******\nBlue. ****** Green.\n******"),
    Pass("**Blue.**\r\n******\r\n**Green.**"),
    Fail("Blue.\n\nGreen."),
    Fail("Blue.\n******\nblue"),
    Fail("Blue.\n******\n***"),
    Fail("Blue.\n********\nGreen."),
    Fail("Blue.\n*****\nGreen."),
    Fail("Blue.\n******\n******\nGreen."),
    Fail("Blue.\n******\nGreen.\n******\nRed."),
    Fail("Blue."),
    source=IFEVAL,
    edition="corrected",
    fault="Eight asterisks divide as well, six escaped ones do not, and a change of case makes a response different.",
)
def two_responses_corrected(reply: Text, conversation: Conversation) -> Verdict:
    """Two parts with words in them that differ in more than case and signs, divided by exactly six asterisks.

    Where the request itself shows more than six in a row, as many will do.
    """
    raw = reply.raw
    shown = {len(stars) for stars in re.findall(r"\*{6,}", conversation.prompts[-1])} if conversation.prompts else ()
    spans = [
        match.span()
        for match in re.finditer(r"(?:\\?\*)+", raw)
        if len(match[0].replace("\\", "")) in {6, *shown} and len(match[0]) % len(match[0].replace("\\", "")) == 0
    ]
    edges = [0, *(place for span in spans for place in span), len(raw)]
    parts = [raw[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    said = ["".join(filter(str.isalnum, folded(part))) for part in parts]
    answers = [words for words in said if words]
    gap = not all(said[1:-1])
    same = len(answers) == 2 and answers[0] == answers[1]

    def observed() -> str:
        if gap:
            return "an empty part between two dividers"
        if same:
            return "two responses that are the same"
        return f"{count_of(len(answers), 'responses')}, {count_of(len(spans), 'dividers')}"

    return holds(
        not gap and not same and len(answers) == 2, f"two different responses divided by {_DIVIDER}", observed, spans
    )
