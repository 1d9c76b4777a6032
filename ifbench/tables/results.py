"""What ``results.json`` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ifbench.prompts import PromptSet
from ifbench.records import PromptVerdict, Response
from ifbench.tables.accuracy import (
    accuracies,
    by_category,
    by_difficulty,
    by_language,
    by_slice,
    by_turn,
    by_type,
)
from ifbench.tables.counts import cut_off_warning, has_text, response_counts, token_counts
from ifbench.tables.designs import by_label, density, wordings
from ifbench.tables.floors import floors
from ifbench.tables.frame import verdict_frame
from ifbench.tables.samples import over_samples
from ifbench.tables.turns import over_turns


def _plain(value: Any) -> Any:
    """Tables of numbers as JSON has them, rounded to six places. A share of nothing has no value."""
    if isinstance(value, float):
        return round(value, 6)
    if hasattr(value, "_asdict"):
        value = value._asdict()
        if value["n"] == 0:
            value["value"] = None
    if isinstance(value, Mapping):
        return {str(name): _plain(own) for name, own in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(own) for own in cast("Sequence[Any]", value)]
    return value


def results(
    verdicts: Sequence[PromptVerdict],
    floor_verdicts: Sequence[PromptVerdict],
    responses: Sequence[Response | None],
    prompts: PromptSet,
    model: str,
    seconds: float | None = None,
    *,
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """What ``results.json`` holds.

    Args:
        verdicts: one an answer asked for, in the set's order: for each prompt, for each sample, for each turn.
        floor_verdicts: those on :func:`ifbench.tables.floor_items`.
        responses: one an answer asked for, in the order of ``verdicts``; None where there is none.
        prompts: the set they belong to.
        model: the name the results are shown under.
        seconds: wall time of the generation, where there was one.
        warnings: sentences to be read with the numbers; one is added where many answers were cut off.
    """
    frame = verdict_frame(verdicts, prompts)
    counts = response_counts(responses)
    answered = [has_text(response) for _, response in zip(verdicts, responses, strict=True)]
    turns = over_turns(frame, answered, prompts)
    samples = over_samples(frame, prompts, max((verdict.sample + 1 for verdict in verdicts), default=0))
    designs = {"by_label": by_label(frame), "density": density(frame), "wordings": wordings(frame)}
    return {
        "schema_version": 1,
        "model": model,
        "prompt_set": {
            "name": prompts.name,
            "sha256": prompts.sha256,
            "edition": prompts.edition,
            "prompts": len(prompts),
            "turns": prompts.turns,
        },
        "constraints_sha256": prompts.fingerprint,
        "warnings": [*warnings, *cut_off_warning(responses)],
        "metrics": _plain(accuracies(frame)),
        "responses": counts,
        "by_type": _plain(by_type(frame)),
        "by_category": _plain(by_category(frame)),
        "by_difficulty": _plain(by_difficulty(frame)),
        "by_slice": _plain(by_slice(frame)),
        "by_language": _plain(by_language(frame)),
        "by_turn": _plain(by_turn(frame)),
        **{name: _plain(table) for name, table in designs.items() if table},
        **({"turns": _plain(turns)} if turns else {}),
        **({"samples": _plain(samples)} if samples else {}),
        "floors": _plain(floors(floor_verdicts, prompts)),
        "tokens": token_counts(responses),
        "generation_seconds": None if seconds is None else round(seconds, 3),
    }
