"""Brackets in brackets, quotations in quotations, and what follows a quotation."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ifbench.constraints.sources import IFBENCH
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, at_least, every, holds

_BRACKET_LEVELS = 5
_QUOTE_LEVELS = 3
_PARTNER = {")": "(", "]": "[", "}": "{"}


@constraint(
    "format:parentheses",
    "Nest parentheses (and [brackets {{and braces}}]) at least 5 levels deep.",
    Pass("Tea (green [first {second (third [fourth] flush)}])."),
    Pass("Tea (((((a)"),
    Pass("Tea) and (milk (or [cream {or (none)}])) too."),
    Fail("Tea (green [first {second (third) flush}])."),
    Fail("Tea (green [first {second (third [fourth flush"),
    Fail("Tea (green [first {second (third [fourth) flush)}])."),
    source=IFBENCH,
)
def parentheses(reply: Text) -> Verdict:
    """Five brackets open at once and the innermost closed; the outer four may stay open, as published.

    A closing bracket that does not fit the innermost open one discards all that are open.
    """
    opened: list[str] = []
    deepest = 0
    spans: list[Span] = []
    for match in re.finditer(r"[()\[\]{}]", reply.raw):
        bracket = match.group()
        if bracket not in _PARTNER:
            opened.append(bracket)
        elif opened and opened[-1] == _PARTNER[bracket]:
            if len(opened) > deepest:
                deepest, spans = len(opened), [match.span()]
            opened.pop()
        else:
            opened = []
    return at_least(deepest, _BRACKET_LEVELS, "levels of brackets, the innermost of them closed", spans)


@constraint(
    "format:parentheses",
    "Nest parentheses (and [brackets {{and braces}}]) at least 5 levels deep.",
    Pass("Tea (green [first {second (third [fourth] flush)}])."),
    Pass("1) Tea (a (b (c (d (e))))), and :( milk."),
    Pass("茶（绿茶（春茶（明前（龙井（特级）））））。"),
    Pass("Tea (green [first {second (third [fourth (fifth [sixth) flush)}])."),
    Pass("Tea (a [b (c (d (e (f))))) (g)."),
    Fail("Tea (((((a)"),
    Fail("Tea ((((a))))."),
    Fail("Tea (a) [b] {c} (d) [e]."),
    Fail("Tea ((a) (b) [c] {d} (e))."),
    Fail("Tea ([{([a)]})] here."),
    edition="corrected",
    fault="Five opening brackets and a single closing one pass, although the outer four are never closed.",
    source=IFBENCH,
)
def parentheses_corrected(reply: Text) -> Verdict:
    """Five pairs one in the other, every one closed; the pairs may be of one kind or mixed, the sentence asks for none.

    An opening bracket that is never closed and a closing one that was never opened are passed over. Fullwidth brackets
    count as their ASCII forms.
    """
    text = reply.raw.translate(str.maketrans("（）［］｛｝", "()[]{}"))
    # Each open bracket: which, where, and the depth of the closed pairs within it. The first entry is the text itself.
    opened: list[tuple[str, int, int]] = [("", 0, 0)]
    waiting = dict.fromkeys(_PARTNER.values(), 0)
    deepest, spans = 0, list[Span]()
    for match in re.finditer(r"[()\[\]{}]", text):
        bracket = match.group()
        if bracket not in _PARTNER:
            opened.append((bracket, match.start(), 0))
            waiting[bracket] += 1
        elif waiting[_PARTNER[bracket]]:
            while True:
                opener, start, depth = opened.pop()
                waiting[opener] -= 1
                paired = opener == _PARTNER[bracket]
                outer, position, inner = opened[-1]
                opened[-1] = (outer, position, max(inner, depth + paired))
                if paired:
                    break
            if depth + 1 > deepest:
                deepest, spans = depth + 1, [(start, match.end())]
    return at_least(deepest, _BRACKET_LEVELS, "levels of closed brackets", spans)


@constraint(
    "format:quotes",
    "Include quotes within quotes within quotes, at least 3 levels deep, alternating between double quotes and single "
    "quotes.",
    Pass("""Ann said, "Bob told me, 'Cat said "no" to tea.'\""""),
    Pass("""'He heard "the word 'tea' twice."'"""),
    Pass("""It's "a 'so-called' tea", isn't it. "Don't", she said. "It's"."""),
    Fail("""Ann said, "Bob told me 'no' today." """),
    Fail("""Ann said, "Bob told me, 'Cat said "no tea."""),
    Fail("“Bob told me, ‘Cat said “no” to tea.’”"),
    source=IFBENCH,
)
def quotes(reply: Text) -> Verdict:
    """Straight marks only: one like the last open mark closes it, any other opens. As published, apostrophes are marks.

    Followed as soon as three more marks have been open at once, anywhere before, than are open after a closing one.
    """
    opened: list[str] = []
    deepest = fallen = 0
    for match in re.finditer("[\"']", reply.raw):
        if opened and opened[-1] == match.group():
            opened.pop()
            fallen = max(fallen, deepest - len(opened))
        else:
            opened.append(match.group())
            deepest = max(deepest, len(opened))
    return at_least(fallen, _QUOTE_LEVELS, "levels of straight quotation marks, opened and closed again")


