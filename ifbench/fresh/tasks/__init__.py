"""The task grammar: what people ask for, with the material of the replies."""

from __future__ import annotations

from ifbench.fresh.scene import Task
from ifbench.fresh.tasks.data import DATA
from ifbench.fresh.tasks.letters import LETTERS
from ifbench.fresh.tasks.notices import NOTICES
from ifbench.fresh.tasks.plans import PLANS
from ifbench.fresh.tasks.teaching import TEACHING

TASKS: tuple[Task, ...] = (*LETTERS, *NOTICES, *PLANS, *TEACHING, *DATA)
"""Every kind of request, in the order prompts are drawn from."""
