"""``ifbench score``: responses that are there already."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ifbench.cli.console import progress, remark
from ifbench.cli.options import history_option, output_options, set_options


@click.command("score")
@click.argument("responses", type=click.Path(path_type=Path))
@set_options
@click.option("--model", metavar="NAME", help="What to call the model; by default the name of the file.")
@history_option
@click.option("--ray-address", metavar="ADDR", help="Score on this Ray cluster ('auto': the one running here).")
@output_options
def command(
    responses: Path,
    set: str,
    set_path: Path | None,
    edition: str | None,
    model: str | None,
    history: str,
    ray_address: str | None,
    output_path: Path | None,
    format: str,
    jobs: int,
) -> int:
    """Score RESPONSES, a JSON Lines file with "response" and "key" or "prompt" on each line.

    Lines of a conversation say their "turn", from 1; those of several samples a prompt their "sample", from 0.

    Exit code 3 when a response is missing or failed: it counts as not followed.
    """
    from ifbench.cli.outcome import conclude
    from ifbench.dialogue import Dialogue
    from ifbench.errors import UsageError, nearest
    from ifbench.generators import model_digest
    from ifbench.pipeline import score_run, witnesses_digest, witnesses_for
    from ifbench.responses import read_responses
    from ifbench.runs import RunFolder
    from ifbench.sets import load_set
    from ifbench.settings import Settings, default_folder

    if responses.exists() and not responses.is_file():
        what = "a folder" if responses.is_dir() else "no regular file; save it to one first"
        raise UsageError(f"{responses}: is {what}; a JSON Lines file of responses is expected")
    if not responses.is_file():
        siblings = [entry.name for entry in responses.parent.iterdir()] if responses.parent.is_dir() else []
        hint = nearest(responses.name, siblings)
        raise UsageError(f"{responses}: no such file of responses" + (f"; {hint}" if hint else ""))
    prompts = load_set(set, set_path, edition)  # type: ignore[arg-type]
    matched = read_responses(responses, prompts)
    if matched.unmatched:
        lines = ", ".join(map(str, matched.unmatched[:5])) + (", ..." if len(matched.unmatched) > 5 else "")
        remark(f"{responses}: {len(matched.unmatched)} of its responses answer no prompt of {prompts.name} "
               f"and are left out (line {lines})")  # fmt: skip
    name = model or responses.stem.removeprefix("responses.")
    witnesses = witnesses_for(prompts, history)  # type: ignore[arg-type]
    settings = Settings(
        name,
        "file",
        prompts,
        model_digest(str(responses)),
        samples=matched.samples,
        history=history,
        witnesses_sha256=witnesses_digest(prompts, witnesses),
    )
    dialogue = Dialogue(prompts, matched.samples, witnesses=witnesses, responses=matched.by_place)
    with RunFolder.open(output_path or default_folder(settings), settings, ["ifbench", *sys.argv[1:]]) as folder:
        outcome = score_run(folder, dialogue, name, jobs, progress, ray_address=ray_address)
    return conclude([outcome], format)
