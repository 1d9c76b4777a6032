"""Results as a table for the terminal, Markdown, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ifbench.cli.console import emit, emit_tables
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.cli.measures import (
    SAMPLES_LEGEND,
    TURNS_LEGEND,
    Measure,
    Results,
    measure_lines,
    measure_table,
    sample_measures,
    share_cell,
    turn_measures,
    under,
)
from ifbench.tables import FEW, METRICS, READINGS

if TYPE_CHECKING:
    from rich.console import RenderableType

_GROUPS = ("turn", "language", "category")
_WORD = 14


class _Line(NamedTuple):
    """A line of text and how the terminal shows it."""

    text: str
    style: str = ""


class _Grid(NamedTuple):
    """A table, and which of its rows are grey. Words of a ``stacked`` header stand below each other."""

    header: list[str]
    rows: list[list[str]]
    grey: frozenset[int] = frozenset()
    stacked: bool = True


def render(results: Sequence[Results], layout: str) -> None:
    """Print one or several results, side by side where there are several, to stdout."""
    if layout == "json":
        value = results[0] if len(results) == 1 else list(results)
        emit(json.dumps(value, indent=2) + "\n")
    elif layout == "csv":
        emit(_csv(results))
    elif layout == "md":
        emit(_markdown(_blocks(results)))
    else:
        _terminal(_blocks(results))


def _percent(value: float) -> str:
    return f"{100 * value:.2f}"


def _interval(entry: Mapping[str, Any]) -> str:
    low, high = entry["ci95"]
    return f"{100 * low:.1f} – {100 * high:.1f}"


def _count(entry: Mapping[str, Any]) -> str:
    return f"{entry['followed']} of {entry['n']}"


def _heading(metric: str) -> str:
    return metric.replace("_", " ")


def _title(results: Sequence[Results]) -> str:
    first = results[0]
    chosen, metrics = first["prompt_set"], first["metrics"]
    answers, constraints = metrics["prompt_strict"]["n"], metrics["instruction_strict"]["n"]
    samples = first["samples"]["n"] if "samples" in first else 1
    if "turns" in first or samples > 1:
        turns = f" of {chosen['turns']} turns" if chosen["turns"] > chosen["prompts"] else ""
        asked = f", {samples} samples" if samples > 1 else ""
        size = f"{chosen['prompts']} prompts{turns}{asked}; {answers} answers held to {constraints} constraints"
    else:
        size = f"{answers} prompts, {constraints} constraints"
    return f"{chosen['name']}: {size}, {chosen['edition']} edition, set {chosen['sha256'][:12]}"


def counts_line(results: Results) -> str:
    """Requested, missing, failed, truncated and empty responses in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in results["responses"].items())


def _groups(results: Sequence[Results], table: str) -> list[str]:
    """The rows of ``table``, in the order of the first results."""
    return list(dict.fromkeys(name for result in results for name in result[table]))


def _csv(results: Sequence[Results]) -> str:
    header = ["model", "table", "group", "metric", "value", "followed", "n", "ci_low", "ci_high"]
    lines: list[list[Any]] = []
    for result in results:
        tables: dict[str, Mapping[str, Any]] = {"all": {"": result["metrics"]}}
        tables |= {name: result[f"by_{name}"] for name in (*_GROUPS, "type")}
        tables["floor"] = result["floors"]
        for table, rows in tables.items():
            for group, metrics in rows.items():
                for metric, entry in metrics.items():
                    numbers = [entry["value"], entry["followed"], entry["n"], *entry["ci95"]]
                    lines.append([result["model"], table, group, metric, *numbers])
        lines += ([result["model"], *line] for line in measure_lines(result))
    return as_csv(header, lines)


def _accuracy_grid(results: Sequence[Results]) -> _Grid:
    """Each model's four accuracies, their lines divided by line feeds, and the floors in grey."""
    rows = [
        [
            result["model"],
            *("\n".join((_percent(m["value"]), _count(m), _interval(m))) for m in map(result["metrics"].get, METRICS)),
        ]
        for result in results
    ]
    floors: Mapping[str, Any] = results[0]["floors"]
    grey = frozenset(range(len(rows), len(rows) + len(floors)))
    rows += [
        [f"floor: {name}", *(_percent(metrics[metric]["value"]) for metric in METRICS)]
        for name, metrics in floors.items()
    ]
    return _Grid(["", *map(_heading, METRICS)], rows, grey, stacked=False)


