"""The command: one file a subcommand, each thin: parse, call, print."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click

import ifbench
from ifbench.cli.console import silence_stdout
from ifbench.errors import IfbenchError, nearest

_COMMANDS = {
    "run": ("ifbench.cli.run", "Benchmark a model on a prompt set."),
    "score": ("ifbench.cli.score", "Score a file of responses."),
    "validate": ("ifbench.cli.validate", "Check a prompt set, and explain what holds at every turn."),
    "list": ("ifbench.cli.listing", "List constraint types, prompt sets or engines."),
    "show": ("ifbench.cli.show", "Explain a constraint type, with its examples."),
    "audit": (
        "ifbench.cli.audit",
        "Say what the faults of published verifiers are worth, and what is wrong with a set.",
    ),
    "fresh": ("ifbench.cli.fresh", "Write a new prompt set, drawn from grammars."),
    "gap": ("ifbench.cli.gap", "Compare a model's runs on a public set and on fresh sets."),
    "demo": ("ifbench.cli.demo", "Benchmark the two bundled checkpoints on the starter set."),
}


class _Commands(click.Group):
    """Subcommands are imported when they are called, so that ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            hint = nearest(args[0], _COMMANDS) or f"there are {', '.join(_COMMANDS)}"
            ctx.fail(f"no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


def _dashes(name: str) -> str:
    """``--output_path`` is ``--output-path``. Names come here without the dashes before them."""
    return name.replace("_", "-")


@click.command(
    cls=_Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "token_normalize_func": _dashes,
        "auto_envvar_prefix": "IFBENCH",
        "max_content_width": 100,
    },
    epilog="Exit codes: 0 complete, 1 the run broke off (its engine died, the disk is full) or an internal error, "
    "2 usage, 3 incomplete (missing or failed responses), 4 invalid input, 129, 130 and 143 ended by SIGHUP, Ctrl-C "
    "and SIGTERM (run again with the same --output-path to go on). "
    "Options are also read from the environment: IFBENCH_RUN_MODEL stands for ifbench run --model.",
)
@click.version_option(ifbench.__version__, prog_name="ifbench")
def cli() -> None:
    """Does the model do what it is told? Verifiable instruction following, with reasons and error bars."""


class _Ended(BaseException):
    """A signal asks the process to end. ``number`` is that of the signal."""

    def __init__(self, number: int):
        super().__init__(signal.Signals(number).name)
        self.number = number


_AGAIN_SECONDS = 2.0


def _end(number: int, _frame: object) -> None:
    began = time.monotonic()

    def again(number: int, _frame: object) -> None:
        # Some send a signal twice, to the process and to its group. Later, somebody is tired of waiting.
        if time.monotonic() - began > _AGAIN_SECONDS:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.signal(number, again)
    raise _Ended(number)


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """While it lasts, SIGTERM (a scheduler's) and SIGHUP (a lost terminal's) end the process as Ctrl-C does.

    A signal that is ignored, as under nohup, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    kept = {number: signal.getsignal(number) for number in numbers}
    for number, handler in kept.items():
        if handler == signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


_GO_ON = "a run goes on when it is called again with the same --output-path"


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Whatever the encoding of the terminal, a character it lacks is escaped and not an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - closed by the caller
        silence_stdout()
    try:
        with _ended_by_signals():
            result: Any = cli.main(arguments, prog_name="ifbench", standalone_mode=False)
        code = result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except IfbenchError as error:
        click.echo(f"ifbench: {error}", err=True)
        code = error.exit_code
    except _Ended as error:
        click.echo(f"ifbench: ended by {error}; {_GO_ON}", err=True)
        code = 128 + error.number
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"ifbench: interrupted; {_GO_ON}", err=True)
        code = 130
    except OSError as error:
        click.echo(f"ifbench: {error}", err=True)
        code = 1
    sys.exit(code)
