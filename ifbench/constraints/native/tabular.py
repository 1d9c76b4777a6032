"""Replies in CSV, and the tables of Markdown."""

from __future__ import annotations

import datetime
import html
import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from annotated_types import doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.documents import UnreadableError, document
from ifbench.constraints.native.json_documents import Names
from ifbench.constraints.native.marks import unmarked
from ifbench.constraints.native.prose import western
from ifbench.constraints.reading.folding import without_marks
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.markdown import Table
from ifbench.parameters import Count, Phrase, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, holds, listing

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

ColumnType = Literal["text", "integer", "number", "date", "boolean"]
"""What the cells of a column hold."""

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "vertical bar": "|"}
_NUMBER = r"-?\d{1,300}(?:\.\d{1,300})?"


class _Columns(dict[str, str]):
    """Columns by name, each with its type, written as a sentence lists them."""

    def __str__(self) -> str:
        return ", ".join(f"{name} ({kind})" for name, kind in self.items())

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        from pydantic_core import core_schema

        columns = core_schema.dict_schema(
            core_schema.str_schema(pattern=r"\S"), core_schema.literal_schema(list(get_args(ColumnType))), min_length=1
        )
        return core_schema.no_info_after_validator_function(cls._named, columns)

    @classmethod
    def _named(cls, columns: dict[str, str]) -> _Columns:
        """The columns without white space around their names, which must still be different.

        >>> _Columns._named({" Tea": "text", "Cups": "integer"})
        {'Tea': 'text', 'Cups': 'integer'}
        >>> _Columns._named({" Tea": "text", "Tea": "text"})
        Traceback (most recent call last):
        ValueError: two columns have the same name
        """
        named = cls((name.strip(), kind) for name, kind in columns.items())
        if len(named) < len(columns):
            raise ValueError("two columns have the same name")
        return named


Columns = Annotated[
    _Columns,
    doc("an object of column names, each with 'text', 'integer', 'number', 'date' or 'boolean', in the order wanted"),
]
"""The columns of a table and what their cells hold."""


_ARABIC_MARKS = str.maketrans("٫٬", ".,")


def _in_ascii(cell: str) -> str:
    """A cell with the digits of ASCII for those of all scripts, and with its marks for Arabic's within numbers.

    >>> _in_ascii("٣٬٢٠٠٫٥ / २.५")
    '3,200.5 / 2.5'
    """
    return western(cell).translate(_ARABIC_MARKS)


def _fits(cell: str, kind: str) -> bool:
    if kind in ("date", "integer", "number"):
        cell = _in_ascii(cell)
    if kind == "date":
        return re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII) is not None and _is_date(cell)
    patterns = {"integer": r"-?\d{1,300}", "number": _NUMBER, "boolean": "true|false", "text": r"(?s:.+)"}
    return re.fullmatch(patterns[kind], cell, re.ASCII) is not None


