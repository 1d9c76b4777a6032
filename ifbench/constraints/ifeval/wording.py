"""Words that are given: an option to choose, the opening of a postscript, the ending."""

from __future__ import annotations

import re
from functools import cache

from ifbench.constraints.reading.folding import VOWEL_SIGNS, folded, without_vowel_signs
from ifbench.constraints.reading.phrases import Folded, joined, spaced
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import quote
from ifbench.parameters import Pattern, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_CLOSING = "\"'»」』`~*_ \t\r\n"
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


@constraint(
    "detectable_format:constrained_response",
    'Answer with one of the following options: "My answer is yes.", "My answer is no.", "My answer is maybe."',
    Pass("My answer is no."),
    Pass("Well. My answer is yes. Or: My answer is no."),
    Fail("No."),
    Fail("my answer is no."),
    Fail("**My answer is yes**"),
    source=IFEVAL,
)
def constrained_response(reply: Text) -> Verdict:
    """As published, it is enough that one of the three sentences occurs."""
    spans = [(start, start + len(option)) for option in _OPTIONS if (start := reply.raw.find(option)) >= 0]
    return holds(
        bool(spans),
        lambda: f"one of {', '.join(map(repr, _OPTIONS))}",
        lambda: " and ".join(repr(reply.raw[start:stop]) for start, stop in spans) or "none of them",
        spans,
    )


@constraint(
    "detectable_format:constrained_response",
    'Answer with one of the following options: "My answer is yes.", "My answer is no.", "My answer is maybe."',
    Pass("My answer is no."),
    Pass("**My answer is yes**"),
    Pass("It lies in Asia.\n\nSo “my  answer is maybe”."),
    Pass("My answer is no. Again: My answer is no."),
    Fail("Well. My answer is yes. Or: My answer is no."),
    Fail("My answer is no longer yes."),
    Fail("My answer is not easy."),
    Fail("Amy answer is no."),
    Fail("No."),
    source=IFEVAL,
    edition="corrected",
    fault="A reply that names two of the options passes, and one in bold or small letters does not.",
)
def constrained_response_corrected(reply: Text) -> Verdict:
    """One of the three sentences and no other of them, in any case, with or without its full stop.

    The sentence does not say whether anything else may be said; it may, as published.
    """
    text = Folded(reply.raw)
    spans: dict[str, tuple[int, int]] = {}
    for option in _OPTIONS:
        for match in re.finditer(rf"\b{spaced(folded(option[:-1]))}[\"'*_ \t]*(?:\.|$)", text.text, re.MULTILINE):
            spans[option] = text.span(*match.span())
    return holds(
        len(spans) == 1,
        lambda: f"one of {', '.join(map(repr, _OPTIONS))}",
        lambda: " and ".join(map(repr, spans)) or "none of them",
        list(spans.values()),
    )


@cache
def _postscript_mark(marker: str) -> re.Pattern[str]:
    special = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    return re.compile(special.get(marker, marker.lower()), re.MULTILINE)


@constraint(
    "detectable_content:postscript",
    "At the end of your response, please explicitly add a postscript starting with {postscript_marker}",
    Pass("See you soon.\nP.S. Bring tea.", postscript_marker="P.S."),
    Pass("See you soon.\nP. P. S. Bring tea.", postscript_marker="P.P.S"),
    Fail("See you soon.\nPS: Bring tea.", postscript_marker="P.S."),
    Pass("See you soon.\nP.P.S. Bring tea.", postscript_marker=" P.S."),
    Pass("See you soon.\nn.b. Bring tea.", postscript_marker="N.B."),
    source=IFEVAL,
)
def postscript(reply: Text, *, postscript_marker: Pattern) -> Verdict:
    """Case does not matter. As published, the marker may stand anywhere."""
    match = _postscript_mark(postscript_marker.strip()).search(reply.lower)
    spans = [match.span()] if match and len(reply.lower) == len(reply.raw) else []
    return holds(
        match is not None,
        lambda: f"a postscript starting with {postscript_marker!r}",
        lambda: _line(reply.raw, spans[0][0]) if spans else "such a postscript" if match else "no such postscript",
        spans,
    )


