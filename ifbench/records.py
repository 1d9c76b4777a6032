"""What crosses file borders: responses and verdicts, and JSON Lines in and out."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any, Literal

from ifbench.errors import InvalidInputError, Problem, UsageError, quote

Key = int | str
Place = tuple[str, int, int]
"""Where a response belongs: its prompt's key as text, the sample, the turn."""


@dataclass(frozen=True)
class Response:
    """What a model said in one turn.

    ``sample`` counts from 0, ``turn`` from 1. ``response`` is the answer alone; reasoning is kept apart and never
    reaches a verifier. ``finish_reason`` is "stop", "length" (cut off), or what the engine says. Token counts are
    those of the engine's own tokenizer: ``completion_tokens`` includes the ``reasoning_tokens``, ``prompt_tokens`` the
    ``cached_tokens`` that were computed before. ``latency`` is in seconds. None where an engine cannot tell. ``error``
    says why there is no answer; such a response is counted as failed and never scored as text.
    """

    key: Key
    response: str
    sample: int = 0
    turn: int = 1
    reasoning: str | None = None
    reasoning_closed: bool = True
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    latency: float | None = None
    error: str | None = None

    @property
    def place(self) -> Place:
        """What it is an answer to."""
        return str(self.key), self.sample, self.turn

    def to_json(self) -> dict[str, Any]:
        """The record as it stands in ``responses.jsonl``."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Response:
        """The record of a line of ``responses.jsonl``. Fields this version does not know are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in row.items() if name in known})


@dataclass(frozen=True)
class ConstraintVerdict:
    """Whether one constraint was followed: strictly, loosely, and why.

    ``required`` and ``observed`` speak of the strict reading. ``spans`` are start and end, in characters of the
    response, of what was found or what offends. ``name``, ``since`` and ``must_stop`` are those of
    :class:`ifbench.prompts.Held`.
    """

    id: str
    strict: bool
    loose: bool
    required: str
    observed: str
    spans: tuple[tuple[int, int], ...] = ()
    name: str = ""
    since: int = 1
    must_stop: bool = False


@dataclass(frozen=True)
class PromptVerdict:
    """The verdicts of one response, in the order of the prompt's constraints."""

    key: Key
    sample: int
    turn: int
    constraints: tuple[ConstraintVerdict, ...]

    @property
    def place(self) -> Place:
        """What response it judges."""
        return str(self.key), self.sample, self.turn

    def followed(self, reading: Literal["strict", "loose"] = "strict") -> bool:
        """Whether every constraint was followed."""
        return all(getattr(constraint, reading) for constraint in self.constraints)

    def to_json(self) -> dict[str, Any]:
        """The record as it stands in ``verdicts.jsonl``."""
        return asdict(self)


def dump_line(row: Mapping[str, Any]) -> str:
    """``row`` as one line of JSON; lone surrogates are escaped, so that any text survives.

    >>> dump_line({"response": "caf\\u00e9 \\ud800"})
    '{"response": "caf\\\\u00e9 \\\\ud800"}\\n'
    """
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(row, ensure_ascii=True)
    # Some readers end a line at these two as well.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


_JSON_NAMES = {
    "NoneType": "null",
    "str": "text",
    "list": "a list",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def parse_lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of each non-blank line of a JSON Lines file; faults are added to ``problems``.

    Raises:
        UsageError: the file cannot be read at all.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    # Only a line feed ends a line: text inside JSON may hold other line separators.
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not raw.strip():
            continue
        where: dict[str, Any] = {"path": str(path), "line": number}
        try:
            row = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            problems.append(Problem(f"is not UTF-8 at byte {error.start + 1}", **where, hint="save the file as UTF-8"))
        except ValueError as error:
            where_exactly = (
                f"{error.msg} (character {error.colno})" if isinstance(error, json.JSONDecodeError) else error
            )
            message = f"is not valid JSON: {where_exactly}: {quote(raw.decode('utf-8', 'replace')[:80])}"
            problems.append(Problem(message, **where, hint="each line must be one complete JSON object"))
        except RecursionError:
            problems.append(Problem("is JSON nested too deeply to be read", **where))
        else:
            if isinstance(row, dict):
                yield number, row
            else:
                message = f"holds {_JSON_NAMES[type(row).__name__]} instead of an object: {quote(row)}"
                problems.append(Problem(message, **where))


def read_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Number and object of every line of ``path``.

    Raises:
        InvalidInputError: naming every line that is not a JSON object.
        UsageError: the file cannot be read.
    """
    problems: list[Problem] = []
    rows = list(parse_lines(path, problems))
    if problems:
        raise InvalidInputError(problems)
    return rows


@contextmanager
def replacing(path: Path) -> Generator[IO[str]]:
    """A text file that takes ``path``'s place when it is complete, and leaves ``path`` alone when it is not."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``rows`` to ``path`` as JSON Lines, all or nothing."""
    with replacing(path) as file:
        for row in rows:
            file.write(dump_line(row))


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write ``value`` to ``path`` as indented JSON, all or nothing."""
    with replacing(path) as file:
        text = json.dumps(value, ensure_ascii=False, indent=2)
        file.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