class _Mark(NamedTuple):
    """A quotation mark: where, double or single, which way it turns, and how many stretches of words came before it."""

    position: int
    double: bool
    turn: Literal["opens", "closes", "either"]
    words: int


def _marks(text: str) -> Iterator[_Mark]:
    """The quotation marks of ``text``, without apostrophes and without the mark that is itself spoken of (``'"'``).

    A straight mark opens behind white space and closes before it; failing that, the punctuation beside it decides.
    """
    words = last = 0
    for run in re.finditer("[\"'“”„‘’‚]+", text):
        start, stop = run.span()
        words += re.search(r"[^\W_]", text[last:start]) is not None
        last = stop
        left, right = text[start - 1 : start] or " ", text[stop : stop + 1] or " "
        if run.group() == "'\"'":
            continue
        turn = _turn(left, right)
        for position, mark in enumerate(run.group(), start):
            if (
                mark in "'‘’"
                and stop - start == 1
                and ((left.isalnum() and right.isalnum()) or mark + turn == "’opens")
            ):
                continue
            if mark in "„‚" or (mark in "“‘" and turn != "closes"):
                yield _Mark(position, mark in "„“", "opens", words)
            else:
                yield _Mark(position, mark in '"“”', "closes" if mark in "”’" else turn, words)


def _turn(left: str, right: str) -> Literal["opens", "closes", "either"]:
    opening = left.isspace(), left in "([{<*_-–—/:="
    closing = right.isspace(), right in ")]}>*_-–—/:.,;!?…"
    for before, behind in zip(opening, closing, strict=True):
        if before != behind:
            return "opens" if before else "closes"
    return "either"


@constraint(
    "format:quotes",
    "Include quotes within quotes within quotes, at least 3 levels deep, alternating between double quotes and single "
    "quotes.",
    Pass("""Ann said, "Bob told me, 'Cat said "no" to tea.'\""""),
    Pass("""'He heard "the word 'tea' twice."'"""),
    Pass("“Bob told me, ‘Cat said “no” to tea.’”"),
    Pass("""Ann doesn’t lie: "Bob told me, 'Cat's friend said "no" to tea.'\""""),
    Pass("""**"Bob told me, 'Cat said "no".'"** It’s true."""),
    Pass("""Ann's note ("Bob told me—'Cat said "no"'—at 6' tall")."""),
    Pass("""She said: "Bob wrote, '"No" was the word.'" """),
    Pass("Er sagte: „Bob schrieb: ‚Sie sagte „nein“ dazu.‘“"),
    Pass("""The mark '"' opens: "Bob told me, 'Cat said "no".'\""""),
    Pass("""A"B 'C "d" e'"F"""),
    Pass("""A"'B "c" d'"E"""),
    Pass("""6' or 6" tall? "Ann ("Bob 'c "d" e' f") g"."""),
    Pass("""Ann: "So, 'tis 'b "c" d' e"."""),
    Fail("""It is "a 'b "" c' d"."""),
    Fail("""It's "a 'so-called' tea", isn't it. "Don't", she said. "It's"."""),
    Fail("""Ann said, "Bob told me 'no' today." """),
    Fail("""Ann said, "Bob told me, 'Cat said "no tea."""),
    Fail("""Ann said, 'Bob told me "no" today.' """),
    Fail("""Ann said, "Bob told me, "Cat said 'no' to tea."" """),
    Fail("""Ann's " and Bob's " and 'Cat' is "here"."""),
    Fail("""Look: "'""'" are six marks."""),
    edition="corrected",
    fault="Apostrophes are taken for quotation marks and curly quotation marks for none.",
    source=IFBENCH,
)
def quotes_corrected(reply: Text) -> Verdict:
    """Three quotations one directly in the other, double and single in turn, all closed, with words in the innermost.

    Straight and curly marks count alike. A single mark between letters or digits is an apostrophe. A straight mark
    opens behind white space and closes before it; where that does not tell, the punctuation beside it does.
    """
    # Each open quotation: its mark, and how deep the single and the double quotations go that stand directly in it.
    opened: list[tuple[_Mark | None, list[int]]] = [(None, [0, 0])]
    waiting = [0, 0]
    deepest, spans = 0, list[Span]()
    for mark in _marks(reply.raw):
        top = opened[-1][0]
        closes = mark.turn == "closes" or (mark.turn == "either" and top is not None and top.double == mark.double)
        if not closes:
            opened.append((mark, [0, 0]))
            waiting[mark.double] += 1
        elif waiting[mark.double]:
            opener, inner = _unwound(opened, waiting, mark.double)
            depth = inner[not mark.double] + 1 if mark.words > opener.words else 0
            outer = opened[-1][1]
            outer[mark.double] = max(outer[mark.double], depth)
            if depth > deepest:
                deepest, spans = depth, [(opener.position, mark.position + 1)]
    return at_least(deepest, _QUOTE_LEVELS, "levels of quotations, double and single in turn", spans)


