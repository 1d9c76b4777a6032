"""Replies in XML and HTML, and replies whose parts stand between tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.documents import MAX_DEPTH, Document, UnreadableError, document
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, holds, listing

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


def _is_xml_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text) is not None


def _are_xml_names(names: list[str]) -> bool:
    """Whether ``names`` are different names of XML elements.

    >>> [_are_xml_names(names) for names in [["a", "B-c.1"], ["_a"], ["a", "a"], ["1a"], ["<a>"], ["a b"]]]
    [True, True, False, False, False, False]
    """
    return all(map(_is_xml_name, names)) and len(set(names)) == len(names)


def _are_html_names(names: list[str]) -> bool:
    """Whether ``names`` are different names of HTML elements in lower case.

    >>> [_are_html_names(names) for names in [["p", "h1"], ["my-tag"], ["p", "p"], ["P"], ["<p>"]]]
    [True, True, False, False, False]
    """
    return all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names) and len(set(names)) == len(names)


XMLName = Annotated[str, Predicate(_is_xml_name), doc("the name of an XML element, such as order or line-item")]
"""The name of an XML element."""

XMLNames = Annotated[
    list[str], Len(1), Predicate(_are_xml_names), doc("a list of different names of XML elements, without < and >")
]
"""Names of XML elements."""

HTMLNames = Annotated[
    list[str], Len(1), Predicate(_are_html_names), doc("a list of different names of HTML elements in lower case")
]
"""Names of HTML elements."""


class _XMLReader:
    """The names of a document's elements, in the order in which they open."""

    def __init__(self, doctype: bool) -> None:
        from xml.parsers import expat

        self.names: list[str] = []
        self.depth = 0
        # An encoding given here stands above the one that the document declares.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        if not doctype:
            self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_entities

    def read(self, text: str) -> list[str]:
        from xml.parsers import expat

        try:
            self.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
        except expat.ExpatError as error:
            offset = self.parser.ErrorByteIndex
            position = len(text.encode("utf-8", "surrogatepass")[: max(0, offset)].decode("utf-8", "replace"))
            raise UnreadableError(
                f"text that is not well-formed XML: {expat.ErrorString(error.code)} at line {error.lineno}", position
            ) from None
        return self.names

    def _open(self, name: str, _attributes: dict[str, str]) -> None:
        self.names.append(name)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError(f"XML nested deeper than {MAX_DEPTH} levels")

    def _close(self, _name: str) -> None:
        self.depth -= 1

    def _refuse_doctype(self, *_: object) -> None:
        raise UnreadableError("a document type declaration")

    def _refuse_entities(self, *_: object) -> None:
        raise UnreadableError("a declaration of entities")


def read_xml(text: str, *, doctype: bool = False) -> list[str]:
    """The names of the elements of a well-formed XML document, in the order in which they open, the root first.

    A document type declaration is read only where ``doctype``, and never one that declares entities.

    Raises:
        UnreadableError: it is no such document, or it nests deeper than 100 levels.
    """
    return _XMLReader(doctype).read(text)


