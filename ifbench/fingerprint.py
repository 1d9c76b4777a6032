"""What a verdict rests on, in one hash."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from ifbench.registry import Kind

_JUDGING = (
    *("registry.py", "parameters.py", "reasoning.py", "markdown.py", "text.py", "verdict.py", "scoring.py"),
    "languages/*.py",
)
"""Our own sources, beside those of the constraint types, that a verdict rests on."""


_LIBRARIES = (
    "emoji",
    "jsonschema",
    "langdetect",
    "markdown-it-py",
    "PyYAML",
    "regex",
    "sentencex",
    "snowballstemmer",
    "syllapy",
    "unicode-segmentation-rs",
)
"""The libraries a verdict rests on."""


def fingerprint(used: Iterable[Kind]) -> str:
    """SHA-256 over the source of the constraint types ``used`` and over all else that a verdict rests on.

    That is how texts are read, the data in the package, and the versions of the libraries. Two runs with one
    fingerprint were judged by the same code.
    """
    package = Path(__file__).parent
    paths = [path for pattern in _JUDGING for path in package.glob(pattern)]
    paths += [path for path in (package / "resources").rglob("*") if path.is_file() and path.suffix != ".md"]
    used = list(used)
    for source in {Path(inspect.getsourcefile(kind.check) or kind.origin) for kind in used}:
        # What one of our checks is made of stands in its folder, or in those that others share.
        ours = package / "constraints"
        folders = [source.parent, ours / "reading", ours / "ifeval"] if ours in source.parents else []
        paths += [path for folder in folders for path in sorted(folder.glob("*.py"))] or [source]
    libraries = [*_LIBRARIES, *(["nltk"] if any(kind.requires for kind in used) else [])]
    parts = [f"{library} {version(library)}" for library in libraries]
    parts += {f"{kind.id} {kind.edition}" for kind in used}
    for path in dict.fromkeys(paths):
        content = path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else str(path).encode()
        parts.append(f"{path.name} {hashlib.sha256(content).hexdigest()}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