def _is_date(cell: str) -> bool:
    try:
        datetime.date.fromisoformat(cell)
    except ValueError:
        return False
    return True


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The rows of a CSV document (RFC 4180), without the white space around cells.

    >>> _rows('a , "b ""c"" d"\\r\\n\\n"e\\nf",g', ",")
    [['a', 'b "c" d'], [], ['e\\nf', 'g']]
    """
    import csv
    import io

    if "\0" in text:
        raise UnreadableError("a NUL character", text.index("\0"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise UnreadableError(f"text that is not CSV: {error} in line {reader.line_num}") from None


@constraint(
    "structure:csv",
    "Reply with CSV whose cells are separated by a {separator}: a header line with the columns {columns}, then "
    "{relation} {rows} rows with every cell filled. Write dates as YYYY-MM-DD, booleans as true or false, and numbers "
    "with a decimal point and without separators of thousands. Write nothing but the CSV; a code fence around it is "
    "allowed.",
    Pass(
        'Day,Cups,Price,Hot,Note\n2024-02-29,-3,4.50,true,"black, ""strong"""\n2024-03-01,4,5,false,"two\nlines"',
        separator="comma", relation="exactly", rows=2,
        columns={"Day": "date", "Cups": "integer", "Price": "number", "Hot": "boolean", "Note": "text"},
    ),
    Pass("```csv\na; b\r\nx; 1\r\n```", separator="semicolon", relation="at least", rows=1,
         columns={"a": "text", "b": "integer"}),
    Pass("a\tb\nx\ty", separator="tab", relation="at least", rows=1, columns={"a": "text", "b": "text"}),
    Pass("a , b\nx , 1 ", separator="comma", relation="at least", rows=1, columns={"a": "text", "b": "integer"}),
    Pass("a|b\nx|y", separator="vertical bar", relation="at least", rows=1, columns={"a": "text", "b": "text"}),
    Fail("a,b\nx,1", separator="semicolon", relation="at least", rows=1, columns={"a": "text", "b": "integer"}),
    Fail("a,b\nx,1", separator="comma", relation="at least", rows=2, columns={"a": "text", "b": "integer"}),
    Fail("b,a\n1,x", separator="comma", relation="exactly", rows=1, columns={"a": "text", "b": "integer"}),
    Fail("a,b\nx", separator="comma", relation="exactly", rows=1, columns={"a": "text", "b": "integer"}),
    Fail("a,b\nx,1,2", separator="comma", relation="exactly", rows=1, columns={"a": "text", "b": "integer"}),
    Fail("a,b\n,1", separator="comma", relation="exactly", rows=1, columns={"a": "text", "b": "integer"}),
    Fail("a,b\nx,1\n\ny,2", separator="comma", relation="exactly", rows=2, columns={"a": "text", "b": "integer"}),
    Fail("a\n2023-02-29", separator="comma", relation="exactly", rows=1, columns={"a": "date"}),
    Fail("a\n20230228", separator="comma", relation="exactly", rows=1, columns={"a": "date"}),
    Fail("a\n1.0", separator="comma", relation="exactly", rows=1, columns={"a": "integer"}),
    Pass(Text("يوم,عدد,سعر\n٢٠٢٤-٠٢-٢٩,١٢,٣٫٥\n2024-03-01,۴,5.0", "ar"), separator="comma", relation="exactly", rows=2,
         columns={"يوم": "date", "عدد": "integer", "سعر": "number"}),
    Pass(Text("दाम\n१२.५", "hi"), separator="comma", relation="exactly", rows=1, columns={"दाम": "number"}),
    Fail(Text("सच\nｔｒｕｅ", "hi"), separator="comma", relation="exactly", rows=1, columns={"सच": "boolean"}),
    Fail(Text("عدد\n٣٫٥", "ar"), separator="comma", relation="exactly", rows=1, columns={"عدد": "integer"}),
    Fail('a\n"1,000.5"', separator="comma", relation="exactly", rows=1, columns={"a": "number"}),
    Fail("a\nyes", separator="comma", relation="exactly", rows=1, columns={"a": "boolean"}),
    Fail('a\n"x" y', separator="comma", relation="exactly", rows=1, columns={"a": "text"}),
    Fail("```\n```", separator="comma", relation="at most", rows=1, columns={"Day": "text"}),
    Fail("Day", separator="comma", relation="at most", rows=1, columns={"Day": "text"}),
    Pass("```csv\n\nDay\nMonday\n\n```", separator="comma", relation="at most", rows=1, columns={" Day": "text"}),
    Fail("Here it is:\na\nx", separator="comma", relation="exactly", rows=1, columns={"a": "text"}),
    source=NATIVE,
    conflict=attainable("rows", lowest=1),
)  # fmt: skip
def csv(
    reply: Text,
    *,
    columns: Columns,
    separator: Literal["comma", "semicolon", "tab", "vertical bar"],
    relation: Relation,
    rows: Count,
) -> Verdict:
    """RFC 4180, so that quotes may hold separators and line breaks; white space around a cell does not count.

    The header is compared as written. Numbers and dates may be in the digits of any script. A line without cells is a
    row of the wrong width; there must be a row.
    """
    required = f"CSV with the columns {columns} and {relation} {count_of(rows, 'rows')}"
    found = document(reply)
    try:
        rows_found = _rows(found.text, _DELIMITERS[separator])
    except UnreadableError as fault:
        return found.unread(required, fault)
    header, *body = rows_found or [[]]
    if header != list(columns):
        return holds(False, required, f"the header {listing(header[:10])}" if header else "no header")
    if not body:
        return holds(False, required, "no rows")
    for number, row in enumerate(body, 1):
        if len(row) != len(columns):
            return holds(False, required, f"{count_of(len(row), 'cells')} in row {number}")
        for cell, (name, kind) in zip(row, columns.items(), strict=True):
            if not _fits(cell, kind):
                return holds(False, required, f"{cell[:100]!r} in the {kind} column {name!r}, row {number}")
    return compare(len(body), relation, rows, f"rows under the columns {columns}")


