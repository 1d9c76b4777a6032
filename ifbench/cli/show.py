"""``ifbench show``: one constraint type explained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from ifbench.cli.console import emit

if TYPE_CHECKING:
    from ifbench.registry import Example, Kind
    from ifbench.verdict import Verdict


@click.command("show")
@click.argument("id", metavar="ID")
def command(id: str) -> None:
    """Explain the constraint type ID: sentence, parameters, editions and how they differ, examples, source."""
    from ifbench.registry import editions

    found = editions(id)
    first = found[0]
    lines = [first.id, "", _filled(first.sentence), "", *_parameters(found)]
    for kind in found:
        lines += ["", f"{kind.edition.capitalize()} edition" if len(found) > 1 else "How it is checked"]
        lines += [textwrap.indent(kind.doc.replace("``", "`"), "  ")]
        if kind.template != first.template:
            lines += ["", _filled(f"Its sentence: {kind.sentence}")]
        if kind.fault:
            lines += ["", _filled(f"Mends: {kind.fault}")]
        if kind.requires and (missing := kind.requires()):
            lines += ["", f"  Not available here: {missing}"]
    if differing := list(_differing(found)):
        lines += ["", "Where the editions differ", *differing]
    for kind in found:
        lines += ["", f"Examples, {kind.edition} edition" if len(found) > 1 else "Examples"]
        for example in kind.examples:
            lines.append(f"  {'✓' if example.followed else '✗'} {example!r}")
            if (verdict := _verdict(kind, example)) is not None:
                lines.append(f"      {_reason(verdict)}")
    if first.source:
        lines += ["", f"Source: {first.source}"]
    emit("\n".join(lines) + "\n")


def _filled(text: str) -> str:
    """``text`` indented, in lines of at most 100 characters."""
    return textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="  ")


def _parameters(found: Sequence[Kind]) -> list[str]:
    """The parameters of a type; where an edition takes something else, that too."""
    lines: list[str] = []
    for name, parameter in found[0].parameters.items():
        lines.append(f"  {name}: {parameter.description}")
        for kind in found[1:]:
            other = kind.parameters.get(name)
            if other is not None and other.description != parameter.description:
                lines.append(f"  {' ' * len(name)}  (corrected edition: {other.description})")
    return ["Parameters", *lines] if lines else ["No parameters"]


def _verdict(kind: Kind, example: Example) -> Verdict | None:
    """The verdict on an example; None where it does not fit the edition, or the edition needs what is not there."""
    from ifbench.registry import InvalidParametersError, UnavailableError
    from ifbench.text import Conversation

    try:
        return kind.bind(example.params).check(example.reply, Conversation(example.replies))
    except (InvalidParametersError, UnavailableError):
        return None


def _reason(verdict: Verdict) -> str:
    return f"required {verdict.required}; observed {verdict.observed}"


def _differing(found: Sequence[Kind]) -> Iterator[str]:
    """The examples of either edition that the other judges otherwise, with both reasons."""
    told: set[str] = set()
    for example in [example for kind in found for example in kind.examples] if len(found) > 1 else []:
        verdicts = [_verdict(kind, example) for kind in found]
        call = repr(example).removeprefix(type(example).__name__)
        if None in verdicts or call in told or len({bool(verdict) for verdict in verdicts}) == 1:
            continue
        told.add(call)
        yield f"  {call[1:-1]}"
        for kind, verdict in zip(found, verdicts, strict=True):
            if verdict is not None:
                yield f"    {'✓' if verdict else '✗'} {kind.edition}: {_reason(verdict)}"
