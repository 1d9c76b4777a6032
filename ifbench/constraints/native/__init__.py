"""Our own types: what users ask of models and no published set asks."""

from __future__ import annotations
