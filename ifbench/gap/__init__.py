"""The gap between a model's score on a public set and on fresh sets."""

from __future__ import annotations

from ifbench.gap.report import compare_runs

__all__ = ["compare_runs"]
