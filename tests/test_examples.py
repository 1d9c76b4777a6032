"""Every example of every constraint type holds, and is shown."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from click.testing import CliRunner

from ifbench.cli import cli
from ifbench.constraints.sources import IFBENCH, IFEVAL, IFTRAIN, NATIVE
from ifbench.registry import Example, InvalidParametersError, Kind, editions, kinds
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict

ALL = [edition for kind in kinds() for edition in editions(kind.id)]
EXAMPLES = [(kind, example) for kind in ALL for example in kind.examples]
CORRECTED = [kind for kind in ALL if kind.edition == "corrected"]
OURS = [kind for kind in ALL if kind.source == NATIVE]


def _check(kind: Kind, *replies: Text | str, **params: Any) -> Verdict:
    if kind.requires and (missing := kind.requires()):
        pytest.skip(missing)
    return kind.bind(params).check(replies[-1], Conversation(replies))


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", repr(value)))
def test_example_holds(kind: Kind, example: Example) -> None:
    verdict = _check(kind, *example.replies, **example.params)
    assert verdict.followed is example.followed, verdict
    assert verdict.required
    assert verdict.observed
    assert all(0 <= start < stop <= len(example.reply.raw) for start, stop in verdict.spans)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.id}-{kind.edition}")
def test_declaration_is_complete(kind: Kind) -> None:
    kind.verify_declaration()
    assert {example.followed for example in kind.examples} == {True, False}
    assert kind.doc
    assert kind.source
    fields = {field for _, field, _, _ in string.Formatter().parse(kind.template) if field}
    # A parameter that the sentence does not mention could not be followed by somebody who reads it.
    assert fields >= {name for name, parameter in kind.parameters.items() if parameter.required}
    if kind.requires is None:
        sentence = kind.bind(kind.examples[0].params).sentence
        assert not {f"{{{name}}}" for name in kind.parameters} & set(re.findall(r"\{\w+\}", sentence))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.id}-{kind.edition}")
def test_show_prints_every_example(kind: Kind) -> None:
    shown = CliRunner().invoke(cli, ["show", kind.id])
    assert shown.exit_code == 0
    for example in kind.examples:
        assert f"{'✓' if example.followed else '✗'} {example!r}" in shown.output
    for parameter in kind.parameters.values():
        assert re.search(rf"{parameter.name}: .*{re.escape(parameter.description)}", shown.output, re.DOTALL)


@pytest.mark.parametrize("kind", CORRECTED, ids=lambda kind: kind.id)
def test_some_example_shows_the_fault(kind: Kind) -> None:
    published, corrected = editions(kind.id)
    for example in (*published.examples, *corrected.examples):
        try:
            verdicts = {_check(edition, *example.replies, **example.params).followed for edition in editions(kind.id)}
        except InvalidParametersError:
            continue
        if len(verdicts) == 2:
            return
    pytest.fail("no example on which the editions differ")


TRIVIAL = [
    "a", "Hmm", "ok", "Yes.", ".", "...", "1", "🙂", "a b", "Hello.\n\nHello.", "I cannot help with that.", '"ok"',
]  # fmt: skip
# A rule about all of something, by its sentence.
_ABOUT_ALL = re.compile(r"\b(every|each|all|alternat\w+|no two|successive|consecutive|only)\b", re.IGNORECASE)
# What a trivial reply really keeps, and how.
KEPT = {
    ("change_case:english_lowercase", "a"): "an English word in lower case",
    ("change_case:english_lowercase", "ok"): "an English word in lower case",
    ("change_case:english_lowercase", "a b"): "in lower case",
    ("change_case:english_lowercase", '"ok"'): "an English word in lower case",
    ("format:newline", "Hello.\n\nHello."): "one word on each line",
    ("format:title_case", "Hmm"): "one word, capitalised",
    ("format:title_case", "Yes."): "one word, capitalised",
    ("format:title_case", "Hello.\n\nHello."): "two words, capitalised",
    ("keywords:no_adjacent_consecutive", "Hello.\n\nHello."): "h is not followed by i",
    ("keywords:no_adjacent_consecutive", "I cannot help with that."): "no first letter follows its neighbour's",
    ("words:alphabet", "a b"): "b follows a",
    ("words:consonants", "Hmm"): "one word, with two consonants side by side",
    ("words:consonants", "Hello.\n\nHello."): "two words, each with ll",
    ("words:last_first", "Hello.\n\nHello."): "the second sentence begins with the last word of the first",
    ("words:no_consecutive", "a b"): "two words that begin with different letters",
    ("words:no_consecutive", "I cannot help with that."): "no neighbours share a first letter",
    ("words:prime_lengths", "Hmm"): "3 letters",
    ("words:prime_lengths", "ok"): "2 letters",
    ("words:prime_lengths", "Yes."): "3 letters",
    ("words:prime_lengths", '"ok"'): "2 letters",
    ("words:prime_lengths", "Hello.\n\nHello."): "5 letters each",
    ("length:paragraph_words", "I cannot help with that."): "one paragraph, of a length within the range",
}
# "Words with all capital letters" is no rule about all words.
KEPT |= {("change_case:capital_word_frequency", reply): "few capitals are asked for" for reply in TRIVIAL}
for short in ("a", "Hmm", "ok", "Yes.", "1", "a b", "Hello.\n\nHello.", "I cannot help with that.", '"ok"'):
    for id in ("length:words_in_each", "length:paragraph_sentences"):
        KEPT[id, short] = "short sentences are within the limit"


@pytest.mark.parametrize("kind", [*CORRECTED, *OURS], ids=lambda kind: kind.id)
def test_no_trivial_reply_keeps_a_rule_about_all(kind: Kind) -> None:
    if not _ABOUT_ALL.search(kind.template):
        pytest.skip("not a rule about all of something")
    for example in kind.examples:
        for reply in TRIVIAL:
            if _check(kind, reply, **example.params) and (kind.id, reply) not in KEPT:
                pytest.fail(f"{reply!r} passes with {example.params}")


@pytest.mark.parametrize(
    ("source", "number"), [(IFEVAL, 25), (IFBENCH, 58), (IFTRAIN, 29)], ids=["IFEval", "IFBench", "IFTrain"]
)
def test_all_published_types_are_there(source: str, number: int) -> None:
    assert sum(kind.source == source for kind in kinds()) == number


def test_our_own_types_are_more_than_60() -> None:
    assert len(OURS) >= 60
