"""Single tasks of IFBench: tables as comma or tab separated values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ifbench.constraints.reading.fences import only_code
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of, quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_CITY = ("ID", "Country", "City", "Year", "Count")
_PRODUCT = ("ProductID", "Category", "Brand", "Price", "Stock")
_STUDENT = ("StudentID", "Subject", "Grade", "Semester", "Score")
_CITY_ROWS, _PRODUCT_ROWS, _STUDENT_ROWS = 7, 14, 3


def _python_rows(text: str, delimiter: str = ",") -> list[list[str]] | None:
    """The rows as Python's csv module reads them, or None where it refuses (a bare carriage return, a field too long).

    NUL, which Python refuses up to 3.10 only, is read as U+FFFD.
    """
    import csv
    import io

    try:
        return list(csv.reader(io.StringIO(text.replace("\0", "\ufffd")), delimiter=delimiter))
    except csv.Error:
        return None


class _Field(NamedTuple):
    """A value, and whether double quotes enclose it."""

    value: str
    quoted: bool


@cache
def _field_pattern(delimiter: str) -> re.Pattern[str]:
    blank = " " if delimiter == "\t" else " \t"
    return re.compile(
        rf'[{blank}]*(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"[{blank}]*(?=[{delimiter}\n])'
        rf'|(?P<bare>(?!["{blank}])[^{delimiter}\n]*))'
    )


def _rows(text: str, delimiter: str = ",") -> list[list[_Field]] | None:
    """The rows that are not blank, without spaces around values; None where a quoted value does not end properly."""
    pattern = _field_pattern(delimiter)
    text = text.strip().replace("\r\n", "\n") + "\n"
    rows: list[list[_Field]] = [[]]
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return None
        quoted = match["quoted"] is not None
        rows[-1].append(_Field((match["quoted"] if quoted else match["bare"]).strip(), quoted))
        place = match.end()
        if text[place] == "\n":
            rows.append([])
        place += 1
    return [row for row in rows if any(item.value or item.quoted for item in row)]


def _table_fault(rows: list[list[_Field]] | None, header: tuple[str, ...], number: int) -> str | None:
    """What keeps ``rows`` from being the header and the number of full rows behind it, or None."""
    if not rows:
        return "no table"
    if tuple(item.value for item in rows[0]) != header:
        return f"the header {_names([item.value for item in rows[0]])}"
    if len(rows) != number + 1:
        return f"{len(rows) - 1} rows"
    for place, row in enumerate(rows):
        if len(row) != len(header) or not all(item.value for item in row):
            filled = sum(bool(item.value) for item in row)
            return f"{filled} values in {len(row)} fields in row {place}"
    return None


def _names(values: Sequence[str]) -> str:
    return quote(", ".join(values))


def _required(header: tuple[str, ...], number: int, more: str = "") -> str:
    return f"the header {', '.join(header)} and {number} rows of {len(header)} values{more}"


def _table(header: tuple[str, ...], *rows: str, delimiter: str = ",") -> str:
    """A table for the examples below; rows are written with commas."""
    return "\n".join([delimiter.join(header), *(row.replace(",", delimiter) for row in rows)])


_CITIES = [f"{number},Kenya,Nakuru,20{number}0,{number * 7}" for number in range(1, 8)]
_CITY_SENTENCE = (
    'Generate CSV data: The column names are ["ID", "Country", "City", "Year", "Count"], the data should be comma '
    "delimited. Please generate 7 rows."
)


@constraint(
    "custom:csv_city",
    _CITY_SENTENCE,
    Pass(_table(_CITY, *_CITIES)),
    Pass(_table(_CITY, *[",,,,"] * 7)),
    Fail(_table(_CITY, *_CITIES).replace(",", ", ")),
    Fail(f"```csv\n{_table(_CITY, *_CITIES)}\n```"),
    Fail(_table(_CITY, *_CITIES[1:])),
    Fail(_table(_CITY, *_CITIES[1:], "7,Kenya,Nakuru,2070")),
    Fail(_table(_CITY[::-1], *_CITIES)),
    Fail(_table(_CITY, *_CITIES).replace("Kenya", "Ke\rnya")),
    source=IFBENCH,
)
def csv_city(reply: Text) -> Verdict:
    """The header to the letter and seven lines of five fields, as Python's csv module reads them; nothing around it."""
    rows = _python_rows(reply.raw)
    shape = [len(_CITY)] * _CITY_ROWS
    followed = rows is not None and rows[:1] == [list(_CITY)] and [len(row) for row in rows[1:]] == shape
    return holds(followed, _required(_CITY, _CITY_ROWS), lambda: _described(rows, followed))


