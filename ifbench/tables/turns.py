"""What becomes of rules over the turns of a conversation: kept, forgotten, corrected, obeyed for too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ifbench import stats
from ifbench.prompts import PromptSet
from ifbench.stats import Accuracy, Ratio
from ifbench.tables.frame import READINGS, Conversation, conversations

if TYPE_CHECKING:
    import pandas as pd

_SYSTEM = 0


def over_turns(frame: pd.DataFrame, answered: Sequence[bool], prompts: PromptSet) -> dict[str, Any]:
    """What ``results.json`` holds under ``turns``; empty where all conversations have one turn and no system rule.

    Args:
        frame: rows as of :func:`ifbench.tables.verdict_frame`.
        answered: for each answer of the frame (by its number in ``answer``), whether there is text to judge.
        prompts: the set.

    Returns:
        ``age``, ``transitions``, ``over_persistence``, ``streak``, ``conversations`` and ``rules``, as the functions of
        those names describe, each only where there is something to count.
    """
    if prompts.longest <= 1 and not (frame["since"] == _SYSTEM).any():
        return {}
    found: dict[str, Any] = {"age": by_age(frame), "transitions": transitions(frame, answered)}
    if (persisting := over_persistence(frame, answered))["strict"].n:
        found["over_persistence"] = persisting
    held = conversations(frame, prompts)
    if prompts.longest > 1 and held:
        found |= {"streak": streak(held), "conversations": whole_conversations(held)}
    if (frame["since"] == _SYSTEM).any():
        found["rules"] = rules(frame)
    return {name: value for name, value in found.items() if value}


def _in_force(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["must_stop"] == 0]


def _there(frame: pd.DataFrame, answered: Sequence[bool]) -> pd.Series:
    """For each row, whether its answer has text to judge."""
    return frame["answer"].map(dict(enumerate(answered))).astype(bool)


def _pooled(rows: pd.DataFrame) -> dict[str, Accuracy]:
    clusters = rows.groupby("cluster", sort=False)
    sizes = [int(size) for size in clusters.size()]
    return {reading: stats.share([int(y) for y in clusters[reading].sum()], sizes) for reading in READINGS}


def _counted(things: pd.DataFrame, of: pd.Series, counted: pd.Series) -> Ratio:
    """How many of the rows ``of`` are ``counted``, clustered."""
    rows = things.loc[of, ["cluster"]].assign(counted=counted[of].astype(int))
    clusters = rows.groupby("cluster", sort=False)["counted"]
    return stats.ratio([int(y) for y in clusters.sum()], [int(size) for size in clusters.size()])


def by_age(frame: pd.DataFrame) -> dict[str, dict[str, Accuracy]]:
    """Of the user's rules in force, the share followed, by how many turns ago they were given (0: in this one).

    It falls where a model favours what it was told last.
    """
    user = _in_force(frame)
    user = user[user["since"] > _SYSTEM]
    return {str(age): _pooled(rows) for age, rows in user.groupby(user["turn"] - user["since"])}


def transitions(frame: pd.DataFrame, answered: Sequence[bool]) -> dict[str, dict[str, dict[str, Ratio]]]:
    """What becomes of rules from one turn to the next, by the two turns ("1-2"), and over all ("all").

    Only rules in force in both turns are counted, and only where both answers are there. ``forgetting``: of those
    followed in the first, the share not followed in the second. ``correction``: of those not followed in the first,
    the share followed in the second (Multi-IF: He et al. 2024, arXiv:2410.15553).
    """
    columns = ["conversation", "number", "turn", "cluster", *READINGS]
    rows = _in_force(frame[_there(frame, answered)])[columns]
    nexts = rows.drop(columns="cluster").assign(turn=rows["turn"] - 1)
    pairs = rows.merge(nexts, on=["conversation", "number", "turn"], suffixes=("", "_next"))
    if pairs.empty:
        return {}
    found = {f"{turn}-{int(str(turn)) + 1}": _changes(own) for turn, own in pairs.groupby("turn")}
    return {**found, "all": _changes(pairs)}


def _changes(pairs: pd.DataFrame) -> dict[str, dict[str, Ratio]]:
    forgetting: dict[str, Ratio] = {}
    correction: dict[str, Ratio] = {}
    for reading in READINGS:
        first, second = pairs[reading] == 1, pairs[f"{reading}_next"] == 1
        forgetting[reading] = _counted(pairs, first, ~second)
        correction[reading] = _counted(pairs, ~first, second)
    return {"forgetting": forgetting, "correction": correction}


def over_persistence(frame: pd.DataFrame, answered: Sequence[bool]) -> dict[str, Ratio]:
    """How often a withdrawn rule that must stop is still obeyed, of the answers that are there to be checked for it."""
    of = (frame["must_stop"] == 1) & _there(frame, answered)
    return {reading: _counted(frame, of, frame[reading] == 0) for reading in READINGS}


def streak(held: Sequence[Conversation]) -> dict[str, dict[str, stats.Mean]]:
    """Turns followed in a row from the first, over conversations: mean number (``turns``), and mean ``share`` of the
    conversation's counted turns (SysBench's session stability rate: Qin et al. 2024, arXiv:2408.10943)."""
    clusters = [conversation.cluster for conversation in held]
    longest = max(len(conversation.strict) for conversation in held)
    turns: dict[str, stats.Mean] = {}
    share: dict[str, stats.Mean] = {}
    for reading in READINGS:
        streaks = [conversation.streak(reading) for conversation in held]
        shares = [number / len(own.strict) for number, own in zip(streaks, held, strict=True)]
        turns[reading] = stats.mean(streaks, clusters, longest)
        share[reading] = stats.mean(shares, clusters)
    return {"turns": turns, "share": share}


def whole_conversations(held: Sequence[Conversation]) -> dict[str, Accuracy]:
    """Conversations followed in every counted turn."""
    found: dict[str, Accuracy] = {}
    for reading in READINGS:
        clusters: dict[str, list[bool]] = {}
        for conversation in held:
            clusters.setdefault(conversation.cluster, []).append(all(conversation.turns(reading)))
        found[reading] = stats.share([sum(own) for own in clusters.values()], [len(own) for own in clusters.values()])
    return found


def rules(frame: pd.DataFrame) -> dict[str, Any]:
    """Rules in force followed, those of the ``system`` prompt apart from the ``user``'s, and the former ``by_turn``."""
    rows = _in_force(frame)
    system, user = rows[rows["since"] == _SYSTEM], rows[rows["since"] > _SYSTEM]
    found: dict[str, Any] = {"system": _pooled(system)}
    if len(user):
        found["user"] = _pooled(user)
    if (system["turn"] > 1).any():
        found["system_by_turn"] = {str(turn): _pooled(own) for turn, own in system.groupby("turn")}
    return found
