"""The constraint types: one folder by where they come from, one file by what is looked at.

The published edition of a type and its corrected edition stand side by side. Importing the package registers them all.
What several folders share is in ``reading``.
"""

from __future__ import annotations

from ifbench.constraints import ifbench as ifbench
from ifbench.constraints import ifeval as ifeval
from ifbench.constraints import iftrain as iftrain
from ifbench.constraints import native as native
