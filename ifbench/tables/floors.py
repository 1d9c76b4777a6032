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


def _always(text: str) -> Callable[[Turn], str]:
    return lambda _: text


FLOORS: dict[str, Callable[[Turn], str]] = {
    "echo of the prompt": _echo,
    "a": _always("a"),
    "Hmm": _always("Hmm"),
    '"ok"': _always('"ok"'),
    "refusal": _always("I'm sorry, but I can't help with that."),
}
"""Replies to a turn that follow no prompt on purpose, by the name they are shown with."""


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
