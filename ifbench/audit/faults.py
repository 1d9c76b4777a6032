"""A run scored in both editions: what each fault of a published verifier is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ifbench import tables
from ifbench.dialogue import Dialogue
from ifbench.errors import UsageError
from ifbench.generators import model_digest
from ifbench.prompts import PromptSet, load_prompts
from ifbench.registry import EDITIONS, Edition, editions
from ifbench.responses import read_responses, read_witnesses, witnesses_path
from ifbench.runs import SCHEMA_VERSION
from ifbench.scoring import Item, score_all
from ifbench.sets import SETS, load_set

if TYPE_CHECKING:
    import pandas as pd

    from ifbench.records import PromptVerdict, Response

EXAMPLES = 5
"""How many keys, each with a run it is from, are given for each way a type's verdicts change."""

_DIRECTIONS = ("wrongly_passed", "wrongly_failed")
Progress = Callable[[Iterable["PromptVerdict"], str, int], Iterator["PromptVerdict"]]


@dataclass
class _Run:
    """A run folder read again: whose it is, and its prompt set in both editions."""

    path: Path
    model: str
    prompts: dict[Edition, PromptSet]
    samples: int
    gold: bool

    @cached_property
    def dialogues(self) -> dict[Edition, Dialogue]:
        """The conversations, to be scored in either edition."""
        # How many samples there are the manifest tells; of a run that broke off, one may be missing altogether.
        found = read_responses(self.path / "responses.jsonl", self.prompts["published"], gaps=True).by_place
        return {
            edition: Dialogue(
                prompts, self.samples, witnesses=read_witnesses(prompts) if self.gold else None, responses=found
            )
            for edition, prompts in self.prompts.items()
        }

    @property
    def responses(self) -> list[Response | None]:
        """The responses, in the set's order; None where there is none."""
        return self.dialogues["published"].in_order()

    def items(self, edition: Edition) -> list[Item]:
        """What is to be scored, in the set's order."""
        return self.dialogues[edition].items()


def _open(path: Path, set_path: Path | None) -> _Run:
    """Read the run in ``path``.

    Raises:
        UsageError: it is no run, or its prompt set is not where it was, or not what it was.
    """
    manifest = path / "run.json"
    if not manifest.is_file():
        raise UsageError(f"{path}: no run folder (it holds no run.json); `ifbench score` makes one from responses")
    try:
        found: Any = json.loads(manifest.read_text(encoding="utf-8"))
        settings = found["settings"]
        recorded, model = settings["prompt_set"], Path(settings["model"]).name
        name, digest, limit = str(recorded["name"]), str(recorded["sha256"]), settings["limit"]
        samples, gold, witnesses = settings["samples"], settings["history"] == "gold", settings["witnesses_sha256"]
        if found["schema_version"] != SCHEMA_VERSION or not isinstance(limit, int | None):
            raise ValueError(limit)
        if not isinstance(samples, int) or samples < 1:
            raise ValueError(samples)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{manifest}: is not the manifest of a run of this version; `ifbench score` makes one"
        ) from error
    where = set_path or Path(found.get("prompt_set_path", ""))
    prompts: dict[Edition, PromptSet] = {}
    for edition in EDITIONS:
        if where.is_file() or set_path:
            prompts[edition] = load_prompts(where, name, edition)
        elif name in SETS and SETS[name].hub is None:
            prompts[edition] = load_set(name, None, edition)
        else:
            raise UsageError(f"{path}: its prompt set {where} is no longer there; say where it is with --set-path FILE")
        if prompts[edition].sha256 != digest:
            raise UsageError(
                f"{path}: was run on another version of {name} (SHA-256 {digest[:12]}) than "
                f"{prompts[edition].path} holds ({prompts[edition].sha256[:12]}); give the right one with --set-path"
            )
        if gold:
            _refuse_other_witnesses(path, prompts[edition], witnesses)
        if limit is not None:
            prompts[edition] = replace(prompts[edition], prompts=prompts[edition].prompts[:limit])
    return _Run(path, model.removeprefix("responses.").removesuffix(".jsonl"), prompts, samples, gold)


def _refuse_other_witnesses(path: Path, prompts: PromptSet, digest: object) -> None:
    """The answers were made after the witnesses that were there then, and are judged after no others.

    That there are none now is said where they are read.
    """
    file = witnesses_path(prompts)
    now = model_digest(str(file))
    if now not in (None, digest):
        raise UsageError(
            f"{path}: was run on other witnesses (SHA-256 {str(digest)[:12]}) than {file} holds ({now[:12]}); "
            "give the set with the right ones beside it with --set-path"
        )


