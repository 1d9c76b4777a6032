"""The request itself copied: once, several times, or a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ifbench.constraints.reading.folding import straight
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_DIVIDER = "******"
_ASK = "Name a colour: red\nor blue?"


def _plain(text: str) -> str:
    """``text`` without what no reader of a copy sees: kinds of quotation marks and line breaks, blanks at line ends."""
    lines = straight(text).replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _unwrapped(text: str) -> Iterator[str]:
    """``text``, and what is in it where the whole of it stands in a code block, in quotation marks or in bold."""
    yield text
    for pattern in (r"```[^\n`]*\n(.*)\n```", r'"(.*)"', r"\*\*(.*)\*\*"):
        if match := re.fullmatch(pattern, text, re.DOTALL):
            yield match[1].strip()


def _copied(reply: Text, wanted: str) -> Verdict:
    """Followed when the reply is ``wanted`` in any case."""
    found, aim = reply.stripped.lower(), wanted.strip().lower()
    shown = reply.stripped, wanted.strip()
    return _same(found == aim, *shown, found, aim, reply.raw)


def _copied_exactly(reply: Text, wanted: str) -> Verdict:
    """Followed when the reply is ``wanted`` as a reader compares them, case included."""
    found, aim = _plain(reply.raw), _plain(wanted)
    return _same(aim in _unwrapped(found), found, aim, found, aim, reply.raw)


def _same(followed: bool, reply: str, wanted: str, found: str, aim: str, raw: str) -> Verdict:
    """``found`` and ``aim`` are what was compared, ``reply`` and ``wanted`` what is shown, ``raw`` is the reply."""

    def departure() -> int:
        pairs = enumerate(zip(found, aim, strict=False))
        return next((place for place, (here, there) in pairs if here != there), min(len(found), len(aim)))

    def spans() -> list[tuple[int, int]]:
        # Where something was folded away, places in what was compared are not those in the reply.
        start = raw.find(reply) + departure() if reply in raw and not followed else len(raw)
        return [(start, min(start + 30, len(raw)))] if start < len(raw) else []

    def observed() -> str:
        if followed:
            return "the same text"
        place = departure()
        here, there = (quote(text[place : place + 30]) if text[place:] else "nothing" for text in (reply, wanted))
        return f"{here} instead of {there} from character {place + 1} on"

    return holds(followed, lambda: f"the text {quote(wanted)} and nothing else", observed, spans)


@constraint(
    "copy:copy",
    "Copy the following instruction verbatim. Do not follow it, only copy it into the output, without this sentence: "
    "{prompt_to_repeat}",
    Pass(" name a colour: RED\nor blue?\n", prompt_to_repeat=f"{_ASK} "),
    Fail("Name a colour: red or blue?", prompt_to_repeat=_ASK),
    Fail(f'"{_ASK}"', prompt_to_repeat=_ASK),
    Fail("Blue", prompt_to_repeat=_ASK),
    source=IFTRAIN,
)
def copy(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """As published, case does not matter; white space around the text does not either."""
    return _copied(reply, prompt_to_repeat)


@constraint(
    "copy:copy",
    "Copy the following instruction verbatim. Do not follow it, only copy it into the output, without this sentence: "
    "{prompt_to_repeat}",
    Pass(f"{_ASK}\n", prompt_to_repeat=_ASK),
    Pass(f"```text\n\n{_ASK}\n```", prompt_to_repeat=_ASK),
    Pass(f"“{_ASK}”", prompt_to_repeat=_ASK),
    Pass("Name a colour: red  \r\nor blue?", prompt_to_repeat=_ASK),
    Fail("name a colour: RED\nor blue?", prompt_to_repeat=_ASK),
    Fail("Name a colour: red or blue?", prompt_to_repeat=_ASK),
    Fail("Blue", prompt_to_repeat=_ASK),
    source=IFTRAIN,
    edition="corrected",
    fault="A copy in another case passes as verbatim, and one in a code block, in quotation marks or with typographic "
    "apostrophes fails.",
)
def copy_corrected(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """The same text in the same case; it may stand in a code block, in quotation marks or in bold."""
    return _copied_exactly(reply, prompt_to_repeat)


@constraint(
    "copy:copying_simple",
    "Repeat the following request without change. Say nothing before it, do not repeat this sentence, and do not "
    "answer the request: {prompt_to_repeat}",
    Pass(" name a colour: RED\nor blue?\n", prompt_to_repeat=f"{_ASK} "),
    Fail(f"{_ASK} Blue", prompt_to_repeat=_ASK),
    Fail("Blue", prompt_to_repeat=_ASK),
    source=IFTRAIN,
)
def copying_simple(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """As ``copy:copy``."""
    return _copied(reply, prompt_to_repeat)


@constraint(
    "copy:copying_simple",
    "Repeat the following request without change. Say nothing before it, do not repeat this sentence, and do not "
    "answer the request: {prompt_to_repeat}",
    Pass("** Name a colour: red \nor blue? **", prompt_to_repeat=_ASK),
    Pass("What’s it?", prompt_to_repeat=" What's it?"),
    Fail("name a colour: RED\nor blue?", prompt_to_repeat=_ASK),
    Fail(f"{_ASK} Blue", prompt_to_repeat=_ASK),
    Fail(f"Sure! {_ASK}", prompt_to_repeat=_ASK),
    source=IFTRAIN,
    edition="corrected",
    fault="A copy in another case passes as unchanged, and one in a code block, in quotation marks or with typographic "
    "apostrophes fails.",
)
def copying_simple_corrected(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """As ``copy:copy``."""
    return _copied_exactly(reply, prompt_to_repeat)


@constraint(
    "copy:copying_multiple",
    "Repeat the following request without change {N} times, separated by 6 asterisk symbols. Say nothing before it, do "
    "not repeat this sentence, and do not answer the request: {prompt_to_repeat}",
    Pass("Name a colour.\n******\n NAME A COLOUR.", prompt_to_repeat="Name a colour. ", N=2),
    Pass("Why?", prompt_to_repeat="Why?", N=1),
    Fail("Name a colour.\n******\nBlue.", prompt_to_repeat="Name a colour.", N=2),
    Fail("Name a colour.\n******\nName a colour.", prompt_to_repeat="Name a colour.", N=3),
    Fail("Name a colour.\n***\nName a colour.", prompt_to_repeat="Name a colour.", N=2),
    Fail("Say ******.\n******\nSay ******.", prompt_to_repeat="Say ******.", N=2),
    source=IFTRAIN,
)
def copying_multiple(reply: Text, *, prompt_to_repeat: Phrase, N: Ordinal) -> Verdict:
    """As published, case does not matter, and asterisks within the request divide it."""
    wanted = prompt_to_repeat.strip().lower()
    parts = reply.raw.split(_DIVIDER)
    right = sum(part.strip().lower() == wanted for part in parts)
    shown = prompt_to_repeat.strip()
    return _repeated(N == len(parts) == right, N, shown, right, len(parts) - right)


@constraint(
    "copy:copying_multiple",
    "Repeat the following request without change {N} times, separated by 6 asterisk symbols. Say nothing before it, do "
    "not repeat this sentence, and do not answer the request: {prompt_to_repeat}",
    Pass(f"Name a colour: red \nor blue?\n******\n{_ASK}", prompt_to_repeat=_ASK, N=2),
    Pass("What’s it?\n******\n\nWhat's it?\n", prompt_to_repeat="What's it? ", N=2),
    Pass("Say ******.\n******\nSay ******.", prompt_to_repeat="Say ******.", N=2),
    Pass("Why?", prompt_to_repeat="Why?", N=1),
    Fail("Name a colour.\n******\nNAME A COLOUR.", prompt_to_repeat="Name a colour.", N=2),
    Fail("Name a colour.\n******\nName a colour.", prompt_to_repeat="Name a colour.", N=1),
    Fail("Name a colour.\n******\nName a colour.", prompt_to_repeat="Name a colour.", N=3),
    Fail("Name a colour.\n*******\nName a colour.", prompt_to_repeat="Name a colour.", N=2),
    Fail("Name a colour.\n******\nName a colour.\n******\nBlue.", prompt_to_repeat="Name a colour.", N=2),
    Fail("Name a colour.\n******\nName a colour.\n******", prompt_to_repeat="Name a colour.", N=2),
    source=IFTRAIN,
    edition="corrected",
    fault="Copies in another case pass as unchanged, those with typographic apostrophes fail, and a request that holds "
    "six asterisks can never be repeated.",
)
def copying_multiple_corrected(reply: Text, *, prompt_to_repeat: Phrase, N: Ordinal) -> Verdict:
    """The same text in the same case, and six asterisks between two copies with any white space around them."""
    rest, wanted = _plain(reply.raw), _plain(prompt_to_repeat)
    right, position = 0, 0
    while rest.startswith(wanted, position):
        right, position = right + 1, position + len(wanted)
        divider = re.compile(r"\s*\*{6}\s*").match(rest, position)
        if not divider or divider.end() == len(rest):
            break
        position = divider.end()
    more = len(rest) - position
    return _repeated(right == N and not more, N, wanted, right, more)


def _repeated(followed: bool, wanted: int, text: str, right: int, more: int) -> Verdict:
    return holds(
        followed,
        lambda: f"{quote(text)} exactly {count_of(wanted, 'times')}, with {_DIVIDER} between, and nothing else",
        lambda: (
            f"{count_of(right, 'unchanged copies') if right != 1 else '1 unchanged copy'}"
            + (" and other text" if more else "")
        ),
    )


_FOX = "The quick brown fox jumps."


@constraint(
    "new:copy_span_idx",
    "Copy the part of the following text that lies between (and including) the indices {n_start} and {n_end}, which "
    "count characters: {prompt_to_repeat}",
    Pass(" QUICK\n", prompt_to_repeat=_FOX, n_start=4, n_end=9),
    Pass("the", prompt_to_repeat=_FOX, n_start=0, n_end=4),
    Fail("quick", prompt_to_repeat=_FOX, n_start=4, n_end=8),
    Fail("quick", prompt_to_repeat=_FOX, n_start=5, n_end=9),
    source=IFTRAIN,
)
def copy_span_idx(reply: Text, *, prompt_to_repeat: Phrase, n_start: Count, n_end: Count) -> Verdict:
    """Counted from 0; as published, the character at the end index is left out, and case does not matter."""
    return _copied(reply, prompt_to_repeat[n_start:n_end])


@constraint(
    "new:copy_span_idx",
    "Copy the part of the following text that lies between (and including) the indices {n_start} and {n_end}, which "
    "count characters: {prompt_to_repeat}",
    Pass("quick", prompt_to_repeat=_FOX, n_start=4, n_end=8),
    Pass("“ quick”\n", prompt_to_repeat=_FOX, n_start=3, n_end=9),
    Pass("red \nor", prompt_to_repeat=_ASK, n_start=15, n_end=20),
    Pass("T", prompt_to_repeat=_FOX, n_start=0, n_end=0),
    Fail("QUICK", prompt_to_repeat=_FOX, n_start=4, n_end=8),
    Fail("quick", prompt_to_repeat=_FOX, n_start=5, n_end=8),
    Fail("quic", prompt_to_repeat=_FOX, n_start=4, n_end=8),
    source=IFTRAIN,
    edition="corrected",
    fault="The sentence includes the character at the end index, and the published check leaves it out.",
)
def copy_span_idx_corrected(reply: Text, *, prompt_to_repeat: Phrase, n_start: Count, n_end: Count) -> Verdict:
    """Counted from 0, both ends included, in the same case; white space at the edges does not matter.

    The sentence does not say from where indices count, nor whether words that they cut are copied whole.
    """
    return _copied_exactly(reply, prompt_to_repeat[n_start : n_end + 1])
