"""What ``ifbench run --dry-run`` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ifbench.cli.console import emit
from ifbench.errors import UsageError

if TYPE_CHECKING:
    from ifbench.preview import Preview


def show_plan(plan: Preview, layout: str) -> int:
    """Print what a run would ask; the exit code.

    Raises:
        UsageError: ``layout`` is one for tables.
    """
    if layout not in ("table", "json"):
        raise UsageError(f"--dry-run has no --format {layout}; it prints text, or JSON with --format json")
    if layout == "json":
        emit(json.dumps(plan.to_json(), ensure_ascii=False, indent=2) + "\n")
        return 0
    how = "counted with the model's tokenizer" if plan.counted else "estimated, four characters a token"
    lines = [
        f"{plan.prompt_set}: {plan.prompts:,} prompts, {plan.samples:,} of each, {plan.responses:,} responses",
        f"{plan.model} ({plan.engine}): reads at least {plan.prompt_tokens:,} tokens ({how}), "
        f"writes at most {plan.completion_tokens:,}",
    ]
    if plan.first_request is None:
        lines.append("nothing is rendered: the responses are there already")
    else:
        lines += ["the first request, exactly as it is sent:", "", plan.first_request]
    emit("\n".join(lines) + "\n")
    return 0