@constraint(
    "structure:xml_document",
    "Reply with one well-formed XML document, without a DOCTYPE, whose root element is {root} and which has each of "
    "these elements at least once and no others: {elements}. Write nothing but the XML; a code fence around it is "
    "allowed.",
    Pass("<order><tea kind='green'>2</tea></order>", root="order", elements=["order", "tea"]),
    Pass(
        '```xml\n<?xml version="1.0"?>\n<order><tea/><!-- late --><tea/></order>\n```', root="order", elements=["tea"]
    ),
    Fail("<order><tea>2</order>", root="order", elements=["tea"]),
    Fail("<tea><order/></tea>", root="order", elements=["tea"]),
    Fail("<order><tea/><milk/></order>", root="order", elements=["tea"]),
    Fail("<order></order>", root="order", elements=["tea"]),
    Fail("<order><Tea/></order>", root="order", elements=["tea"]),
    Fail("<order><tea/></order> Enjoy!", root="order", elements=["tea"]),
    Fail("<order><tea/></order><order><tea/></order>", root="order", elements=["tea"]),
    Fail("<!DOCTYPE order><order><tea/></order>", root="order", elements=["tea"]),
    Fail("<order>" + "<tea>" * 100 + "</tea>" * 100 + "</order>", root="order", elements=["tea"]),
    Pass("<order>" + "<tea>" * 99 + "</tea>" * 99 + "<tea/></order>", root="order", elements=["tea"]),
    source=NATIVE,
)
def xml_document(reply: Text, *, root: XMLName, elements: XMLNames) -> Verdict:
    """Names are compared as written, prefix included; the root need not be named among the elements.

    More than 100 levels of nesting count as unreadable.
    """
    required = f"one XML document with the root {root!r} and the elements {listing(elements)}"
    found = document(reply)
    try:
        names = read_xml(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    if names[0] != root:
        return holds(False, required, f"the root {names[0][:100]!r}")
    if missing := [name for name in elements if name not in names]:
        return holds(False, required, f"no element {missing[0]!r}")
    others = [name for name in dict.fromkeys(names) if name not in (root, *elements)]
    return holds(not others, required, f"also {listing(others[:5])}" if others else "these elements")


@constraint(
    "structure:tagged_parts",
    "Divide your whole reply into parts between an opening and a closing tag, as in <name>…</name>. Use each of these "
    "tags once, in this order, with text between the two and nothing outside of them: {tags}.",
    Pass("<thinking>Two and two.</thinking>\n\n<answer>4</answer>", tags=["thinking", "answer"]),
    Pass("<answer>a < b, so **<b>** it is.</answer>\n", tags=["answer"]),
    Fail("<answer>4</answer>\n<thinking>Two and two.</thinking>", tags=["thinking", "answer"]),
    Fail("<thinking>Two and two.</thinking> 4", tags=["thinking", "answer"]),
    Fail("Sure! <answer>4</answer>", tags=["answer"]),
    Fail("<answer>4</answer> Right?", tags=["answer"]),
    Fail("- <answer>4</answer>", tags=["answer"]),
    Fail("<answer> </answer>", tags=["answer"]),
    Fail("<answer>4", tags=["answer"]),
    Fail("<Answer>4</Answer>", tags=["answer"]),
    Fail("<answer>4</answer><answer>5</answer>", tags=["answer"]),
    Fail("<answer><answer>5</answer>", tags=["answer"]),
    Fail("<thinking>So <answer>4</answer> it is.</thinking><answer>4</answer>", tags=["thinking", "answer"]),
    source=NATIVE,
)
def tagged_parts(reply: Text, *, tags: XMLNames) -> Verdict:
    """Tags without attributes, in the case given; other tags may stand within a part, and so may any text."""
    required = f"one part each between the tags {listing(tags)}, in this order, and nothing outside of them"
    marks = [mark for tag in tags for mark in (f"<{tag}>", f"</{tag}>")]
    found = re.compile("|".join(map(re.escape, marks)))
    matches = list(found.finditer(reply.raw))
    if [match.group() for match in matches] != marks:
        shown = listing([match.group() for match in matches[:8]]) or "no such tag"
        return holds(False, required, f"the tags {shown}" if matches else shown, [m.span() for m in matches])
    edges = [0, *(edge for match in matches for edge in match.span()), len(reply.raw)]
    between = list(zip(edges[::2], edges[1::2], strict=True))
    if outside := [(start, stop) for start, stop in between[::2] if reply.raw[start:stop].strip()]:
        return holds(False, required, "text outside of the tags", outside)
    empty = [
        matches[2 * place].span()
        for place, (start, stop) in enumerate(between[1::2])
        if not reply.raw[start:stop].strip()
    ]
    return holds(not empty, required, "a part without text" if empty else "these parts", empty)


def _html_pieces(text: str) -> Iterator[tuple[str, str, Span]]:
    """The tags of an HTML fragment ("open", "close", "single") and what stands between them ("text").

    Raises:
        UnreadableError: a comment or tag does not end.
    """
    position = 0
    for match in re.finditer(r"<(?:!--|(/?)([A-Za-z][A-Za-z0-9-]*))", text):
        if match.start() < position:
            continue
        if text[position : match.start()].strip():
            yield "text", "", (position, match.start())
        if match.group(2) is None:
            closing = re.compile("-->").search(text, match.end())
            if closing is None:
                raise UnreadableError("a comment that does not end", match.start())
            position = closing.end()
            continue
        end = re.compile(r"""(?:[^<>"']|"[^"]*"|'[^']*')*>""").match(text, match.end())
        if end is None:
            raise UnreadableError(f"the tag {match.group()[:100]!r}, which does not end", match.start())
        position = end.end()
        name = match.group(2).lower()
        # A slash right behind a value without quotes belongs to the value.
        closed = (
            name in _VOID or re.search(r"(?:[\s\"']|^<[A-Za-z0-9-]+)/>$", text[match.start() : position]) is not None
        )
        yield "close" if match.group(1) else "single" if closed else "open", name, (match.start(), position)
        if name in ("script", "style") and not match.group(1):
            closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(text, position)
            position = closing.start() if closing else len(text)
    if text[position:].strip():
        yield "text", "", (position, len(text))


def _html_fault(found: Document, tags: list[str]) -> None:
    """Raise what is wrong with an HTML fragment, if anything is."""
    opened: list[str] = []
    seen = False
    for kind, name, (start, _) in _html_pieces(found.text):
        if kind == "text" and not opened:
            raise UnreadableError("text outside of all elements", start)
        if kind != "text" and name not in tags:
            raise UnreadableError(f"the element {name[:100]!r}", start)
        if kind == "open":
            opened.append(name)
        elif kind == "close" and (not opened or opened.pop() != name):
            raise UnreadableError(f"a closing tag of {name!r} out of place", start)
        seen = seen or kind != "text"
    if opened:
        raise UnreadableError(f"the element {opened[-1]!r}, which is not closed")
    if not seen:
        raise UnreadableError("no element")


@constraint(
    "structure:html_fragment",
    "Reply with a fragment of HTML, all of it within elements, that uses no other elements than {tags} and closes each "
    "element it opens. Write nothing but the HTML; a code fence around it is allowed.",
    Pass("<p>Tea &amp; <b class='x > y'>milk</b><br></p>\n<P>a < b</P>", tags=["p", "b", "br"]),
    Pass("```html\n<!-- a > b --><ul><li>tea</li></ul>\n```", tags=["ul", "li"]),
    Pass("<script>if (a<b) { p = '<p>' }</script >", tags=["script"]),
    Pass("<p/>", tags=["p"]),
    Pass("<a href=https://tea.org/>tea</a>", tags=["a"]),
    Pass("<p><a id='x'/><a id=x />tea</p>", tags=["p", "a"]),
    Pass("<script>p = '<p>'</SCRIPT>", tags=["script"]),
    Pass("```html\n<p>tea</p>\n\n```", tags=["p"]),
    Fail("<p>Tea <i>now</i></p>", tags=["p"]),
    Fail("<ul><li>tea<li>milk</ul>", tags=["ul", "li"]),
    Fail("<p>tea", tags=["p"]),
    Fail("<p>tea</p></p>", tags=["p"]),
    Fail("<b><i>tea</b></i>", tags=["b", "i"]),
    Fail("Here it is: <p>tea</p>", tags=["p"]),
    Fail("<p>tea</p> Enjoy!", tags=["p"]),
    Fail("<p>tea</p <p>milk</p>", tags=["p"]),
    Fail("x<!-- tea --><p>milk</p>", tags=["p"]),
    Pass("<style>a</style>\n<p>b</p><!-- -->", tags=["p", "style"]),
    Fail("<!-- tea", tags=["p"]),
    Fail("<!-- tea -->", tags=["p"]),
    Fail("tea", tags=["p"]),
    source=NATIVE,
)
def html_fragment(reply: Text, *, tags: HTMLNames) -> Verdict:
    """Names in any case; ``br``, ``img`` and the other elements without content need no closing tag, others do."""
    required = f"HTML of the elements {listing(tags)} only, each of them closed"
    found = document(reply)
    try:
        _html_fault(found, tags)
    except UnreadableError as fault:
        return found.unread(required, fault)
    return holds(True, required, "such HTML")
