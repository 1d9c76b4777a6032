"""Sentences joined by hyphens."""

from __future__ import annotations

import re
from itertools import pairwise

from ifbench.constraints.iftrain.sentences import rule_sentences
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_RULE = "all sentences joined by hyphens, without spaces"


@constraint(
    "detectable_format:sentence_hyphens",
    "All sentences must be connected using hyphens, with no spaces between them.",
    Pass("It rained.-We left.-Why?"),
    Pass("It rained."),
    Pass("It rained.-We left.-"),
    Fail("It rained. We left."),
    Fail("It rained. - We left."),
    Fail("It rained.- We left."),
    Fail("A well-known man left.-Why?"),
    source=IFTRAIN,
)
def sentence_hyphens(reply: Text) -> Verdict:
    """What stands between hyphens is compared with the sentences, as far as there are as many of both.

    As published, one sentence alone passes, and a word with a hyphen in it fails.
    """
    sentences = rule_sentences(reply.raw.replace("-", " "))
    parts = reply.raw.split("-")
    wrong = next(((part, wanted) for part, wanted in zip(parts, sentences, strict=False) if part != wanted), None)
    return holds(
        wrong is None,
        _RULE,
        lambda: f"{quote(wrong[0])} between hyphens where the sentence is {quote(wrong[1])}" if wrong else "joined so",
    )


@constraint(
    "detectable_format:sentence_hyphens",
    "All sentences must be connected using hyphens, with no spaces between them.",
    Pass("It rained.-We left.-Why?"),
    Pass("A well-known man left.-“Why?”-Dr. Lee knew."),
    Pass("It rained.‐We left.\n"),
    Pass("```\nIt rained.-We left.\n```"),
    Fail("It rained."),
    Fail("It rained. We left."),
    Fail("It rained.-We left. Why?"),
    Fail("It rained. - We left."),
    Fail("It rained.- We left."),
    Fail("It rained.\n\nWe left."),
    Fail("It rained.--We left."),
    source=IFTRAIN,
    edition="corrected",
    fault="A single sentence passes though nothing is connected, and a hyphen within a word makes a right reply fail.",
)
def sentence_hyphens_corrected(reply: Text) -> Verdict:
    """Between each sentence and the next there is a hyphen and nothing else; there must be two sentences or more."""
    # With a space in the place of the hyphen the sentences are found where they are in other texts.
    spaced = re.sub(r"(?<=[.!?…。！？\"'”’»)\]*_])[-‐‑](?=[^\s\-‐‑])", " ", opened(reply).raw)
    spans = Text(spaced, reply.language).prose_sentence_spans
    gaps = [(here[1], there[0]) for here, there in pairwise(spans)]
    wrong = [(start, stop) for start, stop in gaps if reply.raw[start:stop] not in ("-", "‐", "‑")]

    def observed() -> str:
        if not gaps:
            return "fewer than two sentences"
        return f"{quote(reply.raw[slice(*wrong[0])])} between two of them" if wrong else "joined so"

    return holds(bool(gaps) and not wrong, _RULE, observed, [span for span in wrong or gaps if span[0] < span[1]])
