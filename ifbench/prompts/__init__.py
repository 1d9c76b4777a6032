"""Prompt sets: what they are in memory, and the formats they are read from."""

from __future__ import annotations

from ifbench.prompts.load import load_prompts, set_file
from ifbench.prompts.model import Held, Prompt, PromptSet, Turn
from ifbench.prompts.rows import DIFFICULTIES

__all__ = ["DIFFICULTIES", "Held", "Prompt", "PromptSet", "Turn", "load_prompts", "set_file"]
