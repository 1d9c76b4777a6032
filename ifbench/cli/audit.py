"""``ifbench audit``: what the faults of published verifiers are worth, and what is wrong with a prompt set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ifbench.cli.console import emit, emit_tables, progress, remark
from ifbench.cli.grids import as_csv, as_markdown, as_table
from ifbench.cli.options import EDITIONS, format_option, jobs_option
from ifbench.cli.outcome import COMPLETE, INCOMPLETE
from ifbench.cli.render import counts_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ifbench.audit import Finding

_METRICS = ("prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
_WAYS = (("wrongly_passed", "passed wrongly"), ("wrongly_failed", "failed wrongly"))


@click.command("audit")
@click.argument("runs", metavar="[RUN]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--set", metavar="NAME|PATH", help="Audit this prompt set instead of runs.")
@click.option(
    "--set-path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the prompts are, should they have moved since the run, or of a set known by name.",
)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    help="With --set: the reading of the constraint types. Default: the set's own.",
)
@format_option
@jobs_option
def command(
    runs: tuple[Path, ...], set: str | None, set_path: Path | None, edition: str | None, format: str, jobs: int
) -> int:  # fmt: skip
    """Score RUNs (folders of runs on one prompt set) in both editions, and say what each published fault is worth.

    With --set: list the prompts found to contradict themselves or to look wrong, and what trivial replies reach. Where
    nothing is found, nothing is proved.

    Exit code 3 when a run lacks responses.
    """
    from ifbench.errors import UsageError

    if bool(runs) == bool(set):
        raise UsageError("give the folders of runs, or --set NAME|PATH" + (", not both" if runs else ""))
    if set:
        return _audit_set(set, set_path, edition, format, jobs)
    if edition:
        raise UsageError("--edition goes with --set; runs are scored in both editions")
    from ifbench.audit import audit_runs

    found = audit_runs(runs, set_path, jobs, progress)
    if format == "json":
        emit(json.dumps(found, indent=2) + "\n")
    elif format == "csv":
        emit(as_csv(_TYPE_HEADER, [_type_cells(change, found) for change in found["types"]]))
    else:
        _print(_run_blocks(found), format)
    incomplete = [run for run in found["runs"] if run["responses"]["missing"] or run["responses"]["failed"]]
    for run in incomplete:
        remark(f"{run['model']}: incomplete: {counts_line(run)}; missing and failed responses count as not followed")
    return INCOMPLETE if incomplete else COMPLETE


def _audit_set(set: str, set_path: Path | None, edition: str | None, format: str, jobs: int) -> int:
    from ifbench import tables
    from ifbench.audit import audit_set
    from ifbench.scoring import score_all
    from ifbench.sets import load_set

    prompts = load_set(set, set_path, edition)  # type: ignore[arg-type]
    findings = audit_set(prompts)
    items = tables.floor_items(prompts)
    verdicts = list(progress(score_all(items, jobs), f"{prompts.name}: scoring trivial replies", len(items)))
    floors = {
        name: {metric: {"value": round(found.value, 6), "followed": found.followed, "n": found.n}
               for metric, found in row.items()}
        for name, row in tables.floors(verdicts, prompts).items()
    }  # fmt: skip
    contradictory = {str(finding.key) for finding in findings if finding.severity == "contradiction"}
    summary = {
        "schema_version": 1,
        "prompt_set": {"name": prompts.name, "sha256": prompts.sha256, "edition": prompts.edition},
        "prompts": len(prompts),
        "contradictory_prompts": len(contradictory),
        "findings": [asdict(finding) for finding in findings],
        "floors": floors,
    }
    header = ["key", "finding", "constraint types", "why"]
    rows = [[str(f.key), f.severity, " and ".join(dict.fromkeys(f.constraints)), f.reason] for f in findings]
    if format == "json":
        emit(json.dumps(summary, indent=2) + "\n")
    elif format == "csv":
        emit(as_csv(header, rows))
    else:
        title = (
            f"{prompts.name}: {len(prompts)} prompts, {prompts.edition} edition; {len(contradictory)} found that no "
            f"reply satisfies strictly, {_doubtful(findings)} that look wrong"
        )
        floor_rows = [[name, *(_share(row[metric]) for metric in _METRICS)] for name, row in floors.items()]
        _print(
            [
                title,
                (header, rows) if rows else "Nothing found.",
                "What trivial replies reach:",
                (_headings(""), floor_rows),
            ],
            format,
        )
    return 0


def _doubtful(findings: Sequence[Finding]) -> int:
    return len({str(finding.key) for finding in findings if finding.severity == "doubtful"})


_Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def _headings(first: str) -> list[str]:
    return [first, *(metric.replace("_", " ") for metric in _METRICS)]


def _share(entry: Mapping[str, Any]) -> str:
    return f"{100 * entry['value']:.2f}"


def _run_blocks(found: Mapping[str, Any]) -> list[str | _Table]:
    """What is printed of an audit of runs: lines of text and tables."""
    chosen = found["prompt_set"]
    accuracy: list[list[str]] = []
    for run in found["runs"]:
        before, after = run["metrics"]["published"], run["metrics"]["corrected"]
        for edition in EDITIONS:
            cells = [
                f"{_share(run['metrics'][edition][metric])} ({_counted(run, edition, metric)})" for metric in _METRICS
            ]
            accuracy.append([f"{run['model']}, {edition}", *cells])
        accuracy.append(["difference", *(_points(before[metric], after[metric]) for metric in _METRICS)])
    changed = [change for change in found["types"] if change["alone"]]
    quiet = [change["id"] for change in found["types"] if not change["alone"]]
    blocks: list[str | _Table] = [
        f"{chosen['name']}: {chosen['prompts']} prompts, set {chosen['sha256'][:12]}; "
        f"{len(found['runs'])} run{'s' if len(found['runs']) > 1 else ''} scored in both editions",
        (_headings(""), accuracy),
    ]
    if changed:
        blocks += [
            "What each fault is worth. Passed wrongly: only the published check has it followed; failed wrongly: only "
            "the corrected one; both read strictly, loosely in brackets. The four accuracies are those of the set: "
            "by how many points they change when this fault alone is mended.",
            (_TYPE_HEADER, [_type_cells(change, found) for change in changed]),
            *(f"{change['id']}: {change['fault']}" for change in changed),
        ]
    else:
        blocks.append("No fault of a published check changes a verdict here.")
    if quiet:
        blocks.append(f"A corrected edition, but no verdict changed: {', '.join(quiet)}")
    if found["single"]:
        blocks.append(f"One edition: {', '.join(found['single'])}")
    return blocks


_TYPE_HEADER = [
    *("constraint type", "n", "followed as published", "corrected", "passed wrongly", "failed wrongly"),
    *(metric.replace("_", " ") for metric in _METRICS),
    "examples",
]


def _counted(run: Mapping[str, Any], edition: str, metric: str) -> str:
    entry = run["metrics"][edition][metric]
    return f"{entry['followed']} of {entry['n']}"


def _points(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return f"{100 * (after['value'] - before['value']):+.2f}"


def _type_cells(change: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    strict, loose, alone = change["strict"], change["loose"], change["alone"] or found["published"]
    cells = [change["id"], str(change["n"])]
    cells += [f"{strict[key]} ({loose[key]})" for key in ("published", "corrected", "wrongly_passed", "wrongly_failed")]
    cells += [_points(found["published"][metric], alone[metric]) for metric in _METRICS]
    examples = [
        f"{way}: {', '.join(_names(change[f'{key}_examples']))}" for key, way in _WAYS if change[f"{key}_examples"]
    ]
    return [*cells, "; ".join(examples)]


def _names(examples: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(example["key"]) for example in examples]


def _print(blocks: Sequence[str | _Table], layout: str) -> None:
    if layout == "md":
        emit("\n".join(f"{block}\n" if isinstance(block, str) else as_markdown(*block) for block in blocks))
        return
    from rich.text import Text

    shown: list[RenderableType] = []
    for place, block in enumerate(blocks):
        if isinstance(block, str):
            shown.append(Text(block, style="bold" if place == 0 else ""))
            continue
        table = as_table(block[0], keep_first=True)
        for row in block[1]:
            table.add_row(*map(Text, row))
        shown.append(table)
    emit_tables(shown)
