"""Prompt sets known by name: our own, which travel with the package, and public ones, fetched when asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ifbench.errors import UsageError, nearest
from ifbench.prompts import PromptSet, load_prompts
from ifbench.prompts.rewordings import FILE
from ifbench.records import write_lines
from ifbench.registry import Edition


@dataclass(frozen=True)
class HubFile:
    """A file of a dataset on the Hugging Face hub, at one revision for good."""

    repository: str
    revision: str
    filename: str


_REWORDINGS = "-rewordings"


@dataclass(frozen=True)
class NamedSet:
    """A prompt set known by name.

    ``hub`` is None for those that travel with the package, in the folder of their name. ``rewordings``: a set named
    ``NAME-rewordings`` asks some of the prompts of ``NAME`` in several wordings.
    """

    name: str
    summary: str
    edition: Edition
    hub: HubFile | None = None
    rewordings: bool = False

    def path_in(self, folder: Path) -> Path:
        """Where the prompts of a set that travels with the package are."""
        return folder / self.name.removesuffix(_REWORDINGS) / FILE if self.rewordings else folder / self.name


_OURS = {
    "core": "300 single requests with 1 to 16 constraints: what people really ask",
    "conversations": "100 conversations of 3 to 6 turns: rules kept, revised, ended, facts carried",
    "policy": "60 company assistants, 8 or more rules each, and users who tempt, rush and trick",
    "reasoning": "100 problems with one right answer and a strict format, scored apart",
    "multilingual": "30 tasks written natively in each of 8 languages",
}

SETS = {
    named.name: named
    for named in (
        *(NamedSet(name, summary, "corrected") for name, summary in _OURS.items()),
        *(
            NamedSet(
                f"{name}{_REWORDINGS}", f"40 prompts of {name} in four wordings each", "corrected", rewordings=True
            )
            for name in _OURS
        ),
        NamedSet("starter", "60 everyday requests with 1 to 3 constraints each, all 25 IFEval types", "corrected"),
        NamedSet(
            "starter-turns",
            "20 conversations of 2 to 5 turns, whose constraints are kept, ended, replaced or set by a system prompt",
            "corrected",
        ),
        NamedSet(
            "ifeval",
            "IFEval: 541 prompts, 834 constraints of 25 types (Zhou et al. 2023)",
            "published",
            HubFile("google/IFEval", "966cd89545d6b6acfd7638bc708b98261ca58e84", "ifeval_input_data.jsonl"),
        ),
        NamedSet(
            "ifbench",
            "IFBench: 300 prompts, 344 constraints of 58 types (Pyatkin et al. 2025)",
            "published",
            HubFile(
                "allenai/IFBench_test",
                "2e8a48de45ff3bf41242f927254ca81b59ca3ae2",
                "data/train-00000-of-00001.parquet",
            ),
        ),
    )
}
"""The sets known by name."""


def data_folder() -> Path:
    """Where our own prompt sets and checkpoints are: inside an installed package, or beside it in a checkout.

    Raises:
        UsageError: neither is there.
    """
    package = Path(__file__).parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / "starter").is_dir():
            return folder
    raise UsageError(f"{package / 'data'}: the prompt sets that come with ifbench are missing; install it again")


def load_set(name_or_path: str, path: Path | None = None, edition: Edition | None = None) -> PromptSet:
    """Load the prompt set known by name, or the one in a file or folder.

    Args:
        name_or_path: a name of :data:`SETS`, or where a set is. A folder that is called like a known set is
            reached as ``./NAME``.
        path: for a set known by name, where its prompts are; without it public sets come from the hub.
        edition: the reading of the constraint types; by default the set's own.

    Raises:
        InvalidInputError: the set has faults; all are named.
        UsageError: the set cannot be found or fetched.
    """
    named = SETS.get(name_or_path)
    if named is None:
        if path is not None:
            raise UsageError(f"--set-path gives the file of a set known by name, and {name_or_path!r} is none; "
                             f"those are {', '.join(SETS)}")  # fmt: skip
        hint = nearest(name_or_path, SETS)
        if hint and not Path(name_or_path).exists():
            raise UsageError(f"no prompt set {name_or_path!r}; {hint}")
        return load_prompts(Path(name_or_path), edition=edition)
    if path is None:
        path = named.path_in(data_folder()) if named.hub is None else _fetch(named, named.hub)
    return load_prompts(path, named.name, edition or named.edition)


def _fetch(named: NamedSet, hub: HubFile) -> Path:
    """The file of a public set, from the hub's cache or the hub."""
    other_way = f"give a copy of its prompts: --set {named.name} --set-path FILE"
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
        from huggingface_hub.utils.logging import set_verbosity_error
    except ImportError as error:
        raise UsageError(
            f"{named.name} comes from the hub, which needs: pip install 'ifbench-eval[hub]'; or {other_way}"
        ) from error
    # Its warnings of every retry would hide the one error that says what to do.
    set_verbosity_error()
    where: dict[str, Any] = {"repo_id": hub.repository, "repo_type": "dataset", "revision": hub.revision}
    try:
        try:
            file = hf_hub_download(filename=hub.filename, local_files_only=True, **where)
        except LocalEntryNotFoundError:
            file = hf_hub_download(filename=hub.filename, **where)
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(
            f"{named.name} is not in the cache and could not be fetched from {hub.repository} ({reason}). "
            f"Either run once with access to the hub (and without HF_HUB_OFFLINE), or {other_way}"
        ) from error
    return Path(file) if hub.filename.endswith(".jsonl") else _as_json_lines(Path(file), named.name, hub.revision)


def _as_json_lines(file: Path, name: str, revision: str) -> Path:
    """A Parquet file of the hub as JSON Lines, kept in our own cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ifbench"
    target = cache / f"{name}-{revision[:12]}.jsonl"
    if not target.exists():
        try:
            from pyarrow import parquet
        except ImportError as error:
            raise UsageError(f"{name} is kept as Parquet, which needs: pip install 'ifbench-eval[hub]'") from error
        cache.mkdir(parents=True, exist_ok=True)
        write_lines(target, parquet.read_table(file).to_pylist())
    return target
