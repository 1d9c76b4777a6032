"""What part of speech a word is, by NLTK's tagger."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ifbench.constraints.ifbench.word_readings import Reading
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import quote
from ifbench.languages import treebank_tokens
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

if TYPE_CHECKING:
    from nltk.tag.perceptron import PerceptronTagger

_READ = 500
"""Characters from the first word on that hold the three words the tag of the first is decided by."""


@cache
def _tagger() -> PerceptronTagger:
    from nltk.tag.perceptron import PerceptronTagger

    return PerceptronTagger(lang="eng")


def _missing() -> str | None:
    try:
        _tagger()
    except (ImportError, LookupError, OSError):
        return (
            "NLTK or its English tagger is not installed; `pip install 'ifbench-eval[tagger]'` "
            "and `python -m nltk.downloader averaged_perceptron_tagger_eng`"
        )
    return None


def _first_tag(tokens: list[str]) -> str:
    """The Penn Treebank tag of the first token. It rests on that token and the two behind it alone."""
    tagged = _tagger().tag(tokens[:3])
    return str(tagged[0][1]) if tagged else ""


@constraint(
    "words:start_verb",
    "The response must start with a verb.",
    Pass("Is it raining?"),
    Fail("The rain fell."),
    Fail('"Is it raining?" she asked.'),
    Fail("Must it rain?"),
    source=IFBENCH,
    requires=_missing,
)
def start_verb(reply: Text) -> Verdict:
    """The first Treebank token must bear a tag with "VB"; a quotation mark or asterisk before the word is a token."""
    tokens = reply.tokens
    tag = _first_tag(tokens)
    return holds(
        "VB" in tag, "a verb as the first word", lambda: f"{quote(tokens[0])} ({tag})" if tokens else "no words"
    )


@constraint(
    "words:start_verb",
    "The response must start with a verb.",
    Pass("Is it raining?"),
    Pass('"Is it raining?" she asked.'),
    Pass("1. **Is** it raining?"),
    Pass("Must it rain?"),
    Fail("The rain fell."),
    Fail("..."),
    edition="corrected",
    fault="A quotation mark, asterisk or list number before the verb counts as the first word, a capital makes names "
    "of verbs, and must, can or will are no verbs.",
    source=IFBENCH,
    requires=_missing,
)
def start_verb_corrected(reply: Text) -> Verdict:
    """The first word a reader sees, tagged as it is written and in small letters; either may be a verb, modal or not.

    Which part of speech a word is, is a judgement: the tagger's errors remain.
    """
    words = Reading(reply).words
    if not words:
        return holds(False, "a verb as the first word", "no words")
    first = words[0]
    opening = reply.raw[first.start : first.start + _READ].translate(str.maketrans("", "", '*_`~"“”'))
    tokens = treebank_tokens(opening)
    tags = [_first_tag(tokens), _first_tag([token.lower() for token in tokens[:1]] + tokens[1:3])]
    return holds(
        any(tag.startswith(("VB", "MD")) for tag in tags),
        "a verb as the first word",
        lambda: f"{quote(reply.raw[first.start : first.stop])} ({' or '.join(dict.fromkeys(tags))})",
        [first.span],
    )
