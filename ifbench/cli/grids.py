"""A header and rows of text as Markdown, as CSV, or as a table of the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

Row = Sequence[Any]


def as_csv(header: Row, rows: Iterable[Row]) -> str:
    """Comma-separated, lines ended by a line feed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def as_markdown(header: Row, rows: Iterable[Row], *, numbers: bool = False) -> str:
    """A table of GitHub's Markdown; with ``numbers``, all columns but the first are set to the right."""
    rest = "---:" if numbers else "---"
    lines = [header, ["---", *[rest] * (len(header) - 1)]]
    lines += [[str(cell).replace("|", "\\|").replace("\n", "<br>") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_table(header: Row, *, numbers: bool = False, keep_first: bool = False) -> Table:
    """An empty table for the terminal.

    Args:
        header: the names of the columns.
        numbers: set all columns but the first to the right.
        keep_first: never fold the first column: it holds what people copy.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(header):
        justify = "right" if numbers and place else "left"
        table.add_column(Text(name), justify=justify, overflow="fold", no_wrap=keep_first and not place)
    return table
