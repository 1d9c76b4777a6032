"""Words of a given kind or list: conjunctions, names, pronouns, keywords."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from functools import cache

from ifbench.constraints.ifbench.parts import token_places
from ifbench.constraints.reading.folding import straight_marks
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.languages import treebank_tokens
from ifbench.parameters import Count, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, at_least, holds

_CONJUNCTIONS = frozenset({"and", "but", "for", "nor", "or", "so", "yet"})

_NAMES = (
    "Emma, Liam, Sophia, Jackson, Olivia, Noah, Ava, Lucas, Isabella, Mason, Mia, Ethan, Charlotte, Alexander, Amelia, "
    "Benjamin, Harper, Leo, Zoe, Daniel, Chloe, Samuel, Lily, Matthew, Grace, Owen, Abigail, Gabriel, Ella, Jacob, "
    "Scarlett, Nathan, Victoria, Elijah, Layla, Nicholas, Audrey, David, Hannah, Christopher, Penelope, Thomas, Nora, "
    "Andrew, Aria, Joseph, Claire, Ryan, Stella, Jonathan"
)

_PRONOUN_LIST = """
    i me we us you he him she her it they them
    my mine our ours your yours his hers its their theirs
    myself ourselves yourself yourselves himself herself itself themselves
    this that these those
    who whom whose which what whoever whomever whatever whichever
    anybody anyone anything everybody everyone everything nobody nothing somebody someone something
    each either neither both all some any none
"""
_LACKING = "another no-one one oneself others themself thee thine thou thy thyself whosoever ye"
_PRONOUNS = frozenset(_PRONOUN_LIST.split())
_ALL_PRONOUNS = _PRONOUNS.union(_LACKING.split())

_DIFFERENT_CONJUNCTIONS = "Use at least {small_n} different coordinating conjunctions in the response."
_DIFFERENT_NAMES = (
    "Mention at least {N} different person names in the response, from this list of person names: " + _NAMES + "."
)
_SO_MANY_PRONOUNS = "The response should include at least {N} pronouns."
_FIVE_KEYWORDS = (
    "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your response, "
    "keyword {keyword3} three times in your response, keyword {keyword4} five times in your response, "
    "and keyword {keyword5} seven times in your response."
)


@constraint(
    "count:conjunctions",
    _DIFFERENT_CONJUNCTIONS,
    Pass("Tea and milk, but no sugar.", small_n=2),
    Pass("And tea and milk and, well, sugar.", small_n=2),
    Pass("(And) AND and* and", small_n=4),
    Fail("Tea and milk and sugar.", small_n=2),
    Fail("Sand, butter, fork, snore, order, sofa.", small_n=1),
    source=IFBENCH,
)
def conjunctions(reply: Text, *, small_n: Count) -> Verdict:
    """The seven are and, but, for, nor, or, so, yet, whatever their part in the sentence.

    As published, spellings are told apart with their case and punctuation: "And", "and" and "and," are three.
    """
    found = {word for word in reply.raw.split() if word.strip(string.punctuation).lower() in _CONJUNCTIONS}
    return at_least(
        len(found),
        small_n,
        "different coordinating conjunctions",
        lambda: [match.span() for match in re.finditer(r"\S+", reply.raw) if match.group() in found],
    )


@constraint(
    "count:conjunctions",
    _DIFFERENT_CONJUNCTIONS,
    Pass("Tea and milk, BUT no sugar.", small_n=2),
    Pass("Tea and/or milk—yet no sugar.", small_n=3),
    Fail("And tea and milk and, well, sugar.", small_n=2),
    Fail("Sand, butter, fork, snore, order, so-so.", small_n=1),
    edition="corrected",
    fault='"And", "and" and "and," count as different conjunctions, and those in "and/or" are not seen.',
    source=IFBENCH,
)
def conjunctions_corrected(reply: Text, *, small_n: Count) -> Verdict:
    """Different words out of and, but, for, nor, or, so, yet, in any case, whatever their part in the sentence."""
    spans = [
        span
        for span, word in zip(reply.plain_word_spans, reply.plain_words, strict=True)
        if word.lower() in _CONJUNCTIONS
    ]
    found = {reply.raw[start:stop].lower() for start, stop in spans}
    return at_least(len(found), small_n, "different coordinating conjunctions", spans)


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_NAMES.split(', '))})\b")


@cache
def _name_pattern_in_any_text() -> re.Pattern[str]:
    names = _NAMES.split(", ")
    return re.compile(rf"(?<![^\W_])(?:{'|'.join([*names, *map(str.upper, names)])})(?![^\W_])")


@constraint(
    "count:person_names",
    _DIFFERENT_NAMES,
    Pass("Emma met Liam's cousin Ava-Mia.", N=4),
    Fail("Emma, Emma and Liam.", N=3),
    Fail("Emmanuel and Miami.", N=1),
    Fail("EMMA: Hello, _Liam_!", N=1),
    Fail("emma", N=1),
    source=IFBENCH,
)
def person_names(reply: Text, *, N: Count) -> Verdict:
    """Names of the list as whole words, spelled as there; an underscore counts as a letter."""
    matches = list(_name_pattern().finditer(reply.raw))
    return _different({match.group() for match in matches}, matches, N)


@constraint(
    "count:person_names",
    _DIFFERENT_NAMES,
    Pass("Emma met Liam's cousin Ava-Mia.", N=4),
    Pass("EMMA: Hello, _Liam_!", N=2),
    Fail("Emma, EMMA and Liam.", N=3),
    Fail("Emmanuel, Miami, MIAMI.", N=1),
    Fail("By the grace of a mason.", N=1),
    edition="corrected",
    fault='Names in capitals, as a screenplay has them ("EMMA"), and between underscores ("_Emma_") are not seen.',
    source=IFBENCH,
)
def person_names_corrected(reply: Text, *, N: Count) -> Verdict:
    """Names of the list as whole words, spelled as there or in capitals; Markdown's underscores are no letters."""
    matches = list(_name_pattern_in_any_text().finditer(reply.raw))
    return _different({match.group().upper() for match in matches}, matches, N)


