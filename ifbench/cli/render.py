"""Results as a table for the terminal, Markdown, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ifbench.cli.console import emit, emit_tables
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.tables import FEW, METRICS

_READINGS = ("strict", "loose")
Results = Mapping[str, Any]


def render(results: Sequence[Results], layout: str) -> None:
    """Print one or several results, side by side where there are several, to stdout."""
    if layout == "json":
        value = results[0] if len(results) == 1 else list(results)
        emit(json.dumps(value, indent=2) + "\n")
    elif layout == "csv":
        emit(_csv(results))
    elif layout == "md":
        emit(_markdown(results))
    else:
        _terminal(results)


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
    return (
        f"{chosen['name']}: {metrics['prompt_strict']['n']} prompts, {metrics['instruction_strict']['n']} constraints, "
        f"{chosen['edition']} edition, set {chosen['sha256'][:12]}"
    )


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
        tables |= {name: result[f"by_{name}"] for name in ("category", "type")}
        tables["floor"] = result["floors"]
        for table, rows in tables.items():
            for group, metrics in rows.items():
                for metric, entry in metrics.items():
                    numbers = [entry["value"], entry["followed"], entry["n"], *entry["ci95"]]
                    lines.append([result["model"], table, group, metric, *numbers])
    return as_csv(header, lines)


def _accuracy_rows(results: Sequence[Results]) -> list[tuple[str, list[str], bool]]:
    """Label, cells (lines divided by line feeds), and whether the row is a floor."""
    rows = [
        (
            result["model"],
            ["\n".join((_percent(m["value"]), _count(m), _interval(m))) for m in map(result["metrics"].get, METRICS)],
            False,
        )
        for result in results
    ]
    floors: Mapping[str, Any] = results[0]["floors"]
    rows += [
        (f"floor: {name}", [_percent(metrics[metric]["value"]) for metric in METRICS], True)
        for name, metrics in floors.items()
    ]
    return rows


def _category_rows(results: Sequence[Results]) -> list[tuple[str, list[str]]]:
    rows: list[tuple[str, list[str]]] = []
    for category in _groups(results, "by_category"):
        for result in results:
            metrics = result["by_category"][category]
            label = category if len(results) == 1 else f"{category}: {result['model']}"
            rows.append((f"{label} (n {metrics['prompt_strict']['n']})", [_cell(metrics[name]) for name in METRICS]))
    return rows


def _cell(entry: Mapping[str, Any]) -> str:
    return f"{_percent(entry['value'])}  ({_interval(entry)})"


def _type_header(results: Sequence[Results]) -> list[str]:
    header = ["constraint type", "n"]
    for result in results:
        prefix = "" if len(results) == 1 else f"{result['model']} "
        header += [f"{prefix}{reading}" for reading in _READINGS]
    return header


def _type_rows(results: Sequence[Results]) -> list[tuple[list[str], int]]:
    rows: list[tuple[list[str], int]] = []
    for id in _groups(results, "by_type"):
        entries = [result["by_type"][id][reading] for result in results for reading in _READINGS]
        number = entries[0]["n"]
        rows.append(([id, str(number), *map(_cell, entries)], number))
    return rows


def _markdown(results: Sequence[Results]) -> str:
    headings = [_heading(metric) for metric in METRICS]
    accuracy = as_markdown(
        ["", *headings], [[label, *cells] for label, cells, _ in _accuracy_rows(results)], numbers=True
    )
    parts = [f"**{_title(results)}**\n", accuracy]
    if categories := _category_rows(results):
        rows = [[label, *cells] for label, cells in categories]
        parts.append(as_markdown(["category", *headings], rows, numbers=True))
    parts.append(as_markdown(_type_header(results), [cells for cells, _ in _type_rows(results)], numbers=True))
    parts.append("".join(f"{result['model']}: {counts_line(result)}\n" for result in results))
    return "\n".join(parts)


def _terminal(results: Sequence[Results]) -> None:
    from rich.text import Text

    headings = [_heading(metric) for metric in METRICS]
    accuracy, by_category = as_table(["", *headings], numbers=True), as_table(["category", *headings], numbers=True)
    types = as_table(_type_header(results), numbers=True)
    for label, cells, is_floor in _accuracy_rows(results):
        accuracy.add_row(*map(Text, [label, *cells]), style="dim" if is_floor else None)
    for label, cells in _category_rows(results):
        by_category.add_row(*map(Text, [label, *cells]))
    for cells, number in _type_rows(results):
        types.add_row(*map(Text, cells), style="dim" if number < FEW else None)
    note = (
        "% with 95 % intervals: Wilson for prompts and types, clustered by prompt for instructions. "
        f"Grey: fewer than {FEW} constraints. Floor: what a reply that ignores the prompt reaches."
    )
    emit_tables(
        [
            Text(_title(results), style="bold"),
            accuracy,
            *([by_category] if by_category.row_count else []),
            types,
            *(Text(f"{result['model']}: {counts_line(result)}") for result in results),
            Text(note, style="dim"),
        ]
    )
