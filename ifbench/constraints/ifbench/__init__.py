"""The 58 types of IFBench."""

from __future__ import annotations
