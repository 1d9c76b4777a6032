"""Responses that exist already, read from a file and given out as if a model said them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ifbench.errors import InvalidInputError, Problem, UsageError, quote
from ifbench.generators.base import EngineOptions, Follow, Request, Sampling, ends_here
from ifbench.records import Response
from ifbench.responses import ResponseRow, response_rows

_Place = tuple[str, str, int, int | str | None]


class ReplayEngine:
    """Answers requests from the JSON Lines file named by ``options.model``.

    A row holds ``response`` and either ``key`` or ``prompt``:

        {"prompt": "Write two words.", "response": "two words"}
        {"key": 1000, "sample": 1, "response": "two words", "finish_reason": "stop"}

    the first as IFEval's files have it, the second as ``responses.jsonl`` of a run. The rules are those of
    `ifbench.responses.read_responses`: a row answers the request with its key (1000 and "1000" are one) and its turn;
    its ``prompt`` is, letter by letter, the first user message of that request together with ``turn``, or the last
    one. ``sample`` is 0 when absent. A row that has neither ``turn`` nor ``prompt`` answers the first turn.

    A request that no row answers is left out: its response is missing, and its conversation ends. Whether the file
    belongs to the prompt set cannot be told here: of a run that is gone on with, only what is open is asked.

    Raises:
        InvalidInputError: naming every bad row by line and field.
        UsageError: the file cannot be read.
    """

    def __init__(self, options: EngineOptions):
        if options.model_args:
            raise UsageError(f"the replay engine takes no model_args; remove {', '.join(options.model_args)}")
        self._path = Path(options.model).expanduser()
        self._rows = _load(self._path)

    def describe(self) -> dict[str, Any]:
        """The file and how many responses it holds."""
        return {"engine": "replay", "file": self._path.name, "responses": len(self._rows)}

    def render(self, request: Request, sampling: Sampling) -> str:  # noqa: ARG002
        """Nothing is rendered here.

        Raises:
            UsageError: always.
        """
        raise UsageError("the replay engine renders nothing: the responses are there already")

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """The responses on file, in the order of their requests, each conversation to its end."""
        del sampling  # what is on file was drawn already
        for first in requests:
            request: Request | None = first
            while request is not None and (answer := self._answer(request)) is not None:
                try:
                    request = follow(answer)
                finally:
                    yield answer

    def close(self) -> None:
        """Nothing is held."""

    def _answer(self, request: Request) -> Response | None:
        said = [message.content for message in request.messages if message.role == "user"]
        first, asked, key = (said or [""])[0], _asked(request), str(request.key)
        for place in (
            ("key", key, request.sample, request.turn),
            ("key", key, request.sample, asked),
            ("prompt", first, request.sample, request.turn),
            ("prompt", asked, request.sample, request.turn),
            ("prompt", asked, request.sample, None),
        ):
            row = self._rows.get(place)
            if row is not None and row.prompt in (None, first, asked):
                return row.answering(request.key, request.turn)
        return None


def _asked(request: Request) -> str:
    return next((message.content for message in reversed(request.messages) if message.role == "user"), "")


def _place(row: ResponseRow) -> _Place:
    """What ``row`` answers: a prompt by its text, or of the prompt with its key a turn, by number or by text."""
    sample = row.response.sample
    if row.key is None:
        return "prompt", row.prompt or "", sample, row.turn
    return "key", str(row.key), sample, row.prompt if row.turn is None and row.prompt is not None else row.turn or 1


def _load(path: Path) -> dict[_Place, ResponseRow]:
    """The rows of ``path`` by what they answer. A failed response may be followed by another try."""
    rows: dict[_Place, ResponseRow] = {}
    problems: list[Problem] = []
    for row in response_rows(path, problems):
        place = _place(row)
        kind, value = place[:2]
        first = rows.get(place)
        if first is not None and first.response.error is None:
            message = f"line {first.line} answers the same {kind}: {quote(value)}"
            hint = "number repeated answers with sample 0, 1, …"
            problems.append(Problem(message, str(path), row.line, row.key, kind, hint))
            continue
        rows[place] = row
    if problems:
        raise InvalidInputError(problems)
    return rows
