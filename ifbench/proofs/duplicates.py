"""Prompts that are nearly the same as another one, of this set or of others."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from ifbench.languages import word_spans
from ifbench.prompts import Prompt, PromptSet
from ifbench.proofs.findings import Finding, Proof

SHINGLE = 4
"""Words in a row that are compared."""

ALIKE = 0.4
"""From this share on (Jaccard, of runs of :data:`SHINGLE` words) two prompts are near duplicates."""


def shingles(prompt: Prompt) -> frozenset[bytes]:
    """The runs of :data:`SHINGLE` words in what the user says, in small letters; of shorter texts, the whole."""
    text = "\n".join(turn.user for turn in prompt.turns)
    words = [text[start:stop].lower() for start, stop in word_spans(text)]
    runs = [words[place : place + SHINGLE] for place in range(max(1, len(words) - SHINGLE + 1))]
    # Runs are many and long; eight bytes tell them apart, the same on every machine.
    return frozenset(hashlib.blake2b(" ".join(run).encode("utf-8", "replace"), digest_size=8).digest() for run in runs)


def near_duplicates(
    prompts: Sequence[Prompt], others: Sequence[Prompt] | None = None
) -> list[tuple[Prompt, Prompt, float]]:
    """Pairs that are alike, and how much: of each of ``prompts`` with ``others``, or of ``prompts`` among themselves.

    Among themselves, prompts of one family are alike by design and are left out.
    """
    cut = [shingles(prompt) for prompt in prompts]
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    if others is not None:
        for number, own in enumerate(cut):
            for run in own:
                holders[run].append(number)
    pairs: list[tuple[Prompt, Prompt, float]] = []
    for number, prompt in enumerate(prompts if others is None else others):
        own = cut[number] if others is None else shingles(prompt)
        shared: Counter[int] = Counter()
        for run in own:
            shared.update(holders[run])
            if others is None:
                holders[run].append(number)
        for place, common in sorted(shared.items()):
            alike = common / (len(own) + len(cut[place]) - common)
            if alike >= ALIKE and (others is not None or prompts[place].cluster != prompt.cluster):
                pairs.append((prompts[place], prompt, alike))
    return pairs


def prove_distinct(prompts: PromptSet, against: Sequence[PromptSet]) -> Proof:
    """No prompt is a near duplicate of another one of the set, nor of one of ``against``."""
    findings = [
        Finding(one.key, 0, f"{alike:.0%} alike with {other.key!r}")
        for one, other, alike in near_duplicates(prompts.prompts)
    ]
    findings += [
        Finding(one.key, 0, f"{alike:.0%} alike with {other.key!r} of {reference.name}")
        for reference in against
        for one, other, alike in near_duplicates(prompts.prompts, reference.prompts)
    ]
    where = "".join(f", nor with one of {reference.name}" for reference in against)
    outcome = f"no prompt is nearly the same as another{where}" if not findings else f"{len(findings)} pairs are alike"
    return Proof("duplicates", outcome, findings)
