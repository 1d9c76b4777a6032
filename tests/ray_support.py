"""What the tests that start Ray share."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest


def needs_ray(test: Callable[..., Any]) -> Callable[..., Any]:
    """``test`` with the mark "ray", skipped where Ray is not installed."""
    absent = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (extra: ray)")
    return pytest.mark.ray(absent(test))


ray_warnings = [
    # Ray leaves the processes and files of its own to the collector, and uses what it has deprecated itself.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
    pytest.mark.filterwarnings(r"ignore:unclosed file .*[/\\]ray[/\\]session.*:ResourceWarning"),
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:ray\b.*"),
    pytest.mark.filterwarnings(r"ignore::FutureWarning:ray\b.*"),
]
