"""Verdicts on IFBench equal those of the reference implementation, bit for bit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ifbench.prompts import Prompt, Turn
from ifbench.records import PromptVerdict
from ifbench.registry import Constraint, find
from ifbench.scoring import Item, score
from tests.conftest import read_jsonl

SKIPPED = {"X": "needs a tagger", "R": "random", "?": "depends on a version", "E": "the reference crashed"}


@pytest.fixture(scope="module")
def rows(reference: Path) -> dict[str, dict[str, Any]]:
    return {str(row["key"]): row for row in read_jsonl(reference / "ifbench" / "prompts.jsonl")}


@pytest.fixture(scope="module")
def prompts(rows: dict[str, dict[str, Any]]) -> dict[str, Prompt]:
    return {key: _prompt(row) for key, row in rows.items()}


def _prompt(row: dict[str, Any]) -> Prompt:
    """The prompt without constraints that need what is not installed."""
    bound: list[Constraint] = []
    for id, params in zip(row["instruction_id_list"], row["kwargs"], strict=True):
        kind = find(id, "published")
        assert kind.edition == "published"
        if not (kind.requires and kind.requires()):
            bound.append(kind.bind({name: value for name, value in params.items() if value is not None}))
    return Prompt(str(row["key"]), (Turn.of(row["prompt"], *bound),))


def _compare(verdict: PromptVerdict, ids: list[str], row: dict[str, Any], counted: Counter[str]) -> list[str]:
    """The bits that differ; what was compared and what was skipped is counted."""
    ours = iter(verdict.constraints)
    wrong: list[str] = []
    for place, id in enumerate(ids):
        bits = {reading: row[reading][place] for reading in ("strict", "loose")}
        kind = find(id, "published")
        if kind.requires and kind.requires():
            counted["skipped"] += 2
            continue
        found = next(ours)
        assert found.id == id
        for reading, bit in bits.items():
            counted["skipped" if bit in SKIPPED else "compared"] += 1
            if bit not in SKIPPED and getattr(found, reading) != (bit == "1"):
                wrong.append(f"{row.get('variant', '')} {row['key']} {reading} {found}")
    return wrong


def test_sampled_responses(
    reference: Path, rows: dict[str, dict[str, Any]], prompts: dict[str, Prompt], figures: dict[str, str]
) -> None:
    by_text = {row["prompt"]: key for key, row in rows.items()}
    verdicts = {str(row["key"]): row for row in read_jsonl(reference / "ifbench" / "verdicts.sample.jsonl")}
    counted, wrong = Counter[str](), list[str]()
    for row in read_jsonl(reference / "ifbench" / "responses.sample.jsonl"):
        if (key := by_text.get(row["prompt"])) is not None:
            verdict = score(Item(prompts[key], (row["response"],)))
            wrong += _compare(verdict, rows[key]["instruction_id_list"], verdicts[key], counted)
    figures["IFBench sample"] = (
        f"{counted['compared']} bits compared, {counted['skipped']} skipped, {len(wrong)} differ"
    )
    assert not wrong, "\n".join(wrong[:20])
    assert counted["compared"] > 600


def test_stressed_responses(
    reference: Path, rows: dict[str, dict[str, Any]], prompts: dict[str, Prompt], figures: dict[str, str]
) -> None:
    counted, wrong = Counter[str](), list[str]()
    for row in read_jsonl(reference / "ifbench" / "stress.jsonl.gz"):
        key = str(row["key"])
        verdict = score(Item(prompts[key], (row["response"],)))
        wrong += _compare(verdict, rows[key]["instruction_id_list"], row, counted)
    figures["IFBench stress"] = (
        f"{counted['compared']} bits compared, {counted['skipped']} skipped, {len(wrong)} differ"
    )
    assert not wrong, "\n".join(wrong[:20])
    assert counted["compared"] > 9_000
