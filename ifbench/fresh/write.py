"""The folder of a fresh set: prompts, witnesses, near misses and the card."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ifbench
from ifbench.errors import UsageError
from ifbench.fresh.compose import FreshPrompt
from ifbench.fresh.rules import RULES
from ifbench.fresh.tasks import TASKS
from ifbench.fresh.vocabulary import NAMES, SHARED, UNLISTED
from ifbench.records import dump_line, write_lines

VERSION = 1
"""Counts the changes of the grammars that change what a seed gives."""
FILES = ("prompts.jsonl", "witnesses.jsonl", "near_misses.jsonl", "words.txt", "README.md")
_MARK = "Made by `ifbench fresh"


@dataclass(frozen=True)
class Made:
    """What was written: where, how much of it, and the SHA-256 of ``prompts.jsonl``."""

    path: Path
    prompts: int
    constraints: int
    types: int
    proven: int
    near_misses: int
    sha256: str
    difficulties: Mapping[str, int]
    categories: Mapping[str, int]


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Whether a set may and can be written here; the folder is made.

    Raises:
        UsageError: something else is in the folder, or a fresh set that is not to be overwritten; or nothing can be
            written there.
    """
    try:
        _check_content(folder, overwrite=overwrite)
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written: {error.strerror or error}; choose another --output-path"
        ) from error


def _check_content(folder: Path, *, overwrite: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; choose another --output-path")
    found = sorted(entry.name for entry in folder.iterdir())
    if not found:
        return
    card = folder / "README.md"
    try:
        is_fresh = card.is_file() and _MARK in card.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"{card}: cannot be read ({error.strerror or error}), and tells whether the folder holds a fresh set; "
            "choose another --output-path"
        ) from error
    if not is_fresh or any(name not in FILES for name in found):
        strange = next((name for name in found if name not in FILES), found[0])
        raise UsageError(f"{folder}: holds something else than a fresh set ({strange}); choose another --output-path")
    if not overwrite:
        raise UsageError(f"{folder}: holds a fresh set already; give --overwrite or choose another --output-path")


def write_set(folder: Path, prompts: Sequence[FreshPrompt], seed: int) -> Made:
    """Write the files of a set into ``folder``.

    Raises:
        UsageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_lines(folder / "prompts.jsonl", (prompt.to_json() for prompt in prompts))
        write_lines(
            folder / "witnesses.jsonl",
            ({"key": p.key, "turn": 1, "response": p.witness} for p in prompts if p.witness is not None),
        )
        write_lines(
            folder / "near_misses.jsonl",
            (
                {"key": prompt.key, "turn": 1, "fails": miss.fails, "response": miss.response}
                for prompt in prompts
                for miss in prompt.near_misses
            ),
        )
        words = "\n".join(sorted((*UNLISTED, *NAMES, *SHARED["town"])))
        (folder / "words.txt").write_text(f"{words}\n", encoding="utf-8", newline="\n")
        made = _counted(folder, prompts)
        (folder / "README.md").write_text(card(prompts, made, seed), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return made


def _counted(folder: Path, prompts: Sequence[FreshPrompt]) -> Made:
    lines = "".join(dump_line(prompt.to_json()) for prompt in prompts)
    return Made(
        folder,
        len(prompts),
        sum(len(prompt.asked) for prompt in prompts),
        len({asked.rule.id for prompt in prompts for asked in prompt.asked}),
        sum(prompt.witness is not None for prompt in prompts),
        sum(len(prompt.near_misses) for prompt in prompts),
        hashlib.sha256(lines.encode()).hexdigest(),
        dict(sorted(Counter(prompt.difficulty for prompt in prompts).items())),
        dict(sorted(Counter(prompt.category for prompt in prompts).items())),
    )


def _table(first: str, counts: Iterable[tuple[str, int]]) -> str:
    return f"| {first} | prompts |\n| --- | ---: |\n" + "".join(f"| {name} | {count} |\n" for name, count in counts)


def card(prompts: Sequence[FreshPrompt], made: Made, seed: int) -> str:
    """The card of a set, in Markdown."""
    numbers = Counter(len(prompt.asked) for prompt in prompts)
    types = Counter(name for prompt in prompts for name in dict.fromkeys(a.rule.id for a in prompt.asked))
    by_use = sorted(types.items(), key=lambda item: (-item[1], item[0]))
    order = [(name, made.difficulties[name]) for name in ("easy", "medium", "hard") if name in made.difficulties]
    return f"""# fresh-{seed}-{made.prompts}

{_MARK} --seed {seed} --size {made.prompts}`, version {VERSION} of its grammars, ifbench {ifbench.__version__}. The
same seed and size give the same bytes; a smaller size gives the first prompts of a larger one.

## What it is

{made.prompts} requests of one turn in English, with {made.constraints} verifiable constraints of {made.types} types,
drawn from {len(TASKS)} kinds of tasks and {len(RULES)} rules. Nobody has seen these prompts before they were drawn,
unless somebody drew them with this seed. The gap between a model's score on a set that is public and on sets like
this one (`ifbench gap`) is a sign of training on the test.

* SHA-256 of `prompts.jsonl`: `{made.sha256}`
* Proven: {made.proven} of {made.prompts} prompts have a witness in `witnesses.jsonl`, a reply made by construction that
  follows every constraint, read strictly. The others are marked `unproven`.
* `near_misses.jsonl`: {made.near_misses} replies that fail exactly the constraint named, strictly and loosely.
* `words.txt`: names and words that are spelt right though lists of English words lack them.
* No reply that ignores its prompt (`ifbench.tables.FLOORS`) follows any of them, and `ifbench audit` finds nothing.

## Limits

* The wording comes from a grammar: it is more even than what people write, and kinds of tasks return from set to set.
* Whether a reply does the task itself is not scored; only the constraints are.
* A witness proves that a prompt can be satisfied. It is put together from stock sentences and is no model answer.
* Levels of difficulty add up how hard the constraints are held to be; no model was asked.
* A seed that is published may be trained on like any test. Draw a new one for each comparison.

## Size

{_table("constraints in the prompt", ((str(number), numbers[number]) for number in sorted(numbers)))}
{_table("difficulty", order)}
{_table("category", made.categories.items())}
{_table("constraint type", by_use)}
## Licence

CC BY 4.0.
"""
