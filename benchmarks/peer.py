"""The peers' environments: one task of a package from PyPI each, and what that task alone imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

_RESOURCES = REPOSITORY / "ifbench" / "resources"
# Peers download these when they do not find them; ours are the same files.
_NLTK_DATA = {
    "tokenizers/punkt_tab/english": _RESOURCES / "punkt_tab" / "english",
    "corpora/stopwords/english": _RESOURCES / "stopwords" / "english.txt",
}
_STAMP = "requirements.txt"


class EnvironmentFailed(Exception):  # noqa: N818
    """A peer's environment could not be made."""


@dataclass(frozen=True)
class Peer:
    """A package to be measured beside us.

    ``package`` is installed without its dependencies: a harness wants datasets, torch or scikit-learn, and the one task
    in question wants none of them. ``needs`` is what it does want.
    """

    name: str
    package: str
    needs: tuple[str, ...]


LM_EVAL = Peer(
    "lm-eval", "lm_eval==0.4.13", ("langdetect==1.0.9", "nltk==3.10.4", "immutabledict==4.3.1", "packaging>=24")
)
# lighteval asks for this very nltk.
LIGHTEVAL = Peer("lighteval", "lighteval==0.13.0", ("nltk==3.9.1", "emoji==2.16.0", "syllapy==0.8.0", "packaging>=24"))


def interpreter(environment: Path) -> Path:
    """The Python of ``environment``."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def variables(environment: Path) -> dict[str, str]:
    """The process environment of a peer: our packages out of sight, NLTK's data in it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"NLTK_DATA": str(_nltk_data(environment))}


def make(peer: Peer, environment: Path) -> Path:
    """Make ``environment`` for ``peer`` unless it is there and as it should be; return its interpreter.

    Raises:
        EnvironmentFailed: with the command that failed and what it said; or the folder holds something else.
    """
    wanted = "\n".join((peer.package, *peer.needs, *_NLTK_DATA, sys.version)) + "\n"
    stamp = environment / _STAMP
    python = interpreter(environment)
    if python.exists() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return python
    if environment.exists():
        if not (environment / "pyvenv.cfg").is_file() and any(environment.iterdir()):
            raise EnvironmentFailed(f"{environment} is a folder with other things in it; give another with --envs")
        shutil.rmtree(environment)
    print(f"making the environment of {peer.name} in {environment}", file=sys.stderr)
    pip = (str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    _call(sys.executable, "-m", "venv", str(environment))
    _call(*pip, "--no-deps", peer.package)
    _call(*pip, *peer.needs)
    for place, source in _NLTK_DATA.items():
        target = _nltk_data(environment) / place
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    stamp.write_text(wanted, "utf-8")
    return python


def _nltk_data(environment: Path) -> Path:
    return environment / "nltk_data"


def _call(*command: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, env=inherited, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise EnvironmentFailed(f"{' '.join(command)} failed with status {done.returncode}:\n{said}")