def _described(rows: list[list[str]] | None, followed: bool) -> str:
    if followed:
        return "this table"
    if not rows:
        return "no table"
    if len(rows) == 1:
        return f"the header {_names(rows[0])} and no rows"
    sizes = sorted({len(row) for row in rows[1:]})
    return (
        f"the header {_names(rows[0])} and {count_of(len(rows) - 1, 'rows')} of {', '.join(map(str, sizes[:8]))} values"
    )


@constraint(
    "custom:csv_city",
    _CITY_SENTENCE,
    Pass(_table(_CITY, *_CITIES)),
    Pass("\n" + _table(_CITY, *_CITIES).replace(",", " ,\t") + "\n\n"),
    Pass(f"```csv\n{_table(_CITY, *_CITIES)}\n```"),
    Pass(f"Here you are:\n\n```\n{_table(_CITY, *_CITIES)}\n```\nEnjoy."),
    Pass(
        _table(_CITY, *_CITIES)
        .replace("Nakuru", '"Nakuru, ""the"" city"')
        .replace("Count\n", '"Count"\n')
        .replace("\n", "\r\n")
    ),
    Fail(_table(_CITY, *[",,,,"] * 7)),
    Fail(_table(_CITY, *_CITIES[1:])),
    Fail(_table(_CITY, *_CITIES, *_CITIES[:1])),
    Fail(_table(_CITY, *_CITIES[1:], "7,Kenya,Nakuru,2070")),
    Fail(_table(_CITY, *_CITIES[1:], "7,Kenya,,2070,1")),
    Fail(_table(_CITY, *_CITIES[1:], '7,Kenya," ",2070,1')),
    Fail(_table(_CITY, "1,Kenya,Nakuru,2010", *_CITIES[1:])),
    Fail(_table(_CITY[::-1], *_CITIES)),
    Fail(_table(_CITY, *_CITIES).replace(",", "\t")),
    Fail(_table(_CITY, *_CITIES[1:], '7,Kenya,"Nakuru,2070,1')),
    Fail(_table(_CITY, *_CITIES[1:], '7,Kenya,"Nakuru"x,2070,1')),
    Fail("I cannot."),
    edition="corrected",
    fault="A code fence, spaces behind the commas or a blank line breaks the rule, and rows without any value pass.",
    source=IFBENCH,
)
def csv_city_corrected(reply: Text) -> Verdict:
    """The header and seven rows of five values, none empty; of a reply with one code fence, what is in the fence.

    Spaces around values, quotes around them and blank lines do not matter.
    """
    fault = _table_fault(_rows(only_code(reply)), _CITY, _CITY_ROWS)
    return holds(fault is None, _required(_CITY, _CITY_ROWS), fault or "this table")


_PRODUCTS = [f"{number},Tea,Assam,{number}0,1{number}" for number in range(1, 14)]
_MARKED = '14,Tea,"Earl-Grey",140,114'
_PRODUCT_SENTENCE = (
    'Generate CSV data: The column names are ["ProductID", "Category", "Brand", "Price", "Stock"], the data should be '
    "comma delimited. Please generate 14 rows. Add one field which contains a special character and enclose it in "
    "double quotes."
)


