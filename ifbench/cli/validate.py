"""``ifbench validate``: whether a prompt set is sound, and what holds at every turn of it."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ifbench.cli.console import emit, remark
from ifbench.cli.grids import as_csv, as_markdown
from ifbench.cli.options import EDITIONS, format_option

if TYPE_CHECKING:
    from ifbench.prompts import Held, Prompt, PromptSet

_FEW = 10
_MESSAGE = 300
"""Characters of a user's message that are shown to people; programs get all of it."""
_HEADER = ("key", "turn", "user", "name", "id", "constraint", "life")


@click.command("validate")
@click.argument("set", metavar="SET")
@click.option(
    "--set-path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the prompts of a set known by name are; by default public sets come from the hub.",
)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    help="Reading of the constraint types. Default: published for public sets, corrected for our own.",
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="Explain this prompt. May be given several times.")
@click.option("--all", "everything", is_flag=True, help="Explain every prompt.")
@format_option
def command(
    set: str, set_path: Path | None, edition: str | None, keys: tuple[str, ...], everything: bool, format: str
) -> None:  # fmt: skip
    """Check the prompt set SET, and explain which constraints hold at every turn.

    SET is a name (`ifbench list sets`), a JSON Lines file, a folder with prompts.jsonl, or Multi-IF's CSV. All faults
    are named at once (exit code 4).

    Explained are the conversations of more than one turn, where there are at most 10 of them; --key and --all choose
    others. JSON and CSV (one line a constraint and turn) hold every prompt unless --key is given.
    """
    from ifbench.sets import load_set

    prompts = load_set(set, set_path, edition)  # type: ignore[arg-type]
    chosen = _named(prompts, keys) if keys else prompts.prompts
    if not keys and not everything and format in ("table", "md"):
        chosen = [prompt for prompt in prompts.prompts if len(prompt.turns) > 1]
        if len(chosen) > _FEW or not chosen:
            chosen = []
            remark("--key KEY explains what holds at every turn of one prompt, --all of every prompt")
    if format == "json":
        value = {**_summary(prompts), "explained": [_explained(prompt) for prompt in chosen]}
        emit(json.dumps(value, indent=2) + "\n")
    elif format == "csv":
        emit(as_csv(_HEADER, [row for prompt in chosen for row in _rows(prompt)]))
    elif format == "md":
        sections = [f"\n**{_title(prompt)}**\n\n{as_markdown(_HEADER[1:], _short_rows(prompt))}" for prompt in chosen]
        emit("\n\n".join(_summary_lines(prompts)) + "\n" + "".join(sections))
    else:
        width = min(shutil.get_terminal_size().columns, 120)
        lines = [line for prompt in chosen for line in ("", *_as_text(prompt, width))]
        wrapped = [_filled(line, width) for line in _summary_lines(prompts)]
        emit("\n".join([*wrapped, *lines]) + "\n")


def _named(prompts: PromptSet, keys: Sequence[str]) -> list[Prompt]:
    """The prompts with these keys, each once.

    Raises:
        UsageError: naming a key that is not there, and the nearest that is.
    """
    from ifbench.errors import UsageError, nearest, quote

    for key in keys:
        if key not in prompts.by_key:
            hint = nearest(key, prompts.by_key) or f"its first is {prompts.prompts[0].key!r}"
            raise UsageError(f"no prompt of {prompts.name} has the key {quote(key)}; {hint}")
    return [prompts.by_key[key] for key in dict.fromkeys(keys)]


def _summary(prompts: PromptSet) -> dict[str, Any]:
    """What there is in the set. A constraint given is counted once, and as a check in every turn it binds."""
    given = {(prompt.key, held.number): held for prompt, _, held in _all_held(prompts)}
    types = Counter(held.constraint.id for held in given.values())
    languages = Counter(prompt.language for prompt in prompts.prompts)
    categories = Counter(prompt.category for prompt in prompts.prompts if prompt.category is not None)
    return {
        "prompt_set": {"name": prompts.name, "edition": prompts.edition, "sha256": prompts.sha256},
        "prompts": len(prompts),
        "conversations": sum(len(prompt.turns) > 1 for prompt in prompts.prompts),
        "turns": prompts.turns,
        "constraints": len(given),
        "checks": len(prompts.constraints),
        "types": dict(types.most_common()),
        "languages": dict(languages.most_common()),
        "categories": dict(categories.most_common()),
    }


def _all_held(prompts: PromptSet) -> Iterator[tuple[Prompt, int, Held]]:
    for prompt in prompts.prompts:
        for number, turn in enumerate(prompt.turns, start=1):
            for held in turn.held:
                yield prompt, number, held


