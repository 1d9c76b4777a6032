"""A task with its slots drawn: what the prompt says, and the material that replies are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import expand, sentence_of
from ifbench.fresh.vocabulary import NAMES, SHARED

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Task:
    """A kind of request.

    Args:
        name: what the kind is called; ``category`` is what numbers are broken down by.
        slots: the values drawn for this kind, beside those that all kinds share.
        requests: what the prompt says first; ``details`` what it may go on with.
        material: sentences of a reply.
        terms: things a reply may be asked to mention: nouns that can stand behind "the".
        shapes: what the reply may be made into: "prose", "table", "data", "dialogue" or "code".
        filler: the stock of sentences that fit many kinds, by its name.
        source: sentences of a text that the prompt gives, where it gives one.
        greeting, closing: the lines around a letter.
        topic: what a reply is about, in one to three words that can stand behind "the".
    """

    name: str
    category: str
    slots: Mapping[str, tuple[str, ...]]
    requests: tuple[str, ...]
    details: tuple[str, ...]
    material: tuple[str, ...]
    terms: tuple[str, ...]
    shapes: tuple[str, ...] = ("prose",)
    filler: str = "letter"
    source: tuple[str, ...] = ()
    greeting: str = ""
    closing: str = ""
    topic: str = "matter"


@dataclass(frozen=True)
class Scene:
    """One drawing of a task; ``material`` are sentences in a natural order, ``filler`` those that fit anywhere."""

    task: Task
    slots: Mapping[str, str]
    request: str
    details: tuple[str, ...]
    material: tuple[str, ...]
    filler: tuple[str, ...]
    terms: tuple[str, ...]
    day: date
    source: str = ""
    greeting: str = ""
    closing: str = ""


def long_date(day: date) -> str:
    """A date as a letter has it.

    >>> long_date(date(2027, 3, 4))
    '4 March 2027'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def american_date(day: date) -> str:
    """A date as it is written in the United States.

    >>> american_date(date(2027, 3, 4))
    'March 4, 2027'
    """
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def title_case(text: str) -> str:
    """``text`` with a capital on every word.

    >>> title_case("all about it")
    'All About It'
    """
    return " ".join(word[0].upper() + word[1:] for word in text.split())


def title_of(scene: Scene, words: int) -> str:
    """A title of so many words, 3 to 6, in title case, that says what a reply in this scene is about."""
    topic = expand(scene.task.topic, scene.slots, Dice(0)).split()[-words:]
    leads = ((), ("Our",), ("About", "the"), ("All", "About", "the"), ("A", "Word", "About", "the"),
             ("A", "Few", "Words", "About", "the"))  # fmt: skip
    return title_case(" ".join([*leads[words - len(topic)], *topic]))


def draw_scene(task: Task, dice: Dice, fillers: Mapping[str, tuple[str, ...]]) -> Scene:
    """A drawing of ``task``: every slot once, one request, one to three details, all of its material."""
    day = date(2026, 1, 1) + timedelta(days=dice.below(1400))
    slots: dict[str, str] = {}
    for name, values in (*SHARED.items(), *task.slots.items()):
        # Where one drawing may need two of a kind, they differ.
        slots[name], slots[f"{name}2"] = dice.sample(values, 2)
    # Two people of one request are not called alike.
    people = dice.sample(NAMES, 4)
    slots |= {"person": people[0], "other": people[1], "third": people[2], "sender": people[3]}
    slots |= {"weekday": _DAYS[day.weekday()], "otherday": _DAYS[(day.weekday() + dice.between(1, 6)) % 7]}
    slots = {name: expand(value, slots, dice) for name, value in slots.items()}

    def say(template: str) -> str:
        return sentence_of(expand(template, slots, dice))

    request = say(dice.choice(task.requests))
    details = tuple(say(detail) for detail in dice.sample(task.details, dice.between(1, min(3, len(task.details)))))
    material = tuple(dict.fromkeys(map(say, task.material)))
    filler = tuple(dict.fromkeys(map(say, fillers[task.filler])))
    source = " ".join(say(sentence) for sentence in task.source)
    terms = tuple(dict.fromkeys(expand(term, slots, dice) for term in task.terms))
    greeting, closing = say(task.greeting), "\n".join(map(say, task.closing.split("\n"))) if task.closing else ""
    return Scene(task, slots, request, details, material, filler, terms, day, source, greeting, closing)
