"""Constraint types of other packages: installed for real, scored with, and named when they are broken."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, write_jsonl

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shouting"
version = "1.2"

[project.entry-points."ifbench.constraints"]
shouting = "shouting"
"""
MODULE = '''
from ifbench.registry import Fail, Pass, constraint
from ifbench.parameters import Count
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least


@constraint(
    "shouting:exclamations",
    "Use at least {number} exclamation marks.",
    Pass("Hey!", number=1),
    Fail("Hey.", number=1),
)
def exclamations(reply: Text, *, number: Count) -> Verdict:
    """Exclamation marks of any width do not count, only the one of ASCII."""
    return at_least(reply.raw.count("!"), number, "exclamation marks")
'''


class Environment:
    """A fresh virtual environment that also sees what this one has installed, ifbench among it."""

    def __init__(self, folder: Path):
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        self.python = folder / "bin" / "python"
        (site,) = (folder / "lib").glob("python*/site-packages")
        (site / "outer.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n{REPOSITORY}\n")

    def install(self, package: Path) -> None:
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-input"]
        offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
        subprocess.run([*pip, *offline, str(package)], check=True, capture_output=True, text=True)

    def ifbench(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), "-m", "ifbench", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False)


def _package(folder: Path, module: str, name: str = "shouting") -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT.replace("shouting", name))
    (folder / f"{name}.py").write_text(textwrap.dedent(module))
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    pytest.importorskip("pip", reason="pip is needed to install a package")
    pytest.importorskip("hatchling", reason="hatchling is needed to build a package")
    return Environment(tmp_path / "fresh")


def test_an_installed_package_adds_a_constraint_type(environment: Environment, tmp_path: Path) -> None:
    environment.install(_package(tmp_path / "package", MODULE))
    shown = environment.ifbench("show", "shouting:exclamations")
    assert "✗ Fail('Hey.', number=1)" in shown.stdout

    rows = [
        {
            "key": key,
            "prompt": f"Greet {key}.",
            "instruction_id_list": ["shouting:exclamations"],
            "kwargs": [{"number": 2}],
        }
        for key in ("Ann", "Bob")
    ]
    prompts = write_jsonl(tmp_path / "set.jsonl", rows)
    responses = write_jsonl(
        tmp_path / "replies.jsonl", [{"key": "Ann", "response": "Hi Ann!!"}, {"key": "Bob", "response": "Hi Bob!"}]
    )
    scored = environment.ifbench("score", responses, "--set", prompts, "--output-path", tmp_path / "run")
    assert scored.returncode == 0, scored.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert results["metrics"]["prompt_strict"]["followed"] == 1
    last = json.loads((tmp_path / "run" / "verdicts.jsonl").read_text().splitlines()[-1])
    assert last["constraints"][0]["observed"] == "1 exclamation mark"


def test_a_plugin_that_takes_our_id_stops_the_program(environment: Environment, tmp_path: Path) -> None:
    environment.install(_package(tmp_path / "package", MODULE.replace("shouting:exclamations", "punctuation:no_comma")))
    answer = environment.ifbench("list", "constraints")
    assert answer.returncode == 1
    assert "punctuation:no_comma (published) is declared twice" in answer.stderr
    assert "ifbench.constraints.ifeval.layout.no_comma" in answer.stderr
    assert "shouting.exclamations" in answer.stderr
    assert "of shouting 1.2" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_plugin_that_cannot_be_imported_stops_the_program(environment: Environment, tmp_path: Path) -> None:
    environment.install(_package(tmp_path / "package", "import no_such_module_anywhere"))
    answer = environment.ifbench("list", "constraints")
    assert answer.returncode == 1
    assert "entry point 'shouting' = 'shouting' of shouting 1.2 cannot be imported" in answer.stderr
    assert "No module named 'no_such_module_anywhere'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_plugin_that_ends_the_program_is_named(environment: Environment, tmp_path: Path) -> None:
    environment.install(_package(tmp_path / "package", "raise SystemExit(3)"))
    answer = environment.ifbench("list", "constraints")
    assert answer.returncode == 1
    assert "of shouting 1.2 cannot be imported: SystemExit: 3" in answer.stderr


def test_two_plugins_of_one_name_are_both_named(environment: Environment, tmp_path: Path) -> None:
    environment.install(_package(tmp_path / "one", MODULE))
    other = _package(tmp_path / "two", MODULE.replace("shouting:", "yelling:"), "yelling")
    project = other / "pyproject.toml"
    project.write_text(project.read_text().replace('yelling = "yelling"', 'shouting = "yelling"'))
    environment.install(other)
    answer = environment.ifbench("list", "constraints")
    assert answer.returncode == 1
    assert "two plugins call themselves 'shouting'" in answer.stderr
    assert "of shouting 1.2" in answer.stderr
    assert "of yelling 1.2" in answer.stderr
