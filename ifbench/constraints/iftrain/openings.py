"""The first and the last word of the reply and of its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

from ifbench.constraints.iftrain.sentences import places, rule_sentences
from ifbench.constraints.iftrain.wanted import WordOrList, first_entry, folded_words
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import quote
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every, holds, listing

Span = tuple[int, int]


def _begins(text: str, phrase: str) -> bool:
    wanted = folded_words(phrase)
    return bool(wanted) and folded_words(text)[: len(wanted)] == wanted


def _ends(text: str, phrase: str) -> bool:
    wanted = folded_words(phrase)
    return bool(wanted) and folded_words(text)[-len(wanted) :] == wanted


def _without_marks(text: str) -> str:
    """The last of what stands between white space, without any sign, within it too."""
    return re.sub(r"[^\w\s]", "", text.split()[-1]).lower()


def _each_rule_sentence(reply: Text, keeps: Callable[[str], bool], required: str) -> Verdict:
    sentences = rule_sentences(reply.raw)
    offenders = [sentence for sentence in sentences if not (sentence and keeps(sentence))]
    return holds(
        not offenders,
        required,
        lambda: f"not so: {listing(offenders[:3])}" if offenders else "each sentence is so",
        lambda: places(reply.raw, offenders or sentences),
    )


def _each_sentence(reply: Text, keeps: Callable[[str], bool], required: str) -> Verdict:
    reply = opened(reply)
    spans = reply.prose_sentence_spans
    offenders = [(start, stop) for start, stop in spans if not keeps(reply.raw[start:stop])]
    return every(reply.raw, spans, offenders, "sentences", required)


@constraint(
    "first_word:first_word_sent",
    "The first word of each sentence should be the word {first_word}.",
    Pass("Tea is hot. TEA is good!", first_word="tea"),
    Pass("Tea is hot.", first_word=["Tea ", "milk"]),
    Fail("Tea is hot. Milk is cold.", first_word="tea"),
    Fail("Tea, then milk. Tea is hot.", first_word="tea"),
    Fail("Tea is good?!", first_word="tea"),
    source=IFTRAIN,
)
def first_word_sent(reply: Text, *, first_word: WordOrList) -> Verdict:
    """Case does not matter; a mark behind the word does. Sentences end at every mark that no rule of a list excepts."""
    wanted = first_entry(first_word).lower()
    return _each_rule_sentence(
        reply, lambda sentence: sentence.split()[0].lower() == wanted, f"each sentence to begin with {wanted!r}"
    )


@constraint(
    "first_word:first_word_sent",
    "The first word of each sentence should be the word {first_word}.",
    Pass("Tea is hot. TEA, good?!", first_word="tea"),
    Pass("# On tea\n\n- **Tea** is hot.\n- “Tea” is good", first_word=["tea", "milk"]),
    Pass("New York is big. New York never sleeps.", first_word="New York"),
    Pass("```\nTea is hot. Tea is good.\n```", first_word="tea"),
    Pass(Text("Tee am 3. Mai. Tee immer.", "de"), first_word="Tee"),
    Fail("Tea is hot. Milk is cold.", first_word="tea"),
    Fail("Tea is hot\n\nMilk is cold", first_word="tea"),
    Fail("Teas are hot.", first_word="tea"),
    Fail("Tea!", first_word="!"),
    Fail("...", first_word="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault='"Tea," is not taken for the word "tea", nor "**Tea**", and marks such as "?!" make sentences of their own.',
)
def first_word_sent_corrected(reply: Text, *, first_word: WordOrList) -> Verdict:
    """Case, and signs around the word, do not matter. Headings and code hold no sentences; there must be one."""
    wanted = first_entry(first_word)
    return _each_sentence(reply, lambda sentence: _begins(sentence, wanted), f"each sentence to begin with {wanted!r}")


@constraint(
    "last_word:last_word_sent",
    "The last word of each sentence, before punctuation, should be the word {last_word}.",
    Pass("I like tea. Do you like TEA?", last_word="tea"),
    Pass("I like (tea).", last_word=[" Tea", "milk"]),
    Fail("I like tea. You like milk.", last_word="tea"),
    Fail("I think I don't.", last_word="don't"),
    Fail("Is it tea?!", last_word="tea"),
    source=IFTRAIN,
)
def last_word_sent(reply: Text, *, last_word: WordOrList) -> Verdict:
    """Case does not matter; as published, signs are taken out of the word ("don't" becomes "dont")."""
    wanted = first_entry(last_word).lower()
    return _each_rule_sentence(
        reply, lambda sentence: _without_marks(sentence) == wanted, f"each sentence to end with {wanted!r}"
    )


@constraint(
    "last_word:last_word_sent",
    "The last word of each sentence, before punctuation, should be the word {last_word}.",
    Pass("I like tea. Is it TEA?!", last_word="tea"),
    Pass("I think I don’t.", last_word=["don't"]),
    Pass("# On milk\n\nI like _tea_ .", last_word="tea"),
    Pass("I live in New York.", last_word="New York"),
    Pass("```\nI like tea.\n```", last_word="tea"),
    Fail("I like tea. You like milk.", last_word="tea"),
    Fail("I dont.", last_word="don't"),
    Fail("I like tea\n\nYou like milk", last_word="tea"),
    Fail("Tea!", last_word="!"),
    Fail("...", last_word="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault='A word with an apostrophe or hyphen can never match, nor one in italics, and marks such as "?!" make '
    "sentences of their own.",
)
def last_word_sent_corrected(reply: Text, *, last_word: WordOrList) -> Verdict:
    """Case, and signs around the word, do not matter. Headings and code hold no sentences; there must be one."""
    wanted = first_entry(last_word)
    return _each_sentence(reply, lambda sentence: _ends(sentence, wanted), f"each sentence to end with {wanted!r}")


@constraint(
    "first_word:first_word_answer",
    "The first word of your response should be the word {first_word}.",
    Pass(" TEA is hot.", first_word=" Tea"),
    Fail("Tea, please.", first_word="tea"),
    Fail("My tea is hot.", first_word="tea"),
    source=IFTRAIN,
)
def first_word_answer(reply: Text, *, first_word: Phrase) -> Verdict:
    """Case does not matter; as published, a mark behind the word does."""
    word = "" if reply.is_blank else reply.raw.split()[0]
    return _at_edge(reply, word.lower() == first_word.strip().lower(), "first", first_word, word)


@constraint(
    "first_word:first_word_answer",
    "The first word of your response should be the word {first_word}.",
    Pass("Tea, please.", first_word="tea"),
    Pass("**TEA**: hot.", first_word=" tea"),
    Pass("Don’t go.", first_word="don't"),
    Fail("My tea is hot.", first_word="tea"),
    Fail("Teas are hot.", first_word="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault='"Tea," is not taken for the word "tea", nor "**Tea**".',
)
def first_word_answer_corrected(reply: Text, *, first_word: Phrase) -> Verdict:
    """Case, and signs around the word, do not matter."""
    shown = "".join(reply.plain_words[:1])
    return _at_edge(reply, _begins(reply.raw, first_word), "first", first_word, shown)


@constraint(
    "last_word:last_word_answer",
    "The last word of your response should be the word {last_word}.",
    Pass("I like TEA!\n", last_word="Tea "),
    Fail("I like tea .", last_word="tea"),
    Fail("Tea is hot.", last_word="tea"),
    Fail("I don't", last_word="don't"),
    source=IFTRAIN,
)
def last_word_answer(reply: Text, *, last_word: Phrase) -> Verdict:
    """Case does not matter; as published, signs are taken out of the word ("don't" becomes "dont")."""
    word = "" if reply.is_blank else _without_marks(reply.raw)
    return _at_edge(reply, word == last_word.strip().lower(), "last", last_word, word)


@constraint(
    "last_word:last_word_answer",
    "The last word of your response should be the word {last_word}.",
    Pass("I like _TEA_ !\n", last_word="Tea "),
    Pass("I don’t.", last_word="don't"),
    Fail("I dont", last_word="don't"),
    Fail("Tea is hot.", last_word="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault="A word with an apostrophe or hyphen can never match, nor one in italics or before a mark that is set apart.",
)
def last_word_answer_corrected(reply: Text, *, last_word: Phrase) -> Verdict:
    """Case, and signs around the word, do not matter."""
    shown = "".join(reply.plain_words[-1:])
    return _at_edge(reply, _ends(reply.raw, last_word), "last", last_word, shown)


def _at_edge(reply: Text, followed: bool, edge: str, wanted: str, found: str) -> Verdict:
    return holds(
        followed,
        lambda: f"the {edge} word {wanted.strip()!r}",
        lambda: quote(found) if found else "no word",
        lambda: reply.plain_word_spans[:1] if edge == "first" else reply.plain_word_spans[-1:],
    )
