"""Results as a table for the terminal, Markdown, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ifbench.cli.console import emit, emit_tables
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.cli.measures import (
    DENSITY_LEGEND,
    LABELS_LEGEND,
    SAMPLES_LEGEND,
    TURNS_LEGEND,
    WORDINGS_LEGEND,
    Measure,
    Results,
    density_measures,
    label_measures,
    measure_lines,
    measure_table,
    percent,
    sample_measures,
    share_cell,
    turn_measures,
    under,
    wording_measures,
)
from ifbench.tables import FEW, METRICS, READINGS, SHOWN

if TYPE_CHECKING:
    from rich.console import RenderableType

_GROUPS = ("turn", "language", "category", "difficulty", "slice")
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
        emit(_markdown(_blocks(results, coloured=False)))
    else:
        _terminal(_blocks(results, coloured=True))


def _interval(entry: Mapping[str, Any]) -> str:
    low, high = map(percent, entry["ci95"])
    return f"{low} – {high}"


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
    header = ["model", "table", "group", "metric", "value", "count", "n", "ci_low", "ci_high"]
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
            *(
                "\n".join((percent(m["value"], 2), _count(m), _interval(m)))
                for m in map(result["metrics"].get, METRICS)
            ),
        ]
        for result in results
    ]
    by_height = sorted(
        results[0]["floors"].items(),
        key=lambda floor: [-(floor[1][metric]["value"] or 0) for metric in ("prompt_strict", "instruction_strict")],
    )
    floors: Mapping[str, Any] = dict(by_height[:SHOWN])
    grey = frozenset(range(len(rows), len(rows) + len(floors)))
    rows += [
        [f"floor: {name}", *(percent(metrics[metric]["value"], 2) for metric in METRICS)]
        for name, metrics in floors.items()
    ]
    return _Grid(["", *map(_heading, METRICS)], rows, grey, stacked=False)


def _group_grid(results: Sequence[Results], group: str) -> _Grid:
    """The four accuracies by turn, language or category, where several results stand below each other in less width."""
    between = "\n" if len(results) > 1 else " "
    rows: list[list[str]] = []
    for name in _groups(results, f"by_{group}"):
        rows += under(name, results, [_group_cells(result[f"by_{group}"].get(name), between) for result in results])
    return _Grid([group, "n", *map(_heading, METRICS)], rows)


def _group_cells(metrics: Mapping[str, Any] | None, between: str) -> list[str]:
    if metrics is None:
        return ["0/0", *("–" for _ in METRICS)]
    n = f"{metrics['prompt_strict']['n']}/{metrics['instruction_strict']['n']}"
    return [n, *(share_cell(metrics[metric], between) for metric in METRICS)]


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


def _blocks(results: Sequence[Results], *, coloured: bool) -> Iterator[_Line | _Grid]:
    """All that is printed, in order. Where it is not ``coloured``, no row is grey."""
    yield _Line(_title(results), "bold")
    yield _accuracy_grid(results)
    by_turn, *others = (_group_grid(results, group) for group in _GROUPS)
    turns = _measure_grid("over turns", results, turn_measures)
    samples = _measure_grid("over samples", results, sample_measures)
    designs = [
        (_measure_grid("by label", results, label_measures), LABELS_LEGEND),
        (_measure_grid("constraints", results, density_measures), DENSITY_LEGEND),
        (_measure_grid("wordings", results, wording_measures), WORDINGS_LEGEND),
    ]
    types = _type_grid(results)
    yield from (grid for grid in (by_turn, turns, samples, *(grid for grid, _ in designs), *others, types) if grid.rows)
    for result in results:
        yield _Line(f"{result['model']}: {counts_line(result)}")
    for result in results:
        for warning in result.get("warnings", ()):
            yield _Line(f"{result['model']}: warning: {warning}", "bold yellow")
    legend = [
        "% with 95 % intervals: Wilson's, clustered for instructions and wherever else a prompt or its family gives "
        "several of what is counted."
    ]
    if any("over_persistence" in result.get("turns", {}) for result in results):
        legend.append("Withdrawn rules that must stop count among the instructions, but not by type.")
    if any(grid.rows for grid in (by_turn, *others)):
        legend.append("n: answers/constraints.")
    if types.grey and coloured:
        legend.append(f"Grey: fewer than {FEW} constraints.")
    count = len(results[0]["floors"])
    shown = f"; the highest of {count}" if count > SHOWN else ""
    legend.append(f"Floor: what a reply that ignores the prompt reaches{shown}.")
    yield _Line(" ".join(legend), "dim")
    yield from (_Line(words, "dim") for grid, words in designs if grid.rows)
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
