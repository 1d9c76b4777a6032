"""The 25 types of IFEval."""

from __future__ import annotations

from ifbench.constraints.ifeval import case as case
from ifbench.constraints.ifeval import keywords as keywords
from ifbench.constraints.ifeval import language as language
from ifbench.constraints.ifeval import layout as layout
from ifbench.constraints.ifeval import length as length
from ifbench.constraints.ifeval import marks as marks
from ifbench.constraints.ifeval import repetition as repetition
from ifbench.constraints.ifeval import structure as structure
from ifbench.constraints.ifeval import wording as wording
