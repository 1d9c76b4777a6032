"""Which word stands at which place: of the reply, of a sentence, of a paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ifbench.constraints.ifbench.word_readings import PUNCTUATION, Reading, Word, word_form
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of, quote
from ifbench.languages import treebank_tokens, word_spans
from ifbench.parameters import Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every, holds

_CHAIN_RULE = "each sentence beginning with the last word of the sentence before"
_FRAME_RULE = "every paragraph ending with the word it begins with"
_EDGES = PUNCTUATION + " "


def _words_of(keyword: str) -> list[str]:
    """The words of a keyword, as words are compared."""
    return [word_form(keyword[start:stop]) for start, stop in word_spans(keyword)]


def _forms(words: Sequence[Word]) -> list[str]:
    return [word.form for word in words]


@constraint(
    "words:last_first",
    "In your response, the last word of each sentence must become the first word of the next sentence.",
    Pass("I like TEA. Tea is hot."),
    Pass("I like tea!) (Tea is hot."),
    Pass("I like tea."),
    Fail("I like tea. It is hot."),
    Fail("I like tea. Tea is hot. It helps."),
    Fail("I like “tea”. Tea is hot."),
    Fail("I like tea. Tea, then."),
    Fail("Tea. ?! Tea."),
    source=IFBENCH,
)
def last_first(reply: Text) -> Verdict:
    """Sentences are Punkt's; words are cut at white space and rid of ASCII punctuation only at the joint.

    As published, a single sentence is enough.
    """
    spans = reply.sentence_spans
    broken = next(
        (place for place, (one, other) in enumerate(pairwise(reply.sentences), 1) if not _linked(one, other)), None
    )
    return holds(
        broken is None,
        _CHAIN_RULE,
        lambda: _chain_observed(len(spans), broken),
        [spans[broken]] if broken is not None else [],
    )


def _linked(sentence: str, following: str) -> bool:
    # Only the outermost words are cut off, however long the sentences are.
    last, first = sentence.rstrip(_EDGES).rsplit(None, 1)[-1:], following.lstrip(_EDGES).split(None, 1)[:1]
    return bool(last and first) and last[0].lower() == first[0].lower()


def _chain_observed(number: int, broken: int | None) -> str:
    sentences = count_of(number, "sentences")
    return sentences if broken is None else f"{sentences}; number {broken + 1} begins with another word"


@constraint(
    "words:last_first",
    "In your response, the last word of each sentence must become the first word of the next sentence.",
    Pass("I like tea. TEA is hot."),
    Pass("I like “tea”. Tea is hot."),
    Pass("I like “tea”. Tea, then, isn't. Isn’t it?"),
    Pass("## Tea\n\nI like <i>tea.</i>\n\n**Tea** is hot."),
    Pass("1. I like tea.\n2. Tea is hot."),
    Fail("I like tea."),
    Fail("I like tea. It is hot."),
    Fail("I like tea. Tea is hot. It helps."),
    edition="corrected",
    fault="A single sentence passes, and commas, curly quotes, headings and list numbers part equal words.",
    source=IFBENCH,
)
def last_first_corrected(reply: Text) -> Verdict:
    """Words in any case and without the punctuation around them; two sentences or more, headings left out."""
    sentences = Reading(reply).sentences
    broken = next(
        (place for place, (one, other) in enumerate(pairwise(sentences), 1) if one[-1].form != other[0].form), None
    )
    return holds(
        len(sentences) > 1 and broken is None,
        f"{_CHAIN_RULE}, of two or more",
        lambda: _chain_observed(len(sentences), broken),
        [sentences[broken][0].span] if broken is not None else [],
    )


def _unframed(offenders: int, paragraphs: int) -> str:
    if not paragraphs:
        return "no words"
    return f"{offenders or 'none'} of {count_of(paragraphs, 'paragraphs')} {'does' if offenders == 1 else 'do'} not"


@constraint(
    "words:paragraph_last_first",
    "Each paragraph of your response must end with the same word it started with, separate paragraphs with a newline.",
    Pass("Time heals all TIME.\n\n  (Tea is tea!)  "),
    Pass("Hmm"),
    Pass("Time is time.\r\n---"),
    Fail("Time heals all wounds."),
    Fail("Time heals all time.\nTea is hot."),
    Fail("Time, we say, is time."),
    Fail("Time is “time.”"),
    source=IFBENCH,
)
def paragraph_last_first(reply: Text) -> Verdict:
    """A paragraph is a line; words are cut at white space, and rid of ASCII punctuation at the paragraph's ends only.

    As published, a paragraph of one word begins and ends with it.
    """
    spans: list[tuple[int, int]] = []
    offenders: list[tuple[int, int]] = []
    for start, stop in line_spans(reply.raw):
        words = reply.raw[start:stop].lower().strip(_EDGES).split()
        if words:
            spans.append((start, stop))
            if words[0] != words[-1]:
                offenders.append((start, stop))
    return holds(
        not offenders,
        _FRAME_RULE,
        lambda: _unframed(len(offenders), len(spans)),
        offenders or spans,
    )


@constraint(
    "words:paragraph_last_first",
    "Each paragraph of your response must end with the same word it started with, separate paragraphs with a newline.",
    Pass("Time, we say, is time."),
    Pass("# Tea\n\n**Time** heals all “TIME.”\nDon’t say “don't”"),
    Pass("1. Time is time.\n\n```\nx = 1\n```"),
    Pass("\n```\nTime is time.\n```\n"),
    Fail("```\nTime is time."),
    Fail("```\nTime is time.\n```\n\n```\nTea is tea.\n```"),
    Fail("```\nTime is time.\n```\n# Tea"),
    Fail("Hmm"),
    Fail("Hello.\n\nHello."),
    Fail("Time is time.\nTea."),
    Fail("Time heals all wounds."),
    Fail("Time heals all time.\nTea is hot."),
    Fail("# Time is time."),
    edition="corrected",
    fault="A comma or curly quote beside one of the two words makes them differ, and a paragraph of one word passes.",
    source=IFBENCH,
)
def paragraph_last_first_corrected(reply: Text) -> Verdict:
    """A paragraph is a line with words that is neither heading nor code; it needs two words, the first and the last."""
    paragraphs = Reading(reply).lines
    offenders = [words for words in paragraphs if len(words) == 1 or words[0].form != words[-1].form]
    return every(
        reply.raw,
        [(words[0].start, words[-1].stop) for words in paragraphs],
        [(words[0].start, words[-1].stop) for words in offenders],
        "paragraphs",
        _FRAME_RULE,
    )


@constraint(
    "words:keywords_specific_position",
    "Include keyword {keyword} in the {n}-th sentence, as the {m}-th word of that sentence.",
    Pass("It rained. We drank (hot) TEA.", keyword=" Tea ", n=2, m=4),
    Pass("We don't drink.", keyword="drink", n=1, m=4),
    Fail("We don't drink.", keyword="drink", n=1, m=3),
    Fail("It rained. We drank hot tea.", keyword="tea", n=1, m=4),
    Fail("It rained. We drank hot teas.", keyword="tea", n=2, m=4),
    Fail("We drank hot tea.", keyword="tea", n=2, m=4),
    Fail("It rained.", keyword="tea", n=1, m=3),
    source=IFBENCH,
)
def keywords_specific_position(reply: Text, *, keyword: Phrase, n: Ordinal, m: Ordinal) -> Verdict:
    """Sentences are Punkt's, words are Treebank tokens with a letter or digit: "don't" is two of them."""
    sentences = reply.sentences
    words = treebank_tokens(sentences[n - 1]) if n <= len(sentences) else []
    words = [word for word in words if any(map(str.isalnum, word))]
    found = words[m - 1] if m <= len(words) else None
    return holds(
        found is not None and found.lower() == keyword.strip().lower(),
        lambda: f"{keyword.strip()!r} as word {m} of sentence {n}",
        lambda: _place_observed(len(sentences), n, len(words), found),
        [reply.sentence_spans[n - 1]] if n <= len(sentences) else [],
    )