def _line(text: str, start: int) -> str:
    """What stands from ``start`` to the end of the line."""
    return quote(text[start:].partition("\n")[0].strip())


@constraint(
    "detectable_content:postscript",
    "At the end of your response, please explicitly add a postscript starting with {postscript_marker}",
    Pass("See you soon.\nP.S. Bring tea.", postscript_marker="P.S."),
    Pass("See you soon.\n\n**p. s.:** Bring tea.\n\nBest, Ann", postscript_marker="P.S."),
    Pass("See you soon.\nP.S. Bring tea.\nP.P.S. And milk.", postscript_marker="P.P.S"),
    Pass("See you soon.\nP.S. Bring tea.\nP.P.S. And milk.", postscript_marker="P.S."),
    Pass("See you soon. P.S. Bring tea.", postscript_marker="P.S."),
    Fail("See you soon.\nP.P.S. Bring tea.", postscript_marker="P.S."),
    Fail("See you soon.\nP.P.P.S. Bring tea.", postscript_marker="P.P.S"),
    Fail("P.S. Bring tea.", postscript_marker="P.S."),
    Fail("See you. P. P. S. Bring tea.", postscript_marker="P.S."),
    Fail("The mark P.S. means postscript.", postscript_marker="P.S."),
    Pass("One.\n\nTwo.\n\nThree\n\nFour.\n\nFive.\n\nPostscript: P.S. Six.", postscript_marker="P.S."),
    Pass("One.\nP.S. Two.\n\nThree.\n\nFour.\n\nFive.", postscript_marker="P.S."),
    Fail("One.\nP.S. Two.\n\nThree.\n\nFour.\n\nFive.\n\nSix.", postscript_marker="P.S."),
    Pass("One, two, three, four, five.\nP.S. A.\n\nB.\n\nC.\n\nD.\n\nE.\n\n", postscript_marker="P.S."),
    Pass("One.\nP.S: Two.\n\nThree.\n\nFour.\n\nFive.\n\n", postscript_marker="P.S."),
    Fail("One, two, three.\nP.S. A.\n\nB.\n\nC.\n\nD.\n\nE.", postscript_marker="P.S."),
    Pass("See you.\nN. B. Bring tea.", postscript_marker="N.B."),
    Fail("See you soon.\nP.S.", postscript_marker="P.S."),
    Fail("See you soon.\nPS: Bring tea.", postscript_marker="P.S."),
    source=IFEVAL,
    edition="corrected",
    fault="'P.P.S.' counts as 'P.S.', and the mark may stand anywhere, even with nothing behind it.",
)
def postscript_corrected(reply: Text, *, postscript_marker: Phrase) -> Verdict:
    """The mark in any case, at the beginning of a line or sentence, behind other text and with text of its own.

    It stands in the second half of the response or in one of its last four paragraphs, so that a signature may follow.
    """
    text = Folded(reply.raw)
    places = [match.start() for match in re.finditer(r"[^\W_]", text.text)]
    breaks = [match.start() for match in re.finditer(r"\n[^\S\n]*\n\s*", text.text.rstrip())]
    end = min(len(text.text) // 2, breaks[-4] if len(breaks) > 3 else 0)
    spans = [
        text.span(*match.span("mark"))
        for match in re.finditer(_opening(postscript_marker), text.text, re.MULTILINE)
        if places[0] < match.start("mark") and match.end() <= places[-1] and match.start("mark") >= end
    ]
    return holds(
        bool(spans),
        lambda: f"a postscript starting with {postscript_marker!r} at the end",
        lambda: _line(reply.raw, spans[-1][0]) if spans else "no such postscript",
        spans[-1:],
    )


def _opening(marker: str) -> str:
    """A regular expression for the marker where a postscript can begin. Its dots may have blanks behind them."""
    letters = r"\.[^\S\n]?".join(map(re.escape, folded(marker).replace(" ", "").rstrip(".").split(".")))
    return rf"(?:^[^\w\n]*(?:post-?script[^\w\n]*)?|(?<=[.!?\"')*] ))(?<!p\. )(?P<mark>{letters}\.?)(?!\w)"


@constraint(
    "startend:end_checker",
    "Finish your response with this exact phrase: {end_phrase} No other words should follow this phrase.",
    Pass("We are done. Any questions?", end_phrase="Any questions? "),
    Pass('"We are done. ANY QUESTIONS?"', end_phrase="Any questions?"),
    Fail("Any questions? Ask.", end_phrase="Any questions?"),
    Fail("We are done. **Any questions?**", end_phrase="Any questions?"),
    source=IFEVAL,
)
def end_checker(reply: Text, *, end_phrase: Phrase) -> Verdict:
    """Case does not matter, nor straight double quotes around the reply."""
    ending = reply.stripped.strip('"')
    wanted = end_phrase.strip().lower()
    return holds(
        ending.lower().endswith(wanted),
        lambda: f"the ending {end_phrase.strip()!r}",
        lambda: f"the ending {_tail(ending, max(len(wanted), 20))!r}",
        lambda: _last(reply.raw.rstrip(), len(wanted), '"'),
    )


def _last(text: str, length: int, closing: str) -> list[tuple[int, int]]:
    """Where the last ``length`` characters stand, in front of what is ``closing``."""
    stop = len(text.rstrip(closing)) or len(text)
    return [(max(0, stop - length), stop)]


def _tail(text: str, length: int) -> str:
    """The last ``length`` characters of ``text``, with what was left out marked."""
    return text if len(text) <= length else f"…{text[-length:]}"


@constraint(
    "startend:end_checker",
    "Finish your response with this exact phrase: {end_phrase} No other words should follow this phrase.",
    Pass("We are done. Any questions?", end_phrase="Any questions?"),
    Pass("We are done. **ANY  QUESTIONS?**\n", end_phrase=" Any questions? "),
    Pass("“We are done. Isn’t it?”", end_phrase="Isn't it?"),
    Pass("Any *questions*?", end_phrase="Any questions?"),
    Pass(Text("نحبّ الشايَ. بالهناءِ والشِّفاءِ!", "ar"), end_phrase="بالهناء والشفاء!"),
    Fail(Text("ُ", "ar"), end_phrase="ُ"),
    Fail("Any questions? Ask.", end_phrase="Any questions?"),
    Fail("Many questions?", end_phrase="Any questions?"),
    Fail("Any questions?!", end_phrase="Any questions?"),
    Fail("Any questions", end_phrase="Any questions?"),
    source=IFEVAL,
    edition="corrected",
    fault="'misspend.' ends with 'end.', and an ending in bold or curly quotes is not recognised.",
)
def end_checker_corrected(reply: Text, *, end_phrase: Phrase) -> Verdict:
    """Whole words, in any case; straight and curly quotes are the same, and so is any white space.

    Quotation marks and Markdown's marks around the phrase or the reply do not matter, nor do Arabic's vowel signs.
    """
    wanted = " ".join(without_vowel_signs(folded(end_phrase)).split())
    ending = " ".join(_plain(reply.raw).split())
    place = len(ending) - len(wanted)
    return holds(
        bool(wanted) and ending.endswith(wanted) and not joined(ending, place),
        lambda: f"the ending {end_phrase.strip()!r}",
        lambda: f"the ending {_tail(reply.stripped, max(len(wanted), 20))!r}",
        lambda: _last(reply.raw, _with_signs(reply.raw.rstrip(f"’”{_CLOSING}"), len(wanted)), f"’”{_CLOSING}"),
    )


def _with_signs(text: str, length: int) -> int:
    """How long the end of ``text`` is that has ``length`` characters besides Arabic's vowel signs."""
    letters = [match.start() for match in re.finditer(f"[^{VOWEL_SIGNS}]", text)]
    return len(text) - letters[-length] if 0 < length <= len(letters) else len(text)


def _plain(text: str) -> str:
    """``text`` folded, without Markdown's emphasis and vowel signs, and without quotes and fences at its end."""
    return re.sub(r"[*_]", "", without_vowel_signs(folded(text))).rstrip(_CLOSING)
