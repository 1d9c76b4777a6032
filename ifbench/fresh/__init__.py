"""Fresh prompt sets: single-turn prompts made from grammars, with witnesses and near misses."""

from __future__ import annotations

from ifbench.fresh.compose import FreshPrompt, compose
from ifbench.fresh.write import VERSION, write_set

__all__ = ["VERSION", "FreshPrompt", "compose", "write_set"]