def _place_observed(sentences: int, n: int, words: int, found: str | None) -> str:
    if n > sentences:
        return f"only {count_of(sentences, 'sentences')}" if sentences else "no sentences"
    return f"only {count_of(words, 'words')} in it" if found is None else f"{quote(found)} there"


@constraint(
    "words:keywords_specific_position",
    "Include keyword {keyword} in the {n}-th sentence, as the {m}-th word of that sentence.",
    Pass("We don't drink.", keyword="drink", n=1, m=3),
    Pass("It rained. We drank “hot TEA.”", keyword=" tea ", n=2, m=4),
    Pass("# Rain\n\n1. It rained.\n2. We <i>drank</i> well-made **tea**.", keyword="tea", n=2, m=4),
    Pass("We don’t drink.", keyword="don't", n=1, m=2),
    Pass("We drank green tea.", keyword="Green TEA", n=1, m=3),
    Fail("We don't drink.", keyword="drink", n=1, m=4),
    Fail("It rained. We drank hot tea.", keyword="tea", n=1, m=4),
    Fail("We drank hot teas.", keyword="tea", n=1, m=4),
    Fail("We drank hot tea.", keyword="tea", n=2, m=4),
    Fail("It rained.", keyword="tea", n=1, m=3),
    Fail("It rained.", keyword="!", n=1, m=3),
    edition="corrected",
    fault="A contraction counts as two words, and a list number or a heading shifts the sentences.",
    source=IFBENCH,
)
def keywords_specific_position_corrected(reply: Text, *, keyword: Phrase, n: Ordinal, m: Ordinal) -> Verdict:
    """Words a reader counts ("don't" is one), in any case; headings are no sentences, and list numbers no words."""
    sentences = Reading(reply).sentences
    words = sentences[n - 1] if n <= len(sentences) else []
    wanted = _words_of(keyword)
    there = words[m - 1 : m - 1 + len(wanted)]
    return holds(
        bool(wanted) and _forms(there) == wanted,
        lambda: f"{keyword.strip()!r} as word {m} of sentence {n}",
        lambda: _place_observed(len(sentences), n, len(words), " ".join(_forms(there)) or None),
        [(there[0].start, there[-1].stop)] if there else [],
    )


