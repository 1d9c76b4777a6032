"""Conversations and verdicts in a few characters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from ifbench.prompts import Held, Prompt, PromptSet, Turn
from ifbench.records import ConstraintVerdict, PromptVerdict, Response
from ifbench.registry import Constraint

NO_COMMA = Constraint("punctuation:no_comma")
LONG = Constraint("length_constraints:number_words", relation="at least", num_words=3)


def scored(value: float, error: float, reach: float, top: float = 1.0) -> tuple[float, float]:
    """The score interval of a share, or of a mean of numbers from 0 to ``top``, with this standard error.

    The roots b of (value - b)² = reach² b (1 - b) / n, where n independent things would have that error.
    """
    share = value / top
    n = share * (1 - share) / (error / top) ** 2
    a, b, c = n + reach**2, 2 * n * share + reach**2, n * share**2
    root = math.sqrt(b**2 - 4 * a * c)
    return top * (b - root) / (2 * a), top * (b + root) / (2 * a)


def held(text: str) -> tuple[Held, ...]:
    """Rules as "number@since", divided by spaces; one with "!" must stop.

    >>> [(rule.number, rule.since, rule.must_stop) for rule in held("0@1 1@2!")]
    [(0, 1, False), (1, 2, True)]
    """
    rules: list[Held] = []
    for word in text.split():
        number, since = word.rstrip("!").split("@")
        rules.append(Held(NO_COMMA, int(number), "", int(since), word.endswith("!")))
    return tuple(rules)


def conversation(key: str, *turns: str, family: str | None = None, category: str | None = None) -> Prompt:
    """A prompt whose turns are held to what :func:`held` reads."""
    return Prompt(key, tuple(Turn("say", held(turn)) for turn in turns), category, family=family)


def prompt_set(*prompts: Prompt) -> PromptSet:
    """A set of these prompts."""
    return PromptSet("mine", Path("mine.jsonl"), "0" * 64, "corrected", prompts)


def judged(prompts: PromptSet, marks: Mapping[str, Sequence[str]]) -> list[PromptVerdict]:
    """Verdicts in the set's order: for each key, a line a sample, its turns divided by spaces.

    A turn has a character a constraint: "1" followed, "L" loosely only, "0" not; "-" where it is held to nothing.
    """
    verdicts: list[PromptVerdict] = []
    for prompt in prompts.prompts:
        for sample, line in enumerate(marks[str(prompt.key)]):
            for turn, bits in enumerate(line.split(), start=1):
                found = [
                    ConstraintVerdict("punctuation:no_comma", bit == "1", bit in "1L", "", "")
                    for bit in bits.replace("-", "")
                ]
                verdicts.append(PromptVerdict(prompt.key, sample, turn, tuple(found)))
    return verdicts


def answers(verdicts: Sequence[PromptVerdict]) -> list[Response | None]:
    """A response for each verdict."""
    return [Response(verdict.key, "text", verdict.sample, verdict.turn) for verdict in verdicts]
