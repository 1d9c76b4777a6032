"""The gap between runs of one model on a public set and on fresh ones: in numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ifbench import stats
from ifbench.errors import UsageError
from ifbench.gap.measures import LEAST, READINGS, Share, newcombe, prompt_level, standardised, tallies
from ifbench.gap.runs import Answer, Run, read_run
from ifbench.settings import differences

_APART = ("prompt_set", "model", "model_sha256", "limit", "witnesses_sha256")


_NAMED = {"file", "replay"}
"""Engines whose "checkpoint" is the file of responses: there, a model is known by its name alone."""


def _mismatches(first: Run, other: Run) -> tuple[list[str], list[str]]:
    """What says that two runs are of different models, and which other settings differ."""
    mine, its = first.settings, other.settings
    wrong: list[str] = []
    named = {str(each["engine"]) for each in (mine, its)} & _NAMED
    if mine["model_sha256"] and its["model_sha256"] and not named:
        if mine["model_sha256"] != its["model_sha256"]:
            wrong.append(f"model {mine['model']} and {its['model']} (checkpoints differ)")
    elif mine["model"] != its["model"]:
        wrong.append(f"model {mine['model']} and {its['model']}")
    if mine["prompt_set"]["edition"] != its["prompt_set"]["edition"]:
        wrong.append(f"edition {mine['prompt_set']['edition']} and {its['prompt_set']['edition']}")
    rest = [{name: value for name, value in each.items() if name not in _APART} for each in (mine, its)]
    return wrong, [line.replace(" before, ", " and ").removesuffix(" now") for line in differences(rest[0], rest[1])]


def compare_runs(first_path: Path, fresh_paths: Sequence[Path], *, allow_mismatch: bool = False) -> dict[str, Any]:
    """The gap between a run on one set and runs of the same model on fresh ones, which are taken together.

    Returns:
        ``model``; ``runs``; ``metrics``: ``prompt_strict``, ``prompt_loose``, ``instruction_strict`` and
        ``instruction_loose`` (standardised; absent where no type is in both), each with ``first``, ``fresh`` and
        ``difference``; ``types``, the common ones; ``left_out``, the others; ``warnings``; ``reading``, in words.

    Raises:
        UsageError: the runs are of different models (unless ``allow_mismatch``), or two are on one set.
    """
    first, fresh = read_run(first_path), [read_run(path) for path in fresh_paths]
    warnings = _warnings(first, fresh, allow_mismatch)
    mine = first.answers
    # Prompts of two sets are independent, though they may have one key.
    its = [
        answer._replace(cluster=f"{number}:{answer.cluster}")
        for number, run in enumerate(fresh)
        for answer in run.answers
    ]
    metrics: dict[str, Any] = {}
    for reading in READINGS:
        metrics[f"prompt_{reading}"] = _entry(prompt_level(mine, reading), prompt_level(its, reading))
    types, left_out = _types(mine, its)
    for reading in READINGS if types else ():
        before, after = tallies(mine, reading), tallies(its, reading)
        total = sum(entry["n_first"] for entry in types)
        weights = {str(entry["id"]): entry["n_first"] / total for entry in types}
        metrics[f"instruction_{reading}"] = _entry(standardised(before, weights), standardised(after, weights))
    return {
        "schema_version": 1,
        "model": str(first.settings["model"]),
        "runs": [_described(run) for run in (first, *fresh)],
        "metrics": metrics,
        "types": types,
        "left_out": left_out,
        "warnings": warnings,
        "reading": _in_words(metrics, first, fresh),
    }


def _warnings(first: Run, fresh: Sequence[Run], allow_mismatch: bool) -> list[str]:
    warnings: list[str] = []
    digests = {str(first.settings["prompt_set"]["sha256"]): first.path}
    for run in fresh:
        wrong, other = _mismatches(first, run)
        if wrong and not allow_mismatch:
            raise UsageError(
                f"{first.path} and {run.path} differ in {'; '.join(wrong)}; a gap is between runs of one model: choose "
                "others, or give --allow-mismatch"
            )
        digest = str(run.settings["prompt_set"]["sha256"])
        if digest in digests:
            raise UsageError(f"{run.path}: is on the same prompts as {digests[digest]}; give a run on another set")
        digests[digest] = run.path
        warnings += [f"{run.path} differs from {first.path} in {what}" for what in (*wrong, *other)]
    for run in (first, *fresh):
        if run.absent:
            warnings.append(f"{run.path}: {run.absent} responses are missing or failed, and count as not followed")
        if not run.by_family:
            warnings.append(
                f"{run.path}: its prompt set was not found or has changed, so that each prompt is taken as independent"
            )
    return warnings


def _described(run: Run) -> dict[str, Any]:
    chosen = run.settings["prompt_set"]
    return {
        "path": str(run.path),
        "prompt_set": {name: chosen[name] for name in ("name", "sha256", "edition")},
        "answers": sum(bool(answer.judged) for answer in run.answers),
    }


def _entry(first: Share, fresh: Share) -> dict[str, Any]:
    found = newcombe(first, fresh)
    return {
        **{
            name: {"value": round(own.value, 6), "n": own.n, "ci95": [round(bound, 6) for bound in own.ci95]}
            for name, own in (("first", first), ("fresh", fresh))
        },
        "difference": {"value": round(found.value, 6), "ci95": [round(bound, 6) for bound in found.ci95]},
    }


def _types(mine: Sequence[Answer], its: Sequence[Answer]) -> tuple[list[dict[str, Any]], list[str]]:
    """The types that both sides have often enough, those with the largest gap first; and the ids of the others."""
    before, after = tallies(mine, "strict"), tallies(its, "strict")
    common: list[dict[str, Any]] = []
    left_out: list[str] = []
    for id in sorted({*before, *after}):
        if any(id not in side or len(side[id].sizes) < LEAST for side in (before, after)):
            left_out.append(id)
            continue
        shares = [
            stats.share(list(side[id].followed.values()), list(side[id].sizes.values())) for side in (before, after)
        ]
        entry = _entry(*(Share(found.value, found.n, found.ci95) for found in shares))
        common.append({"id": id, "n_first": shares[0].n, "n_fresh": shares[1].n, "strict": entry})
    common.sort(key=lambda entry: (-abs(entry["strict"]["difference"]["value"]), entry["id"]))
    return common, left_out


def _in_words(metrics: Mapping[str, Any], first: Run, fresh: Sequence[Run]) -> list[str]:
    """What the numbers show, and what they cannot."""
    name = first.set_name
    others = "the fresh set" if len(fresh) == 1 else f"the {len(fresh)} fresh sets"
    lines: list[str] = []
    for metric, what in (
        ("prompt_strict", "Prompts, strict"),
        ("instruction_strict", "Constraints at one mix, strict"),
    ):
        if metric not in metrics:
            lines.append(f"{what}: {name} and {others} have no constraint type in common.")
            continue
        found = metrics[metric]["difference"]
        points, (low, high) = 100 * found["value"], (100 * bound for bound in found["ci95"])
        where = f"{points:+.1f} points on {name} against {others} (95 % interval {low:+.1f} to {high:+.1f})"
        if low > 0:
            lines.append(f"{what}: {where}: higher on {name} than the luck of the draw explains.")
        elif high < 0:
            lines.append(f"{what}: {where}: lower on {name} than the luck of the draw explains.")
        else:
            lines.append(f"{what}: {where}: these runs do not tell the two apart.")
    return [
        *lines,
        f"A gap is no proof that the model was trained on {name}: the sets differ in how hard they are as well, and "
        "the mix of types is all that is evened out. It is a sign of it where models that cannot have "
        "seen the set, run "
        "in the same way, show a smaller gap. No gap is no proof of the opposite either.",
    ]
