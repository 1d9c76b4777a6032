"""Verdicts equal those of the reference implementation, bit for bit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ifbench.prompts import PromptSet, load_prompts
from ifbench.records import PromptVerdict
from ifbench.scoring import Item, score
from tests.conftest import REPOSITORY, read_jsonl

# Followed at prompt level, instruction level, strict and loose, from the README of the reference folder.
EXPECTED = {
    "gpt-4-2023-11": (417, 697, 431, 713),
    "gpt-4o-2024-08-06": (455, 738, 474, 759),
    "qwen2.5-7b-instruct": (396, 673, 410, 688),
    "llama-3.1-8b-instruct": (389, 666, 410, 691),
    "claude-3-haiku-20240307": (370, 643, 424, 709),
    "mistral-7b-instruct-v0.3": (255, 491, 278, 528),
    "qwen2.5-0.5b-instruct": (129, 287, 135, 302),
}
REWORDED = "2785"


@pytest.fixture(scope="module")
def prompts(reference: Path) -> PromptSet:
    return load_prompts(reference / "ifeval" / "prompts.jsonl")


def _verdicts(prompts: PromptSet, path: Path) -> dict[str, PromptVerdict]:
    by_text = {prompt.turns[0].user: prompt for prompt in prompts.prompts}
    rows = [(by_text.get(row["prompt"]), row["response"]) for row in read_jsonl(path)]
    return {str(prompt.key): score(Item(prompt, (text,))) for prompt, text in rows if prompt is not None}


def _disagreements(verdict: PromptVerdict, row: dict[str, Any], skipped: str) -> tuple[int, list[str]]:
    """How many bits were compared, and those that differ."""
    compared, wrong = 0, []
    for reading in ("strict", "loose"):
        for ours, bit in zip(verdict.constraints, row[reading], strict=True):
            if bit in skipped:
                continue
            compared += 1
            if getattr(ours, reading) != (bit == "1"):
                wrong.append(f"{row.get('variant', '')} {row['key']} {reading} {ours}")
    return compared, wrong


def _compare(pairs: Iterable[tuple[PromptVerdict, dict[str, Any]]], skipped: str) -> int:
    compared, wrong = 0, list[str]()
    for verdict, row in pairs:
        bits, differing = _disagreements(verdict, row, skipped)
        compared += bits
        wrong += differing
    assert not wrong, "\n".join(wrong[:20])
    return compared


@pytest.mark.parametrize("model", EXPECTED)
def test_responses_of_a_model(reference: Path, prompts: PromptSet, figures: dict[str, str], model: str) -> None:
    verdicts = _verdicts(prompts, reference / "ifeval" / f"responses.{model}.jsonl")
    rows = {str(row["key"]): row for row in read_jsonl(reference / "ifeval" / f"verdicts.{model}.jsonl")}
    compared = _compare(((v, rows[key]) for key, v in verdicts.items() if key != REWORDED), skipped="R")
    assert compared == 1660
    figures[f"IFEval {model}"] = f"{compared} bits compared, none differs"
    followed = tuple(
        number
        for reading in ("strict", "loose")
        for number in (
            sum(all(getattr(c, reading) for c in verdict.constraints) for verdict in verdicts.values()),
            sum(getattr(c, reading) for verdict in verdicts.values() for c in verdict.constraints),
        )
    )
    assert followed == EXPECTED[model]


def test_stressed_responses(reference: Path, prompts: PromptSet, figures: dict[str, str]) -> None:
    rows = read_jsonl(reference / "ifeval" / "stress.jsonl.gz")
    pairs = ((score(Item(prompts.by_key[str(row["key"])], (row["response"],))), row) for row in rows)
    compared = _compare(pairs, skipped="R?E")
    assert compared == 26_626
    figures["IFEval stress"] = f"{compared} bits compared, none differs"


def test_order_and_threads_change_nothing(reference: Path, prompts: PromptSet) -> None:
    path = reference / "ifeval" / "responses.qwen2.5-0.5b-instruct.jsonl"
    by_text = {prompt.turns[0].user: prompt for prompt in prompts.prompts}
    items = [Item(by_text[row["prompt"]], (row["response"],)) for row in read_jsonl(path) if row["prompt"] in by_text]
    in_order = [score(item) for item in items]
    shuffled = random.Random(7).sample(range(len(items)), len(items))
    with ThreadPoolExecutor(8) as pool:
        threaded = dict(zip(shuffled, pool.map(score, [items[i] for i in shuffled]), strict=True))
    assert [threaded[i] for i in range(len(items))] == in_order


_DIGEST = """
import hashlib, sys
from pathlib import Path
from ifbench.prompts import load_prompts
from ifbench.responses import read_responses
from ifbench.scoring import Item, score
folder = Path(sys.argv[1])
prompts = load_prompts(folder / "prompts.jsonl")
found = read_responses(folder / "responses.gpt-4-2023-11.jsonl", prompts).by_place
lines = [repr(score(Item(prompts.by_key[key], (one.response,)))) for (key, _, _), one in sorted(found.items())]
print(hashlib.sha256("".join(lines).encode()).hexdigest())
"""


def test_hash_seed_changes_nothing(reference: Path) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST, str(reference / "ifeval")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(digests) == 1
