"""The walls of the house: who may import whom, and what starts fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "ifbench"
# In dependency order: each part imports only from those before it.
ORDER = [
    "errors", "records", "reasoning", "parameters", "languages", "markdown", "text", "verdict", "plugins", "registry",
    "fingerprint", "constraints", "prompts", "sets", "responses", "generators", "pool", "scoring", "dialogue", "stats",
    "tables", "settings", "runs", "pipeline", "preview", "audit", "proofs", "fresh", "gap", "cli", "__main__",
]  # fmt: skip


def _part(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def _imports(path: Path) -> set[str]:
    """Parts of the package that ``path`` imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {_part(alias.name) for alias in node.names if alias.name.startswith("ifbench.")}
        elif isinstance(node, ast.ImportFrom) and node.module == "ifbench":
            found |= {alias.name for alias in node.names if alias.name in ORDER}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ifbench."):
            found.add(_part(node.module or ""))
    return found


def test_every_part_has_its_place() -> None:
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert parts - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    allowed = {*ORDER[: ORDER.index(part) + 1]}
    assert _imports(path) <= allowed


HEAVY = {
    "pandas",
    "numpy",
    "nltk",
    "torch",
    "transformers",
    "vllm",
    "openai",
    "ray",
    "jinja2",
    "pydantic",
    "rich",
    "langdetect",
    "huggingface_hub",
    "markdown_it",
    "jsonschema",
    "yaml",
    "emoji",
    "syllapy",
    "sentencex",
    "unicode_segmentation_rs",
    "snowballstemmer",
    "regex",
}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["score", "--help"], ["validate", "--help"], ["--version"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom ifbench.cli import main\n"
        f"try:\n    main({arguments!r})\nfinally:\n    print(sorted({HEAVY!r} & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_listing_constraints_needs_no_heavy_library() -> None:
    program = (
        "import sys\nfrom ifbench.registry import kinds\nassert kinds()\n"
        f"print(sorted(({HEAVY!r} - {{'rich'}}) & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
