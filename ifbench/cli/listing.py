"""``ifbench list``: what there is."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from typing import Any

import click

from ifbench.cli.console import emit, emit_tables
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.cli.options import format_option


def _constraints() -> list[dict[str, Any]]:
    from ifbench.constraints.sources import NATIVE
    from ifbench.registry import editions, kinds

    return [
        {
            "id": kind.id,
            "from": (kind.source or kind.origin).partition(" (")[0],
            # One of ours has one reading, which bears no name.
            "editions": [] if kind.source == NATIVE else [edition.edition for edition in editions(kind.id)],
            "parameters": list(kind.parameters),
            "constraint": kind.sentence,
        }
        for kind in kinds()
    ]


def _sets() -> list[dict[str, Any]]:
    from ifbench.sets import SETS

    return [
        {
            "name": named.name,
            "edition": named.edition,
            "from": f"{named.hub.repository} at {named.hub.revision[:12]}" if named.hub else "this package",
            "summary": named.summary,
        }
        for named in SETS.values()
    ]


def _engines() -> list[dict[str, Any]]:
    from ifbench.generators.base import ENGINES

    return [{"name": name, "summary": summary} for name, summary in ENGINES.items()]


_LISTS = {"constraints": _constraints, "sets": _sets, "engines": _engines}


def _as_text(rows: list[dict[str, Any]]) -> str:
    """Each type on a line of its own with its sentence below: a table would fold on any screen."""
    width = min(shutil.get_terminal_size().columns, 120)
    counts = Counter(row["from"] for row in rows).most_common()
    lines = [
        f"{len(rows)} constraint types: {', '.join(f'{number} of {source}' for source, number in counts)}",
        "`ifbench show ID` explains one.",
    ]
    for row in rows:
        known_as = "; ".join(filter(None, [row["from"], " and ".join(row["editions"])]))
        lines.append(f"\n{row['id']}  ({known_as})")
        lines.append(textwrap.fill(row["constraint"], width, initial_indent="    ", subsequent_indent="    "))
    return "\n".join(lines) + "\n"


@click.command("list")
@click.argument("what", type=click.Choice(list(_LISTS)), default="constraints")
@format_option
def command(what: str, format: str) -> None:
    """List constraint types (the default), prompt sets or engines."""
    rows = _LISTS[what]()
    header = list(rows[0])
    cells = [[" ".join(cell) if isinstance(cell, list) else str(cell) for cell in row.values()] for row in rows]
    if format == "json":
        emit(json.dumps(rows, indent=2) + "\n")
    elif format == "csv":
        emit(as_csv(header, cells))
    elif format == "md":
        emit(as_markdown(header, cells))
    elif what == "constraints":
        emit(_as_text(rows))
    else:
        from rich.text import Text

        table = as_table(header, keep_first=True)
        for row in cells:
            table.add_row(*map(Text, row))
        emit_tables([table])
