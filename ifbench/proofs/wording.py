"""What can be proven of a prompt's words: its language, and that they give nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.stated import NUMBER, number_value
from ifbench.constraints.reading.fences import without_code
from ifbench.languages import detect_language, word_spans
from ifbench.prompts import Prompt, PromptSet
from ifbench.proofs.findings import Finding, Proof
from ifbench.registry import Constraint
from ifbench.text import Text

_FEWEST = 12
"""Of fewer words no language is told."""


def said(prompt: Prompt) -> str:
    """All that a prompt says: its system prompt and the messages of the user."""
    return "\n\n".join([*filter(None, [prompt.system]), *(turn.user for turn in prompt.turns)])


def prose(text: str) -> str:
    """``text`` without code."""
    return without_code(Text(text), inline=True)


def prove_language(prompts: PromptSet) -> Proof:
    """Each prompt is written in the language that it names."""
    findings: list[Finding] = []
    told = 0
    for prompt in prompts.prompts:
        text = prose(said(prompt))
        if len(word_spans(text)) < _FEWEST:
            continue
        told += 1
        found = detect_language(text)
        if (found or "").split("-")[0] != prompt.language.split("-")[0]:
            findings.append(
                Finding(prompt.key, 0, f"is in {found or 'no language'}, and should be in {prompt.language}")
            )
    outcome = f"{told - len(findings)} of {told} prompts are in the language they name"
    if told < len(prompts):
        outcome += f"; {len(prompts) - told} are too short to tell"
    return Proof("language", outcome, findings)


def prove_nothing_given_away(prompts: PromptSet) -> Proof:
    """No prompt names its constraints as code does, and none says its answer."""
    findings = [
        Finding.on(prompt, number, message)
        for prompt in prompts.prompts
        for number, turn in enumerate(prompt.turns, start=1)
        for held in turn.held
        for message in _given_away("\n\n".join([prompt.system or "", turn.user]), held.constraint, prompt.language)
    ]
    outcome = "no prompt says its answer or the id of a constraint" if not findings else f"{len(findings)} are"
    return Proof("given away", outcome, findings)


def _given_away(text: str, constraint: Constraint, language: str) -> Iterator[str]:
    codes = [constraint.id, *(name for name in constraint.params if "_" in name)]
    yield from (f"{code!r} is a word of ours, not of a user" for code in codes if _has_code(text, code))
    params = constraint.params
    if constraint.id == "answer:number":
        numbers = {number_value(match[0]) for match in NUMBER.finditer(text)}
        if number_value(str(params["answer"])) in numbers:
            yield f"the answer {params['answer']} stands in the prompt"
    elif constraint.id == "answer:choice":
        named = {mention.phrase for mention in mentions(text, params["choices"], language)}
        others = named - {params["choices"].index(params["answer"])}
        if len(others) < len(named) and len(others) < min(2, len(params["choices"]) - 1):
            yield f"the prompt names {params['answer']!r}, the answer, and hardly another choice"
    elif constraint.id == "answer:sequence":
        order = list(dict.fromkeys(mention.phrase for mention in mentions(text, params["items"], language)))
        if order == list(range(len(params["items"]))):
            yield "the prompt names the items in the order that is the answer"


def _has_code(text: str, code: str) -> bool:
    return re.search(rf"(?<![\w:]){re.escape(code)}(?![\w:])", text) is not None
