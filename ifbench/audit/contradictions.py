"""Prompts that no reply can satisfy, and prompts that look wrong.

Searched for are bounds on one measure that leave nothing between them; text, or a case, that one constraint forces into
the reply and another forbids; a reply of which only a few wordings are left, and none of them will do; and two kinds of
document for one reply. What is called a contradiction is one in the edition it was found in. What only looks wrong (a
constraint stated twice, a number that the prompt does not mention) is called doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Literal

from ifbench.audit.claims import (
    BOTH_AT_ONCE,
    CASED,
    DOCUMENTS,
    ECHOES,
    FORCED,
    ONCE,
    bounds,
    limits_from_above,
)
from ifbench.audit.doubts import Found, bound, doubts
from ifbench.errors import quote
from ifbench.prompts import Prompt, PromptSet
from ifbench.records import Key
from ifbench.registry import Constraint


@dataclass(frozen=True)
class Finding:
    """What is wrong with one prompt: the constraints that it is about, and why."""

    key: Key
    severity: Literal["contradiction", "doubtful"]
    constraints: tuple[str, ...]
    reason: str


def audit_set(prompts: PromptSet) -> list[Finding]:
    """Everything found in a set, in its order."""
    return [finding for prompt in prompts.prompts for finding in audit_prompt(prompt)]


def audit_prompt(prompt: Prompt) -> Iterator[Finding]:
    """Everything found in one prompt: the constraints of each turn, taken together."""
    said = prompt.system or ""
    for turn in prompt.turns:
        said = f"{said}\n{turn.user}"
        for search in (_bounds_apart, _forced_and_forbidden, _few_replies, _two_documents, _one_of_a_kind):
            for constraints, reason in search(bound(turn)):
                yield Finding(prompt.key, "contradiction", tuple(c.id for c in constraints), reason)
        for constraints, reason in doubts(turn, prompt.language, said):
            yield Finding(prompt.key, "doubtful", tuple(c.id for c in constraints), reason)


def _bounds_apart(constraints: Sequence[Constraint]) -> Found:
    for one, other in permutations(constraints, 2):
        for measure, low, high in bounds(one):
            for same, lowest, highest in bounds(other):
                if measure == same and low > highest:
                    yield (one, other), f"{measure}: {_span(low, high)} and {_span(lowest, highest)} exclude each other"
                # Every sentence has a word at least, unless IFEval counts it.
                if (measure, same) == ("sentences", "words") and low > highest:
                    yield (one, other), f"at most {highest:g} words cannot be {low:g} sentences"


def _span(low: float, high: float) -> str:
    if low == high:
        return f"exactly {low:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if not low else f"{low:g} to {high:g}"


def _forms(constraint: Constraint, fragment: str) -> list[str]:
    """The cases of ``fragment`` that ``constraint`` is content with."""
    return [
        form for form in dict.fromkeys((fragment, fragment.lower(), fragment.upper())) if _accepts(constraint, form)
    ]


def _accepts(constraint: Constraint, form: str) -> bool:
    """Whether a reply with the forced text in this case can follow its own constraint."""
    if constraint.id in ECHOES:
        # What the case is compared with is the echo itself; an answer follows it.
        return form == constraint.params["prompt_to_repeat"] or constraint.check(f"{form}\n\nxyz").followed
    if constraint.id == "detectable_format:multiple_sections":
        return form == f"{constraint.params['section_spliter']} 1" or constraint.kind.edition == "corrected"
    return True


def _forced_and_forbidden(constraints: Sequence[Constraint]) -> Found:
    for forcing in constraints:
        if forcing.id not in FORCED:
            continue
        for other in constraints:
            for fragment in FORCED[forcing.id](forcing.params) if other is not forcing else []:
                if fragment.strip() and (reason := _excluded(forcing, fragment, other)):
                    yield (forcing, other), reason
                    break


def _excluded(forcing: Constraint, fragment: str, other: Constraint) -> str | None:
    """Why no form of ``fragment`` may stand in a reply that follows ``other``, or None when one may."""
    forms = _forms(forcing, fragment)
    what = f"{forcing.id} puts {quote(fragment)} into the reply"
    if other.id in CASED:
        wanted = CASED[other.id]
        if forms and not any(form == wanted(form) for form in forms):
            return f"{what}, and {other.id} wants another case"
        return None
    if limits_from_above(other):
        verdicts = [other.check(form) for form in forms]
        if verdicts and not any(verdicts):
            return f"{what}: {verdicts[0].observed}, and {other.id} requires {verdicts[0].required}"
    return None


_OPTIONS = [f"My answer is {option}." for option in ("yes", "no", "maybe")]


def _openings(text: str) -> list[str]:
    """Replies that begin with ``text``, in every wrapping some other type asks for."""
    forms = dict.fromkeys((text, text.lower(), text.upper()))
    wrappings = ("{}\n\nxyz", '"{}\n\nxyz"', "“{}\n\nxyz”", "[{}]")
    return [wrapping.replace("{}", form) for form in forms for wrapping in wrappings]


_WRAPPING = {"startend:quotation", "detectable_format:json_format"}


def _few_replies(constraints: Sequence[Constraint]) -> Found:
    """A type that leaves only a few replies, or a few beginnings, against another that none of them follows."""
    for closed, other in [(a, b) for a in constraints for b in constraints if a is not b]:
        candidates: list[str] = []
        if closed.id == "combination:repeat_prompt" and other.id in _WRAPPING:
            candidates = _openings(closed.params["prompt_to_repeat"])
        elif closed.id == "detectable_format:constrained_response" and not closed.check("My answer is yes. Or no."):
            candidates = _OPTIONS
        elif closed.id == "content:refusal_sentence":
            candidates = [closed.params["sentence"]]
        own = [reply for reply in candidates if closed.check(reply)]
        if own and not any(other.check(reply) for reply in own):
            verdict = other.check(own[0])
            yield (
                (closed, other),
                f"a reply that follows {closed.id}, such as {quote(own[0])}, cannot follow {other.id}: "
                f"it requires {verdict.required}",
            )


def _two_documents(constraints: Sequence[Constraint]) -> Found:
    for one, other in combinations(constraints, 2):
        if one.id not in DOCUMENTS or other.id not in DOCUMENTS:
            continue
        forms = frozenset((DOCUMENTS[one.id], DOCUMENTS[other.id]))
        if len(forms) == 2 and forms not in BOTH_AT_ONCE:
            yield (one, other), f"the whole reply cannot be {' and '.join(sorted(forms))} at once"


def _one_of_a_kind(constraints: Sequence[Constraint]) -> Found:
    """What a reply has once only, asked for in two ways: its language, its beginning, its end, its case."""
    for one, other in combinations(constraints, 2):
        ids = {one.id, other.id}
        if ids == set(CASED):
            yield (one, other), "a reply cannot be in capitals and in small letters at once"
        if len(ids) > 1 or one.id not in ONCE:
            continue
        first, second = (str(constraint.params[ONCE[one.id]]) for constraint in (one, other))
        if one.id == "position:begins_with" and (first.startswith(second) or second.startswith(first)):
            continue
        if one.id == "startend:end_checker" and (
            first.lower().endswith(second.lower()) or second.lower().endswith(first.lower())
        ):
            continue
        if first != second:
            yield (one, other), f"{quote(first)} and {quote(second)} exclude each other"
