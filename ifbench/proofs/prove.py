"""All proofs of a prompt set, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, get_origin

from ifbench.errors import count_of
from ifbench.prompts import Prompt, PromptSet, load_prompts
from ifbench.prompts.rewordings import FILE as REWORDINGS
from ifbench.proofs.duplicates import prove_distinct
from ifbench.proofs.findings import Finding, Proof
from ifbench.proofs.replies import (
    prove_contradictions,
    prove_floors,
    prove_near_misses,
    prove_witnesses,
    witnesses_of,
)
from ifbench.proofs.spelling import prove_spelling
from ifbench.proofs.wording import prove_language, prove_nothing_given_away

PROOFS = (
    *("witnesses", "near misses", "conflicts", "floors", "rewordings"),
    *("duplicates", "given away", "language", "spelling"),
)
"""The names of the proofs, in their order."""


def prove(prompts: PromptSet, against: Sequence[PromptSet] = (), skip: Sequence[str] = ()) -> Iterator[Proof]:
    """The proofs of ``prompts``, but for those to ``skip``.

    Args:
        prompts: the set.
        against: sets that none of its prompts may be a near duplicate of.
        skip: names of :data:`PROOFS`.

    Raises:
        InvalidInputError: the files of witnesses, near misses or rewordings have faults.
    """
    witnesses = witnesses_of(prompts)
    failed: set[str] = set()

    def conflicts() -> Proof:
        proven = {key for key, _ in witnesses} - failed
        return prove_contradictions(prompts, [str(one.key) for one in prompts.prompts if one.origin in proven])

    steps: dict[str, Callable[[], Proof]] = {
        "witnesses": lambda: prove_witnesses(prompts, witnesses),
        "near misses": lambda: prove_near_misses(prompts, witnesses),
        "conflicts": conflicts,
        "floors": lambda: prove_floors(prompts),
        "rewordings": lambda: prove_rewordings(prompts),
        "duplicates": lambda: prove_distinct(prompts, against),
        "given away": lambda: prove_nothing_given_away(prompts),
        "language": lambda: prove_language(prompts),
        "spelling": lambda: prove_spelling(prompts, witnesses.items()),
    }
    for name in PROOFS:
        if name in skip:
            continue
        proof = steps[name]()
        if name == "witnesses":
            failed |= {str(finding.key) for finding in proof.findings}
        yield proof


def prove_rewordings(prompts: PromptSet) -> Proof:
    """Each rewording is another text, and says every text that a constraint wants to the letter as its prompt does."""
    path = prompts.path.with_name(REWORDINGS)
    if not path.is_file():
        return Proof("rewordings", f"no {REWORDINGS}", done=False)
    every = prompts if prompts.path == path else load_prompts(path, edition=prompts.edition)
    originals = {prompt.origin: prompt for prompt in every.prompts if not prompt.wording}
    reworded = [prompt for prompt in every.prompts if prompt.wording]
    findings: list[Finding] = []
    seen: dict[tuple[tuple[str, ...], ...], Prompt] = {}
    for prompt in every.prompts:
        texts = tuple(tuple(re.findall(r"\w+", part.lower())) for part in (prompt.system or "", *_users(prompt)))
        if (first := seen.setdefault(texts, prompt)) is not prompt:
            findings.append(Finding(prompt.key, 0, f"says the same as {first.key!r}"))
    for prompt in reworded:
        findings += _lost(prompt, originals[prompt.origin])
    outcome = f"{count_of(len(reworded), 'rewordings')} of {count_of(len(originals), 'prompts')}"
    return Proof("rewordings", outcome, findings, numbers={"prompts": len(originals), "rewordings": len(reworded)})


def _lost(prompt: Prompt, original: Prompt) -> Iterator[Finding]:
    """What the original says of its constraints' parameters, word for word, and its rewording does not.

    Parameters that are one of a few choices ("at least") may be said in other words.
    """
    for number in range(1, len(prompt.turns) + 1):
        then, now = _said(original, number), _said(prompt, number)
        for held in prompt.turns[number - 1].held:
            # What must stop need not be said again, and what the answer is must not be said at all.
            if held.must_stop or held.constraint.id.startswith("answer:"):
                continue
            kind = held.constraint.kind
            free = [one.name for one in kind.parameters.values() if get_origin(one.annotation) is not Literal]
            for name in free:
                for text in _texts(held.constraint.params.get(name)):
                    if _says(then, text) and not _says(now, text):
                        what = f"{held.name or held.constraint.id}: does not say {name} {text!r}, as its prompt does"
                        yield Finding.on(prompt, number, what)


def _users(prompt: Prompt) -> list[str]:
    return [turn.user for turn in prompt.turns]


def _says(said: str, text: str) -> bool:
    """Whether ``text`` stands in ``said``, and not within a longer word; a plural's "s" may follow."""
    place = said.find(text)
    while place >= 0:
        before, after = said[place - 1 : place] if place else "", said[place + len(text) :]
        rest = after[1:2] if after[:1] == "s" else after[:1]
        if not ((before.isalpha() and text[:1].isalpha()) or (rest.isalpha() and text[-1:].isalpha())) or _wide(text):
            return True
        place = said.find(text, place + 1)
    return False


def _wide(text: str) -> bool:
    """Whether ``text`` is written in a script that may put no space between words, or joins words to others."""
    return any(ord(character) > _LATIN for character in text)


_LATIN = 0x24F


def _said(prompt: Prompt, turn: int) -> str:
    """All that is said up to ``turn``, in single spaces and small letters."""
    parts = [prompt.system or "", *(one.user for one in prompt.turns[:turn])]
    return " ".join(" ".join(parts).lower().split())


def _texts(value: object) -> Iterator[str]:
    """The texts in the value of a parameter, as :func:`_said` writes them."""
    if isinstance(value, str):
        yield " ".join(value.lower().split())
    elif isinstance(value, list | tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(item)  # pyright: ignore[reportUnknownArgumentType]
