"""What is said twice: the prompt repeated, the answer given in two versions."""

from __future__ import annotations

from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_DIVIDER = "******"


@constraint(
    "combination:repeat_prompt",
    "First repeat the request word for word without change, then give your answer: {prompt_to_repeat}",
    Pass("Name a colour. Blue.", prompt_to_repeat="Name a colour."),
    Pass("NAME A COLOUR.", prompt_to_repeat="Name a colour."),
    Fail("Blue.", prompt_to_repeat="Name a colour."),
    source=IFEVAL,
)
def repeat_prompt(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """Case does not matter. As published, no answer need follow."""
    wanted = prompt_to_repeat.strip().lower()
    opening = reply.stripped.lower()
    return holds(
        opening.startswith(wanted),
        lambda: f"the response to begin with {prompt_to_repeat.strip()!r}",
        lambda: _first_difference(opening, wanted),
    )


def _first_difference(observed: str, wanted: str) -> str:
    for position, letter in enumerate(wanted):
        if not observed.startswith(letter, position):
            here = observed[position : position + 20]
            there = wanted[position : position + 20]
            return f"{here!r} instead of {there!r} from character {position + 1} on"
    return "the same words"


@constraint(
    "combination:two_responses",
    "Give two different responses. Responses and only responses should be separated by 6 asterisk symbols: ******.",
    Pass("Blue.\n******\nGreen."),
    Fail("Blue.\n\nGreen."),
    Fail("Blue.\n******\nBlue."),
    Fail("Blue.\n******\n******\nGreen."),
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
        return f"{count_of(len(answers), 'responses')} divided by {_DIVIDER}"

    return holds(not gap and not same and len(answers) == 2, f"two different responses divided by {_DIVIDER}", observed)
