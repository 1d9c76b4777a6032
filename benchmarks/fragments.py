"""What replies without end are made of, one fragment over and over."""

from __future__ import annotations

CHARACTERS = "aA1_ \t\n\r()[]{}<>\"'“”«»*-–—+#|`~^=$%&@\\/.,:;?!…é中あनم한ß\u0301\u200d\u00a0\u2028\x00\ud800🙂"

# Written in rows, with "¦" between two fragments.
_PROSE = (
    "a ¦A ¦1 ¦aB¦a1¦ab ba ¦a-¦a'¦a.¦a. ¦A. ¦Aa. ¦a, ¦a; ¦a: b\n¦e\u0301¦Aa! ¦Aa? ¦?!¦Mr. A. ¦U.S. ¦P.S. a\n¦1,000 ¦"
    "1.5 ¦2020-01-01 ¦a@b.c ¦http://a.b/c ¦a b c d e f g ¦So \n¦SO\n¦one two, three\n\n¦Question 1\n¦Section 1\n¦"
    "Dear Ann,\n¦import a\n¦Hello, world. ¦The cat sat; the dog ran! ¦Level noon. "
)
_LINES = (
    "a\n¦a\n\n¦\n\n¦ \n¦\n ¦a\r\n¦\r\n\r\n¦\t\n¦***¦---\n¦***\n¦===\n¦a\n---\n¦- ¦- a\n¦* a\n¦+ a\n¦1. a\n¦a) b\n¦"
    "  - a\n¦- - ¦- [ ] a\n¦# ¦# a\n¦## a\n\n¦> ¦> a\n¦> > "
)
_MARKS = (
    "**¦**a¦**a**¦**a** ¦*a¦*a* ¦_a¦__a__ ¦`a¦`a` ¦~~a¦$a$ ¦<<a¦<<a>>¦\\(¦[a¦[a]¦[a](¦[a](b)¦![a](¦[1] ¦[^1]¦[[¦(a¦"
    '(a)¦((a¦"a¦"a" ¦"a ¦\'a ¦“a” ¦""'
)
_DATA = (
    '| ¦| a ¦| a | b |\n¦| - | - |\n¦a | b\n--- | ---\n¦```¦```\n¦```a\na\n```\n¦{a¦{"a":¦{"a": 1}\n¦<a¦<a>¦'
    '<a></a>¦</a>¦<!--¦<a b=\'¦&amp;¦",¦a,b\n¦"a","b"\n¦a\tb\n¦key: [¦- a: b\n'
)
_OTHER_SCRIPTS = "中。¦中国，¦これは。¦नमस्ते। ¦مرحبا؟ ¦สวัสดี¦Größe ¦e\u0301 ¦👨‍👩‍👧¦🇩🇪¦👍🏽 ¦a\u0301\u0301¦\u200b"

_PIECES = "¦".join((_PROSE, _LINES, _MARKS, _DATA, _OTHER_SCRIPTS)).split("¦")
FRAGMENTS = tuple(dict.fromkeys([*CHARACTERS, *_PIECES]))
"""Characters, pieces of prose, of Markdown, of data and of other scripts than Latin."""

MIXED = "".join(FRAGMENTS)
"""All of them in a row."""
