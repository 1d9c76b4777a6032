"""Marks within the text of a reply: bold, links, quotations, footnotes, and Markdown that was not wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from annotated_types import Len

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.parameters import Count, Phrases, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, absent, compare, holds, listing

Feature = Literal[
    "headings",
    "bullet points",
    "numbered lists",
    "tables",
    "bold",
    "italics",
    "code blocks",
    "inline code",
    "links",
    "block quotes",
    "horizontal rules",
]
"""What Markdown can do."""

# Each of these stops at the next mark of its own, so that nothing is read twice.
_INLINE = {
    "bold": r"(?<!\\)\*\*[^\s*](?:[^*\n]|\*(?!\*))*(?<!\s)\*\*|(?<!\\)\*{3}[^\s*][^*\n]*\*{3}"
    r"|(?<![\w\\])__[^\s_](?:[^_\n]|_(?!_))*(?<!\s)__(?!\w)",
    "italics": r"(?<![*\\\w])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![*\w])|(?<!\\)\*{3}[^\s*][^*\n]*\*{3}"
    r"|(?<![\w\\])_[^\s_](?:[^_\n]*[^\s_])?_(?!\w)",
    "inline code": r"(?<![`\\])`[^`\n]+`(?!`)|(?<![`\\])``[^`\n]+``(?!`)",
    "links": r"\[[^\[\]\n]*\]\((?:[^()\n]|\([^()\n]*\))*\)|<https?://[^<>\s]+>"
    r"|(?m:^) {0,3}\[[^\[\]\n^][^\[\]\n]*\]:[ \t]*<?https?://[^\s]",
}


def unmarked(text: str) -> str:
    """``text`` without the marks of emphasis or code around it.

    >>> [unmarked(text) for text in [" **Tea** ", "`tea`", "__ tea__", "a*b"]]
    ['Tea', 'tea', 'tea', 'a*b']
    """
    return text.strip().strip("*_`").strip()


def straight_quotes() -> dict[int, int]:
    """A table for ``str.translate`` that makes curly quotes and apostrophes straight."""
    return str.maketrans("‘’“”", "''\"\"")


def _without_inline_code(text: str) -> str:
    """``text`` with a sign in the place of each character of code within a line, marks included."""
    return re.sub(_INLINE["inline code"], lambda match: "¤" * len(match[0]), text)


def bold_spans(text: str) -> list[Span]:
    """Where bold text stands, marks included. Within code there is none.

    >>> bold_spans("**a** `**b**` **`c`**")
    [(0, 5), (14, 21)]
    """
    return [match.span() for match in re.finditer(_INLINE["bold"], _without_inline_code(text))]


def _quotes(text: str) -> list[Span]:
    """Where block quotes stand: successive lines that begin with ``>``, one of them at least with text behind it.

    >>> [_quotes(text) for text in ["> a\\n>b\\n\\nc\\n > d", "a > b", ">\\n> ", "ab\\n> c\\nd"]]
    [[(0, 6), (10, 14)], [], [], [(3, 6)]]
    """
    spans: list[Span] = []
    open_at = None
    position = 0
    for line in [*text.split("\n"), ""]:
        if line.lstrip(" ").startswith(">"):
            open_at = position if open_at is None else open_at
        elif open_at is not None:
            if text[open_at : position - 1].strip("> \t\r\n"):
                spans.append((open_at, position - 1))
            open_at = None
        position += len(line) + 1
    return spans


def _found(reply: Text, feature: str) -> list[Span]:
    """Where ``feature`` is used."""
    blocks = reply.markdown
    if feature == "headings":
        return [heading.span for heading in blocks.headings]
    if feature == "numbered lists":
        return [item.span for item in blocks.items if item.number is not None]
    if feature == "tables":
        return [table.span for table in blocks.tables]
    if feature == "code blocks":
        return [fence.span for fence in blocks.fences]
    if feature == "horizontal rules":
        return blocks.rules
    text = without_code(reply)
    if feature == "block quotes":
        return _quotes(text)
    if feature == "bullet points":
        dots = [match.span() for match in re.finditer(r"^[ \t]*[•‣▪◦●][^\n]*", text, re.MULTILINE)]
        return sorted([item.span for item in blocks.items if item.number is None] + dots)
    if feature != "inline code":
        text = _without_inline_code(text)
    return [match.span() for match in re.finditer(_INLINE[feature], text)]


@constraint(
    "layout:without",
    "Use none of these in your reply, which is shown as plain text: {features}.",
    Pass("Tea (2 * 3 cups), a_b_c, 5 ** 2 ** 1; 'so' #1\n- is not\nA - B", features=["headings", "bold", "italics"]),
    Fail("# Tea\nHot.", features=["headings"]),
    Fail("Tea is **hot** now.", features=["headings", "bold"]),
    Fail("Tea is __hot__ now.", features=["bold"]),
    Fail("Tea is ***hot*** now.", features=["bold"]),
    Fail("Tea is ***hot*** now.", features=["italics"]),
    Pass(r"\**hot** `x` *a*", features=["bold"]),
    Fail("Tea is *hot* now.", features=["italics"]),
    Fail("Tea is _hot_ now.", features=["italics"]),
    Pass("Tea is **hot** now.", features=["italics"]),
    Fail("* Tea", features=["bullet points"]),
    Fail("  • Tea\n  • Milk", features=["bullet points"]),
    Pass("1. Tea\n2. Milk", features=["bullet points"]),
    Fail("1) Tea\n2) Milk", features=["numbered lists"]),
    Pass("- Tea", features=["numbered lists"]),
    Fail("| Tea |\n|---|\n| Hot |", features=["tables"]),
    Fail("Run:\n```\nls\n```", features=["code blocks"]),
    Pass("Run `ls`.", features=["code blocks"]),
    Pass("Write `**a**`, `*b*`, ``_c_`` or `[d](e)`.", features=["bold", "italics", "links"]),
    Fail("Run `ls`.", features=["inline code"]),
    Fail("Run ``ls``.", features=["inline code"]),
    Pass("Run:\n```\nls `a` **b**\n> c\n• d\n```", features=["inline code", "bold", "block quotes", "bullet points"]),
    Fail("See [tea](https://tea.org).", features=["links"]),
    Fail("See [tea](tea_(drink)).", features=["links"]),
    Fail("See <https://tea.org>.", features=["links"]),
    Pass("See https://tea.org [1] (p. 2).", features=["links"]),
    Fail("See [tea][1].\n\n[1]: https://tea.org", features=["links"]),
    Pass("See [tea][1].\n\nSource [1]: https://tea.org\n[1]: Tea, p. 2.\n[^1]: https://tea.org", features=["links"]),
    Fail("She said:\n\n> Tea.", features=["block quotes"]),
    Pass("2 > 1, and >", features=["block quotes"]),
    Fail("Tea.\n\n---\n\nMilk.", features=["horizontal rules"]),
    source=NATIVE,
)
def without(reply: Text, *, features: Annotated[list[Feature], Len(1)]) -> Verdict:
    """What would be set off if the reply were shown as Markdown. Code is not searched for other features.

    Lines that begin with ``•`` are bullet points too. Bold and italics need text right behind the opening mark, and end
    on the same line.
    """
    found = {feature: spans for feature in features if (spans := _found(reply, feature))}
    return absent(
        list(found), f"none of {listing(features)}", sorted(span for spans in found.values() for span in spans)
    )


@constraint(
    "layout:bold_terms",
    "Write each of these in bold at least once, with Markdown's double asterisks (**so**), and put nothing else in "
    "bold: {terms}.",
    Pass("**Tea** with milk, then **Green tea:** and **TEA**.", terms=["tea", "green tea"]),
    Pass("Our **tea**.\n```\n**x**\n```\n`**y**`", terms=[" tea "]),
    Fail("Our __tea__.", terms=["tea"]),
    Fail("Our **tea** and __tea__.", terms=["tea"]),
    Pass("**`__init__`** and ***it’s*** **etc.**", terms=["__init__", "it's", "etc."]),
    Fail("**Tea** and **milk**.", terms=["tea"]),
    Pass("We like **tea**.", terms=["Tea"]),
    Fail("**Tea** with milk.", terms=["tea", "milk"]),
    Fail("Tea.", terms=["tea"]),
    Fail("**Teas**.", terms=["tea"]),
    source=NATIVE,
)
def bold_terms(reply: Text, *, terms: Phrases) -> Verdict:
    """A whole bold stretch is one of the terms, whatever the case and with or without punctuation after it.

    Underscores make bold too, and so may not be used. Curly and straight quotes are the same; code has no bold text.
    """
    required = f"{listing(terms)} in bold, and nothing else"
    spans = bold_spans(without_code(reply))
    wanted = {term.strip().casefold().translate(straight_quotes()): term for term in terms}
    texts = [
        reply.raw[start:stop].strip("*").strip("`").casefold().translate(straight_quotes()) for start, stop in spans
    ]
    there = [text if text in wanted else text.rstrip(".,:;!?") for text in texts]
    if others := [span for span, text in zip(spans, there, strict=True) if text not in wanted]:
        return holds(False, required, f"{listing([reply.raw[a:b] for a, b in others[:5]])} in bold", others)
    missing = [term for folded, term in wanted.items() if folded not in there]
    return holds(not missing, required, f"{listing(missing)} not in bold" if missing else "so", spans)


@constraint(
    "layout:block_quotes",
    "Set off {relation} {count} passages as Markdown block quotes, whose lines begin with >.",
    Pass("She said:\n\n> Tea,\n> please.\n\nHe said:\n\n> No.", relation="exactly", count=2),
    Fail("She said:\n\n> Tea,\n> please.", relation="exactly", count=2),
    Fail("She said: > Tea.", relation="at least", count=1),
    Pass("How many cups?\n\n > 5\n", relation="exactly", count=1),
    Fail("> ", relation="at least", count=1),
    Fail("```\n> ls\n```", relation="at least", count=1),
    source=NATIVE,
    conflict=attainable(),
)
def block_quotes(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Successive lines that begin with ``>`` are one; code blocks do not count, nor does a quote without text."""
    spans = _quotes(without_code(reply))
    return compare(len(spans), relation, count, "block quotes", spans)


