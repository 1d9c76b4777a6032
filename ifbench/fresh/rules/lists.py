"""Rules on lists."""

from __future__ import annotations

from collections.abc import Callable

from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import Block, Plan, Stock
from ifbench.fresh.rules.base import Draw, bound, carried, figure, rule, span
from ifbench.fresh.scene import Scene
from ifbench.fresh.vocabulary import CARRIERS


def _items(number: int, mark: Callable[[int], str]) -> Block:
    """A list of ``number`` sentences; ``mark`` is what stands before the one with this number."""

    def block(stock: Stock, _: Dice) -> str:
        return "\n".join(f"{mark(place)} {sentence}" for place, sentence in enumerate(stock(number), start=1))

    return block


def _sure(dice: Dice, relation: str, number: int) -> int:
    """A number of things that keeps the relation."""
    low, high = span(relation, number)
    return dice.between(max(1, low), min(high, max(1, low) + 1))


def _adding(block: Block) -> Callable[[Plan], None]:
    return lambda plan: plan.blocks.append(block)


@rule(
    "detectable_format:number_bullet_lists", "bullets", 1, "list",
    "Include {bound} bullet points in Markdown (lines that begin with * or -).",
    "Put the main points into {bound} Markdown bullets.",
    "There should be {bound} bullet points in it, written in Markdown.",
    bars="sentences paragraphs",
)  # fmt: skip
def _bullets(_: Scene, dice: Dice) -> Draw:
    number, mark = dice.between(3, 7), dice.choice(("-", "*"))
    return Draw(
        {"num_bullets": number}, {"bound": f"exactly {figure(dice, number)}"}, _adding(_items(number, lambda _: mark))
    )  # fmt: skip


@rule(
    "layout:bullet_marker", "bullet mark", 1, "list",
    'Include a list of {bound} bullets, every one of them beginning with "{mark}" and a space and none with '
    "another bullet.",
    'For the list, use "{mark}" as the only kind of bullet, followed by a space; it has {bound} items.',
    'I need a list with {bound} bullets. Each bullet is a "{mark}" with a space behind it, and no other sign will do.',
    bars="sentences paragraphs",
)  # fmt: skip
def _bullet_mark(_: Scene, dice: Dice) -> Draw:
    relation, number, mark = dice.choice(("exactly", "at least")), dice.between(3, 6), dice.choice("-*+•")
    return Draw(
        {"marker": mark, "relation": relation, "count": number}, {"bound": bound(dice, relation, number), "mark": mark},
        _adding(_items(_sure(dice, relation, number), lambda _: mark)),
    )  # fmt: skip


@rule(
    "layout:numbered_list", "numbered list", 1, "list numbered",
    "Include a numbered list of {bound} items, numbered from 1 without a gap.",
    "Number the points 1, 2, 3 and so on in one list, with {bound} of them in all.",
    "Part of it should be a numbered list with {bound} entries that counts up from 1.",
    bars="sentences paragraphs",
)  # fmt: skip
def _numbered(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least", "exactly")), dice.between(3, 7)
    return Draw(
        {"relation": relation, "count": number}, {"bound": bound(dice, relation, number)},
        _adding(_items(_sure(dice, relation, number), lambda place: f"{place}.")),
    )  # fmt: skip


@rule(
    "layout:checklist", "checklist", 2, "list",
    'Add a Markdown checklist of exactly {n} items with {ticked} of them ticked, in the form "- [ ] open" and '
    '"- [x] ticked", and no other list.',
    'The only list I want is a checklist with boxes ("- [ ]", or "- [x]" when ticked): {n} items, of which exactly '
    "{ticked} ticked.",
    "The only list in it is a Markdown checklist (- [ ] or - [x]) that has {n} items, {ticked} of them ticked.",
    bars="sentences paragraphs brackets",
)  # fmt: skip
def _checklist(_: Scene, dice: Dice) -> Draw:
    number = dice.between(4, 7)
    ticked = dice.between(1, number - 2)
    return Draw(
        {"total": number, "ticked": ticked}, {"n": figure(dice, number), "ticked": figure(dice, ticked)},
        _adding(_items(number, lambda place: "- [x]" if place <= ticked else "- [ ]")),
    )  # fmt: skip


@rule(
    "layout:term_list", "list of terms", 2, "list bold",
    'Explain {bound} terms in one Markdown list, each item like this: "- **term**: explanation".',
    'The list in it (one only) has {bound} items of the form "- **term**: explanation", with the term in bold.',
    'I want {bound} key terms as the only list, in Markdown: the term in bold, a colon, then what it is about ("- '
    '**term**: ...").',
    bars="sentences paragraphs",
)  # fmt: skip
def _term_list(scene: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(3, 5)

    def block(stock: Stock, dice: Dice) -> str:
        terms = dice.sample(scene.terms, _sure(dice, relation, number))
        return "\n".join(f"- **{term}**: {text}" for term, text in zip(terms, stock(len(terms)), strict=True))

    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, _adding(block))


@rule(
    "layout:sub_items", "nested list", 3, "list",
    "Include a Markdown list in which every main item has {bound} sub-items, indented below it.",
    "Use a nested Markdown list: under each outer item there are {bound} inner ones, indented to its text.",
    "Make it a list of two levels in Markdown, with {bound} items indented under every item of the first level.",
    bars="sentences paragraphs",
)  # fmt: skip
def _sub_items(scene: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 3)

    def block(stock: Stock, dice: Dice) -> str:
        lines: list[str] = []
        for term in dice.sample(scene.terms, 2):
            lines.append(f"- The {term}")
            lines += [f"  - {sentence}" for sentence in stock(number)]
        return "\n".join(lines)

    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, _adding(block))


