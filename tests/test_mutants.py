"""The examples notice when a check is broken."""

from __future__ import annotations

import pytest

from ifbench.registry import Kind, editions, kinds
from tests.mutants import Mutant, mutants, survives

ALL = [edition for kind in kinds() for edition in editions(kind.id) if not (edition.requires and edition.requires())]
SHARE = 0.9


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], dict[Mutant, bool]]:
    """For each type and edition, its mutants, and whether its examples notice them."""
    return {
        (kind.id, kind.edition): {mutant: not survives(kind, check) for mutant, check in mutants(kind)} for kind in ALL
    }


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.id}-{kind.edition}")
def test_examples_kill_a_mutant(kind: Kind, outcomes: dict[tuple[str, str], dict[Mutant, bool]]) -> None:
    tried = outcomes[kind.id, kind.edition]
    assert any(tried.values()) or not tried, list(tried)


def test_examples_kill_most_mutants(
    outcomes: dict[tuple[str, str], dict[Mutant, bool]], figures: dict[str, str]
) -> None:
    # What several types are made of is broken once, and any of their examples may notice it.
    killed: dict[Mutant, bool] = {}
    for tried in outcomes.values():
        for mutant, noticed in tried.items():
            killed[mutant] = killed.get(mutant, False) or noticed
    number = sum(killed.values())
    figures["mutants killed by the examples"] = f"{number} of {len(killed)} ({number / len(killed):.1%})"
    assert number >= SHARE * len(killed), figures


def _caught(kind: Kind, change: str) -> bool:
    return any(mutant.change == change and not survives(kind, check) for mutant, check in mutants(kind))


def test_a_flipped_comparison_is_noticed() -> None:
    quotation = next(kind for kind in kinds() if kind.id == "startend:quotation")
    assert _caught(quotation, "Eq becomes NotEq")
    assert _caught(quotation, "becomes Or")
