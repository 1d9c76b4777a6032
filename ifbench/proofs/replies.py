"""What replies prove: that a prompt can be followed, that breaking it is seen, that doing nothing fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ifbench.errors import count_of
from ifbench.prompts import Prompt, PromptSet
from ifbench.proofs.findings import Finding, Proof
from ifbench.proofs.near_misses import NearMiss, near_misses_path, read_near_misses
from ifbench.records import PromptVerdict
from ifbench.responses import read_responses, witnesses_path
from ifbench.scoring import Item, score_all
from ifbench.tables import floor_items, floors

HIGHEST_FLOOR = 0.05
"""At prompt level, strictly, a trivial reply must stay below this share."""

_Witnesses = Mapping[tuple[str, int], str]


def witnesses_of(prompts: PromptSet) -> dict[tuple[str, int], str]:
    """The witness replies by key (that of the prompt, for a rewording) and turn; empty where there is no file.

    Raises:
        InvalidInputError: the file has faults.
    """
    path = witnesses_path(prompts)
    if not path.is_file():
        return {}
    found = read_responses(path, prompts).by_place
    return {(key, turn): response.response for (key, sample, turn), response in found.items() if not sample}


def _replies(prompt: Prompt, turn: int, witnesses: _Witnesses) -> tuple[str, ...] | None:
    """The witness replies up to ``turn``; None where one is missing."""
    replies = [witnesses.get((prompt.origin, number)) for number in range(1, turn + 1)]
    there = tuple(reply for reply in replies if reply is not None)
    return there if len(there) == turn else None


def _faults(verdict: PromptVerdict) -> str:
    return "; ".join(
        f"{found.name or found.id} required {found.required}, observed {found.observed}"
        for found in verdict.constraints
        if not found.strict
    )


def prove_witnesses(prompts: PromptSet, witnesses: _Witnesses) -> Proof:
    """Every turn has a witness, which follows all its constraints strictly: it can be satisfied."""
    unproven = sum(prompt.unproven for prompt in prompts.prompts)
    if not witnesses:
        return Proof("witnesses", "no witnesses.jsonl: nothing shows that the prompts can be followed", done=False)
    findings: list[Finding] = []
    places: list[tuple[Prompt, int]] = []
    items: list[Item] = []
    for prompt, turn in _turns(prompts):
        replies = _replies(prompt, turn, witnesses)
        if replies is not None:
            places.append((prompt, turn))
            items.append(Item(prompt, replies))
        elif not prompt.unproven:
            findings.append(Finding.on(prompt, turn, "has no witness; give one, or mark it 'unproven'"))
    passed = 0
    for (prompt, turn), verdict in zip(places, score_all(items), strict=True):
        passed += (good := all(found.strict for found in verdict.constraints))
        if not good:
            findings.append(Finding.on(prompt, turn, f"the witness fails: {_faults(verdict)}"))
    outcome = f"{passed} of {prompts.turns} turns have a witness that follows all, strictly"
    if unproven:
        outcome += f"; {count_of(unproven, 'prompts')} marked unproven"
    numbers = {"turns": prompts.turns, "followed": passed, "unproven": unproven}
    return Proof("witnesses", outcome, findings, numbers=numbers)


def _turns(prompts: PromptSet) -> Iterator[tuple[Prompt, int]]:
    for prompt in prompts.prompts:
        for turn in range(1, len(prompt.turns) + 1):
            yield prompt, turn


def prove_near_misses(prompts: PromptSet, witnesses: _Witnesses) -> Proof:
    """Every near miss fails the constraint it names and no other; each prompt has two of one turn, or one a turn."""
    if not near_misses_path(prompts).is_file():
        return Proof("near misses", "no near_misses.jsonl: nothing shows that what is broken is seen", done=False)
    own: dict[tuple[str, int], list[NearMiss]] = {}
    for miss in read_near_misses(prompts):
        own.setdefault((miss.key, miss.turn), []).append(miss)
    findings: list[Finding] = []
    places: list[tuple[Prompt, NearMiss]] = []
    items: list[Item] = []
    for prompt, turn in _turns(prompts):
        misses = own.get((prompt.origin, turn), [])
        wanted = 0 if prompt.unproven or not prompt.turns[turn - 1].held else 2 if len(prompt.turns) == 1 else 1
        if len(misses) < wanted:
            findings.append(Finding.on(prompt, turn, f"has {count_of(len(misses), 'near misses')}, and needs {wanted}"))
        before = _replies(prompt, turn - 1, witnesses)
        for miss in misses:
            if before is None:
                findings.append(Finding.on(prompt, turn, "has a near miss, and no witness before it to build on"))
                continue
            places.append((prompt, miss))
            items.append(Item(prompt, (*before, miss.response)))
    exact = constraints = followed = 0
    for (prompt, miss), verdict in zip(places, score_all(items), strict=True):
        failed = [found.name for found in verdict.constraints if not found.strict]
        constraints += len(verdict.constraints)
        followed += len(verdict.constraints) - len(failed)
        if failed == [miss.fails]:
            exact += 1
            continue
        what = f"the near miss of {miss.fails!r} (line {miss.line}) "
        findings.append(
            Finding.on(prompt, miss.turn, what + (f"fails {_faults(verdict)}" if failed else "follows everything"))
        )
    outcome = (
        f"{exact} of {len(items)} fail exactly what they name; they follow no turn and "
        f"{_percent(followed, constraints)} of the constraints"
    )
    numbers = {"near_misses": len(items), "exact": exact, "constraints": constraints, "followed": followed}
    return Proof("near misses", outcome, findings, numbers=numbers)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def prove_floors(prompts: PromptSet) -> Proof:
    """No trivial reply follows as many as :data:`HIGHEST_FLOOR` of the turns, strictly."""
    found = floors(list(score_all(floor_items(prompts))), prompts)
    reached = {name: metrics["prompt_strict"] for name, metrics in found.items()}
    findings = [
        Finding(None, 0, f"the trivial reply {name!r} follows {_percent(own.followed, own.n)} of the turns")
        for name, own in reached.items()
        if own.value >= HIGHEST_FLOOR
    ]
    highest = max(reached, key=lambda name: reached[name].value)
    best = reached[highest]
    outcome = f"of {len(reached)} trivial replies {highest!r} follows the most turns, {best.followed} of {best.n}"
    numbers = {name: {metric: own.value for metric, own in metrics.items()} for name, metrics in found.items()}
    return Proof("floors", outcome, findings, numbers=numbers)


def prove_contradictions(prompts: PromptSet, proven: Sequence[str]) -> Proof:
    """No constraints of a turn contradict each other, and none looks wrong. A witness that passes is the proof.

    ``proven`` are the keys, as text, of the prompts that have one.
    """
    from ifbench.audit import audit_set

    known = set(proven)
    findings = [
        Finding(found.key, 0, f"{found.severity}: {', '.join(found.constraints)}: {found.reason}")
        for found in audit_set(prompts)
    ]
    left = sum(str(prompt.key) not in known for prompt in prompts.prompts)
    outcome = "no two constraints contradict each other" if not findings else f"{len(findings)} look wrong"
    outcome += f"; {count_of(left, 'prompts')} without a passing witness to prove it" if left else ", by the witnesses"
    return Proof("conflicts", outcome, findings)
