"""Every example of every constraint type holds, and is shown."""

from __future__ import annotations

import string

import pytest
from click.testing import CliRunner

from ifbench.cli import cli
from ifbench.registry import Example, Kind, editions, kinds
from ifbench.text import Conversation

ALL = [edition for kind in kinds() for edition in editions(kind.id)]
EXAMPLES = [(kind, example) for kind in ALL for example in kind.examples]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", repr(value)))
def test_example_holds(kind: Kind, example: Example) -> None:
    verdict = kind.bind(example.params).check(example.reply, Conversation(example.replies))
    assert verdict.followed is example.followed, verdict
    assert verdict.required
    assert verdict.observed
    assert all(0 <= start < stop <= len(example.reply.raw) for start, stop in verdict.spans)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.id}-{kind.edition}")
def test_declaration_is_complete(kind: Kind) -> None:
    assert {example.followed for example in kind.examples} == {True, False}
    assert kind.doc
    assert kind.source
    fields = {field for _, field, _, _ in string.Formatter().parse(kind.template) if field}
    # A parameter that the sentence does not mention could not be followed by somebody who reads it.
    assert fields >= {name for name, parameter in kind.parameters.items() if parameter.required}
    sentence = kind.bind(kind.examples[0].params).sentence
    assert "{" not in sentence


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.id}-{kind.edition}")
def test_show_prints_every_example(kind: Kind) -> None:
    shown = CliRunner().invoke(cli, ["show", kind.id])
    assert shown.exit_code == 0
    for example in kind.examples:
        assert f"{'✓' if example.followed else '✗'} {example!r}" in shown.output
    for parameter in kind.parameters.values():
        assert f"{parameter.name}: {parameter.description}" in shown.output


def test_the_25_types_of_ifeval_are_there() -> None:
    ifeval = [kind for kind in kinds() if kind.source and kind.source.startswith("IFEval")]
    assert len(ifeval) == 25
