"""What sets made for a purpose show: rules by their label, more and more constraints on one task, other wordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ifbench import stats
from ifbench.stats import Accuracy, Mean
from ifbench.tables.accuracy import accuracies
from ifbench.tables.frame import READINGS, answer_frame

if TYPE_CHECKING:
    import pandas as pd

DENSITY = "density"
"""The slice in which the same tasks are asked with more and more constraints."""


def by_label(frame: pd.DataFrame) -> dict[str, dict[str, dict[str, Accuracy | Mean]]]:
    """What is followed of each sort of rule, by the label that the set gives its constraints; empty without labels.

    Of each label ``constraints`` (the share followed), ``answers`` (of the answers held to one or more, the share that
    follows all) and ``violations_per_100`` (constraints of the label that are not followed, in 100 answers of the set;
    an answer may violate several). Intervals are clustered.
    """
    answers = answer_frame(frame)
    table: dict[str, dict[str, dict[str, Accuracy | Mean]]] = {}
    for label, rows in frame[frame["label"] != ""].groupby("label"):
        own = answer_frame(rows)
        top = 100.0 * int(own["size"].max())
        entry: dict[str, dict[str, Accuracy | Mean]] = {"constraints": {}, "answers": {}, "violations_per_100": {}}
        for reading in READINGS:
            whole = own[reading] == own["size"]
            sizes = own.groupby("cluster", sort=False)["size"]
            entry["constraints"][reading] = stats.share(
                own.groupby("cluster", sort=False)[reading].sum().tolist(), sizes.sum().tolist()
            )
            entry["answers"][reading] = stats.share(
                whole.groupby(own["cluster"], sort=False).sum().tolist(), sizes.size().tolist()
            )
            violated = (own["size"] - own[reading]).reindex(answers.index, fill_value=0)
            entry["violations_per_100"][reading] = stats.mean(
                [100.0 * int(number) for number in violated], answers["cluster"].tolist(), top
            )
        table[str(label)] = entry
    return table


def density(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The four accuracies by the number of constraints, over the slice :data:`DENSITY`; empty where there is none.

    ``independent`` is what prompt level would be, over the ``n`` answers, if each constraint were followed with the
    chance of instruction level whatever becomes of the others: that to the power of their number.
    """
    rows = frame[frame["slice"] == DENSITY]
    if rows.empty:
        return {}
    sizes = rows.groupby("answer")["id"].transform("size")
    table: dict[str, dict[str, Any]] = {}
    for _, own in rows.groupby(sizes):
        found = accuracies(own)
        power = len(own) // own["answer"].nunique()
        independent = {
            reading: {"value": found[f"instruction_{reading}"].value ** power, "n": found[f"prompt_{reading}"].n}
            for reading in READINGS
        }
        table[str(power)] = {**found, "independent": independent}
    return table


def wordings(frame: pd.DataFrame) -> dict[str, Any]:
    """How far a verdict hangs on the wording; empty where no prompt is asked in several.

    ``n`` wordings at most of a prompt. Of each turn of each sample, over all wordings: ``every`` (it is followed in all
    of them), ``any`` (in one at least), and ``each``, prompt level by wording, "0" being that of the set. Intervals are
    clustered by prompt.
    """
    if not (frame["wording"] > 0).any():
        return {}
    answers = answer_frame(frame)
    first = frame.groupby("answer", sort=False)[["origin", "wording", "sample", "turn", "cluster"]].first()
    for reading in READINGS:
        first[reading] = answers[reading] == answers["size"]
    several = first[first.groupby("origin")["wording"].transform("nunique") > 1]
    units = several.groupby(["origin", "sample", "turn"], sort=False)
    clusters = units["cluster"].first()
    table: dict[str, Any] = {"n": int(several["wording"].max()) + 1, "prompts": int(several["origin"].nunique())}
    for name, joined in (("every", units[list(READINGS)].all()), ("any", units[list(READINGS)].any())):
        table[name] = {reading: _share(joined[reading], clusters) for reading in READINGS}
    table["each"] = {
        str(wording): {reading: _share(own[reading], own["cluster"]) for reading in READINGS}
        for wording, own in several.groupby("wording")
    }
    return table


def _share(followed: pd.Series[Any], clusters: pd.Series[Any]) -> Accuracy:
    grouped = followed.groupby(clusters, sort=False)
    return stats.share(grouped.sum().astype(int).tolist(), grouped.size().tolist())
