"""Run folders, read for their verdicts alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from ifbench.errors import InvalidInputError, Problem, UsageError, quote
from ifbench.prompts import load_prompts
from ifbench.records import read_lines
from ifbench.runs import SCHEMA_VERSION


class Judged(NamedTuple):
    """One constraint of an answer, judged."""

    id: str
    strict: bool
    loose: bool


class Answer(NamedTuple):
    """One judged answer: its ``cluster``, its ``turn``, and the constraints that hold."""

    cluster: str
    turn: int
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class Run:
    """What a run folder says that matters here."""

    path: Path
    settings: Mapping[str, Any]
    answers: tuple[Answer, ...]
    absent: int
    by_family: bool

    @property
    def set_name(self) -> str:
        """The name of its prompt set."""
        return str(self.settings["prompt_set"]["name"])


def read_run(path: Path) -> Run:
    """A run folder, read for its verdicts.

    Raises:
        UsageError: it is no run, or was not scored.
        InvalidInputError: its files are damaged.
    """
    manifest = path / "run.json"
    if not manifest.is_file():
        raise UsageError(f"{path}: no run folder (it holds no run.json); `ifbench run` and `ifbench score` make one")
    try:
        found: Any = json.loads(manifest.read_text(encoding="utf-8"))
        settings = cast("dict[str, Any]", found["settings"])
        name, digest, edition = (settings["prompt_set"][field] for field in ("name", "sha256", "edition"))
        if found["schema_version"] != SCHEMA_VERSION or not {"model", "model_sha256", "engine"} <= settings.keys():
            raise ValueError(found["schema_version"])
    except OSError as error:
        raise UsageError(f"{manifest}: cannot be read: {error.strerror or error}; make it readable") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{manifest}: is not the manifest of a run of this version; `ifbench run` makes one"
        ) from error
    for file in ("results.json", "verdicts.jsonl"):
        if not (path / file).is_file():
            raise UsageError(f"{path}: the run is not scored (no {file}); go on with it by `ifbench run --output-path`")
    families = _families(Path(str(found.get("prompt_set_path", ""))), name, edition, digest)
    answers = tuple(_answers(path / "verdicts.jsonl", families or {}))
    absent, requested = _counts(path / "results.json")
    if len(answers) != requested:
        message = f"holds the verdicts of {len(answers)} answers, and results.json counts {requested}"
        raise InvalidInputError([Problem(message, str(path / "verdicts.jsonl"), hint="score the run again")])
    if not any(answer.judged for answer in answers):
        raise UsageError(f"{path}: verdicts.jsonl judges nothing; score the run again")
    return Run(path, settings, answers, absent, families is not None)


def _families(where: Path, name: str, edition: Any, digest: str) -> dict[str, str] | None:
    """What each prompt is clustered by; None where the set is not where it was, or not what it was."""
    if not where.is_file():
        return None
    prompts = load_prompts(where, name, edition)
    return {str(prompt.key): prompt.cluster for prompt in prompts.prompts} if prompts.sha256 == digest else None


def _counts(file: Path) -> tuple[int, int]:
    """How many answers are missing or failed, and how many there are in all."""
    try:
        counts: Any = json.loads(file.read_text(encoding="utf-8"))["responses"]
        return int(counts["missing"]) + int(counts["failed"]), int(counts["requested"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file}: cannot be read as results; score the run again") from error


def _answers(file: Path, families: Mapping[str, str]) -> Iterator[Answer]:
    for line, row in read_lines(file):
        try:
            key, turn = str(row["key"]), int(row["turn"])
        except (KeyError, TypeError, ValueError) as error:
            fault = f"is not a line of verdicts: key is {quote(row.get('key'))}, turn {quote(row.get('turn'))}"
            raise _damaged(file, line, row, fault) from error
        judged = tuple(_judged(file, line, row, turn))
        yield Answer(families.get(key, key), turn, judged)


def _judged(file: Path, line: int, row: Mapping[str, Any], turn: int) -> Iterator[Judged]:
    """The constraints of a line that count; each field is held to its type, for any text would pass for true."""
    constraints = row.get("constraints")
    if not isinstance(constraints, list):
        raise _damaged(file, line, row, f"is not a line of verdicts: {quote(constraints)} is no list", "constraints")
    for number, one in enumerate(cast("list[Any]", constraints)):
        field = f"constraints[{number}]"
        if not isinstance(one, dict):
            raise _damaged(file, line, row, f"is not a line of verdicts: {quote(one)} is no object", field)
        entry = cast("dict[str, Any]", one)
        for name, kind, what in (
            ("id", str, "text"),
            ("strict", bool, "true or false"),
            ("loose", bool, "true or false"),
        ):
            if not isinstance(entry.get(name), kind):
                fault = f"is not a line of verdicts: {quote(entry.get(name))} is not {what}"
                raise _damaged(file, line, row, fault, f"{field}.{name}")
        if not (turn == 1 and entry.get("must_stop")):
            yield Judged(entry["id"], entry["strict"], entry["loose"])


def _damaged(
    file: Path, line: int, row: Mapping[str, Any], fault: str, field: str | None = None
) -> InvalidInputError:  # fmt: skip
    return InvalidInputError([Problem(fault, str(file), line, row.get("key"), field, "score the run again")])
