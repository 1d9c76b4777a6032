"""From a prompt set and an engine, or a file of responses, to a scored run folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ifbench import tables
from ifbench.errors import UsageError
from ifbench.generators import Engine, EngineOptions, Message, Request, Sampling, check, create, model_digest
from ifbench.prompts import Prompt, PromptSet
from ifbench.records import Response
from ifbench.responses import with_reasoning_apart
from ifbench.runs import RunFolder, Settings, default_folder, differences
from ifbench.scoring import Item, score_all

_T = TypeVar("_T")
Progress = Callable[[Iterable[_T], str, int], Iterator[_T]]
"""Passes things on and shows how many have passed: things, what is being done, how many there will be."""


def silent(things: Iterable[_T], _what: str, _total: int) -> Iterator[_T]:
    """A :data:`Progress` that shows nothing."""
    yield from things


@dataclass(frozen=True)
class Outcome:
    """A scored run: its numbers, as in ``results.json``, and whether every response was there."""

    folder: RunFolder
    results: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether no response is missing and none failed."""
        counts = self.results["responses"]
        return not counts["missing"] and not counts["failed"]


def requests_for(prompts: PromptSet, system_instruction: str | None = None) -> list[Request]:
    """What a model is asked for each prompt of the set. A prompt's own system prompt follows ``system_instruction``."""
    requests: list[Request] = []
    for prompt in prompts.prompts:
        system = "\n\n".join(part for part in (system_instruction, prompt.system) if part)
        messages = [Message("system", system)] if system else []
        requests.append(Request(prompt.key, (*messages, Message("user", prompt.turns[0].user))))
    return requests


def generate(
    folder: RunFolder,
    requests: list[Request],
    start_engine: Callable[[], Engine],
    sampling: Sampling,
    model: str,
    progress: Progress[Response] = silent,
) -> dict[str, Response]:
    """Have every request answered that is not answered in ``folder`` yet; all responses by key as text.

    The engine is started only when there is something to ask. Responses are kept as they come, so that an
    interruption loses none that are finished; failed ones are tried again when the run is resumed.
    """
    earlier = folder.earlier_responses({str(request.key) for request in requests})
    responses = {key: kept for key, kept in earlier.items() if kept.error is None}
    open_requests = [request for request in requests if str(request.key) not in responses]
    if not open_requests:
        return responses
    began = time.monotonic()
    spent = folder.generation_seconds or 0.0
    status = "interrupted"
    try:
        with closing(start_engine()) as engine:
            described = engine.describe()
            if responses:
                _refuse_changed_engine(folder, described)
            folder.set_status("running", engine=described)
            for raw in progress(engine.generate(open_requests, sampling), f"{model}: generating", len(open_requests)):
                response = with_reasoning_apart(raw)
                folder.append(response)
                responses[str(response.key)] = response
        status = "generated"
    finally:
        folder.close_responses()
        folder.set_status(status, generation_seconds=round(spent + time.monotonic() - began, 3))
    return responses


def _refuse_changed_engine(folder: RunFolder, described: Mapping[str, Any]) -> None:
    """Responses of one run come from one engine: the same versions, device, template and context."""
    changed = differences(folder.manifest.get("engine") or {}, described)
    if changed:
        lines = "\n".join(f"  {line}" for line in changed)
        raise UsageError(
            f"{folder.path}: its responses were made by another engine; choose another --output-path:\n{lines}"
        )


def item_for(prompt: Prompt, response: Response | None) -> Item:
    """What is scored for ``prompt``: its response, or the reason why there is none."""
    absence = None
    if response is None:
        absence = "no response"
    elif response.error is not None:
        absence = f"no response: {response.error}"
    elif not response.reasoning_closed:
        absence = "no answer: the reasoning never ended"
    text = response.response if response is not None and absence is None else ""
    return Item(prompt, (text,), absence=absence)


def score_run(
    folder: RunFolder,
    prompts: PromptSet,
    by_key: Mapping[str, Response],
    model: str,
    jobs: int = 1,
    progress: Progress[Any] = silent,
) -> Outcome:
    """Score ``by_key`` (responses by key as text) against ``prompts`` and write the run's files."""
    responses = [by_key.get(str(prompt.key)) for prompt in prompts.prompts]
    items = [item_for(prompt, response) for prompt, response in zip(prompts.prompts, responses, strict=True)]
    both = [*items, *tables.floor_items(prompts)]
    verdicts = list(progress(score_all(both, jobs), f"{model}: scoring, floors included", len(both)))
    verdicts, floors = verdicts[: len(items)], verdicts[len(items) :]
    results = tables.results(verdicts, floors, responses, prompts, model, folder.generation_seconds)
    folder.write_responses(responses)
    folder.write_scores(verdicts, results)
    outcome = Outcome(folder, results)
    folder.set_status("complete" if outcome.complete else "incomplete")
    return outcome


def _recorded(options: EngineOptions) -> dict[str, Any]:
    """What of ``options`` decides the responses, and so must not change when a run is resumed."""
    return {
        "revision": options.revision,
        "dtype": options.dtype,
        "tensor_parallel_size": options.tensor_parallel_size,
        "seed": options.seed,
        "model_args": dict(options.model_args),
    }


def benchmark(
    engine: str,
    options: EngineOptions,
    sampling: Sampling,
    prompts: PromptSet,
    command: Sequence[str],
    output_path: Path | None = None,
    *,
    system_instruction: str | None = None,
    limit: int | None = None,
    jobs: int = 1,
    progress: Progress[Any] = silent,
) -> Outcome:
    """Have a model answer ``prompts`` (the first ``limit`` of them) and score what it says.

    Args:
        engine: a name of :data:`ifbench.generators.ENGINES`.
        options: the model, and what the engine is started with.
        sampling: how tokens are drawn.
        prompts: the prompt set.
        command: the command line, for the record.
        output_path: the run's folder; a run that is there already is gone on with.
        system_instruction: a system prompt put before every conversation.
        limit: how many prompts are asked.
        jobs: processes to score with.
        progress: shows how far generation and scoring have come.

    Raises:
        UsageError: the engine, the model or the folder cannot be used.
    """
    check(engine, options.model)
    if limit is not None:
        prompts = replace(prompts, prompts=prompts.prompts[:limit])
    settings = Settings(
        str(Path(options.model)),
        engine,
        prompts,
        model_digest(options.model),
        sampling.to_json(),
        _recorded(options),
        system_instruction,
        limit,
    )
    path = Path(options.model).expanduser()
    name = (path.resolve() if path.exists() else path).name.removesuffix(".jsonl")
    with RunFolder.open(output_path or default_folder(settings), settings, command) as folder:
        options = replace(options, log_path=folder.path / "engine.log")
        requests = requests_for(prompts, system_instruction)
        responses = generate(folder, requests, lambda: create(engine, options), sampling, name, progress)
        return score_run(folder, prompts, responses, name, jobs, progress)
