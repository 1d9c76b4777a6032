"""From a prompt set and an engine, or a file of responses, to a scored run folder."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from ifbench import tables
from ifbench.dialogue import Answer, Dialogue, Witnesses
from ifbench.errors import UsageError
from ifbench.generators import (
    PLAIN_TEMPLATE,
    Engine,
    EngineOptions,
    Request,
    Sampling,
    check,
    create,
    model_digest,
)
from ifbench.generators.openai.server import public_url
from ifbench.prompts import PromptSet
from ifbench.records import Place, PromptVerdict, Response
from ifbench.registry import CheckError
from ifbench.responses import read_responses, read_witnesses, witnesses_path
from ifbench.runs import RunFolder
from ifbench.scoring import score, score_all
from ifbench.settings import Settings, default_folder, differences

_T = TypeVar("_T")
History = Literal["own", "gold"]
PLAIN_WARNING = "plain template: this score does not compare with one made with a chat template"


class Progress(Protocol):
    """Passes things on and shows how many have passed."""

    def __call__(self, things: Iterable[_T], what: str, total: int, note: Callable[[], str] = ..., /) -> Iterator[_T]:
        """The ``things``, of which there are ``total``; ``note`` gives what else is to be said, when it is asked."""
        ...


def silent(things: Iterable[_T], _what: str, _total: int, _note: Callable[[], str] = str, /) -> Iterator[_T]:
    """A :class:`Progress` that shows nothing."""
    yield from things


def _say_nothing(_text: str) -> None:
    """Takes what nobody wants to hear."""


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


_NOTED_EVERY = 30.0
"""Seconds after which ``run.json`` says anew how long a generation has taken: a run that is killed keeps that."""


class _Tally:
    """How a generation is going: failures, tokens a second over the last half minute, answers strictly followed."""

    _WINDOW = 30.0

    def __init__(self) -> None:
        self.failed = self.followed = self.judged = 0
        self._arrived: deque[tuple[float, int]] = deque()
        self._tokens = 0
        self._began = time.monotonic()

    def count(self, response: Response, verdict: PromptVerdict | None) -> None:
        """Count one more response, and its verdict where there is one."""
        self.failed += response.error is not None
        if verdict is not None and verdict.constraints:
            self.judged += 1
            self.followed += verdict.followed()
        self._arrived.append((time.monotonic(), response.completion_tokens or 0))
        self._tokens += response.completion_tokens or 0

    def __str__(self) -> str:
        now = time.monotonic()
        while self._arrived and self._arrived[0][0] < now - self._WINDOW:
            self._tokens -= self._arrived.popleft()[1]
        elapsed = max(1e-3, min(self._WINDOW, now - self._began))
        parts = [f"{self.failed} failed", f"{self._tokens / elapsed:,.0f} tokens/s"]
        if self.judged:
            parts.append(f"strict {100 * self.followed / self.judged:.1f} %")
        return ", ".join(parts)


def open_dialogue(
    folder: RunFolder,
    prompts: PromptSet,
    samples: int = 1,
    system_instruction: str | None = None,
    witnesses: Witnesses | None = None,
) -> Dialogue:
    """The conversations of a run, with the answers that ``folder`` holds already; see :class:`Dialogue`.

    Raises:
        InvalidInputError: the responses in the folder are damaged, or not all of this run.
    """
    earlier = folder.earlier_responses({answer.place for answer in Dialogue(prompts, samples).answers()})
    dialogue = Dialogue(prompts, samples, system_instruction, witnesses, earlier)
    if len(dialogue.responses) < len(earlier):
        # What was built on an answer that is gone must not be taken for an answer to the one that replaces it.
        folder.write_responses(dialogue.in_order())
    return dialogue


def generate(
    folder: RunFolder,
    dialogue: Dialogue,
    start_engine: Callable[[], Engine],
    sampling: Sampling,
    model: str,
    progress: Progress = silent,
) -> dict[Place, PromptVerdict]:
    """Have every answer of ``dialogue`` given that is not there yet; the verdicts on those that came.

    The engine is started once, and only when there is something to ask. Each response is appended to the run's folder
    and scored as it comes, so that an interruption loses none that is finished.

    Raises:
        IfbenchError: the engine died, or the folder can no longer be written; ``run.json`` says why.
    """
    verdicts: dict[Place, PromptVerdict] = {}
    requests = dialogue.open_requests()
    if not requests:
        return verdicts
    began, spent = time.monotonic(), folder.generation_seconds or 0.0
    status: dict[str, Any] = {"status": "interrupted"}

    def spent_by(now: float) -> float:
        return round(spent + now - began, 3)

    try:
        with closing(start_engine()) as engine:
            described = engine.describe()
            if dialogue.responses:
                _refuse_changed_engine(folder, described)
            first = dialogue.request(next(dialogue.answers()))
            folder.set_status("running", engine=described, first_request=_rendered(engine, first, sampling))
            noted = time.monotonic()
            answers, tally = engine.generate(requests, sampling, dialogue.follow), _Tally()
            for response in progress(answers, f"{model}: generating", dialogue.remaining(), tally.__str__):
                folder.append(response)
                prompt = dialogue.prompts.by_key[str(response.key)]
                if time.monotonic() - noted > _NOTED_EVERY:
                    noted = time.monotonic()
                    folder.try_status("running", generation_seconds=spent_by(noted))
                verdict = None
                # A plugin's check that raises ends the scoring, and not hours of generation.
                with suppress(CheckError):
                    verdict = score(dialogue.item(Answer(prompt, response.sample, response.turn)))
                    verdicts[response.place] = verdict
                tally.count(response, verdict)
        status = {"status": "generated"}
    except BaseException as error:
        status["reason"] = str(error) or type(error).__name__
        raise
    finally:
        try:
            folder.close_responses()
        finally:
            folder.try_status(**status, generation_seconds=spent_by(time.monotonic()))
    return verdicts


def _rendered(engine: Engine, request: Request, sampling: Sampling) -> str | None:
    """``request`` as the model sees it; None where it cannot be made, which its response will say as well."""
    try:
        return engine.render(request, sampling)
    except UsageError:
        return None


def _refuse_changed_engine(folder: RunFolder, described: Mapping[str, Any]) -> None:
    """Responses of one run come from one engine: the same versions, device, template and context."""
    changed = differences(folder.manifest.get("engine") or {}, described)
    if changed:
        lines = "\n".join(f"  {line}" for line in changed)
        raise UsageError(
            f"{folder.path}: its responses were made by another engine; choose another --output-path:\n{lines}"
        )


def score_run(
    folder: RunFolder,
    dialogue: Dialogue,
    model: str,
    jobs: int = 1,
    progress: Progress = silent,
    *,
    verdicts: Mapping[Place, PromptVerdict] | None = None,
    warnings: Sequence[str] = (),
    ray_address: str | None = None,
) -> Outcome:
    """Score the answers of ``dialogue`` and write the run's files.

    Args:
        folder: the run's folder.
        dialogue: the conversations, with the responses that are there.
        model: the name the results are shown under.
        jobs: processes to score with.
        progress: shows how far scoring has come.
        verdicts: those on answers that have been scored already.
        warnings: what a reader of the score must know, kept with the results.
        ray_address: a Ray cluster to score on instead of processes of this machine.
    """
    known = dict(verdicts or {})
    answers, prompts = list(dialogue.answers()), dialogue.prompts
    missing = [answer for answer in answers if answer.place not in known]
    items = [*(dialogue.item(answer) for answer in missing), *tables.floor_items(prompts)]
    scored = list(progress(score_all(items, jobs, ray_address), f"{model}: scoring, floors included", len(items)))
    known |= {answer.place: verdict for answer, verdict in zip(missing, scored, strict=False)}
    ordered, responses = [known[answer.place] for answer in answers], dialogue.in_order()
    results = tables.results(
        ordered, scored[len(missing) :], responses, prompts, model, folder.generation_seconds, warnings=warnings
    )
    folder.write_responses(responses)
    folder.write_scores(ordered, results)
    outcome = Outcome(folder, results)
    folder.set_status("complete" if outcome.complete else "incomplete")
    return outcome


_NOT_DECIDING = {"model", "log_path", "num_actors", "ray_address", "num_concurrent", "timeout", "max_retries",
                 "api_key_env", "gpu_memory_utilization"}  # fmt: skip


def _recorded(options: EngineOptions) -> dict[str, Any]:
    """What of ``options`` decides the responses, and so must not change when a run is resumed.

    A file or folder among them is told by its content as well.
    """
    recorded = {option.name: getattr(options, option.name) for option in fields(options)}
    recorded = {name: value for name, value in recorded.items() if name not in _NOT_DECIDING}
    recorded["model_args"] = dict(options.model_args)
    recorded["base_url"] = options.base_url and public_url(options.base_url)
    if options.lora is not None:
        recorded["lora_sha256"] = model_digest(options.lora)
    if options.template not in (None, PLAIN_TEMPLATE):
        recorded["template_sha256"] = model_digest(str(options.template))
    return recorded


def with_plain_stops(options: EngineOptions, sampling: Sampling) -> Sampling:
    """``sampling``, which under the plain template stops where the next speaker would begin."""
    if options.template != PLAIN_TEMPLATE:
        return sampling
    from ifbench.generators.chat import PLAIN_STOPS

    return replace(sampling, stop=tuple(dict.fromkeys((*sampling.stop, *PLAIN_STOPS))))


def witnesses_for(prompts: PromptSet, history: History) -> Witnesses | None:
    """The replies that stand in the history instead of the model's: those of the set when ``history`` is "gold"."""
    return read_witnesses(prompts) if history == "gold" else None


