"""What a run would ask, without asking: the first request as the model sees it, and how much there is to do."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from ifbench.dialogue import Answer, Dialogue
from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Renderer, Request, Sampling, check, renderer
from ifbench.pipeline import History, with_plain_stops, witnesses_for
from ifbench.prompts import PromptSet

_CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True)
class Preview:
    """A run before it is begun.

    ``responses`` is how many answers there will be. ``prompt_tokens`` is the least there is to read: what later turns
    add by the model's own answers before them is not known yet. It was counted with the model's tokenizer when
    ``counted``, and is otherwise a quarter of the characters. ``completion_tokens`` is the most there can be to write.
    ``first_request`` is None for an engine that renders nothing.
    """

    engine: str
    model: str
    prompt_set: str
    prompts: int
    samples: int
    responses: int
    prompt_tokens: int
    counted: bool
    completion_tokens: int
    first_request: str | None

    def to_json(self) -> dict[str, Any]:
        """The preview as ``--dry-run --format json`` prints it."""
        return asdict(self)


def preview(
    engine: str,
    options: EngineOptions,
    sampling: Sampling,
    prompts: PromptSet,
    *,
    samples: int = 1,
    history: History = "own",
    system_instruction: str | None = None,
    limit: int | None = None,
) -> Preview:
    """What :func:`ifbench.pipeline.benchmark` would do with the same arguments; the model is not loaded.

    Raises:
        UsageError: the engine or the model cannot be used.
    """
    if limit is not None:
        prompts = replace(prompts, prompts=prompts.prompts[:limit])
    sampling = with_plain_stops(options, sampling)
    check(engine, options, sampling)
    renders = renderer(engine, options)
    dialogue = Dialogue(prompts, 1, system_instruction, witnesses_for(prompts, history))
    answers = list(dialogue.answers())
    requests = [dialogue.request(answer) for answer in answers]
    counts = [_tokens(request, renders) for request in requests]
    return Preview(
        engine,
        options.model,
        prompts.name,
        len(prompts),
        samples,
        samples * len(answers),
        samples * sum(number for number, _ in counts),
        all(counted for _, counted in counts),
        samples * len(answers) * sampling.max_tokens,
        renders.render(dialogue.request(Answer(prompts.prompts[0], 0, 1)), sampling) if renders else None,
    )


def _tokens(request: Request, renders: Renderer | None) -> tuple[int, bool]:
    """How many tokens ``request`` has, and whether they were counted rather than guessed."""
    counted = None
    if renders:
        # What the template refuses is that response's error, and not the end of the run.
        with suppress(UsageError):
            counted = renders.count(request)
    if counted is not None:
        return counted, True
    characters = sum(len(message.content) for message in request.messages)
    return math.ceil(characters / _CHARACTERS_A_TOKEN), False
