"""The constraint grammar: every rule that the generator draws from."""

from __future__ import annotations

from ifbench.fresh.rules import documents as documents
from ifbench.fresh.rules import layout as layout
from ifbench.fresh.rules import length as length
from ifbench.fresh.rules import lists as lists
from ifbench.fresh.rules import markup as markup
from ifbench.fresh.rules import notation as notation
from ifbench.fresh.rules import places as places
from ifbench.fresh.rules import records as records
from ifbench.fresh.rules import style as style
from ifbench.fresh.rules import tables as tables
from ifbench.fresh.rules import wording as wording
from ifbench.fresh.rules.base import RULES, Draw, Rule

__all__ = ["RULES", "Draw", "Rule"]