def witnesses_digest(prompts: PromptSet, witnesses: Witnesses | None) -> str | None:
    """SHA-256 of the file that ``witnesses`` come from; None where there are none."""
    return None if witnesses is None else model_digest(str(witnesses_path(prompts)))


def benchmark(
    engine: str,
    options: EngineOptions,
    sampling: Sampling,
    prompts: PromptSet,
    command: Sequence[str],
    output_path: Path | None = None,
    *,
    samples: int = 1,
    history: History = "own",
    system_instruction: str | None = None,
    limit: int | None = None,
    jobs: int = 1,
    progress: Progress = silent,
    say: Callable[[str], None] = _say_nothing,
) -> Outcome:
    """Have a model answer ``prompts`` (the first ``limit`` of them) and score what it says.

    Args:
        engine: a name of :data:`ifbench.generators.ENGINES`.
        options: the model, and what the engine is started with.
        sampling: how tokens are drawn.
        prompts: the prompt set.
        command: the command line, for the record.
        output_path: the run's folder; a run that is there already is gone on with.
        samples: how often each prompt is answered.
        history: what stands in the history of a later turn: the model's own answers, or ("gold") the set's witnesses.
        system_instruction: a system prompt put before every conversation.
        limit: how many prompts are asked.
        jobs: processes to score with.
        progress: shows how far generation and scoring have come.
        say: told where the run is, before it begins.

    Raises:
        UsageError: the engine, the model or the folder cannot be used.
        IfbenchError: the run broke off; it can be gone on with.
    """
    check(engine, options, sampling)
    if engine == "replay":
        # The engine sees only what is open, and cannot tell the file of another set from one that lacks answers.
        read_responses(Path(options.model).expanduser(), prompts, gaps=True)
        if system_instruction is not None:
            raise UsageError("the replay engine asks nothing; it has no use for --system-instruction")
    if limit is not None:
        prompts = replace(prompts, prompts=prompts.prompts[:limit])
    sampling = with_plain_stops(options, sampling)
    witnesses = witnesses_for(prompts, history)
    settings = Settings(
        options.model if engine == "openai" else str(Path(options.model)),
        engine,
        prompts,
        None if engine == "openai" else model_digest(options.model),
        sampling.to_json(),
        _recorded(options),
        samples,
        history,
        witnesses_digest(prompts, witnesses),
        system_instruction,
        limit,
    )
    if options.base_url is not None:
        # An address may hold a password, which is nothing to keep.
        command = [part.replace(options.base_url, public_url(options.base_url)) for part in command]
    path = Path(options.model).expanduser()
    name = (path.resolve() if path.exists() and engine != "openai" else path).name.removesuffix(".jsonl")
    with RunFolder.open(output_path or default_folder(settings), settings, command) as folder:
        if output_path is None:
            say(
                f"{name}: the run is in {folder.path}; should it break off, --output-path {folder.path} goes on with it"
            )
        options = replace(options, log_path=folder.path / "engine.log")
        dialogue = open_dialogue(folder, prompts, samples, system_instruction, witnesses)
        verdicts = generate(folder, dialogue, lambda: create(engine, options), sampling, name, progress)
        warnings = [PLAIN_WARNING] if options.template == PLAIN_TEMPLATE else []
        return score_run(
            folder,
            dialogue,
            name,
            jobs,
            progress,
            verdicts=verdicts,
            warnings=warnings,
            ray_address=options.ray_address if engine == "ray" else None,
        )
