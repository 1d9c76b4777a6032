"""What the tests that start Ray share."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (extra: ray)")
ray_warnings = [
    # Ray leaves the processes and files of its own to the collector, and uses what it has deprecated itself.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
    pytest.mark.filterwarnings(r"ignore:unclosed file .*[/\\]ray[/\\]session.*:ResourceWarning"),
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:ray\b.*"),
    pytest.mark.filterwarnings(r"ignore::FutureWarning:ray\b.*"),
]
