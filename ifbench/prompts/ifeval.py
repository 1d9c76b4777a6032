"""IFEval's own prompt format: parallel lists of ids and keyword arguments."""

from __future__ import annotations

from typing import Any, cast

from ifbench.errors import nearest, quote
from ifbench.prompts.model import Prompt, Turn
from ifbench.prompts.rows import Row
from ifbench.registry import Constraint


def ifeval_prompt(row: Row) -> Prompt | None:
    """IFEval's own format: parallel lists of ids and keyword arguments, nulls standing for "not set"."""
    user = row.text("prompt")
    ids, kwargs = row.row.get("instruction_id_list"), row.row.get("kwargs")
    if "instruction_id_list" not in row.row:
        row.fault("is missing", "instruction_id_list", nearest("instruction_id_list", row.row))
        return row.prompt(())
    if not isinstance(ids, list) or not ids:
        row.fault(f"{quote(ids)} is not a list of constraint ids", "instruction_id_list")
        return row.prompt(())
    if "kwargs" not in row.row:
        row.fault("is missing", "kwargs", nearest("kwargs", row.row))
        return row.prompt(())
    if not isinstance(kwargs, list) or len(cast("list[object]", kwargs)) != len(cast("list[object]", ids)):
        row.fault(f"{quote(kwargs)} is not a list of {len(cast('list[object]', ids))} objects, one an id", "kwargs")
        return row.prompt(())
    bound: list[Constraint] = []
    for index, (id, params) in enumerate(zip(cast("list[object]", ids), cast("list[object]", kwargs), strict=True)):
        given = {} if params is None else params
        if isinstance(given, dict):
            given = {name: value for name, value in cast("dict[str, Any]", given).items() if value is not None}
        if (constraint := row.constraint(id, f"instruction_id_list[{index}]", given, f"kwargs[{index}]")) is not None:
            bound.append(constraint)
    return row.prompt([Turn.of(user, *bound)])
