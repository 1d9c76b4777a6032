"""Prompt sets: loaded, validated and bound as a whole, with every fault reported at once."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path

from ifbench.errors import InvalidInputError, Problem, UsageError, count_of, nearest
from ifbench.prompts.ifeval import ifeval_prompt
from ifbench.prompts.model import Prompt, PromptSet
from ifbench.prompts.multiif import multi_if_prompt, multi_if_rows
from ifbench.prompts.native import native_prompt
from ifbench.prompts.rewordings import FILE, is_rewording, reworded
from ifbench.prompts.rows import Row
from ifbench.records import parse_lines
from ifbench.registry import Edition

Found = list[tuple[Row, Prompt]]


def set_file(path: Path) -> Path:
    """The prompts of a set given as a folder or as a file.

    Raises:
        UsageError: there is no such file, or the folder holds no ``prompts.jsonl``.
    """
    if path.is_dir():
        inner = path / "prompts.jsonl"
        if not inner.is_file():
            raise UsageError(f"{path}: no prompts.jsonl in this folder")
        return inner
    if not path.is_file():
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = nearest(path.name, siblings) or "`ifbench list sets` shows the sets known by name"
        raise UsageError(f"{path}: no such prompt set; {hint}")
    return path


def load_prompts(path: Path, name: str | None = None, edition: Edition | None = None) -> PromptSet:
    """Load a prompt set from a JSON Lines file, from a folder with a ``prompts.jsonl``, or from Multi-IF's CSV.

    Each line of JSON is an object in IFEval's format (``key, prompt, instruction_id_list, kwargs``) or in our own
    (``key, turns``); a file whose name ends in ``.csv`` is read as Multi-IF's. Sets in others' formats are read in the
    published edition unless told otherwise, so that their numbers compare; our own in the corrected one.

    A file of rewordings (``key, wording, turns``) gives the prompts of the ``prompts.jsonl`` beside it that have
    rewordings, each followed by these; its ``sha256`` is that of both files.

    Raises:
        InvalidInputError: with every fault of the file: line, key, field, value, and the nearest valid name.
        UsageError: the file cannot be read.
    """
    path = set_file(path)
    if path.name == FILE or (
        path.suffix.lower() == ".jsonl" and any(is_rewording(fields) for _, fields in islice(parse_lines(path, []), 1))
    ):
        return _with_rewordings(path, name, edition)
    problems: list[Problem] = []
    if path.suffix.lower() == ".csv":
        found, by_default, unit = *_from_csv(path, edition, problems), "one conversation a row, below the first"
    else:
        found, by_default, unit = *_from_json_lines(path, edition, problems), "one JSON object a line"
    first_lines: dict[str, int] = {}
    for row, prompt in found:
        first = first_lines.setdefault(str(prompt.key), row.line)
        if first != row.line:
            row.fault(f"this key stands on line {first} already", "key", "every prompt needs a key of its own")
    if not found and not problems:
        problems.append(Problem("holds no prompt", str(path), hint=f"expected {unit}"))
    if problems:
        problems.sort(key=lambda problem: (problem.line is None, problem.line or 0))
        raise InvalidInputError(problems, f"{path} is not a valid prompt set: {count_of(len(problems), 'faults')}")
    return PromptSet(
        name or (path.parent.resolve().name if path.name == "prompts.jsonl" else path.stem),
        path,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        edition or by_default,
        tuple(prompt for _, prompt in found),
    )


def _with_rewordings(path: Path, name: str | None, edition: Edition | None) -> PromptSet:
    """The prompts that the file of rewordings ``path`` says in other words, and their rewordings."""
    base_path = path.with_name("prompts.jsonl")
    if path.name == base_path.name:
        hint = f"rewordings stand beside the prompts, in {FILE}"
        raise InvalidInputError([Problem("holds rewordings where prompts are wanted", str(path), hint=hint)])
    if not base_path.is_file():
        raise UsageError(f"{path}: there is no prompts.jsonl beside it, with the prompts that it says in other words")
    base = load_prompts(base_path, name, edition)
    problems: list[Problem] = []
    prompts = reworded(path, base.prompts, base.edition, problems)
    if problems:
        problems.sort(key=lambda problem: problem.line or 0)
        raise InvalidInputError(problems, f"{path} is no valid file of rewordings: {count_of(len(problems), 'faults')}")
    digest = hashlib.sha256(base_path.read_bytes() + path.read_bytes()).hexdigest()
    return PromptSet(name or f"{base.name}-{path.stem}", path, digest, base.edition, tuple(prompts))


def _from_csv(path: Path, edition: Edition | None, problems: list[Problem]) -> tuple[Found, Edition]:
    """The prompts of Multi-IF's format, and the edition they are scored in where none is asked for."""
    rows = [
        Row(str(path), line, cells, edition or "published", problems) for line, cells in multi_if_rows(path, problems)
    ]
    return [(row, prompt) for row in rows if (prompt := multi_if_prompt(row)) is not None], "published"


def _from_json_lines(path: Path, edition: Edition | None, problems: list[Problem]) -> tuple[Found, Edition]:
    """The prompts of either JSON format, and the edition they are scored in where none is asked for."""
    found: Found = []
    formats: dict[str, int] = {}
    for line, fields in parse_lines(path, problems):
        ours = "turns" in fields
        row = Row(str(path), line, fields, edition or ("corrected" if ours else "published"), problems)
        if not (ours or "instruction_id_list" in fields or "prompt" in fields):
            wanted = "expected 'prompt' with 'instruction_id_list' and 'kwargs', or 'turns'"
            row.fault(f"is no prompt: it has {', '.join(map(repr, fields)) or 'no fields'}", None, wanted)
            continue
        try:
            prompt = native_prompt(row) if ours else ifeval_prompt(row)
        except RecursionError:
            # What could just be parsed may be too deep to be written into an error.
            row.fault("is JSON nested too deeply to be read")
            continue
        formats.setdefault("ours" if ours else "IFEval's", line)
        if prompt is not None:
            found.append((row, prompt))
    if len(formats) > 1:
        lines = " and ".join(f"{format} (line {line})" for format, line in formats.items())
        problems.append(Problem(f"mixes two formats, {lines}", str(path), hint="keep a set in one of them"))
    return found, "corrected" if "ours" in formats else "published"
