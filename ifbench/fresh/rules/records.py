"""Rules on what stands in data for a program, beside the rule that says what it is."""

from __future__ import annotations

import re

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import quoted
from ifbench.fresh.rules.base import Draw, rule
from ifbench.fresh.rules.wording import unsaid
from ifbench.fresh.scene import Scene

_LAST_VALUE = r"""(?:"?\s*[}\]]|"|</\w+>\s*</\w+>|)\s*$"""
"""What stands behind the last value of a document."""


@rule(
    "keywords:existence", "values", 1, "values",
    "The values must include {words}, word for word.",
    "{words} have to occur in it.",
    "Keep the words {words} somewhere in the data.",
    shapes=("data",),
)  # fmt: skip
def _values(scene: Scene, dice: Dice) -> Draw:
    named = [scene.slots[slot] for slot in ("other", "third", "town", "weekday", "street", "otherday")]
    # What the notes do not say is no value.
    words = dice.sample([word for word in named if word in scene.source], 2)

    def insert(text: str, _: Dice) -> str:
        if not (missing := [word for word in words if word not in text]):
            return text
        return re.sub(_LAST_VALUE, lambda match: f" ({', '.join(missing)}){match[0]}", text, count=1)

    return Draw({"keywords": words}, {"words": quoted(words)}, lambda plan: plan.edits.append(insert))


@rule(
    "length:characters", "size of data", 2, "words",
    "Use no more than {n} characters in all, counting spaces and line breaks.",
    "All in all it may have at most {n} characters, white space included.",
    "Keep the data within {n} characters (spaces and line ends count).",
    shapes=("data",), forbids=True,
)  # fmt: skip
def _size(_: Scene, dice: Dice) -> Draw:
    number = dice.between(8, 16) * 50
    params = {"relation": "at most", "count": number, "spaces": "including white space"}
    return Draw(params, {"n": str(number)}, lambda plan: plan.narrow("characters", 0, number))


@rule(
    "keywords:forbidden_words", "values left out", 1, "forbidden",
    "Leave out the words {words}.",
    "The words {words} must not occur in the data.",
    "None of the words {words} may be in it.",
    shapes=("data",), forbids=True,
)  # fmt: skip
def _left_out(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(unsaid(("null", "none", "unknown", "please", "hello", "undefined", "missing"), scene), 3)
    return Draw({"forbidden_words": words}, {"words": quoted(words, "or")})


@rule(
    "content:placeholders_filled", "no gaps in data", 1, "gaps",
    "Don't put TBD, TODO or blanks anywhere.",
    "No value may be a placeholder such as TBD, TODO or ____.",
    "Fill in everything: no TODO, no TBD, no words in [brackets], no row of underscores.",
    shapes=("data",), forbids=True, bars="brackets",
)  # fmt: skip
def _no_gaps(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "punctuation:punctuation_exclamation", "no exclamation marks in data", 1, "exclamation",
    "No exclamation marks in any value.",
    "Exclamation marks are not allowed in the data.",
    "The output may not contain an exclamation mark.",
    shapes=("data",), forbids=True,
)  # fmt: skip
def _calm_data(_: Scene, __: Dice) -> Draw:
    return Draw()
