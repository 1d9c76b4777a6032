"""What holds at every turn of a prompt: as text, as rows and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ifbench.prompts import Held, Prompt

HEADER = ("key", "turn", "user", "name", "id", "constraint", "life")
"""The columns of :func:`rows`."""

_MESSAGE = 300
"""Characters of a user's message that are shown to people; programs get all of it."""


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


def rows(prompt: Prompt) -> Iterator[tuple[Any, ...]]:
    """One row a constraint and turn; a turn that nothing bears on has one row too."""
    for number, lives in _lives(prompt):
        begun = prompt.key, number, prompt.turns[number - 1].user
        for held, life in lives:
            yield *begun, held.name, held.constraint.id, held.constraint.sentence, life
        if not lives:
            yield *begun, "", "", "", "no constraint"


def short_rows(prompt: Prompt) -> Iterator[tuple[Any, ...]]:
    """The rows for people: without the key, and with the message in the first row of its turn alone."""
    last = 0
    for _, number, user, *rest in rows(prompt):
        yield number, _shortened(user) if number != last else "", *rest
        last = number


def explained(prompt: Prompt) -> dict[str, Any]:
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


def as_text(prompt: Prompt, width: int) -> Iterator[str]:
    """One prompt for the terminal."""
    yield title(prompt)
    if prompt.system is not None:
        yield filled(f"system: {_shortened(prompt.system)}", width, 2)
    for number, lives in _lives(prompt):
        yield filled(f"turn {number}: {_shortened(prompt.turns[number - 1].user)}", width, 2)
        for held, life in lives:
            name = f"{held.name}: " if held.name else ""
            yield filled(f"- {name}{' '.join(held.constraint.sentence.split())}", width, 4)
            yield filled(f"{held.constraint.id}; {life}", width, 8)
        if not lives:
            yield filled("no constraint", width, 4)


def title(prompt: Prompt) -> str:
    """What a prompt is known by, on one line."""
    known_as = [prompt.category, prompt.language, f"family {prompt.family}" if prompt.family is not None else None]
    return f"{prompt.key} ({', '.join(filter(None, known_as))})"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 3]}..."


def filled(text: str, width: int, indent: int = 0) -> str:
    """``text`` in lines of at most ``width``, where no word is longer: ids and keys are copied from here."""
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
