"""The 29 types of IFTrain that are in neither IFEval nor IFBench."""

from __future__ import annotations

from ifbench.constraints.iftrain import copying as copying
from ifbench.constraints.iftrain import counts as counts
from ifbench.constraints.iftrain import joining as joining
from ifbench.constraints.iftrain import keywords as keywords
from ifbench.constraints.iftrain import letters as letters
from ifbench.constraints.iftrain import openings as openings
from ifbench.constraints.iftrain import paragraphs as paragraphs
from ifbench.constraints.iftrain import phrases as phrases
from ifbench.constraints.iftrain import positions as positions
from ifbench.constraints.iftrain import punctuation as punctuation
from ifbench.constraints.iftrain import wrapping as wrapping