def audit_runs(
    paths: Sequence[Path], set_path: Path | None = None, jobs: int = 1, progress: Progress | None = None
) -> dict[str, Any]:
    """Score runs of one prompt set in both editions and say what the difference is.

    Args:
        paths: run folders, as ``ifbench run`` and ``ifbench score`` write them.
        set_path: where the prompts are, should the file the run was made with have moved.
        jobs: processes to score with.
        progress: shows how far scoring has come.

    Returns:
        ``prompt_set``; ``runs``, each with its four accuracies in both editions; ``published`` and ``corrected``, the
        same over all runs; ``types``, for each type with a
        corrected edition its fault, ``n``, the verdicts that change each way, the four accuracies when this fault alone
        is mended (over all runs), and example keys; ``single``, the ids that have one edition.

    Raises:
        UsageError: a folder is no run, or the runs are of several prompt sets.
    """
    runs = [_open(path, set_path) for path in dict.fromkeys(path.resolve() for path in paths)]
    digests = {run.prompts["published"].sha256: run for run in runs}
    if len(digests) > 1:
        one, other = list(digests.values())[:2]
        raise UsageError(f"{one.path} and {other.path} are runs on different prompt sets; audit them one by one")
    sizes = {len(run.prompts["published"]): run for run in runs}
    if len(sizes) > 1:
        one, other = list(sizes.items())[:2]
        raise UsageError(
            f"{one[1].path} has {one[0]} prompts and {other[1].path} has {other[0]}; audit runs of one --limit together"
        )
    frames: list[pd.DataFrame] = []
    shown: list[dict[str, Any]] = []
    for run in runs:
        frame = _scored(run, jobs, progress)
        frames.append(frame)
        shown.append(
            {
                "model": run.model,
                "run": str(run.path),
                "responses": tables.response_counts(run.responses),
                "metrics": {edition: _four(frame, edition) for edition in EDITIONS},
                "changed": {reading: int((_column(frame, reading) != 0).sum()) for reading in ("strict", "loose")},
            }
        )
    import pandas as pd

    pooled = pd.concat(frames, ignore_index=True)
    prompts = runs[0].prompts["published"]
    ids = sorted({constraint.id for constraint in prompts.constraints})
    changes = [_type(pooled, id) for id in ids if len(editions(id)) > 1]
    changes.sort(key=lambda change: (-sum(change["strict"][way] for way in _DIRECTIONS), change["id"]))
    return {
        "schema_version": 1,
        "prompt_set": {"name": prompts.name, "sha256": prompts.sha256, "prompts": len(prompts)},
        "runs": shown,
        "published": _four(pooled, "published"),
        "corrected": _four(pooled, "corrected"),
        "types": changes,
        "single": [id for id in ids if len(editions(id)) == 1],
    }


def _scored(run: _Run, jobs: int, progress: Progress | None) -> pd.DataFrame:
    """One row a constraint: key, id, and for each edition and reading whether it is followed (0 or 1)."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for edition in EDITIONS:
        items = run.items(edition)
        verdicts: Iterable[PromptVerdict] = score_all(items, jobs)
        if progress:
            verdicts = progress(verdicts, f"{run.model}: scoring, {edition} edition", len(items))
        found = tables.verdict_frame(verdicts, run.prompts[edition])
        columns |= {"key": found["key"], "id": found["id"], "prompt": f"{run.path}\n" + found["answer"].astype(str)}
        columns |= {f"{edition} {reading}": found[reading].astype(int) for reading in ("strict", "loose")}
    return pd.DataFrame({"model": run.model, **columns})


def _column(frame: pd.DataFrame, reading: str) -> pd.Series[Any]:
    """1 where only the published edition has it followed, -1 where only the corrected one has, 0 elsewhere."""
    return frame[f"published {reading}"] - frame[f"corrected {reading}"]


def _four(frame: pd.DataFrame, edition: Edition, mended: str | None = None) -> dict[str, Any]:
    """The four accuracies in ``edition``; with ``mended``, that type's verdicts are the corrected ones."""
    import pandas as pd

    columns: dict[str, Any] = {"key": frame["prompt"]}
    for reading in ("strict", "loose"):
        column = frame[f"{edition} {reading}"]
        if mended is not None:
            column = column.where(frame["id"] != mended, frame[f"corrected {reading}"])
        columns[reading] = column
    return {
        metric: {"value": round(found.value, 6), "followed": found.followed, "n": found.n}
        for metric, found in tables.accuracies(pd.DataFrame(columns)).items()
    }


def _type(frame: pd.DataFrame, id: str) -> dict[str, Any]:
    """What the fault of one type is worth."""
    rows = frame[frame["id"] == id]
    change: dict[str, Any] = {"id": id, "fault": editions(id)[1].fault, "n": len(rows)}
    for reading in ("strict", "loose"):
        difference = _column(rows, reading)
        change[reading] = {
            "published": int(rows[f"published {reading}"].sum()),
            "corrected": int(rows[f"corrected {reading}"].sum()),
            "wrongly_passed": int((difference > 0).sum()),
            "wrongly_failed": int((difference < 0).sum()),
        }
    difference = _column(rows, "strict")
    for way, found in zip(_DIRECTIONS, (rows[difference > 0], rows[difference < 0]), strict=True):
        pairs: list[Any] = found[["model", "key"]].drop_duplicates("key").to_dict("records")
        change[f"{way}_examples"] = sorted(pairs, key=_in_order)[:EXAMPLES]
    changed = any(change[reading][way] for reading in ("strict", "loose") for way in _DIRECTIONS)
    # Where no verdict changes, nothing is worth counting again.
    change["alone"] = _four(frame, "published", id) if changed else None
    return change


def _in_order(example: dict[str, Any]) -> tuple[int, str]:
    """Numbers by their size, before text."""
    key = str(example["key"])
    return (int(key), "") if key.isascii() and key.isdigit() and len(key) < 19 else (10**19, key)