@constraint(
    "custom:csv_special_character",
    _PRODUCT_SENTENCE,
    Pass(_table(_PRODUCT, *_PRODUCTS, _MARKED)),
    Pass(_table(_PRODUCT, _MARKED, *_PRODUCTS[:12], "Tea")),
    Pass(_table(_PRODUCT, *_PRODUCTS, _MARKED).replace("Category,", '"Category", ', 1)),
    Pass(_table(_PRODUCT, *_PRODUCTS, '14,Tea,"-Earl",140,114').replace("Stock\n", "Stock \n", 1)),
    Fail(_table(_PRODUCT, *_PRODUCTS, "14,Tea,Earl-Grey,140,114")),
    Fail(_table(_PRODUCT, *_PRODUCTS, '14,Tea,"Earl Grey",140,114')),
    Fail(_table(_PRODUCT, *_PRODUCTS[1:], _MARKED)),
    Fail(_table(_PRODUCT, "Tea", *_PRODUCTS[1:], _MARKED)),
    Fail(_table(_PRODUCT[::-1], *_PRODUCTS, _MARKED)),
    Fail(_table(_PRODUCT, *_PRODUCTS, '14,Tea,"Earl\n-Grey",140,114')),
    Fail(f"```\n{_table(_PRODUCT, *_PRODUCTS, _MARKED)}\n```"),
    source=IFBENCH,
)
def csv_special_character(reply: Text) -> Verdict:
    """The header, and 14 rows by Python's csv module, one of them with a quoted field with a mark in its first line.

    A mark is what is no letter, digit, underscore or white space. As published, rows behind the first that has one
    are not looked at.
    """
    first, rows = reply.lines[0].strip(), None
    if re.fullmatch(_published_header(_PRODUCT, r",[ \t]*"), first):
        rows = _python_rows(reply.raw.replace('"', '"""'))
    followed = False
    if rows is not None and len(rows) == _PRODUCT_ROWS + 1:
        for row in rows[1:]:
            if len(row) != len(_PRODUCT):
                break
            if any(map(_is_marked, row)):
                followed = True
                break
    required = _required(_PRODUCT, _PRODUCT_ROWS, ", one of them with a special character in double quotes")
    return holds(followed, required, lambda: _described(rows, followed))


def _published_header(names: tuple[str, ...], between: str) -> str:
    return between.join(f'(?:{name}|"{name}")' for name in names)


def _is_marked(value: str) -> bool:
    """Whether there is a mark between a double quote at the beginning and another on the same line."""
    line = value.partition("\n")[0]
    return line.startswith('"') and re.search(r"[^\w\s]", line[1 : line.rfind('"')]) is not None


@constraint(
    "custom:csv_special_character",
    _PRODUCT_SENTENCE,
    Pass(_table(_PRODUCT, *_PRODUCTS, _MARKED)),
    Pass(f"```csv\n{_table(_PRODUCT, _MARKED, *_PRODUCTS)}\n\n```"),
    Fail(_table(_PRODUCT, _MARKED, *_PRODUCTS[:12], "Tea")),
    Fail(_table(_PRODUCT, *_PRODUCTS, "14,Tea,Earl-Grey,140,114")),
    Fail(_table(_PRODUCT, *_PRODUCTS, '14,Tea,"Earl Grey",140,114')),
    Fail(_table(_PRODUCT, *_PRODUCTS[1:], _MARKED)),
    Fail(_table(_PRODUCT[::-1], *_PRODUCTS, _MARKED)),
    Fail(_table(_PRODUCT, *_PRODUCTS, '14,Tea,"",140,114')),
    edition="corrected",
    fault="Rows behind the first with a special character are not looked at, and a code fence breaks the rule.",
    source=IFBENCH,
)
def csv_special_character_corrected(reply: Text) -> Verdict:
    """The header and 14 rows of five values, one or more of them in double quotes with a mark within.

    A mark is what is no letter, digit, underscore or white space. Of a reply with one code fence, what is in it counts.
    """
    rows = _rows(only_code(reply))
    fault = _table_fault(rows, _PRODUCT, _PRODUCT_ROWS)
    marked = any(item.quoted and re.search(r"[^\w\s]", item.value) for row in (rows or [])[1:] for item in row)
    required = _required(_PRODUCT, _PRODUCT_ROWS, ", one of them with a special character in double quotes")
    if fault is None and not marked:
        fault = "no special character in double quotes"
    return holds(fault is None, required, fault or "this table")