@rule(
    "position:items_alphabetical", "sorted list", 2, "list",
    "Include a list (two items or more), sorted alphabetically [from A to Z|in ascending order].",
    "There has to be a list of at least two items, in alphabetical order (A first).",
    "One part is a list of two or more items that run from A to Z.",
    bars="sentences paragraphs",
)  # fmt: skip
def _sorted_list(_: Scene, dice: Dice) -> Draw:
    number = dice.between(3, 5)

    def block(stock: Stock, _: Dice) -> str:
        return "\n".join(f"- {sentence}" for sentence in sorted(stock(number), key=str.lower))

    return Draw({"direction": "ascending"}, {}, _adding(block))


@rule(
    "position:each_begins_with", "item openings", 2, "list exact",
    'Include a list, and begin each of its items with "{text}"[ (exactly like that)|].',
    'There should be a list in which every single item starts with exactly "{text}".',
    'Each item of the list you include opens with "{text}", written just so.',
    bars="sentences paragraphs",
)  # fmt: skip
def _item_openings(_: Scene, dice: Dice) -> Draw:
    text, number = (
        dice.choice(("TODO:", "Step:", "Note:", "Tip:", "Point:", "We", "Next:", "Task:")),
        dice.between(3, 5),
    )
    verb = " say this:" if text == "We" else ""

    def block(stock: Stock, _: Dice) -> str:
        return "\n".join(f"- {text}{verb} {sentence}" for sentence in stock(number))

    return Draw({"unit": "list item", "text": text}, {"text": text}, _adding(block))


@rule(
    "layout:item_style", "list punctuation", 1, "list",
    "Include a Markdown list of two or more items, none with punctuation at its end.",
    "Add a list in Markdown (at least two items) and put no full stop or other mark behind an item.",
    "There should be a Markdown list, two items or longer, whose items end without any punctuation.",
    bars="sentences paragraphs",
)  # fmt: skip
def _item_style(_: Scene, dice: Dice) -> Draw:
    number = dice.between(3, 5)

    def block(stock: Stock, _: Dice) -> str:
        return "\n".join(f"- {sentence.rstrip('.?')}" for sentence in stock(number))

    return Draw({"style": "has no punctuation at its end"}, {}, _adding(block))


@rule(
    "length:words_in_each", "short items", 2, "list",
    "Include a list whose items have {bound} words each.",
    "Add a list, and let each item be {bound} words long.",
    "One part has to be a list; every item in it takes {bound} words.",
    bars="sentences paragraphs",
)  # fmt: skip
def _short_items(scene: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice((("at most", dice.between(6, 9)), ("exactly", dice.between(5, 6))))
    size = dice.between(3, 4)
    stock_of = [sentence for term in scene.terms for sentence in carried(term, CARRIERS)]
    low, high = span(relation, number)
    fitting = [s for s in [*scene.material, *scene.filler, *stock_of] if max(2, low) <= len(s.split()) <= high]

    def shape(plan: Plan) -> None:
        def block(_: Stock, dice: Dice) -> str:
            usable = [sentence for sentence in fitting if plan.usable(sentence)]
            return "\n".join(f"- {sentence}" for sentence in dice.sample(usable, size))

        plan.blocks.append(block)

    return Draw(
        {"unit": "list item", "relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, shape
    )  # fmt: skip