@constraint(
    "structure:markdown_table",
    "Include exactly one Markdown table. Its columns are {columns}, in this order, and it has {relation} {rows} rows "
    "below the header, with every cell filled.",
    Pass("Our tea:\n\n| Tea | **Cups** |\n|---|:-:|\n| Assam | 2 |\n| Sencha | 3 |\n\nEnjoy.",
         columns=["Tea", "Cups"], relation="exactly", rows=2),
    Pass("Tea | Cups\n--- | ---\nAssam | 2", columns=["Tea", "Cups"], relation="at least", rows=1),
    Fail("| Tea | Cups |\n|---|---|\n| Assam | 2 |", columns=["Tea", "Cups"], relation="at least", rows=2),
    Fail("| Cups | Tea |\n|---|---|\n| 2 | Assam |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea | cups |\n|---|---|\n| Assam | 2 |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea | Cups |\n|---|---|\n| Assam | |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea | Cups |\n|---|---|\n| Assam |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea | Cups |\n|---|---|\n| Assam | &nbsp; |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea |\n|---|", columns=["Tea"], relation="at most", rows=1),
    Fail("| Tea | Cups |\n| Assam | 2 |", columns=["Tea", "Cups"], relation="exactly", rows=1),
    Fail("| Tea |\n|---|\n| Assam |\n\n| Tea |\n|---|\n| Assam |", columns=["Tea"], relation="exactly", rows=1),
    Fail("```\n| Tea |\n|---|\n| Assam |\n```", columns=["Tea"], relation="exactly", rows=1),
    source=NATIVE,
    conflict=attainable("rows", lowest=1),
)  # fmt: skip
def markdown_table(reply: Text, *, columns: Names, relation: Relation, rows: Count) -> Verdict:
    """GitHub's tables. Column names are compared as written, bold and code marks around them left out.

    There must be a row; a cell is filled when something can be seen in it.
    """
    required = f"one Markdown table with the columns {listing(columns)} and {relation} {count_of(rows, 'rows')}"
    tables = reply.markdown.tables
    spans = [table.span for table in tables]
    if len(tables) != 1:
        return holds(False, required, count_of(len(tables), "tables"), spans)
    header = [unmarked(cell) for cell in tables[0].header]
    if header != [unmarked(name) for name in columns]:
        return holds(False, required, f"the columns {listing(header[:10])}", spans)
    for number, row in enumerate(tables[0].rows, 1):
        if not all(html.unescape(cell).strip() for cell in row):
            return holds(False, required, f"an empty cell in row {number}", spans)
    if not tables[0].rows:
        return holds(False, required, "no rows", spans)
    return compare(len(tables[0].rows), relation, rows, f"rows under the columns {listing(columns)}", spans)


def _number(cell: str) -> float | None:
    """The first number of a cell, in the digits of any script.

    Commas and spaces separate thousands; another comma is a decimal mark.

    >>> [_number(cell) for cell in ["$1,000.50", "1 000 001 cups", "1,5 l", "12,5000", "ca. .5", "2e3", "1e3x", "x"]]
    [1000.5, 1000001.0, 1.5, 12.5, 0.5, 2000.0, 1.0, None]
    >>> [_number(cell) for cell in ["-1", "−1", "-$1", "- € 1", "$-1", "5-10", "A-5", "1 2000"]]
    [-1.0, -1.0, -1.0, -1.0, -1.0, 5.0, 5.0, 1.0]
    """
    match = re.search(
        r"((?<!\w)[-−] ?(?:[$€£¥] ?)?)?"
        r"(\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?!\d)|\d+|(?<!\w)(?=\.\d))(?:[.,](\d+))?"
        r"(e[-+]?\d{1,3}(?!\w))?",
        _in_ascii(cell),
        re.ASCII | re.IGNORECASE,
    )
    if match is None:
        return None
    sign, whole, part, power = match.groups(default="")
    return float(f"{'-' if sign else ''}{re.sub(r'[^0-9]', '', whole)}.{part or '0'}{power}")


def _in_order(cells: list[str], order: str) -> bool | None:
    """Whether ``cells`` are in ``order``; None where a cell is empty, or has no number and one is wanted."""
    if not all(cells):
        return None
    backwards = order in ("from Z to A", "from the largest to the smallest number")
    if order.endswith("number"):
        numbers = [_number(cell) for cell in cells]
        if None in numbers:
            return None
        return numbers == sorted((number for number in numbers if number is not None), reverse=backwards)
    # Languages differ in where a letter with an accent goes, and both ways are an alphabet.
    folded = [cell.casefold() for cell in cells]
    ways = (folded, list(map(without_marks, folded)))
    return any(way == sorted(way, reverse=backwards) for way in ways)