_STUDENTS = [f'"{number}","Tea","A","Spring","9{number}"' for number in range(1, 4)]
_STUDENT_HEADER = tuple(f'"{name}"' for name in _STUDENT)
_STUDENT_SENTENCE = (
    'Generate CSV data: The column names are ["StudentID", "Subject", "Grade", "Semester", "Score"], the data should '
    "be tab delimited. Please generate 3 rows and enclose each single field in double quotes."
)


@constraint(
    "custom:csv_quotes",
    _STUDENT_SENTENCE,
    Pass(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t")),
    Pass(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"93"', '"')),
    Pass(
        _table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('Score"', 'Score" ').replace('\t"Tea"', '\t "Tea"')
    ),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', "")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', "Tea")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', '"Tea')),
    Fail(_table(_STUDENT, *_STUDENTS, delimiter="\t")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter=",")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS[1:], delimiter="\t")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('\t"Tea"', "")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t") + "\n\n"),
    source=IFBENCH,
)
def csv_quotes(reply: Text) -> Verdict:
    """The header and three rows of five fields, by Python's csv module; each field begins and ends with a double quote.

    An empty field is not enclosed in quotes, so the reply is not followed; the reference implementation crashes there.
    """
    first, rows = reply.lines[0].strip(), None
    if re.fullmatch(_published_header(_STUDENT, r"\t *"), first):
        rows = _python_rows(reply.raw.replace('"', '"""'), "\t")
    followed = (
        rows is not None
        and [len(row) for row in rows] == [len(_STUDENT)] * (_STUDENT_ROWS + 1)
        and all(item.strip()[:1] == item.strip()[-1:] == '"' for row in rows for item in row)
    )
    return holds(followed, _required(_STUDENT, _STUDENT_ROWS, ", each quoted"), lambda: _described(rows, followed))


@constraint(
    "custom:csv_quotes",
    _STUDENT_SENTENCE,
    Pass(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t")),
    Pass(f"```tsv\n{_table(_STUDENT_HEADER, *_STUDENTS, delimiter=chr(9))}\n```"),
    Pass(f"```tsv\n{_table(_STUDENT_HEADER, *_STUDENTS, delimiter=chr(9))}\n```".replace("\n", "\r\n")),
    Pass(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', '"The ""tea"" ceremony"') + "\n\n"),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"93"', '"')),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', "Tea")),
    Fail(_table(_STUDENT, *_STUDENTS, delimiter="\t")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter=",")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS[1:], delimiter="\t")),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('"Tea"', '""')),
    Fail(_table(_STUDENT_HEADER, *_STUDENTS, delimiter="\t").replace('\t"Tea"', '\t\t"Tea"')),
    edition="corrected",
    fault="A code fence or a blank line at the end breaks the rule, and a lone quotation mark passes for a field.",
    source=IFBENCH,
)
def csv_quotes_corrected(reply: Text) -> Verdict:
    """The header and three rows of five values with tabs between them, all of them, the header's too, in double quotes.

    Of a reply with one code fence, what is in the fence counts; blank lines do not.
    """
    rows = _rows(only_code(reply), "\t")
    fault = _table_fault(rows, _STUDENT, _STUDENT_ROWS)
    if fault is None and not all(item.quoted for row in rows or [] for item in row):
        fault = "values without quotes"
    return holds(fault is None, _required(_STUDENT, _STUDENT_ROWS, ", each quoted"), fault or "this table")
