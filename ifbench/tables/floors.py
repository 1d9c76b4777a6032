"""Floors: what replies that ignore the prompt reach on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ifbench.prompts import PromptSet, Turn
from ifbench.records import PromptVerdict
from ifbench.scoring import Item
from ifbench.stats import Accuracy
from ifbench.tables.accuracy import accuracies
from ifbench.tables.frame import verdict_frame


def _echo(turn: Turn) -> str:
    return turn.user


def _last_line(turn: Turn) -> str:
    return turn.user.rstrip().splitlines()[-1]


def _always(text: str) -> Callable[[Turn], str]:
    return lambda _: text


FLOORS: dict[str, Callable[[Turn], str]] = {
    "echo of the prompt": _echo,
    "last line of the prompt": _last_line,
    "a": _always("a"),
    "Hmm": _always("Hmm"),
    '"ok"': _always('"ok"'),
    "refusal": _always("I'm sorry, but I can't help with that."),
    "Yes.": _always("Yes."),
    "1": _always("1"),
    "{}": _always("{}"),
    "question back": _always("Could you tell me more about what you need?"),
    "three bullets": _always("- First point\n- Second point\n- Third point"),
    "filler": _always(
        "Thank you for the question. There are several things to consider here, and each of them matters in its own "
        "way. It is usually best to look at the details first and then decide what to do. Many people find that a "
        "simple plan helps. In the end, it depends on what you need and on the time you have."
    ),
}
"""Twelve replies to a turn that follow no prompt on purpose, by the name they are shown with."""

SHOWN = 3
"""So many floors are shown to people, the highest; programs get all."""


def floor_items(prompts: PromptSet) -> list[Item]:
    """What is scored for the floors: every trivial reply of :data:`FLOORS` in every turn of every prompt.

    The turns before were answered in the same manner.
    """
    return [
        Item(prompt, replies[:turn])
        for reply in FLOORS.values()
        for prompt in prompts.prompts
        for replies in [tuple(map(reply, prompt.turns))]
        for turn in range(1, len(replies) + 1)
    ]


def floors(verdicts: Sequence[PromptVerdict], prompts: PromptSet) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies that each trivial reply reaches, from the verdicts on :func:`floor_items`."""
    size = prompts.turns
    return {
        name: accuracies(verdict_frame(verdicts[index * size : (index + 1) * size], prompts))
        for index, name in enumerate(FLOORS)
    }