def _different(names: set[str], matches: Sequence[re.Match[str]], required: int) -> Verdict:
    spans = [match.span() for match in matches]
    return at_least(len(names), required, "different names of the list", spans)


@constraint(
    "count:pronouns",
    _SO_MANY_PRONOUNS,
    Pass("I gave her this.", N=3),
    Pass("She/her/hers", N=3),
    Pass("It's what YOU want.", N=3),
    Fail("I gave Ann this.", N=3),
    Fail("One saw another; no one knew.", N=1),
    Fail("Nothing—it fell.", N=1),
    source=IFBENCH,
)
def pronouns(reply: Text, *, N: Count) -> Verdict:
    """Treebank tokens out of a fixed list, in any case, whatever their part in the sentence ("that", "his").

    As published, the list lacks "one", "another" and others, and a word beside a dash is not seen.
    """
    tokens = treebank_tokens(reply.raw.replace("/", " ").lower())
    return at_least(
        sum(token in _PRONOUNS for token in tokens),
        N,
        "pronouns",
        lambda: (
            [span for span, token in token_places(reply.lower, tokens) if token in _PRONOUNS]
            if len(reply.lower) == len(reply.raw)
            else []
        ),
    )


@constraint(
    "count:pronouns",
    _SO_MANY_PRONOUNS,
    Pass("I gave her this.", N=3),
    Pass("She/her/hers", N=3),
    Pass("It’s what YOU want.", N=3),
    Pass("Nothing—it fell.", N=2),
    Pass("One saw another; no one knew.", N=3),
    Pass("Another one", N=2),
    Fail("They saw one another.", N=3),
    Fail("I gave Ann this.", N=3),
    Fail("It saw each other do-it-yourself.", N=3),
    edition="corrected",
    fault='The list lacks one, another, others, no one and oneself, and words beside a dash ("so—it") are not seen.',
    source=IFBENCH,
)
def pronouns_corrected(reply: Text, *, N: Count) -> Verdict:
    """Words that can be pronouns, whatever their part in the sentence; "each other" and "one another" are one each.

    Possessives count before a noun too ("his book"): the sentence does not say that they should not.
    """
    spans = _pronoun_spans(reply)
    return at_least(len(spans), N, "pronouns", spans)


