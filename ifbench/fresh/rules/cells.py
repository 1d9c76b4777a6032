"""What stands in the cells of tables and in the fields of records, by the task they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ifbench.fresh.dice import Dice
from ifbench.fresh.scene import Scene, title_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_STATUS = ("open", "done", "planned", "late", "agreed", "unclear")


@dataclass(frozen=True)
class Grid:
    """How a task's tables look: what a row is about, the other columns with their cells, and one with numbers."""

    about: str
    columns: Mapping[str, tuple[str, ...]]
    number: str = "Cost"
    has_people: bool = False


_GRIDS = {
    "event": Grid(
        "Item",
        {
            "Place": ("by the door", "hall", "garden", "yard", "first floor", "car park"),
            "Time": ("from the start", "early", "late", "all day", "after the break", "at the end"),
            "Note": ("free", "ask a helper", "while stocks last", "bring coins", "see the signs", "for all ages"),
        },
        "Cost",
        has_people=True,
    ),
    "job advert": Grid(
        "Point",
        {
            "Details": ("by agreement", "from the first day", "in writing", "every month", "in the team", "paid"),
            "When": ("at once", "in the first week", "after a month", "each year", "on request", "from the start"),
        },
        "Hours",
    ),
    "trip": Grid(
        "Item",
        {
            "Time": ("morning", "noon", "afternoon", "evening", "late", "any time"),
            "Note": ("book ahead", "no rush", "good in the rain", "short walk", "bring a map", "ask the locals"),
        },
    ),
    "instructions for a sitter": Grid(
        "Item",
        {
            "When": ("every morning", "every evening", "once a week", "if needed", "at night", "on the last day"),
            "Place": ("hall", "garden", "kitchen", "cellar", "porch", "bathroom"),
            "Note": ("check twice", "ask first", "no rush", "be gentle", "see the label", "keep it shut"),
        },
        "Minutes",
    ),
    "recommendation": Grid(
        "Point",
        {
            "First option": ("better", "worse", "good", "fair", "poor", "the same"),
            "Second option": ("worse", "better", "fair", "good", "the same", "poor"),
            "Priority": ("high", "low", "medium", "high", "low", "medium"),
        },
    ),
    "recipe": Grid(
        "Item",
        {
            "When": ("at the start", "after the onions", "halfway", "near the end", "for serving", "any time"),
            "Note": ("a little is enough", "to taste", "not too hot", "keep it dry", "large", "as you like"),
        },
        "Minutes",
    ),
    "rota": Grid(
        "Duty",
        {
            "Day": _DAYS,
            "Time": ("early", "noon", "afternoon", "evening", "late", "all day"),
            "Status": _STATUS,
            "Note": ("take the keys", "ask first", "no rush", "call ahead", "see the list", "can be swapped"),
        },
        "Minutes",
        has_people=True,
    ),
    "minutes": Grid(
        "Topic",
        {
            "Status": _STATUS,
            "Priority": ("high", "low", "medium", "high", "low", "medium"),
            "Note": ("see the file", "ask first", "no rush", "to be sent round", "next time", "keep it short"),
        },
        "Minutes",
        has_people=True,
    ),
}
_DUTIES = ("opening up", "washing up", "the till", "watering", "first aid", "cleaning")
KEYS = {
    "record": ("name", "street", "town", "day", "service", "contact", "reason", "note", "status", "phone", "urgent"),
    "rota": ("name", "place", "day", "duty", "time", "contact", "note", "status", "reserve"),
}
"""Fields of records."""


def grid(scene: Scene) -> Grid:
    """How tables look in this scene."""
    return _GRIDS[scene.task.name]


def keys(scene: Scene) -> tuple[str, ...]:
    """The fields that records have in this scene."""
    return KEYS[scene.task.name]


def duties(scene: Scene) -> tuple[str, ...]:
    """What there is to do in a rota: what the notes say first."""
    own = [scene.slots[name] for name in ("duty", "chore") if name in scene.slots]
    return (*own, *(duty for duty in _DUTIES if duty not in own))


def people(scene: Scene) -> tuple[str, ...]:
    """The people of a scene."""
    return tuple(scene.slots[name] for name in ("person", "other", "third"))


def value(key: str, scene: Scene, dice: Dice, row: int = 0) -> str:
    """What a record says under a key, drawn from what the prompt says; ``row`` counts the records from 0."""
    slots = scene.slots
    days: Sequence[str] = [slots["weekday"], slots["otherday"]]
    known = {
        "name": people(scene)[(row + 1) % 3], "street": slots["street"], "town": slots["town"], "day": days[row % 2],
        "contact": slots["third"] if scene.task.name == "record" else slots["person"], "phone": "not given",
        "service": slots.get("service", ""), "urgent": "yes", "status": dice.choice(_STATUS[::2]),
        "reason": slots["excuse"], "note": slots.get("note", "swaps are agreed with " + slots["person"]),
        "title": title_of(scene, 5), "duty": duties(scene)[row % 6], "time": slots["part"], "reserve": slots["person"],
        "place": slots.get("team", slots["town"]),
    }  # fmt: skip
    return known[key]