def _summary_lines(prompts: PromptSet) -> list[str]:
    from ifbench.errors import count_of

    summary = _summary(prompts)
    types, languages, categories = (summary[name] for name in ("types", "languages", "categories"))
    lines = [
        f"{prompts.name}: no faults; {prompts.edition} edition, set {prompts.sha256[:12]}",
        f"{count_of(len(prompts), 'prompts')} ({count_of(summary['conversations'], 'conversations')} of more than one "
        f"turn), {count_of(summary['turns'], 'turns')}, {count_of(summary['constraints'], 'constraints')} given, "
        f"{count_of(summary['checks'], 'checks')}",
        f"{count_of(len(types), 'types')}: {_counted(types)}",
        f"{count_of(len(languages), 'languages')}: {_counted(languages)}",
    ]
    if categories:
        lines.append(
            f"{len(categories)} {'category' if len(categories) == 1 else 'categories'}: {_counted(categories)}"
        )
    return lines


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _suspended(prompt: Prompt, turn: int) -> list[Held]:
    """What was given before ``turn`` and has not ended, yet does not bind its answer."""
    given = {held.number: held for earlier in prompt.turns[: turn - 1] for held in earlier.held if not held.must_stop}
    bound = {held.number for held in prompt.turns[turn - 1].held}
    return [
        held
        for number, held in sorted(given.items())
        if number not in bound and (held.until is None or turn <= held.until)
    ]


def _life(held: Held, turn: int) -> str:
    """Since when and how long a constraint holds, as seen from ``turn``."""
    if held.must_stop and held.until is not None:
        return f"given in turn {held.since}, must stop since turn {held.until + 1}"
    if held.since == 0:
        return "system rule"
    if held.until == held.since:
        return "this turn only"
    since = "since this turn" if held.since == turn else f"since turn {held.since}"
    return since if held.until is None else f"{since}, until turn {held.until}"


def _lives(prompt: Prompt) -> Iterator[tuple[int, list[tuple[Held, str]]]]:
    """The number of every turn, and what bears on it: what is held, then what is suspended."""
    for number, turn in enumerate(prompt.turns, start=1):
        suspended = [(held, "suspended in this turn") for held in _suspended(prompt, number)]
        yield number, [*((held, _life(held, number)) for held in turn.held), *suspended]


def _rows(prompt: Prompt) -> Iterator[tuple[Any, ...]]:
    """One row a constraint and turn; a turn that nothing bears on has one row too."""
    for number, lives in _lives(prompt):
        begun = prompt.key, number, prompt.turns[number - 1].user
        for held, life in lives:
            yield *begun, held.name, held.constraint.id, held.constraint.sentence, life
        if not lives:
            yield *begun, "", "", "", "no constraint"


def _short_rows(prompt: Prompt) -> Iterator[tuple[Any, ...]]:
    """The rows for people: without the key, and with the message in the first row of its turn alone."""
    last = 0
    for _, number, user, *rest in _rows(prompt):
        yield number, _shortened(user) if number != last else "", *rest
        last = number


def _explained(prompt: Prompt) -> dict[str, Any]:
    """One prompt as JSON has it."""
    return {
        "key": prompt.key,
        "family": prompt.family,
        "category": prompt.category,
        "language": prompt.language,
        "system": prompt.system,
        "turns": [
            {
                "turn": number,
                "user": turn.user,
                "held": [_held_as_json(held) for held in turn.held],
                "suspended": [_held_as_json(held) for held in _suspended(prompt, number)],
            }
            for number, turn in enumerate(prompt.turns, start=1)
        ],
    }


def _held_as_json(held: Held) -> dict[str, Any]:
    return {
        "number": held.number,
        "name": held.name,
        "id": held.constraint.id,
        "params": held.constraint.params,
        "constraint": held.constraint.sentence,
        "since": held.since,
        "until": held.until,
        "must_stop": held.must_stop,
    }


def _as_text(prompt: Prompt, width: int) -> Iterator[str]:
    """One prompt for the terminal."""
    yield _title(prompt)
    if prompt.system is not None:
        yield _filled(f"system: {_shortened(prompt.system)}", width, 2)
    for number, lives in _lives(prompt):
        yield _filled(f"turn {number}: {_shortened(prompt.turns[number - 1].user)}", width, 2)
        for held, life in lives:
            name = f"{held.name}: " if held.name else ""
            yield _filled(f"- {name}{' '.join(held.constraint.sentence.split())}", width, 4)
            yield _filled(f"{held.constraint.id}; {life}", width, 8)
        if not lives:
            yield _filled("no constraint", width, 4)


def _title(prompt: Prompt) -> str:
    known_as = [prompt.category, prompt.language, f"family {prompt.family}" if prompt.family is not None else None]
    return f"{prompt.key} ({', '.join(filter(None, known_as))})"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 3]}..."


def _filled(text: str, width: int, indent: int = 0) -> str:
    """``text`` in lines of at most ``width``, where no word is longer: ids and keys are copied from here."""
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
