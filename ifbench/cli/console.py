"""What goes to the terminal: progress and remarks on stderr, data on stdout."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

_T = TypeVar("_T")
_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_NOTES = 0.2
_WIDE = 200


def remark(text: str) -> None:
    """A line for the person at the terminal, not part of the data."""
    click.echo(text, err=True)


def silence_stdout() -> None:
    """Let what is still written to stdout go nowhere: nobody reads it."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends


def emit(text: str) -> None:
    """Write data to stdout. A reader that has gone (``| head``) has what it wanted."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def emit_tables(renderables: Iterable[RenderableType]) -> None:
    """Write rich text and tables to stdout: coloured and folded in a terminal, plain and unfolded elsewhere."""
    from rich.console import Console

    written = io.StringIO()
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        console = Console(highlight=False, file=written, force_terminal=True, width=width)
    else:
        console = Console(highlight=False, file=written, width=_WIDE)
    for renderable in renderables:
        console.print(renderable)
    emit("".join(f"{line.rstrip()}\n" for line in written.getvalue().split("\n")[:-1]))


def progress(things: Iterable[_T], what: str, total: int, note: Callable[[], str] = str, /) -> Iterator[_T]:
    """Pass ``things`` on and show how many have passed: as a bar in a terminal, as plain lines elsewhere.

    ``note`` says what else there is to say; it is asked each time something is shown.
    """
    if sys.stderr.isatty():
        yield from _as_bar(things, what, total, note)
        return
    began = said = time.monotonic()
    done = 0
    for done, thing in enumerate(things, start=1):
        yield thing
        now = time.monotonic()
        if now - said > _SECONDS_BETWEEN_LINES and done < total:
            said = now
            left = timedelta(seconds=round((now - began) / done * (total - done)))
            remark(", ".join(part for part in (f"{what}: {done} of {total}", note(), f"{left} left") if part))
    remark(", ".join(part for part in (f"{what}: {done} of {total}", note()) if part))


def _as_bar(things: Iterable[_T], what: str, total: int, note: Callable[[], str]) -> Iterator[_T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, said = bar.add_task(what, total=total, note=""), 0.0
        for thing in things:
            yield thing
            bar.advance(task)
            if (now := time.monotonic()) - said > _SECONDS_BETWEEN_NOTES:
                said = now
                bar.update(task, note=note())
