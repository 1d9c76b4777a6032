"""The options of ``ifbench run`` that say what generates and how tokens are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ifbench.cli.options import FiniteRange, KeyValues, apply
from ifbench.generators.base import ENGINES, EngineOptions, Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence

_F = TypeVar("_F", bound=Callable[..., Any])
_DEFAULTS = {option.name: option.default for kind in (EngineOptions, Sampling) for option in fields(kind)}


class _SectionOption(click.Option):
    """An option that ``--help`` shows under the heading ``section``."""

    def __init__(self, *args: Any, section: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.section = section


class SectionedCommand(click.Command):
    """A command with many options, whose ``--help`` shows them under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those without a section first."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(param, "section", "Options"), []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)


_N = {"type": click.IntRange(1), "metavar": "N"}
_SHARE = FiniteRange(0, 1, min_open=True)
_SECTIONS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "Model": [
        ("--revision", "Revision of a model on the hub (vllm, hf, ray).", {"metavar": "REV"}),
        ("--dtype", "Number format of the weights (vllm, hf, ray).", {}),
        ("--quantization", "How weights are quantised, if the checkpoint tells not (vllm, ray).", {"metavar": "NAME"}),
        ("--lora", "Adapter (LoRA) to put on the model (vllm, ray).", {"metavar": "DIR"}),
        ("--model-args", "More settings of the engine; docs/engines.md says which.",
         {"type": KeyValues(), "metavar": "K=V,..."}),
    ],
    "Prompt and reasoning": [
        ("--system-instruction", "System prompt put before every conversation.", {"metavar": "TEXT"}),
        ("--template", "Chat template, a Jinja file; 'plain' asks a base model without one (vllm, hf, ray).",
         {"metavar": "FILE|plain"}),
        ("--reasoning", "The chat template's switch for reasoning.", {"type": click.Choice(["default", "on", "off"])}),
        ("--reasoning-parser", "What keeps reasoning apart: 'tags' (a strict reader of <think>), the name of one of "
         "vLLM's parsers, whose tags are read (vllm, ray), or 'auto': those of its family where there are others.",
         {"metavar": "NAME"}),
    ],
    "Drawing tokens": [
        ("--temperature", "0 is greedy.", {"type": FiniteRange(0)}),
        ("--top-p", "Draw from the likeliest tokens that have this share together.", {"type": _SHARE}),
        ("--top-k", "Draw from this many tokens; 0 for all.", {"type": click.IntRange(0)}),
        ("--max-tokens", "Longest answer, in tokens. Answers cut off are counted and shown.", _N),
        ("--stop", "Text that ends an answer and is not part of it; may be given several times.",
         {"multiple": True, "metavar": "TEXT"}),
        ("--seed", "What draws begin from.", {"type": int}),
        ("--gen-kwargs", "More fields of vLLM's SamplingParams, or of a server's request, as they are.",
         {"type": KeyValues(), "metavar": "K=V,..."}),
    ],
    "Where it runs (vllm, ray)": [
        ("--tensor-parallel-size", "GPUs that one layer is spread over.", _N),
        ("--pipeline-parallel-size", "Stages the layers are split into, a GPU each.", _N),
        ("--data-parallel-size", "Copies of the model in one engine.", _N),
        ("--gpu-memory-utilization", "Share of a GPU's memory to use; vLLM's own default is 0.9.",
         {"type": _SHARE, "metavar": "SHARE"}),
        ("--num-actors", "Ray actors, each with an engine of its own.", _N),
        ("--ray-address", "Ray cluster to join; without it one is started here.", {"metavar": "ADDR"}),
    ],
    "Server (openai)": [
        ("--base-url", "Where it is, as http://host:8000/v1.", {"metavar": "URL"}),
        ("--api-key-env", "Environment variable that holds its key.", {"metavar": "NAME"}),
        ("--num-concurrent", "Requests at once.", _N),
        ("--timeout", "Seconds for one try.", {"type": FiniteRange(0, min_open=True), "metavar": "S"}),
        ("--max-retries", "Tries after the first, with growing pauses.", {"type": click.IntRange(0), "metavar": "N"}),
    ],
}  # fmt: skip


def _option(section: str, flag: str, text: str, details: Mapping[str, Any]) -> Callable[[Any], Any]:
    """An option called as a field of :class:`EngineOptions` or :class:`Sampling`, with that field's default."""
    shown: dict[str, Any] = dict(details)
    default = _DEFAULTS.get(flag.removeprefix("--").replace("-", "_"))
    if isinstance(default, (int, float, str)):
        shown |= {"default": default, "show_default": True}
    return click.option(flag, help=text, cls=_SectionOption, section=section, **shown)


def engine_options(function: _F) -> _F:
    """``--model``, ``--engine`` and all that an engine is started with and asked for."""
    first = [
        click.option("--model", required=True, metavar="PATH|ID",
                     help="Checkpoint folder or hub id; a server's name of a model; a file of responses to replay."),
        click.option("--engine", type=click.Choice(list(ENGINES)), default="vllm", show_default=True,
                     help="What generates (`ifbench list engines`)."),
    ]  # fmt: skip
    rest = [_option(section, *told) for section, options in _SECTIONS.items() for told in options]
    return apply([*first, *rest], function)


def taken(params: Mapping[str, Any]) -> tuple[EngineOptions, Sampling]:
    """What ``params``, the values of :func:`engine_options`, say of the engine and of the drawing of tokens."""
    named: dict[str, Any] = {**params, "model_args": params["model_args"] or {}}
    options = EngineOptions(**{field.name: named[field.name] for field in fields(EngineOptions) if field.name in named})
    stop: Sequence[str] = params["stop"]
    drawing: dict[str, Any] = {**params, "stop": tuple(stop), "extra": params["gen_kwargs"] or {}}
    return options, Sampling(**{field.name: drawing[field.name] for field in fields(Sampling)})