def _group_grid(results: Sequence[Results], group: str) -> _Grid:
    """The four accuracies by turn, language or category."""
    rows: list[list[str]] = []
    for name in _groups(results, f"by_{group}"):
        rows += under(name, results, [_group_cells(result[f"by_{group}"].get(name)) for result in results])
    return _Grid([group, "n", *map(_heading, METRICS)], rows)


def _group_cells(metrics: Mapping[str, Any] | None) -> list[str]:
    if metrics is None:
        return ["0/0", *("–" for _ in METRICS)]
    n = f"{metrics['prompt_strict']['n']}/{metrics['instruction_strict']['n']}"
    return [n, *(share_cell(metrics[metric]) for metric in METRICS)]


def _type_grid(results: Sequence[Results]) -> _Grid:
    several = len(results) > 1
    header = ["constraint type", "n"]
    header += [f"{result['model']} {reading}" if several else reading for result in results for reading in READINGS]
    rows: list[list[str]] = []
    few: set[int] = set()
    for id in _groups(results, "by_type"):
        entries = [result["by_type"][id][reading] for result in results for reading in READINGS]
        if entries[0]["n"] < FEW:
            few.add(len(rows))
        cells = [share_cell(entry, "\n" if several else " ") for entry in entries]
        rows.append([id, str(entries[0]["n"]), *cells])
    return _Grid(header, rows, frozenset(few))


def _measure_grid(title: str, results: Sequence[Results], measures: Callable[[Results], Iterator[Measure]]) -> _Grid:
    header, rows = measure_table(title, results, measures)
    return _Grid(header, rows)


def _blocks(results: Sequence[Results]) -> Iterator[_Line | _Grid]:
    """All that is printed, in order."""
    yield _Line(_title(results), "bold")
    yield _accuracy_grid(results)
    by_turn, *others = (_group_grid(results, group) for group in _GROUPS)
    turns = _measure_grid("over turns", results, turn_measures)
    samples = _measure_grid("over samples", results, sample_measures)
    yield from (grid for grid in (by_turn, turns, samples, *others, _type_grid(results)) if grid.rows)
    for result in results:
        yield _Line(f"{result['model']}: {counts_line(result)}")
    for result in results:
        for warning in result.get("warnings", ()):
            yield _Line(f"{result['model']}: warning: {warning}", "bold yellow")
    n = " n: answers/constraints." if any(grid.rows for grid in (by_turn, *others)) else ""
    yield _Line(
        "% with 95 % intervals: Wilson for prompts and types, clustered by prompt for instructions, and clustered "
        f"throughout where a prompt or its family gives several answers.{n} "
        f"Grey: fewer than {FEW} constraints. Floor: what a reply that ignores the prompt reaches.",
        "dim",
    )
    if turns.rows:
        yield _Line(TURNS_LEGEND, "dim")
    if samples.rows:
        yield _Line(SAMPLES_LEGEND, "dim")


def _markdown(blocks: Iterator[_Line | _Grid]) -> str:
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, _Grid):
            parts.append(as_markdown(block.header, block.rows, numbers=True))
        else:
            parts.append(f"**{block.text}**\n" if block.style.startswith("bold") else f"{block.text}\n")
    return "\n".join(parts)


def _stacked(name: str) -> str:
    """``name`` in a narrow column: its words, and the parts of long ones, below each other."""
    return "\n".join(word.replace("-", "-\n") if len(word) > _WORD else word for word in name.split())


def _terminal(blocks: Iterator[_Line | _Grid]) -> None:
    from rich.text import Text

    shown: list[RenderableType] = []
    for block in blocks:
        if isinstance(block, _Line):
            shown.append(Text(block.text, style=block.style))
            continue
        header = [block.header[0], *map(_stacked, block.header[1:])] if block.stacked else block.header
        table = as_table(header, numbers=True)
        for place, row in enumerate(block.rows):
            table.add_row(*map(Text, row), style="dim" if place in block.grey else None)
        shown.append(table)
    emit_tables(shown)