@constraint(
    "layout:footnotes",
    "Write {relation} {count} footnotes: mark each place with [^1], [^2] and so on, in order of appearance, and give "
    "each note once, on a line of its own that begins like this: [^1]: text",
    Pass("Tea[^1] and milk[^2], and tea[^1].\n\n[^1]: Assam.\n [^2]: Whole.", relation="exactly", count=2),
    Fail("Tea[^1] and milk[^2].\n\n[^1]: Assam.\n[^2]: Whole.", relation="exactly", count=3),
    Fail("Tea[^2] and milk[^1].\n\n[^1]: Assam.\n[^2]: Whole.", relation="exactly", count=2),
    Fail("Tea[^1] and milk[^3].\n\n[^1]: Assam.\n[^3]: Whole.", relation="exactly", count=2),
    Fail("Tea[^1] and milk[^2].\n\n[^1]: Assam.", relation="at least", count=1),
    Fail("Tea[^1].\n\n[^1]: Assam.\n[^2]: Whole.", relation="at least", count=1),
    Fail("Tea[^1].\n\n[^1]: Assam.\n[^1]: Ceylon.", relation="at least", count=1),
    Fail("Tea[^1].\n\n[^1]: \r\n", relation="at least", count=1),
    Fail("Tea [1].\n\n[1]: Assam.", relation="at least", count=1),
    Fail("Tea.", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def footnotes(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Numbers only. The order is that of first mention; every mark has a note and every note a mark."""
    required = f"{relation} {count_of(count, 'footnotes')}, numbered as they appear, each with its note"
    notes: list[str] = []
    marks: dict[str, None] = {}
    for match in re.finditer(
        r"^[ \t]*\[\^(\d{1,6})\]:[ \t]*([^\n]*)|\[\^(\d{1,6})\]", without_code(reply), re.MULTILINE
    ):
        if match.group(3):
            marks[match.group(3)] = None
        elif match.group(2).strip():
            notes.append(match.group(1))
    numbers = [str(number) for number in range(1, len(marks) + 1)]
    if not marks or list(marks) != numbers or sorted(notes, key=int) != numbers:
        shown = f"marks {listing(list(marks)[:10]) or 'missing'}, notes {listing(notes[:10]) or 'missing'}"
        return holds(False, required, shown)
    return compare(len(marks), relation, count, "footnotes")


def _addresses(text: str) -> Iterator[tuple[bool, Span]]:
    """Markdown links to the web (True) and addresses outside of links (False)."""
    for match in re.finditer(
        r"\[([^\[\]\n]*)\]\((https?://(?:[^()\s]|\([^()\s]*\))+)(?:[ \t]+\"[^\"\n]*\")?\)|https?://[^\s<>)\]]+", text
    ):
        yield bool(match.group(2) and match.group(1).strip()), match.span()


@constraint(
    "layout:links",
    "Include {relation} {count} web addresses, and write each as a Markdown link, as in [text](https://example.org).",
    Pass("See [tea](https://tea.org) and [**milk**](http://milk.org/a_(b)?c=1).", relation="exactly", count=2),
    Fail("See [tea](https://tea.org).", relation="at least", count=2),
    Pass('See [tea](https://tea.org "All of it").', relation="exactly", count=1),
    Fail("See [tea](https://tea.org) and https://milk.org.", relation="at least", count=1),
    Fail("See [ ](https://tea.org).", relation="at least", count=1),
    Fail("See <https://tea.org>.", relation="at least", count=1),
    Fail("See [tea](tea.html).", relation="at least", count=1),
    Fail("See tea.", relation="at most", count=1),
    Pass("See [tea](https://tea.org).\n```\ncurl https://milk.org\n```", relation="exactly", count=1),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def links(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Addresses that begin with ``http://`` or ``https://``, outside code blocks; the link needs a text."""
    found = list(_addresses(without_code(reply)))
    bare = [span for linked, span in found if not linked]
    spans = [span for _, span in found]
    if bare or not found:
        required = f"{relation} {count_of(count, 'Markdown links')} to the web, and no other address"
        observed = f"{listing([reply.raw[a:b] for a, b in bare[:3]])} outside of a link" if bare else "no web address"
        return holds(False, required, observed, bare)
    return compare(len(found), relation, count, "Markdown links to the web", spans)