def _unwound(opened: list[tuple[_Mark | None, list[int]]], waiting: list[int], double: bool) -> tuple[_Mark, list[int]]:
    """The innermost open quotation of the kind; what was opened within it and never closed is taken for none."""
    while True:
        mark, inner = opened.pop()
        assert mark is not None
        waiting[mark.double] -= 1
        if mark.double == double:
            return mark, inner
        outer = opened[-1][1]
        outer[:] = map(max, outer, inner)


@constraint(
    "format:quote_unquote",
    "Every quoted phrase must be followed by an unquoted explanation.",
    Pass('"Tea time" is the hour from four to five.'),
    Pass("Tea time is the hour from four to five."),
    Pass("They call it “tea time”"),
    Pass("Write it with '\"' and \"tea\", not milk. The mark is '\"'"),
    Fail('The hour from four to five is "tea time".'),
    Fail('The hour from four to five is "tea time" (1).'),
    Fail('"Tea" "time" is the hour from four to five.'),
    Fail('"Tea"\n"time" is the hour from four to five.'),
    source=IFBENCH,
)
def quote_unquote(reply: Text) -> Verdict:
    """No two straight double marks with white space at most between them, and none at the end but for punctuation.

    A mark that stands in single ones (``'"'``) does not count. As published, a reply without quotations is followed.
    """
    text = "".join(reply.raw.replace("'\"'", "").split())
    adjoining = '""' in text
    final = text.rstrip(string.digits + string.punctuation.replace('"', "")).endswith('"')
    return holds(
        not adjoining and not final,
        "words after every quotation",
        "two quotation marks side by side" if adjoining else "a quotation at the end" if final else "no such fault",
    )


@constraint(
    "format:quote_unquote",
    "Every quoted phrase must be followed by an unquoted explanation.",
    Pass('"Tea time" is the hour from four to five.'),
    Pass("“Tea time” is an hour. “Milk first” is a habit."),
    Pass('**ANN:** "More tea."\n\n*She is thirsty.*'),
    Pass('"Tea" means a meal, 5\'10" is a height, and "" is empty.'),
    Pass('"Tea is the "drink" of kings" means that they like it.'),
    Pass('Say"tea"now.'),
    Fail('Say"tea"'),
    Fail("Tea time is the hour from four to five."),
    Fail("They call it “tea time”"),
    Fail('"Tea", "milk" and "bread" are food.'),
    Fail('The hour from four to five is "tea time".'),
    Fail('"Tea" is a drink. The hour is "tea time" (…).'),
    Fail('The mark \'"\' and "" are not phrases.'),
    edition="corrected",
    fault="Curly quotation marks are not seen, a comma passes for an explanation, and no quotation at all passes.",
    source=IFBENCH,
)
def quote_unquote_corrected(reply: Text) -> Verdict:
    """Between a quotation in double marks, straight or curly, and the next one or the end there are words.

    Whether these words explain is not judged, nor are single marks: the sentence does not say that they quote.
    """
    found: list[Span] = []
    opener: _Mark | None = None
    for mark in _marks(reply.raw):
        if not mark.double:
            continue
        if mark.turn == "opens" or (mark.turn == "either" and opener is None):
            opener = mark
        elif opener is not None:
            if mark.words > opener.words:
                found.append((opener.position, mark.position + 1))
            opener = None
    limits = [*(start for start, _ in found), len(reply.raw)][1:]
    bare = [
        (start, stop)
        for (start, stop), limit in zip(found, limits, strict=True)
        if not re.search(r"[^\W_]", reply.raw[stop:limit])
    ]
    return every(reply.raw, found, bare, "quotations", "words after every quotation and before the next")
