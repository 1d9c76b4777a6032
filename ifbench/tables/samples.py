"""Several samples of each prompt: whether any succeeds, whether all do, and how far scores differ between them."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from ifbench import stats
from ifbench.prompts import PromptSet
from ifbench.tables.accuracy import METRICS
from ifbench.tables.frame import READINGS, answer_frame, conversations

if TYPE_CHECKING:
    import pandas as pd


def over_samples(frame: pd.DataFrame, prompts: PromptSet, n: int) -> dict[str, Any]:
    """What ``results.json`` holds under ``samples``; empty where ``n`` is 1 or nothing is held to.

    Args:
        frame: rows as of :func:`ifbench.tables.verdict_frame`.
        prompts: the set. Prompts that are held to nothing are left out.
        n: samples asked of each prompt. One that is not in ``frame`` has not succeeded.

    Returns:
        ``n``; ``pass_at`` and ``pass_all``, by k, then reading; ``spread``, by metric. A sample succeeds when every
        turn of its conversation is followed.
    """
    if n <= 1 or frame.empty:
        return {}
    counted = [prompt for prompt in prompts.prompts if any(turn.held for turn in prompt.turns)]
    clusters = [prompt.cluster for prompt in counted]
    held = conversations(frame, prompts)
    pass_at: dict[str, dict[str, stats.Mean]] = {}
    pass_all: dict[str, dict[str, stats.Mean]] = {}
    for reading in READINGS:
        succeeded = Counter(own.key for own in held if all(own.turns(reading)))
        successes = [succeeded[str(prompt.key)] for prompt in counted]
        for k in depths(n):
            at, every = ([way(n, c, k) for c in range(n + 1)] for way in (stats.pass_at, stats.pass_all))
            pass_at.setdefault(str(k), {})[reading] = stats.mean([at[c] for c in successes], clusters)
            pass_all.setdefault(str(k), {})[reading] = stats.mean([every[c] for c in successes], clusters)
    return {"n": n, "pass_at": pass_at, "pass_all": pass_all, "spread": spread(frame, n)}


def depths(n: int) -> list[int]:
    """The powers of two up to ``n``, and ``n``.

    >>> depths(6)
    [1, 2, 4, 6]
    """
    return sorted({*(2**power for power in range(n.bit_length())), n})


def spread(frame: pd.DataFrame, n: int) -> dict[str, dict[str, Any]]:
    """Each accuracy of the ``n`` samples taken one by one (``values``), their ``mean``, and their standard deviation
    ``sd`` (over n - 1): how far the score of the whole set moves when the model is asked again."""
    answers = answer_frame(frame)
    for reading in READINGS:
        answers[f"prompt_{reading}"] = (answers[reading] == answers["size"]).astype(int)
    answers["instruction_strict"], answers["instruction_loose"] = answers["strict"], answers["loose"]
    samples = answers.groupby("sample")
    sums, sizes, answered = samples[list(METRICS)].sum(), samples["size"].sum(), samples.size()
    found: dict[str, dict[str, Any]] = {}
    for metric in METRICS:
        of = answered if metric.startswith("prompt") else sizes
        shares = {int(str(sample)): float(value) for sample, value in (sums[metric] / of).items()}
        values = [shares.get(sample, 0.0) for sample in range(n)]
        found[metric] = {"mean": fmean(values), "sd": stdev(values), "values": values}
    return found