@constraint(
    "words:words_position",
    "The second word in your response and the second to last word in your response should be the word {keyword}.",
    Pass("Hot TEA is good; drink tea now!", keyword=" Tea "),
    Pass("Hot tea is good tea now", keyword="tea"),
    Pass("Tea tea", keyword="tea"),
    Fail("Hot tea is good; drink tea.", keyword="tea"),
    Fail("Hot coffee is good; drink tea now.", keyword="tea"),
    Fail("Hot milk is good; drink milk now.", keyword="tea"),
    Fail("Well, tea is good; drink tea now.", keyword="tea"),
    Fail("Hot tea is good; drink tea now...", keyword="tea"),
    Fail("Tea.", keyword="tea"),
    Fail("Tea", keyword="tea"),
    source=IFBENCH,
)
def words_position(reply: Text, *, keyword: Phrase) -> Verdict:
    """Words are Treebank tokens, marks among them; one mark of ASCII at the very end is passed over."""
    tokens = reply.tokens
    # Two marks in a row as they stand in the table of ASCII are also in it, as published.
    from_end = 3 if tokens and tokens[-1] in PUNCTUATION else 2
    found = (tokens[1], tokens[-from_end]) if len(tokens) >= from_end else None
    return _second_places(found, keyword)


def _second_places(found: tuple[str, str] | None, keyword: str, spans: Sequence[tuple[int, int]] = ()) -> Verdict:
    return holds(
        found is not None and found[0].lower() == found[1].lower() == keyword.strip().lower(),
        lambda: f"{keyword.strip()!r} as the second word and the second to last",
        lambda: f"{quote(found[0])} and {quote(found[1])}" if found else "too few words",
        spans,
    )


@constraint(
    "words:words_position",
    "The second word in your response and the second to last word in your response should be the word {keyword}.",
    Pass("Well, tea is good; drink “TEA” now.", keyword=" tea "),
    Pass("Hot tea is good; drink tea now...", keyword="tea"),
    Pass("1. Hot tea is good; drink <i>tea</i> now.”", keyword="tea"),
    Pass("I don’t know; I don't care.", keyword="don’t"),
    Pass("Tea, tea", keyword="tea"),
    Fail("Hot tea is good; drink tea.", keyword="tea"),
    Fail("Hot coffee is good; drink tea now.", keyword="tea"),
    Fail("Hot milk is good; drink milk now.", keyword="tea"),
    Fail("Tea.", keyword="tea"),
    edition="corrected",
    fault="A comma counts as the second word, and anything but one ASCII mark at the end shifts the count.",
    source=IFBENCH,
)
def words_position_corrected(reply: Text, *, keyword: Phrase) -> Verdict:
    """Words a reader counts, in any case; punctuation, list numbers and HTML tags are none."""
    words = Reading(reply).words
    if len(words) < 2:
        return _second_places(None, keyword)
    second, last_but_one = words[1], words[-2]
    return _second_places(
        (second.form, last_but_one.form), word_form(keyword), sorted({second.span, last_but_one.span})
    )
