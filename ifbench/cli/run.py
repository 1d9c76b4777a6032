"""``ifbench run``: generate and score."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ifbench.cli.console import progress, remark
from ifbench.cli.engine_options import SectionedCommand, engine_options, taken
from ifbench.cli.options import history_option, output_options, set_options


@click.command("run", cls=SectionedCommand)
@engine_options
@set_options
@click.option("--n", "samples", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="Samples a prompt: pass@k, pass^k and the spread are given as well.")  # fmt: skip
@history_option
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N prompts, to try things out.")
@click.option("--dry-run", is_flag=True,
              help="Only print the first request, exactly as it is sent, and how much there is to do.")  # fmt: skip
@output_options
def command(
    set: str,
    set_path: Path | None,
    edition: str | None,
    engine: str,
    samples: int,
    history: str,
    system_instruction: str | None,
    limit: int | None,
    dry_run: bool,
    output_path: Path | None,
    format: str,
    jobs: int,
    **params: Any,
) -> int:
    """Benchmark a model: have it answer every prompt of a set, and score what it says.

    Every answer is kept and scored as it comes. A run that was cut off goes on where it stopped when --output-path
    names its folder.
    """
    from ifbench.cli.outcome import conclude
    from ifbench.pipeline import benchmark
    from ifbench.preview import preview
    from ifbench.sets import load_set

    options, sampling = taken(params)
    prompts = load_set(set, set_path, edition)  # type: ignore[arg-type]
    chosen: dict[str, Any] = {
        "samples": samples, "history": history, "system_instruction": system_instruction, "limit": limit,
    }  # fmt: skip
    if samples > 1 and sampling.temperature == 0 and engine != "replay":
        remark(f"--n {samples} at temperature 0: the samples will be alike; give --temperature")
    if dry_run:
        from ifbench.cli.plan import show_plan

        return show_plan(preview(engine, options, sampling, prompts, **chosen), format)
    arguments = ["ifbench", *sys.argv[1:]]
    outcome = benchmark(
        engine, options, sampling, prompts, arguments, output_path, jobs=jobs, progress=progress, say=remark, **chosen
    )
    return conclude([outcome], format)
