"""The 29 types of IFTrain that are in neither IFEval nor IFBench."""

from __future__ import annotations
