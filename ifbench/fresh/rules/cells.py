"""What stands in the cells of tables and in the fields of records."""

from __future__ import annotations

from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import Stock
from ifbench.fresh.scene import Scene

COLUMNS: dict[str, tuple[str, ...]] = {
    "Day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "Time": ("early", "noon", "afternoon", "evening", "late", "all day"),
    "Place": ("hall", "garden", "kitchen", "office", "yard", "library"),
    "Status": ("open", "done", "planned", "late", "agreed", "unclear"),
    "Note": ("bring a pen", "ask first", "no rush", "call ahead", "see the list", "keep it short"),
    "Priority": ("high", "low", "medium", "high", "low", "medium"),
}
"""Columns of tables, with what their cells may hold."""
KEYS = ("name", "street", "town", "day", "service", "contact", "reason", "note", "status", "phone", "urgent", "source")
"""Fields of records."""


def people(scene: Scene) -> tuple[str, ...]:
    """The people of a scene."""
    return tuple(scene.slots[name] for name in ("person", "other", "third"))


def value(key: str, scene: Scene, stock: Stock, dice: Dice) -> str:
    """What a record says under a key."""
    slots = scene.slots
    known = {
        "name": slots["other"], "street": slots["street"], "town": slots["town"], "day": slots["weekday"],
        "contact": slots["third"], "service": dice.choice(scene.terms), "phone": "not given", "urgent": "yes",
        "status": dice.choice(COLUMNS["Status"]), "source": "message", "title": f"About the {scene.terms[0]}",
    }  # fmt: skip
    return known[key] if key in known else stock(1)[0].rstrip(".")
