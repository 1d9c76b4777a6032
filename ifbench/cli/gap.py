"""``ifbench gap``: a model's score on a public set beside its score on fresh ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ifbench.cli.console import emit, emit_tables, remark
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.cli.options import format_option

if TYPE_CHECKING:
    from rich.console import RenderableType

_NAMES = {
    "prompt_strict": "prompts, strict",
    "prompt_loose": "prompts, loose",
    "instruction_strict": "constraints at one mix of types, strict",
    "instruction_loose": "constraints at one mix of types, loose",
}
_HEADER = ("", "first", "n", "fresh", "n", "difference")
_CSV = (
    *("level", "id", "first", "first_low", "first_high", "first_n", "fresh", "fresh_low", "fresh_high", "fresh_n"),
    *("difference", "difference_low", "difference_high"),
)
_SHOWN = 12


@click.command("gap")
@click.argument("first", metavar="CORE_RUN", type=click.Path(path_type=Path))
@click.argument("fresh", metavar="FRESH_RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--allow-mismatch", is_flag=True, help="Compare runs of different models, or in different editions, all the same."
)
@format_option
def command(first: Path, fresh: tuple[Path, ...], allow_mismatch: bool, format: str) -> None:
    """State the gap between the run CORE_RUN on a public set and the runs FRESH_RUN... of the same model on fresh sets.

    Stated are the share of prompts followed on each, the share of constraints at the first set's mix of constraint
    types, and the difference, each with its 95 % interval. Fresh sets are taken together; `ifbench fresh` makes them.
    """
    from ifbench.gap import compare_runs

    found = compare_runs(first, fresh, allow_mismatch=allow_mismatch)
    for warning in found["warnings"]:
        remark(warning)
    if format == "json":
        emit(json.dumps(found, indent=2) + "\n")
        return
    if format == "csv":
        rows = [_csv_row(metric, "", entry) for metric, entry in found["metrics"].items()]
        rows += [_csv_row("type_strict", entry["id"], entry["strict"]) for entry in found["types"]]
        emit(as_csv(_CSV, rows))
        return
    title = f"{found['model']}: {' and '.join(run['prompt_set']['name'] for run in found['runs'])}"
    levels = [_cells(_NAMES[metric], entry) for metric, entry in found["metrics"].items()]
    types = [_cells(entry["id"], entry["strict"]) for entry in found["types"]]
    if format == "md":
        blocks = [
            f"**{title}**\n",
            as_markdown(_HEADER, levels, numbers=True),
            *(f"{line}\n" for line in found["reading"]),
        ]
        emit("\n".join([*blocks, *([as_markdown(_HEADER, types, numbers=True)] if types else [])]))
        return
    from rich.text import Text

    shown: list[RenderableType] = [Text(title, style="bold"), _as_table(levels)]
    shown += [Text(f"{line}\n") for line in found["reading"]]
    if types:
        more = f", the {_SHOWN} furthest apart of {len(types)}" if len(types) > _SHOWN else ""
        shown += [Text(f"Constraint types in both, strict{more}:"), _as_table(types[:_SHOWN])]
    emit_tables(shown)


def _as_table(rows: list[list[str]]) -> RenderableType:
    from rich.text import Text

    table = as_table(_HEADER, numbers=True, keep_first=True)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _share(entry: Mapping[str, Any], sign: str = "") -> str:
    low, high = entry["ci95"]
    return f"{100 * entry['value']:{sign}.1f} ({100 * low:{sign}.1f} to {100 * high:{sign}.1f})"


def _cells(name: str, entry: Mapping[str, Any]) -> list[str]:
    first, fresh = entry["first"], entry["fresh"]
    return [name, _share(first), str(first["n"]), _share(fresh), str(fresh["n"]), _share(entry["difference"], "+")]


def _csv_row(level: str, id: str, entry: Mapping[str, Any]) -> list[object]:
    first, fresh, apart = entry["first"], entry["fresh"], entry["difference"]
    cells = [level, id, first["value"], *first["ci95"], first["n"], fresh["value"], *fresh["ci95"], fresh["n"]]
    return [*cells, apart["value"], *apart["ci95"]]
