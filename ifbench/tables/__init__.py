"""From verdicts to numbers: accuracies, what becomes of rules over turns, samples, and the floors beside them."""

from __future__ import annotations

from ifbench.tables.accuracy import (
    FEW,
    METRICS,
    READINGS,
    accuracies,
    by_category,
    by_difficulty,
    by_language,
    by_slice,
    by_turn,
    by_type,
)
from ifbench.tables.counts import response_counts, token_counts
from ifbench.tables.designs import by_label, density, wordings
from ifbench.tables.floors import FLOORS, SHOWN, floor_items, floors
from ifbench.tables.frame import verdict_frame
from ifbench.tables.results import results

__all__ = [
    "FEW",
    "FLOORS",
    "METRICS",
    "READINGS",
    "SHOWN",
    "accuracies",
    "by_category",
    "by_difficulty",
    "by_label",
    "by_language",
    "by_slice",
    "by_turn",
    "by_type",
    "density",
    "floor_items",
    "floors",
    "response_counts",
    "results",
    "token_counts",
    "verdict_frame",
    "wordings",
]
