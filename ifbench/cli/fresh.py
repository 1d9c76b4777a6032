"""``ifbench fresh``: a new prompt set out of grammars."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ifbench.cli.console import emit, progress, remark

_MOST = 100_000


@click.command("fresh")
@click.option("--seed", type=click.IntRange(0), required=True, metavar="N", help="What the set is drawn from.")
@click.option("--size", type=click.IntRange(1, _MOST), required=True, metavar="K", help="How many prompts.")
@click.option(
    "--output-path", type=click.Path(path_type=Path), metavar="DIR",
    help="The set's folder. Default: fresh-<seed>-<size>.",
)  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace a fresh set that is in the folder.")
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How the summary is printed on stdout.",
)  # fmt: skip
def command(seed: int, size: int, output_path: Path | None, overwrite: bool, format: str) -> None:
    """Write a new set of single-turn prompts, drawn from grammars of tasks and constraints.

    The folder gets prompts.jsonl, witnesses.jsonl (a reply for each prompt that follows all of it), near_misses.jsonl
    (replies that fail exactly one constraint) and README.md. The same seed and size give the same bytes.

    Benchmark a model on it with `ifbench run --set DIR`, and compare with a public set by `ifbench gap`.
    """
    from ifbench.fresh import compose, write_set
    from ifbench.fresh.write import check_folder

    folder = output_path or Path(f"fresh-{seed}-{size}")
    check_folder(folder, overwrite=overwrite)
    prompts = list(progress(compose(seed, size), f"drawing {folder.name}", size))
    made = write_set(folder, prompts, seed)
    if format == "json":
        emit(json.dumps({**asdict(made), "path": str(made.path), "seed": seed}, indent=2) + "\n")
        return
    emit(
        f"{made.path}: {made.prompts} prompts, {made.constraints} constraints of {made.types} types; "
        f"{made.proven} proven, {made.near_misses} near misses\nSHA-256 of prompts.jsonl: {made.sha256}\n"
    )
    if made.proven < made.prompts:
        remark(f"{made.prompts - made.proven} prompts have no witness and are marked unproven")
