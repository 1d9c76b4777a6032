"""Verdicts as rows: one a constraint, one an answer, one a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ifbench.prompts import PromptSet
from ifbench.records import PromptVerdict

if TYPE_CHECKING:
    import pandas as pd

READINGS = ("strict", "loose")

_COLUMNS = (
    *("key", "origin", "wording", "cluster", "category", "difficulty", "slice", "language"),
    *("answer", "conversation", "sample", "turn"),
    *("id", "label", "number", "since", "must_stop", "strict", "loose"),
)
_TEXT = {"key", "origin", "cluster", "category", "difficulty", "slice", "language", "id", "label"}


def verdict_frame(verdicts: Iterable[PromptVerdict], prompts: PromptSet) -> pd.DataFrame:
    """One row a constraint of each answer. An answer that is held to nothing has none.

    Columns: ``key``, ``sample`` and ``turn`` of the answer, ``answer`` (its place among ``verdicts``, from 0),
    ``conversation`` (the same number for all turns of one sample of one prompt); ``origin`` (the key of the prompt it
    is a wording of), ``wording``, ``cluster``, ``category``, ``difficulty``, ``slice`` and ``language`` of the prompt;
    ``id``, ``label``, ``number``, ``since`` and ``must_stop`` of the constraint as the prompt set gives them
    (:class:`ifbench.prompts.Held`); ``strict`` and ``loose``, 0 or 1.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    conversations: dict[tuple[str, int], int] = {}
    for answer, verdict in enumerate(verdicts):
        key, sample, turn = verdict.place
        prompt = prompts.by_key[key]
        conversation = conversations.setdefault((key, sample), len(conversations))
        of = (
            *(key, prompt.origin, prompt.wording, prompt.cluster, prompt.category, prompt.difficulty, prompt.slice),
            *(prompt.language, answer, conversation, sample, turn),
        )
        rows += (
            (*of, found.id, held.label, held.number, held.since, held.must_stop, found.strict, found.loose)
            for held, found in zip(prompt.turns[turn - 1].held, verdict.constraints, strict=True)
        )
    columns = zip(*rows, strict=True) if rows else ((),) * len(_COLUMNS)
    return pd.DataFrame(
        {
            name: pd.Series(list(column), dtype=object if name in _TEXT else "int64")
            for name, column in zip(_COLUMNS, columns, strict=True)
        }
    )


def answer_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """One row an answer: ``cluster``, ``size`` (constraints it is held to), ``strict`` and ``loose`` (how many of them
    it follows), and whichever of ``conversation``, ``sample`` and ``turn`` the frame has.

    A frame without ``answer`` has one answer a ``key``; without ``cluster``, each answer stands alone.
    """
    grouped = frame.groupby("answer" if "answer" in frame else "key", sort=False)
    found = grouped[list(READINGS)].sum()
    found["size"] = grouped.size()
    for name in ("cluster", "conversation", "sample", "turn"):
        if name in frame:
            found[name] = grouped[name].first()
    if "cluster" not in frame:
        found["cluster"] = found.index
    return found


class Conversation(NamedTuple):
    """One sample of one prompt: whether each counted turn is followed.

    A turn is counted when its answer is held to something.
    """

    key: str
    cluster: str
    sample: int
    strict: tuple[bool, ...]
    loose: tuple[bool, ...]

    def turns(self, reading: str) -> tuple[bool, ...]:
        """Of each counted turn, whether it is followed in this reading."""
        return self.strict if reading == "strict" else self.loose

    def streak(self, reading: str) -> int:
        """Counted turns followed in a row, from the first."""
        turns = self.turns(reading)
        return turns.index(False) if False in turns else len(turns)


def conversations(frame: pd.DataFrame, prompts: PromptSet) -> list[Conversation]:
    """The conversations of which ``frame`` has a turn, in its order. A counted turn it lacks is not followed."""
    answers = answer_frame(frame)
    followed = [[bool(value) for value in answers[reading] == answers["size"]] for reading in READINGS]
    turns: dict[int, dict[int, tuple[bool, bool]]] = {}
    for conversation, turn, strict, loose in zip(answers["conversation"], answers["turn"], *followed, strict=True):
        turns.setdefault(int(conversation), {})[int(turn)] = strict, loose
    whose = frame.drop_duplicates("conversation")
    found: list[Conversation] = []
    for key, number, sample in zip(whose["key"], whose["conversation"], whose["sample"], strict=True):
        prompt, own = prompts.by_key[str(key)], turns[int(number)]
        counted = [turn for turn, held in enumerate(prompt.turns, start=1) if held.held]
        strict, loose = zip(*(own.get(turn, (False, False)) for turn in counted), strict=True)
        found.append(Conversation(str(key), prompt.cluster, int(sample), strict, loose))
    return found
