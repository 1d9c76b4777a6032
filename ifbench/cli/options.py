"""Options that several subcommands share."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

_BETWEEN_PAIRS = re.compile(r",(?=\s*[\w.-]+=)")  # not the commas inside a value
FORMATS = ("table", "json", "md", "csv")
EDITIONS = ("published", "corrected")


def apply(options: list[Callable[[Any], Any]], function: _F) -> _F:
    """``function`` with ``options``, shown in their order."""
    for option in reversed(options):
        function = option(function)
    return function


def set_options(function: _F) -> _F:
    """``--set``, ``--set-path`` and ``--edition``."""
    return apply(
        [
            click.option(
                "--set", required=True, metavar="NAME|PATH",
                help="Prompt set: a name (`ifbench list sets`), a JSON Lines file, a folder with prompts.jsonl, or "
                "Multi-IF's CSV.",
            ),
            click.option(
                "--set-path", type=click.Path(path_type=Path), metavar="FILE",
                help="Where the prompts of a set known by name are; by default public sets come from the hub.",
            ),
            click.option(
                "--edition", type=click.Choice(EDITIONS),
                help="Reading of the constraint types: as the reference implementations have them, or corrected. "
                "Default: published for public sets, corrected for our own.",
            ),
        ],
        function,
    )  # fmt: skip


def output_options(function: _F) -> _F:
    """``--output-path``, ``--format`` and ``--jobs``."""
    return apply(
        [
            click.option(
                "--output-path", type=click.Path(path_type=Path), metavar="DIR",
                help="The run's folder. Default: runs/<model>/<set>/<UTC>-<hash>.",
            ),
            format_option,
            jobs_option,
        ],
        function,
    )  # fmt: skip


def history_option(function: _F) -> _F:
    """``--history``."""
    option = click.option(
        "--history", type=click.Choice(("own", "gold")), default="own", show_default=True,
        help="What later turns are built on: the model's own answers, or the witness replies of the set, which tells "
        "what is forgotten from errors carried forward.",
    )  # fmt: skip
    return option(function)


def format_option(function: _F) -> _F:
    """``--format``."""
    option = click.option(
        "--format", type=click.Choice(FORMATS), default="table", show_default=True,
        help="How the result is printed on stdout.",
    )  # fmt: skip
    return option(function)


def jobs_option(function: _F) -> _F:
    """``--jobs``."""
    option = click.option(
        "--jobs", type=click.IntRange(1), default=1, show_default=True, metavar="N",
        help=f"Processes to score with (this machine has {os.cpu_count()} cores).",
    )  # fmt: skip
    return option(function)


class FiniteRange(click.FloatRange):
    """A number within bounds; not infinite, and not "not a number"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


class KeyValues(click.ParamType[dict[str, Any]]):
    """``key=value,key=value``; values are read as JSON where they are JSON, and as text elsewhere."""

    name = "key=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        """The pairs of one option as a dictionary."""
        import json

        if isinstance(value, dict):
            return value
        pairs: dict[str, Any] = {}
        for part in _BETWEEN_PAIRS.split(value):
            name, equals, text = part.partition("=")
            if not equals or not name.strip():
                self.fail(f"{part!r} is not key=value", param, ctx)
            try:
                pairs[name.strip()] = json.loads(text)
            except ValueError:
                pairs[name.strip()] = {"True": True, "False": False, "None": None}.get(text, text)
        return pairs