def _pronoun_spans(reply: Text) -> list[Span]:
    spans: list[Span] = []
    before = ""
    for (start, stop), word in zip(reply.plain_word_spans, reply.plain_words, strict=True):
        # "they'll" is a pronoun with something behind it.
        word = straight_marks(word).casefold().partition("'")[0]
        if word in _ALL_PRONOUNS and (before, word) != ("one", "another"):
            spans.append((start, stop))
        before = word
    return spans


@constraint(
    "count:keywords_multiple",
    _FIVE_KEYWORDS,
    Pass(
        "One two two, THREE three three. Five five five five five! Seven seven seven seven seven seven seventeen.",
        keyword1=" ONE", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    Fail(
        "One two two two, three three three. Five five five five five! Seven seven seven seven seven seven seven.",
        keyword1="one", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    Fail(
        "One two two, three three three. Five five five five five! Seven seven seven seven seven seven seven. Someone.",
        keyword1="one", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    source=IFBENCH,
)  # fmt: skip
def keywords_multiple(
    reply: Text, *, keyword1: Phrase, keyword2: Phrase, keyword3: Phrase, keyword4: Phrase, keyword5: Phrase
) -> Verdict:
    """Case does not matter. As published, a keyword also counts inside a longer word ("door" in "doorway")."""
    required = _required(keyword1, keyword2, keyword3, keyword4, keyword5)
    observed = [reply.lower.count(keyword.lower()) for keyword, _ in required]
    found = (re.finditer(re.escape(keyword), reply.raw, re.IGNORECASE) for keyword, _ in required)
    return _tally(required, observed, [match.span() for matches in found for match in matches])


@constraint(
    "count:keywords_multiple",
    _FIVE_KEYWORDS,
    Pass(
        "One two two, THREE three three. Five five five five five! Seven seven seven seven seven seven seven. Someone.",
        keyword1=" ONE", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    Fail(
        "One two two, THREE three three. Five five five five five! Seven seven seven seven seven seven seventeen.",
        keyword1="one", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    Fail(
        "One two two two, three three three. Five five five five five! Seven seven seven seven seven seven seven.",
        keyword1="one", keyword2="two", keyword3="three", keyword4="five", keyword5="seven",
    ),
    edition="corrected",
    fault='A keyword also counts inside a longer word ("door" in "doorway").',
    source=IFBENCH,
)  # fmt: skip
def keywords_multiple_corrected(
    reply: Text, *, keyword1: Phrase, keyword2: Phrase, keyword3: Phrase, keyword4: Phrase, keyword5: Phrase
) -> Verdict:
    """Whole words in any case; "doors" is not "door", but "door's" and "door-to-door" hold it."""
    required = _required(keyword1, keyword2, keyword3, keyword4, keyword5)
    spans = [[match.span() for match in _whole_word(keyword).finditer(reply.raw)] for keyword, _ in required]
    return _tally(required, [len(found) for found in spans], [span for found in spans for span in found])


@cache
def _whole_word(keyword: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(keyword)}(?![^\W_])", re.IGNORECASE)


def _required(*keywords: str) -> list[tuple[str, int]]:
    """Each keyword with how often it must occur."""
    return list(zip([keyword.strip() for keyword in keywords], (1, 2, 3, 5, 7), strict=True))


def _tally(required: Sequence[tuple[str, int]], observed: Sequence[int], spans: Sequence[Span] = ()) -> Verdict:
    """Followed when every keyword occurs as often as required."""

    def counts(numbers: Sequence[int]) -> str:
        return ", ".join(
            f"{keyword!r} {count_of(number, 'times')}" for (keyword, _), number in zip(required, numbers, strict=True)
        )

    numbers = [number for _, number in required]
    return holds(list(observed) == numbers, lambda: counts(numbers), lambda: counts(observed), sorted(spans))