def _column(tables: list[Table], name: str) -> tuple[list[str], Table] | None:
    """The cells of the first column called ``name``, and its table."""
    for table in tables:
        header = [unmarked(cell).casefold() for cell in table.header]
        if unmarked(name).casefold() in header:
            place = header.index(unmarked(name).casefold())
            return [unmarked(row[place]) for row in table.rows], table
    return None


@constraint(
    "structure:sorted_table",
    'Include a Markdown table with a column "{column}" and at least two rows, sorted by that column {order}. Leave no '
    "cell of that column empty, and write numbers in digits and all in the same unit.",
    Pass("| Tea | Price |\n|---|---|\n| B | $9.50 |\n| A | $1,000 |", column="price",
         order="from the smallest to the largest number"),
    Fail("| Tea | Price |\n|---|---|\n| B | $1,000 |\n| A | $9.50 |", column="price",
         order="from the smallest to the largest number"),
    Pass("| Price |\n|---|\n| **-1** |\n| -2 |\n| -2 |", column="Price",
         order="from the largest to the smallest number"),
    Fail("| Price |\n|---|\n| 1 |\n| 2 |", column="Price", order="from the largest to the smallest number"),
    Fail("| Price |\n|---|\n| 1 |\n| much |", column="Price", order="from the smallest to the largest number"),
    Pass("| Price |\n|---|\n| −5 |\n| .5 |\n| 2E3 |", column="**Price**",
         order="from the smallest to the largest number"),
    Pass(Text("| السعر |\n|---|\n| ٩٫٥ ريال |\n| ۱۰ ريال |\n| ١٬٢٠٠ ريال |", "ar"), column="السعر",
         order="from the smallest to the largest number"),
    Fail(Text("| दाम |\n|---|\n| १०० |\n| ९९ |", "hi"), column="दाम", order="from the smallest to the largest number"),
    Fail("| Price |\n|---|\n| 2e3 |\n| 3e2 |", column="Price", order="from the smallest to the largest number"),
    Pass("| Tea |\n|---|\n| Assam |\n| Étoile |\n| Sencha |", column="Tea", order="from A to Z"),
    Pass("| Tea |\n|---|\n| Assam |\n| Sencha |\n| Öland |", column="Tea", order="from A to Z"),
    Fail("| Tea | Cups |\n|---|---|\n| | 2 |\n| Assam | 3 |", column="Tea", order="from A to Z"),
    Pass("| Tea |\n|---|\n| assam |\n| *Darjeeling* |\n| Sencha |", column="Tea", order="from A to Z"),
    Fail("| Tea |\n|---|\n| Sencha |\n| assam |", column="Tea", order="from A to Z"),
    Pass("| Tea |\n|---|\n| sencha |\n| Assam |", column="Tea", order="from Z to A"),
    Fail("| Tea |\n|---|\n| Assam |", column="Tea", order="from A to Z"),
    Fail("| Tea |\n|---|\n| Assam |\n| Sencha |", column="Name", order="from A to Z"),
    Fail("Assam, Sencha", column="Tea", order="from A to Z"),
    Pass("| T |\n|---|\n| a |\n\n| Tea |\n|---|\n| Assam |\n| Sencha |", column=" Tea ", order="from A to Z"),
    source=NATIVE,
)  # fmt: skip
def sorted_table(
    reply: Text,
    *,
    column: Phrase,
    order: Literal[
        "from A to Z",
        "from Z to A",
        "from the smallest to the largest number",
        "from the largest to the smallest number",
    ],
) -> Verdict:
    """The first table with such a column, whose name is compared without case.

    Letters are compared without case, with or without their accents; numbers by the first number in each cell. Equal
    cells may follow each other.
    """
    required = f"a table of two rows or more, sorted by {column!r} {order}"
    found = _column(reply.markdown.tables, column)
    if found is None:
        return holds(False, required, "no table with such a column")
    cells, table = found
    if len(cells) < 2:
        return holds(False, required, count_of(len(cells), "rows"), [table.span])
    sorted_so = _in_order(cells, order)
    missing = "a cell that is empty or without a number"
    observed = {True: "so sorted", False: f"the order {listing(cells[:5])}", None: missing}[sorted_so]
    return holds(bool(sorted_so), required, observed, [table.span])
