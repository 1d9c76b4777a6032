"""Every word, and every two words, in brackets."""

from __future__ import annotations

import re

from ifbench.constraints.sources import IFTRAIN
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every

Span = tuple[int, int]


def _has_text(part: str) -> bool:
    return any(map(str.isalnum, part))


@constraint(
    "detectable_format:square_brackets",
    "Enclose every word in your response within square brackets.",
    Pass("[Hot] [tea] []"),
    Fail("[Hot] tea."),
    Fail("[Hot] [tea]."),
    Fail("[Hot tea]"),
    Fail("Hot] [tea]"),
    source=IFTRAIN,
)
def square_brackets(reply: Text) -> Verdict:
    """What stands between white space must begin with one bracket and end with the other, marks behind it included."""
    spans = [match.span() for match in re.finditer(r"\S+", reply.raw)]
    offenders = [(start, stop) for start, stop in spans if (reply.raw[start], reply.raw[stop - 1]) != ("[", "]")]
    return every(reply.raw, spans, offenders, "words", "every word in square brackets")


@constraint(
    "detectable_format:square_brackets",
    "Enclose every word in your response within square brackets.",
    Pass("[Hot] [tea], [please]."),
    Pass("**[Hot]**\n- [tea]"),
    Fail("[Hot] tea."),
    Fail("[Hot tea]"),
    Fail("[Hot]tea[pot]"),
    Fail("[] []"),
    source=IFTRAIN,
    edition="corrected",
    fault="A mark behind the bracket, as in [tea], fails, and [a]b[c] and empty brackets pass.",
)
def square_brackets_corrected(reply: Text) -> Verdict:
    """Whatever has a letter or digit must stand in brackets that hold no space; signs may stand outside."""
    spans = [match.span() for match in re.finditer(r"\S+", reply.raw) if _has_text(match[0])]
    offenders = [
        (start, stop) for start, stop in spans if _has_text(re.sub(r"\[[^\[\]]*\]", "", reply.raw[start:stop]))
    ]
    return every(reply.raw, spans, offenders, "words", "every word in square brackets")


_BIGRAMS = "Wrap every word bigram in double angular brackets, such as <<I am>> <<at home>> <<with my>> <<cute dog>>."


@constraint(
    "detectable_format:bigram_wrapping",
    _BIGRAMS,
    Pass("<<I like>> <<hot tea>>"),
    Pass("<<I like>> <<hot tea>> much"),
    Pass("Hello"),
    Fail("<<I like>> hot tea"),
    Fail("<<I like>> <<hot tea>>."),
    Fail("<<I like hot>> <<tea please>>"),
    source=IFTRAIN,
)
def bigram_wrapping(reply: Text) -> Verdict:
    """Of what stands between white space, each first must begin with << and each second end with >>.

    As published, a last one without a partner may be anything, so that a single word passes.
    """
    words = [match.span() for match in re.finditer(r"\S+", reply.raw)]
    pairs = [(first[0], second[1]) for first, second in zip(words[::2], words[1::2], strict=False)]
    offenders = [
        (start, stop)
        for start, stop in pairs
        if not (reply.raw.startswith("<<", start) and reply.raw.endswith(">>", start, stop))
    ]
    return every(reply.raw, pairs or words, offenders, "pairs of words", "every two words in << >>")


@constraint(
    "detectable_format:bigram_wrapping",
    _BIGRAMS,
    Pass("<<I like>> <<hot tea>>."),
    Pass("- <<I like>>, <<hot\ntea>> <<please>>"),
    Pass("<<I - like>> tea!"),
    Fail("Hello"),
    Fail("<<Hello>>"),
    Fail("<<I like>> hot tea"),
    Fail("<<I like>> hot <<green tea>>"),
    Fail("I <<like tea>>"),
    Fail("<<I>> <<like tea>>"),
    Fail("<<I like hot>> <<tea please>>"),
    Fail("<<I like>> <<hot tea please>>"),
    source=IFTRAIN,
    edition="corrected",
    fault="A single word passes though nothing is wrapped, and a mark behind the brackets makes a right reply fail.",
)
def bigram_wrapping_corrected(reply: Text) -> Verdict:
    """Two words in each pair of brackets, and none outside; a last word without a partner may stand in either way.

    A word is what stands between white space and has a letter or digit. There must be one bigram or more.
    """
    groups = [match.span() for match in re.finditer(r"<<[^<>]*>>|[^\s<>]+", reply.raw) if _has_text(match[0])]
    sizes = [sum(map(_has_text, re.findall(r"[^\s<>]+", reply.raw[start:stop]))) for start, stop in groups]
    wrapped = [reply.raw.startswith("<<", start) for start, _ in groups]
    # A bigram must be wrapped; a lone word may end the reply.
    offenders = [
        span
        for place, span in enumerate(groups)
        if not (wrapped[place] and sizes[place] == 2) and not (place == len(groups) - 1 and sizes[place] == 1)
    ]
    pairs = groups if 2 in sizes else []
    return every(reply.raw, pairs, offenders, "bigrams", "every two words in << >>")
