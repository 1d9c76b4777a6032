"""``ifbench validate``: whether a prompt set is sound, and what holds at every turn of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ifbench.cli.console import emit, remark
from ifbench.cli.explain import HEADER, as_text, explained, filled, rows, short_rows, title
from ifbench.cli.grids import as_csv, as_markdown
from ifbench.cli.options import EDITIONS, format_option

if TYPE_CHECKING:
    from ifbench.prompts import Held, Prompt, PromptSet
    from ifbench.proofs import Proof

_FEW = 10
"""So many conversations are explained unasked, and so many findings of a proof are shown to people."""

_FAULTY = 4


@click.command("validate")
@click.argument("set", metavar="SET")
@click.option(
    "--set-path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the prompts of a set known by name are; by default public sets come from the hub.",
)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    help="Reading of the constraint types. Default: published for public sets, corrected for our own.",
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="Explain this prompt. May be given several times.")
@click.option("--all", "everything", is_flag=True, help="Explain every prompt, and show every finding.")
@click.option(
    "--against",
    multiple=True,
    metavar="SET",
    help="Another set that no prompt may be a near duplicate of. May be given several times.",
)
@click.option("--skip", multiple=True, metavar="PROOF", help="Leave out this proof. May be given several times.")
@format_option
def command(
    set: str,
    set_path: Path | None,
    edition: str | None,
    keys: tuple[str, ...],
    everything: bool,
    against: tuple[str, ...],
    skip: tuple[str, ...],
    format: str,
) -> int:
    """Check the prompt set SET, prove what can be proven of it, and explain which constraints hold at every turn.

    SET is a name (`ifbench list sets`), a JSON Lines file, a folder with prompts.jsonl, or Multi-IF's CSV. All faults
    of its schema are named at once, and end the command.

    \b
    Then proven are
      witnesses    the replies in witnesses.jsonl follow all constraints, strictly
      near misses  those in near_misses.jsonl fail the constraint they name, and no other
      conflicts    no constraints of a turn contradict each other
      floors       no trivial reply follows 5 % of the turns
      rewordings   those in rewordings.jsonl are different texts for the same constraints
      duplicates   no prompt is nearly the same as another, nor as one of a set given with --against
      given away   no prompt says its answer, or the id of a constraint
      language     prompts are in the language they name
      spelling     prompts and witnesses hold no word that is in no word list, nor in words.txt

    Any finding makes the exit code 4. With --key nothing is proven.

    Explained are the conversations of more than one turn, where there are at most 10 of them; --key and --all choose
    others. JSON and CSV (one line a constraint and turn) hold every prompt unless --key is given.
    """
    from ifbench.proofs import prove
    from ifbench.sets import load_set

    prompts = load_set(set, set_path, edition)  # type: ignore[arg-type]
    chosen = _named(prompts, keys) if keys else prompts.prompts
    references = _checked(against, skip)
    proofs = [] if keys else list(prove(prompts, references, skip))
    findings = sum(len(proof.findings) for proof in proofs)
    if not keys and not everything and format in ("table", "md"):
        chosen = [prompt for prompt in prompts.prompts if len(prompt.turns) > 1]
        if len(chosen) > _FEW or not chosen:
            chosen = []
            remark("--key KEY explains what holds at every turn of one prompt, --all of every prompt")
    if format == "json":
        value = {
            **_summary(prompts),
            "proofs": [_proof_as_json(proof) for proof in proofs],
            "explained": [explained(prompt) for prompt in chosen],
        }
        emit(json.dumps(value, indent=2) + "\n")
    elif format == "csv":
        emit(as_csv(HEADER, [row for prompt in chosen for row in rows(prompt)]))
        for proof in proofs:
            remark("\n".join(_proof_lines(proof, everything)))
    elif format == "md":
        sections = [f"\n**{title(prompt)}**\n\n{as_markdown(HEADER[1:], short_rows(prompt))}" for prompt in chosen]
        listed = "".join(f"\n{line}" for proof in proofs for line in _proof_lines(proof, everything, "- "))
        emit("\n\n".join(_summary_lines(prompts)) + "\n" + (f"{listed}\n" if listed else "") + "".join(sections))
    else:
        width = min(shutil.get_terminal_size().columns, 120)
        proven = [filled(line, width, len(line) - len(line.lstrip())) for proof in proofs
                  for line in _proof_lines(proof, everything)]  # fmt: skip
        lines = [line for prompt in chosen for line in ("", *as_text(prompt, width))]
        wrapped = [filled(line, width) for line in _summary_lines(prompts)]
        emit("\n".join([*wrapped, *([""] if proven else []), *proven, *lines]) + "\n")
    if findings:
        remark(f"{prompts.name}: {findings} findings" if findings > 1 else f"{prompts.name}: 1 finding")
    return _FAULTY if findings else 0


def _checked(against: Sequence[str], skip: Sequence[str]) -> list[PromptSet]:
    """The sets to compare with.

    Raises:
        UsageError: naming a proof that there is none of, and the nearest that there is.
    """
    from ifbench.errors import UsageError, nearest, quote
    from ifbench.proofs import PROOFS
    from ifbench.sets import load_set

    for name in skip:
        if name not in PROOFS:
            hint = nearest(name, PROOFS) or f"those are {', '.join(PROOFS)}"
            raise UsageError(f"--skip {quote(name)}: no such proof; {hint}")
    return [load_set(name) for name in against]


def _proof_as_json(proof: Proof) -> dict[str, Any]:
    return {
        "name": proof.name,
        "done": proof.done,
        "outcome": proof.outcome,
        "numbers": dict(proof.numbers),
        "findings": [
            {"key": finding.key, "turn": finding.turn or None, "message": finding.message} for finding in proof.findings
        ],
    }


def _proof_lines(proof: Proof, everything: bool, mark: str = "") -> Iterator[str]:
    """The outcome of a proof, and its findings below; the first few, unless ``everything`` is asked for."""
    sign = "!!" if proof.findings else "ok" if proof.done else "--"
    yield f"{mark}{sign} {proof.name}: {proof.outcome}"
    shown = proof.findings if everything else proof.findings[:_FEW]
    yield from (f"  {mark}  {finding}" for finding in shown)
    if len(shown) < len(proof.findings):
        yield f"  {mark}  and {len(proof.findings) - len(shown)} more; --all and --format json show them"


def _named(prompts: PromptSet, keys: Sequence[str]) -> list[Prompt]:
    """The prompts with these keys, each once.

    Raises:
        UsageError: naming a key that is not there, and the nearest that is.
    """
    from ifbench.errors import UsageError, nearest, quote

    for key in keys:
        if key not in prompts.by_key:
            hint = nearest(key, prompts.by_key) or f"its first is {prompts.prompts[0].key!r}"
            raise UsageError(f"no prompt of {prompts.name} has the key {quote(key)}; {hint}")
    return [prompts.by_key[key] for key in dict.fromkeys(keys)]


def _summary(prompts: PromptSet) -> dict[str, Any]:
    """What there is in the set. A constraint given is counted once, and as a check in every turn it binds."""
    from ifbench.prompts import DIFFICULTIES

    given = {(prompt.key, held.number): held for prompt, _, held in _all_held(prompts)}
    types = Counter(held.constraint.id for held in given.values())
    languages = Counter(prompt.language for prompt in prompts.prompts)
    categories = Counter(prompt.category for prompt in prompts.prompts if prompt.category is not None)
    levels = Counter(prompt.difficulty for prompt in prompts.prompts if prompt.difficulty is not None)
    slices = Counter(prompt.slice for prompt in prompts.prompts if prompt.slice is not None)
    labels = Counter(held.label for held in given.values() if held.label)
    return {
        "prompt_set": {"name": prompts.name, "edition": prompts.edition, "sha256": prompts.sha256},
        "prompts": len(prompts),
        "conversations": sum(len(prompt.turns) > 1 for prompt in prompts.prompts),
        "turns": prompts.turns,
        "constraints": len(given),
        "checks": len(prompts.constraints),
        "types": dict(types.most_common()),
        "languages": dict(languages.most_common()),
        "categories": dict(categories.most_common()),
        "difficulties": {level: levels[level] for level in DIFFICULTIES if levels[level]},
        "slices": dict(slices.most_common()),
        "labels": dict(labels.most_common()),
        "unproven": sum(prompt.unproven for prompt in prompts.prompts),
    }


def _all_held(prompts: PromptSet) -> Iterator[tuple[Prompt, int, Held]]:
    for prompt in prompts.prompts:
        for number, turn in enumerate(prompt.turns, start=1):
            for held in turn.held:
                yield prompt, number, held


def _summary_lines(prompts: PromptSet) -> list[str]:
    from ifbench.errors import count_of

    summary = _summary(prompts)
    types, languages, categories = (summary[name] for name in ("types", "languages", "categories"))
    lines = [
        f"{prompts.name}: no faults; {prompts.edition} edition, set {prompts.sha256[:12]}",
        f"{count_of(len(prompts), 'prompts')} ({count_of(summary['conversations'], 'conversations')} of more than one "
        f"turn), {count_of(summary['turns'], 'turns')}, {count_of(summary['constraints'], 'constraints')} given, "
        f"{count_of(summary['checks'], 'checks')}",
        f"{count_of(len(types), 'types')}: {_counted(types)}",
        f"{count_of(len(languages), 'languages')}: {_counted(languages)}",
    ]
    for counted, one, several in (
        (categories, "category", "categories"),
        (summary["difficulties"], "level of difficulty", "levels of difficulty"),
        (summary["slices"], "slice", "slices"),
        (summary["labels"], "label", "labels"),
    ):
        if counted:
            lines.append(f"{len(counted)} {one if len(counted) == 1 else several}: {_counted(counted)}")
    return lines


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())
