"""What became of the responses that were asked for, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from ifbench.records import Response

INCOMPLETE = 0.05
"""Above this share of answers cut off, a score says less of the model than of its token limit."""


def response_counts(responses: Sequence[Response | None]) -> dict[str, int]:
    """How many responses were asked for, and what became of them. One entry of ``responses`` an answer asked for."""
    there = [response for response in responses if response is not None]
    answered = [response for response in there if response.error is None]
    return {
        "requested": len(responses),
        "missing": len(responses) - len(there),
        "failed": len(there) - len(answered),
        "truncated": sum(response.finish_reason == "length" for response in answered),
        "empty": sum(not response.response.strip() and response.reasoning_closed for response in answered),
        "unclosed_reasoning": sum(not response.reasoning_closed for response in answered),
    }


def token_counts(responses: Sequence[Response | None]) -> dict[str, int | None]:
    """Tokens read and written in all, None where an engine did not count them.

    ``reasoning_tokens`` are among the ``completion_tokens``, ``cached_tokens`` among the ``prompt_tokens``.
    """
    there = [response for response in responses if response is not None and response.error is None]
    # An answer without reasoning has none to count.
    reasoned = [one for one in there if one.reasoning is not None or one.reasoning_tokens is not None]
    totals: dict[str, int | None] = {}
    for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens"):
        counting = reasoned if name == "reasoning_tokens" else there
        counts: list[int | None] = [getattr(response, name) for response in counting]
        known = [count for count in counts if count is not None]
        totals[name] = sum(known) if known and len(known) == len(counts) else None
    return totals


def has_text(response: Response | None) -> bool:
    """Whether there is an answer to judge: not missing, failed, empty, or lost in reasoning that never ended."""
    return (
        response is not None
        and response.error is None
        and response.reasoning_closed
        and bool(response.response.strip())
    )


def cut_off_warning(responses: Sequence[Response | None]) -> list[str]:
    """A sentence when more than :data:`INCOMPLETE` of the answers are truncated or have unclosed reasoning."""
    answered = [response for response in responses if response is not None and response.error is None]
    reasoning = sum(not response.reasoning_closed for response in answered)
    truncated = sum(response.finish_reason == "length" and response.reasoning_closed for response in answered)
    cut = truncated + reasoning
    if cut <= INCOMPLETE * len(answered):
        return []
    return [
        f"{cut} of {len(answered)} answers ({100 * cut / len(answered):.1f} %) were cut off: {truncated} truncated at "
        f"the token limit, {reasoning} in reasoning that never ended; a higher --max-tokens may give another score"
    ]
