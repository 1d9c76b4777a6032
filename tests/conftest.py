"""What several test modules need: the reference data, where it is, and an isolated environment."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ifbench.cli import main

# Machines differ in speed, and a failure must come again: no deadlines, and the same examples every time.
# IFBENCH_EXPLORE=1 draws new ones.
settings.register_profile("ifbench", deadline=None, derandomize="IFBENCH_EXPLORE" not in os.environ)
settings.load_profile("ifbench")

REPOSITORY = Path(__file__).parent.parent
REFERENCE = Path(os.environ.get("IFBENCH_REFERENCE", REPOSITORY.parent / "shared" / "reference"))


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches a hub, whatever is installed."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "1")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Prompts, responses and verdicts of the reference implementations."""
    if not (REFERENCE / "ifeval").is_dir():
        pytest.skip(f"the reference data is not at {REFERENCE} (set IFBENCH_REFERENCE to its folder)")
    return REFERENCE


_FIGURES = pytest.StashKey[dict[str, str]]()


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> dict[str, str]:
    """Figures that a test has found, by what they are: printed at the end of the test run."""
    return pytestconfig.stash.setdefault(_FIGURES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the tests have measured: bits compared, mutants killed."""
    if found := config.stash.get(_FIGURES, {}):
        terminalreporter.section("figures")
        for name, value in sorted(found.items()):
            terminalreporter.write_line(f"{name}: {value}")


class Answer:
    """What a command wrote and ended with."""

    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def ifbench(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(int(ended.value.code or 0), captured.out, captured.err)

    return run


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write ``rows`` to ``path``, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
