"""The four accuracies, of all answers and by category, language, turn and constraint type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ifbench import stats
from ifbench.prompts import DIFFICULTIES
from ifbench.stats import Accuracy
from ifbench.tables.frame import READINGS, answer_frame

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
"""The four accuracies of IFEval, in the order they are shown."""

FEW = 30
"""Below this many constraints, a type's accuracy says little."""

NONE = "(none)"
"""The category shown of prompts that have none, where others have one."""


def accuracies(frame: pd.DataFrame) -> dict[str, Accuracy]:
    """The four accuracies of the rows of ``frame``, which may be those of one category only.

    Args:
        frame: rows as of :func:`ifbench.tables.verdict_frame`; ``key``, ``strict`` and ``loose`` will do where there is
            one answer a key. Prompt level counts answers, all of whose constraints are followed; where every cluster
            has one answer its interval is Wilson's. All others are clustered.
    """
    answers = answer_frame(frame)
    found: dict[str, Accuracy] = {}
    clusters = answers.groupby("cluster", sort=False)
    units, sizes = _whole(clusters.size()), _whole(clusters["size"].sum())
    for reading in READINGS:
        complete = (answers[reading] == answers["size"]).groupby(answers["cluster"], sort=False).sum()
        found[f"prompt_{reading}"] = stats.share(_whole(complete), units)
        found[f"instruction_{reading}"] = stats.pooled(_whole(clusters[reading].sum()), sizes)
    return {metric: found[metric] for metric in METRICS}


def _whole(numbers: pd.Series) -> list[int]:
    return [int(number) for number in numbers]


def by_type(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """Strict and loose accuracy of each constraint type, those with the most strict failures first.

    Withdrawn rules that must stop are left out: they are held to the opposite of their type. The interval is Wilson's
    where no cluster has two constraints of the type, and otherwise clustered.
    """
    table: dict[str, dict[str, Accuracy]] = {}
    for id, rows in frame[frame["must_stop"] == 0].groupby("id"):
        clusters = rows.groupby("cluster", sort=False)
        sizes = _whole(clusters.size())
        table[str(id)] = {reading: stats.share(_whole(clusters[reading].sum()), sizes) for reading in READINGS}
    return dict(sorted(table.items(), key=lambda item: (item[1]["strict"].followed - item[1]["strict"].n, item[0])))


def _by(frame: pd.DataFrame, column: str) -> dict[str, dict[str, Accuracy]]:
    return {str(name): accuracies(rows) for name, rows in frame.groupby(column)}


def _by_named(frame: pd.DataFrame, column: str) -> dict[str, dict[str, Accuracy]]:
    """As :func:`_by`, and last of the prompts without a name in ``column``; empty where no prompt has one."""
    found = _by(frame, column)
    without = frame[frame[column].isna()]
    return {**found, NONE: accuracies(without)} if found and len(without) else found


def by_category(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies of each category, and last of the prompts without one; empty where no prompt has one."""
    return _by_named(frame, "category")


def by_difficulty(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies of each level of difficulty, the easiest first, and last of the prompts without one."""
    found = _by_named(frame, "difficulty")
    return {level: found[level] for level in (*DIFFICULTIES, NONE) if level in found}


def by_slice(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies of each slice of the set, and last of the prompts in none; empty where there is none."""
    return _by_named(frame, "slice")


def by_language(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies of each language; empty where there is only one."""
    return _by(frame, "language") if frame["language"].nunique() > 1 else {}


def by_turn(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """The four accuracies of each turn that is held to something, by its number; empty where all turns are first."""
    return _by(frame, "turn") if (frame["turn"] > 1).any() else {}
