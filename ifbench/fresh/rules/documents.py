"""Rules on replies that are data for a program from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import listed, quoted
from ifbench.fresh.plan import Plan, Stock
from ifbench.fresh.rules.base import Draw, bound, rule
from ifbench.fresh.rules.cells import duties, grid, keys, people, value
from ifbench.fresh.scene import Scene

_WHOLE = (
    "whole list headings opening ending places title quotes paragraphs sentences initials edge keywords brackets bold"
)


def _keys(scene: Scene, dice: Dice) -> list[str]:
    return dice.sample(keys(scene), dice.between(3, 6))


def _writing(document: Callable[[Stock, Dice], str]) -> Callable[[Plan], None]:
    return lambda plan: setattr(plan, "document", document)


_ORDERS = {"in this order": ("in this order", "in exactly this order"), "in any order": ("in any order",)}


@rule(
    "structure:json_keys", "JSON object", 2, _WHOLE + " exact json",
    "Reply with one JSON object and nothing else; its top-level keys are {keys}, {order}.",
    "I need a single JSON object with exactly the keys {keys} at its top level ({order}), and no text around it.",
    "Output: JSON only, one object, whose keys at the top level are {keys}, {order}, none missing and none added.",
    shapes=("data",),
)  # fmt: skip
def _json_object(scene: Scene, dice: Dice) -> Draw:
    drawn, order = _keys(scene, dice), dice.choice(tuple(_ORDERS))

    def document(_: Stock, dice: Dice) -> str:
        return json.dumps({key: value(key, scene, dice) for key in drawn}, indent=2)

    say = {"keys": quoted(drawn), "order": dice.choice(_ORDERS[order])}
    return Draw({"keys": drawn, "order": order}, say, _writing(document))


@rule(
    "structure:json_array", "JSON array", 2, _WHOLE + " json",
    "Reply with a JSON array of {bound} strings and nothing else.",
    "Give it to me as one JSON array, all elements strings, {bound} of them, with no other text.",
    "The answer has to be a JSON array that holds {bound} strings and nothing but strings; write nothing around it.",
    shapes=("data",),
)  # fmt: skip
def _json_array(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(3, 5)

    def document(stock: Stock, _: Dice) -> str:
        return json.dumps(stock(number), indent=2)

    return Draw(
        {"relation": relation, "count": number, "element": "string"}, {"bound": bound(dice, relation, number)},
        _writing(document),
    )  # fmt: skip


@rule(
    "structure:json_lines", "JSON Lines", 3, _WHOLE + " exact",
    "Write JSON Lines: {bound} lines, every line an object with exactly the keys {keys}, and nothing else.",
    "I want JSON Lines. Give me {bound} lines; each is one JSON object with the keys {keys} and no others.",
    "Reply in JSON Lines with {bound} objects, one a line, each having precisely these keys: {keys}. No other text.",
    shapes=("data",),
)  # fmt: skip
def _json_lines(scene: Scene, dice: Dice) -> Draw | None:
    # One message is one record.
    if scene.task.name == "record":
        return None
    simple = ["name", *dice.sample(("day", "duty", "time"), dice.between(1, 2))]
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 4)

    def document(_: Stock, dice: Dice) -> str:
        rows = ({key: value(key, scene, dice, row) for key in simple} for row in range(number))
        return "\n".join(json.dumps(row) for row in rows)

    say = {"keys": quoted(simple), "bound": bound(dice, relation, number)}
    return Draw({"relation": relation, "count": number, "keys": simple}, say, _writing(document))


@rule(
    "structure:csv", "CSV", 3, _WHOLE + " exact commas",
    "Reply with CSV only, cells separated by a {separator}: header {columns}, then {bound} rows without an empty cell. "
    "{types}",
    "I need a CSV file, nothing around it. The separator is a {separator}, the header has the columns {columns}, and "
    "below it are {bound} rows, every cell filled. {types}",
    "Format the answer as CSV with a {separator} between cells, the header line {columns}, {bound} "
    "further rows, and no "
    "gaps. {types}",
    shapes=("data",), bars="values",
)  # fmt: skip
def _csv(scene: Scene, dice: Dice) -> Draw | None:
    if scene.task.name == "record":
        return None
    names = dice.sample(("Person", "Day", "Duty"), 2)
    relation, number = dice.choice(("exactly", "at least")), dice.between(3, 5)
    separator = dice.choice(("comma", "semicolon", "vertical bar"))
    mark = {"comma": ",", "semicolon": ";", "vertical bar": "|"}[separator]
    cells = {"Person": people(scene), "Day": grid(scene).columns["Day"], "Duty": duties(scene)}
    columns = {**dict.fromkeys(names, "text"), "Minutes": "integer"}

    def document(_: Stock, dice: Dice) -> str:
        drawn = [dice.shuffled(cells[name][:5]) for name in names]
        rows = [[*(v[row % len(v)] for v in drawn), str(dice.between(10, 90))] for row in range(number)]
        return "\n".join(mark.join(row) for row in [list(columns), *rows])

    say = {
        "separator": separator, "columns": quoted(list(columns)), "bound": bound(dice, relation, number),
        "types": dice.choice(('"Minutes" holds whole numbers, the others text.',
                              "The last column takes whole numbers and the others take text.")),
    }  # fmt: skip
    params = {"separator": separator, "relation": relation, "rows": number, "columns": columns}
    return Draw(params, say, _writing(document))


@rule(
    "structure:labelled_lines", "labelled lines", 2, _WHOLE + " exact",
    'Reply with one line for each of these labels, in this order, and nothing else: {labels}. A line is the label, a '
    'colon, a space and the value, as in "Name: Ann".',
    "Use these labels, one a line and in this order, each with a colon, a space and its value: {labels}. "
    "No other lines.",
    'The lines are {labels}, in that order and no more. Write each as "Label: value".',
    shapes=("data",),
)  # fmt: skip
def _labelled(scene: Scene, dice: Dice) -> Draw:
    labels = [key.capitalize() for key in _keys(scene, dice)]

    def document(_: Stock, dice: Dice) -> str:
        return "\n".join(f"{label}: {value(label.lower(), scene, dice)}" for label in labels)

    return Draw({"labels": labels}, {"labels": listed(labels)}, _writing(document))


@rule(
    "structure:yaml_keys", "YAML", 2, _WHOLE + " exact",
    "Reply in YAML and nothing else: one mapping with exactly the keys {keys} at its top level, {order}[, "
    "no anchors or "
    "aliases|].",
    "The answer is one YAML mapping without any text around it. At the top level it has the keys {keys}, "
    "{order}, and no "
    "more; avoid anchors and aliases.",
    "Give me YAML only, without anchors and aliases, and with these top-level keys, {order}, and no others: {keys}.",
    shapes=("data",),
)  # fmt: skip
def _yaml(scene: Scene, dice: Dice) -> Draw:
    drawn, order = _keys(scene, dice), dice.choice(tuple(_ORDERS))

    def document(_: Stock, dice: Dice) -> str:
        return "\n".join(f"{key}: {json.dumps(value(key, scene, dice))}" for key in drawn)

    say = {"keys": quoted(drawn), "order": dice.choice(_ORDERS[order])}
    return Draw({"keys": drawn, "order": order}, say, _writing(document))


@rule(
    "structure:xml_document", "XML", 3, _WHOLE + " exact",
    "Reply with a well-formed XML document and nothing else; its root element is {root}, and inside it uses each of "
    "{elements} at least once and no other elements. No DOCTYPE.",
    "I want XML: root element {root}, in it the elements {elements} (each at least once, no others), no "
    "DOCTYPE and no text around the document.",
    "Write XML only, well-formed and without a DOCTYPE. The root is {root}. Besides it there are the elements "
    "{elements}, each of them used, and no more.",
    shapes=("data",),
)  # fmt: skip
def _xml(scene: Scene, dice: Dice) -> Draw:
    root, elements = dice.choice(("entry", "item", "record", "form", "sheet")), _keys(scene, dice)

    def document(_: Stock, dice: Dice) -> str:
        inner = "\n".join(f"  <{key}>{value(key, scene, dice)}</{key}>" for key in elements)
        return f"<{root}>\n{inner}\n</{root}>"

    say = {"root": root, "elements": listed(elements)}
    return Draw({"root": root, "elements": elements}, say, _writing(document))


@rule(
    "structure:json_key_style", "JSON key style", 2, _WHOLE + " json",
    "Reply with one JSON document, nothing else, in which all keys at every level are written in {style}.",
    "I want JSON only. Whatever keys you choose, write them in {style} throughout.",
    "Output one JSON document without any other text; the keys, nested ones too, are in {style}.",
    shapes=("data",),
)  # fmt: skip
def _key_style(scene: Scene, dice: Dice) -> Draw:
    style = dice.choice(("snake_case", "camelCase", "kebab-case", "UPPER_CASE"))
    pairs = {
        "record": {
            "customer name": "name", "street address": "street", "home town": "town", "first day": "day",
            "side note": "note",
        },
        "rota": {
            "helper name": "name", "work place": "place", "first day": "day", "side note": "note", "main duty": "duty",
        },
    }[scene.task.name]  # fmt: skip
    parts = dice.sample(list(pairs), 3)

    def named(words: str) -> str:
        first, second = words.split()
        return {
            "snake_case": f"{first}_{second}", "camelCase": first + second.capitalize(),
            "kebab-case": f"{first}-{second}", "UPPER_CASE": f"{first}_{second}".upper(),
        }[style]  # fmt: skip

    def document(_: Stock, dice: Dice) -> str:
        return json.dumps({named(words): value(pairs[words], scene, dice) for words in parts}, indent=2)

    return Draw({"style": style}, {"style": style}, _writing(document))
