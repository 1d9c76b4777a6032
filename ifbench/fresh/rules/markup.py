"""Rules on parts a program tells apart: tags, front matter."""

from __future__ import annotations

import json

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import listed, quoted
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, rule
from ifbench.fresh.rules.cells import value
from ifbench.fresh.scene import Scene


@rule(
    "structure:tagged_parts", "tagged parts", 2, "whole opening ending headings paragraphs title lines exact",
    "Divide the whole reply into parts between tags: {tags}, in this order, each tag used once, closed again, and "
    "nothing outside of them.",
    "Put everything between opening and closing tags. Use {tags} once each and in this order, with text in all of them "
    "and none outside.",
    "Write it as {tags} (once each, that order, closed, with text inside) and nothing else.",
    bars="sentences list places quotes table edge case greeting",
)  # fmt: skip
def _tagged(_: Scene, dice: Dice) -> Draw:
    tags = dice.choice((["draft", "notes"], ["subject", "body"], ["summary", "details"], ["intro", "main", "end"],
                        ["headline", "text"], ["title", "text", "source"]))  # fmt: skip

    def wrap(text: str, _: Dice) -> str:
        parts = text.split("\n\n")
        shown = [*parts[: len(tags) - 1], "\n\n".join(parts[len(tags) - 1 :])]
        return "\n".join(f"<{tag}>{part}</{tag}>" for tag, part in zip(tags, shown, strict=True))

    def shape(plan: Plan) -> None:
        plan.narrow("paragraphs", len(tags), len(tags))
        plan.edits.append(wrap)

    return Draw({"tags": list(tags)}, {"tags": listed([f"<{tag}>...</{tag}>" for tag in tags])}, shape)


@rule(
    "structure:front_matter", "front matter", 2, "opening exact",
    "Begin with YAML front matter between two lines of three hyphens, with exactly the keys {keys}, and then the text.",
    "Before the text goes YAML front matter: ---, the keys {keys} (no others) with their values, --- again.",
    "At the top I need YAML front matter, enclosed by lines of ---, that has the keys {keys} and no more. The text "
    "follows.",
    bars="places title sentences paragraphs lines edge",
)  # fmt: skip
def _front_matter(scene: Scene, dice: Dice) -> Draw:
    keys = dice.sample(("title", "town", "day", "status", "contact"), dice.between(2, 3))

    def shape(plan: Plan) -> None:
        lines = [f"{key}: {json.dumps(value(key, scene, Dice(key)))}" for key in keys]
        plan.front.insert(0, "\n".join(["---", *lines, "---"]))

    return Draw({"keys": keys}, {"keys": quoted(keys)}, shape)
