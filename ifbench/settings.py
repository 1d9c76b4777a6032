"""What decides the responses of a run: recorded, compared when a run is gone on with, and the name of its folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ifbench.prompts import PromptSet


@dataclass(frozen=True)
class Settings:
    """What decides the responses of a run. A run is resumed only under the settings it began with.

    ``model`` is a folder, a hub id or a name; ``model_sha256`` says which checkpoint was in the folder. ``samples`` is
    how often each prompt is answered, ``history`` what later turns are built on: the model's own answers, or "gold",
    the witnesses whose file ``witnesses_sha256`` tells.
    """

    model: str
    engine: str
    prompts: PromptSet
    model_sha256: str | None = None
    sampling: Mapping[str, Any] | None = None
    engine_options: Mapping[str, Any] | None = None
    samples: int = 1
    history: str = "own"
    witnesses_sha256: str | None = None
    system_instruction: str | None = None
    limit: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The settings as ``run.json`` records them."""
        prompts = self.prompts
        return {
            "model": self.model,
            "model_sha256": self.model_sha256,
            "engine": self.engine,
            "engine_options": dict(self.engine_options or {}),
            "sampling": dict(self.sampling) if self.sampling is not None else None,
            "samples": self.samples,
            "history": self.history,
            "witnesses_sha256": self.witnesses_sha256,
            "system_instruction": self.system_instruction,
            "reasoning": "stripped",
            "limit": self.limit,
            "prompt_set": {
                "name": prompts.name,
                "sha256": prompts.sha256,
                "prompts": len(prompts),
                "turns": prompts.turns,
                "constraints": len(prompts.constraints),
                "edition": prompts.edition,
            },
        }

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that tell runs of different settings apart."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:8]


def _slug(name: str) -> str:
    """``name`` as a folder may be called."""
    return re.sub(r"[^\w.-]+", "-", name.rstrip("/").rsplit("/", 1)[-1]).strip("-.") or "model"


def default_folder(settings: Settings) -> Path:
    """``runs/<model>/<prompt set>/<UTC>-<hash>``, under the current folder."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return Path("runs") / _slug(settings.model) / _slug(settings.prompts.name) / f"{stamp}-{settings.digest}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Lines saying how two nested mappings differ, one a leaf.

    >>> differences({"seed": 0, "sampling": {"max_tokens": 10}}, {"seed": 0, "sampling": {"max_tokens": 20}})
    ['sampling.max_tokens: 10 before, 20 now']
    """
    lines: list[str] = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            lines += differences(old, new, f"{prefix}{name}.")
        elif old != new:
            lines.append(f"{prefix}{name}: {old!r} before, {new!r} now")
    return lines


def deciding(settings: Mapping[str, Any]) -> dict[str, Any]:
    """``settings`` without the names of what their hashes say."""
    kept = dict(settings)
    if kept.get("model_sha256"):
        del kept["model"]
    options: Any = kept.get("engine_options")
    if isinstance(options, dict):
        kept["engine_options"] = {name: value for name, value in options.items() if not options.get(f"{name}_sha256")}
    chosen: Any = kept.get("prompt_set")
    if isinstance(chosen, dict):
        kept["prompt_set"] = {name: value for name, value in chosen.items() if name != "name"}
    return kept
