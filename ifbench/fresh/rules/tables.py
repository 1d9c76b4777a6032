"""Rules on tables, and on notes that have code in them."""

from __future__ import annotations

from collections.abc import Sequence

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import quoted
from ifbench.fresh.rules.base import Draw, bound, rule
from ifbench.fresh.rules.cells import duties, grid, people
from ifbench.fresh.scene import Scene


def _columns(scene: Scene, dice: Dice) -> dict[str, Sequence[str]]:
    """Two to four columns with what their cells may hold; the first is what a row is about."""
    own = grid(scene)
    others = dice.sample(list(own.columns), dice.between(1, 2))
    if scene.task.name == "recommendation":
        others = ["First option", "Second option", *(["Priority"] if dice.chance(0.5) else [])]
    columns: dict[str, Sequence[str]] = {own.about: _rows_about(scene)}
    if own.has_people and dice.chance(0.5):
        columns["Person"] = people(scene)
    return columns | {name: own.columns[name] for name in others}


def _rows_about(scene: Scene) -> Sequence[str]:
    return duties(scene) if scene.task.name == "rota" else scene.terms


def _rows(columns: dict[str, Sequence[str]], number: int, dice: Dice) -> list[list[str]]:
    drawn = [dice.shuffled(values) for values in columns.values()]
    return [[values[row % len(values)] for values in drawn] for row in range(number)]


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@rule(
    "structure:markdown_table", "table", 2, "table exact",
    "Include one Markdown table [with the columns|whose columns are] {columns}, in this order, {bound} rows below the "
    "header and no empty cell.",
    "Part of it is a single table in Markdown. Columns: {columns}. Below the header it has {bound} rows, "
    "all cells filled.",
    "Put the essentials into exactly one Markdown table (columns {columns}, in that order; {bound} rows "
    "plus the header; "
    "every cell filled).",
    shapes=("table",), bars="sentences paragraphs lines",
)  # fmt: skip
def _markdown_table(scene: Scene, dice: Dice) -> Draw:
    columns, relation, number = _columns(scene, dice), dice.choice(("exactly", "at least")), dice.between(3, 6)
    return Draw(
        {"columns": list(columns), "relation": relation, "rows": number},
        {"columns": quoted(list(columns)), "bound": bound(dice, relation, number)},
        lambda plan: plan.blocks.append(lambda _, dice: _table(list(columns), _rows(columns, number, dice))),
    )  # fmt: skip


@rule(
    "structure:sorted_table", "sorted table", 2, "table",
    'Include a Markdown table with a column "{column}", two or more rows, sorted by that column {order}.',
    'I need a table in Markdown, with at least two rows and sorted {order} by its column "{column}", '
    'which has no gaps.',
    'There must be a Markdown table of two or more rows. Sort it by the column "{column}" {order} and '
    'fill each cell there.',
    shapes=("table",), bars="sentences paragraphs lines digits",
)  # fmt: skip
def _sorted_table(scene: Scene, dice: Dice) -> Draw:
    rows = dice.between(3, 5)
    if dice.chance(0.5):
        column, order = grid(scene).about, dice.choice(("from A to Z", "from Z to A"))
        values = sorted(dice.sample(_rows_about(scene), rows), reverse=order == "from Z to A")
    else:
        column = grid(scene).number
        order = dice.choice(("from the smallest to the largest number", "from the largest to the smallest number"))
        numbers = sorted((dice.between(5, 95) for _ in range(rows)), reverse="largest to" in order)
        values = [str(number) for number in numbers]
    own = grid(scene)
    beside = dice.choice(list(own.columns)) if column == own.about else own.about
    cells = dice.shuffled(own.columns[beside] if column == own.about else _rows_about(scene))
    table = _table([column, beside], [[value, cells[place]] for place, value in enumerate(values)])
    return Draw(
        {"column": column, "order": order}, {"column": column, "order": order},
        lambda plan: plan.blocks.append(lambda _, __: table),
    )  # fmt: skip


@rule(
    "structure:python_function", "Python function", 2, "code exact",
    "Add the check as Python in a fenced code block: a function with exactly the signature `{signature}`, implemented.",
    "Show the helper in Python, in a fenced code block, with this very signature and a real body: `{signature}`",
    "Include a fenced Python block that defines and implements `{signature}` on its top level, signature unchanged.",
    shapes=("code",), bars="sentences paragraphs lines words commas case letters digits quotation brackets bold list",
)  # fmt: skip
def _python(_: Scene, dice: Dice) -> Draw:
    name = dice.choice(("is_valid", "needs_retry", "has_gap", "is_complete", "can_update", "is_late"))
    argument = dice.choice(("entry", "row", "record", "value", "line"))
    limit = dice.between(2, 9)
    signature, body = dice.choice(
        (
            (f"def {name}({argument}: str) -> bool", f"return bool({argument}.strip())"),
            (f"def {name}({argument}: str, limit: int = {limit}) -> bool", f"return len({argument}) <= limit"),
            (f"def {name}({argument}: list[str]) -> bool", f"return all({argument})"),
            (f"def {name}({argument}: dict, key: str) -> bool", f"return bool({argument}.get(key))"),
        )
    )
    block = f"```python\n{signature}:\n    {body}\n```"
    return Draw(
        {"signature": signature}, {"signature": signature}, lambda plan: plan.blocks.append(lambda _, __: block)
    )
