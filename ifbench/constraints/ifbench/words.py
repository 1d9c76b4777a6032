"""What every word is made of, and how often it occurs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import isqrt

from ifbench.constraints.ifbench.parts import without_exception
from ifbench.constraints.ifbench.word_readings import Reading, Span, bare, bare_word_spans
from ifbench.constraints.reading.folding import without_accents
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of, quote
from ifbench.languages import grapheme_count
from ifbench.parameters import Count
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, every, holds

_CLUSTER = "[bcdfghjklmnpqrstvwxyz]{2}"
_CLUSTER_RULE = "two consonants together in every word"
_PRIME_RULE = "only words whose length is a prime number"


def _vowels_used(used: set[str]) -> str:
    return f"{count_of(len(used), 'types')} of vowels ({', '.join(sorted(used)) or 'none'})"


@constraint(
    "words:vowel",
    "Write a paragraph using words that contain only three types of vowels.",
    Pass("A lake, OR a hall."),
    Pass("A Still LAKE."),
    Pass("Hmm."),
    Pass("  \nHmm.\n"),
    Pass("Café à la même."),
    Fail("A still lake or two."),
    Fail("A still lake.\nA hill."),
    source=IFBENCH,
)
def vowel(reply: Text) -> Verdict:
    """One line with at most three of a, e, i, o and u in either case. As published, none at all will do."""
    lines = reply.stripped.count("\n") + 1
    used = set("aeiou").intersection(reply.lower)
    return holds(
        lines == 1 and len(used) <= 3,
        "one line with at most three types of vowels",
        lambda: f"{count_of(lines, 'lines')}, {_vowels_used(used)}",
    )


@constraint(
    "words:vowel",
    "Write a paragraph using words that contain only three types of vowels.",
    Pass("A still lake and a hill."),
    Pass("A still lake\r\nand\na HILL."),
    Pass("# Still\n\nA lake and a hill."),
    Pass("<u>A still lake</u> and a hill."),
    Pass("```text\nA still lake\nand a hill.\n```"),
    Fail("Hmm."),
    Fail("A black cat ran past."),
    Fail("Café à la même."),
    Fail("A still lake, and à côté."),
    Fail("A still lake and much coffee."),
    Fail("A still lake.\n\nA hill."),
    Fail("- A still lake.\n- A hill."),
    Fail("- A still lake and a hill."),
    Fail("A still lake and a hill.\n\n```\nA hill.\n```"),
    edition="corrected",
    fault="A reply with no vowel or with accented vowels passes, and a paragraph broken into lines does not.",
    source=IFBENCH,
)
def vowel_corrected(reply: Text) -> Verdict:
    """One paragraph, with or without a heading, in which three of a, e, i, o and u occur: not more and not fewer.

    An accent does not make another vowel. Whether y is one the sentence does not say; it is not counted.
    """
    reading = Reading(reply)
    forms = {word.form for word in reading.words}
    used = {letter for form in forms for letter in without_accents(form) if letter in "aeiou"}
    one = reading.is_one_paragraph
    return holds(
        one and len(used) == 3,
        "one paragraph with three types of vowels",
        lambda: f"{'one paragraph' if one else 'not one paragraph'}, {_vowels_used(used)}",
    )


@constraint(
    "words:consonants",
    "Ensure each word in your response has at least one consonant cluster (two or more consonants together).",
    Pass("Fresh BREAD smells best."),
    Pass("Why, they all cry."),
    Fail("Fresh bread is best."),
    Fail("Fresh bread - best."),
    Fail("Fresh don't."),
    source=IFBENCH,
)
def consonants(reply: Text) -> Verdict:
    """Words are what stands between white space, so a dash or a list number of its own breaks the rule; y counts."""
    parts = list(re.finditer(r"\S+", reply.lower))
    offenders = [part for part in parts if not re.search(_CLUSTER, part.group())]

    def spans() -> list[Span]:
        # In a few scripts a text changes its length in lower case, and then its places are those of another text.
        return [part.span() for part in offenders] if len(reply.lower) == len(reply.raw) else []

    return without_exception([part.group() for part in offenders], _CLUSTER_RULE, spans)


@constraint(
    "words:consonants",
    "Ensure each word in your response has at least one consonant cluster (two or more consonants together).",
    Pass("Fresh bread - best."),
    Pass("Fresh BREAD — best."),
    Pass("1. Fresh bread\n2. Garçons — français"),
    Pass("Fresh don’t."),
    Pass("Kaśka — fresh"),
    Pass("Fresh <i>bread</i>"),
    Fail("Fresh bread is best."),
    Fail("Fresh bread 24."),
    Fail("Fresh ad-lib."),
    Fail("—"),
    edition="corrected",
    fault="A dash, a bullet or a list number that stands alone counts as a word without consonants.",
    source=IFBENCH,
)
def consonants_corrected(reply: Text) -> Verdict:
    """Two neighbouring consonants of b to z; an apostrophe between them does not part them, a hyphen does.

    Whether y is a consonant the sentence does not say; it counts as one. A number is a word without any.
    """
    words = Reading(reply).words
    offenders = [word.span for word in words if not re.search(_CLUSTER, without_accents(word.form).replace("'", ""))]
    return every(reply.raw, [word.span for word in words], offenders, "words", _CLUSTER_RULE)


_TEN_PALINDROMES = "Level radar, civic kayak: refer, rotor, madam, Tenet, solos; stats"


@constraint(
    "words:palindrome",
    "Include at least 10 single-word palindromes, each at least 5 characters long.",
    Pass(f"{_TEN_PALINDROMES}."),
    Pass("level " * 10),
    Pass("11111 " * 10),
    Fail("level " * 9),
    Fail("noon " * 10),
    Fail("levels " * 10),
    Fail("“level” " * 9 + "“level"),
    source=IFBENCH,
)
def palindrome(reply: Text) -> Verdict:
    """Words without ASCII punctuation, in any case. As published, digits count, and so does the same word again."""
    words = bare(reply.raw).lower().split()
    places = [place for place, word in enumerate(words) if len(word) >= 5 and word == word[::-1]]

    def spans() -> list[Span]:
        found = bare_word_spans(reply.raw)
        return [found[place] for place in places]

    return at_least(len(places), 10, "palindromes of 5 characters or more", spans)


@constraint(
    "words:palindrome",
    "Include at least 10 single-word palindromes, each at least 5 characters long.",
    Pass(f"{_TEN_PALINDROMES}."),
    Pass("Level—radar—civic—“kayak” refer rotor madam TENET solos stats"),
    Pass(_TEN_PALINDROMES.replace("radar", "mamam")),
    Fail("level " * 10),
    Fail("11111 " * 10),
    Fail(_TEN_PALINDROMES.replace("radar", "LEVEL")),
    Fail(_TEN_PALINDROMES.replace("radar", "12321")),
    Fail(_TEN_PALINDROMES.replace("radar", "aaaaa")),
    Fail(_TEN_PALINDROMES.replace("radar", "noon")),
    Fail(_TEN_PALINDROMES.replace("radar", "lev-vel")),
    Fail(_TEN_PALINDROMES.replace("radar", "radars")),
    edition="corrected",
    fault="One palindrome ten times, or a number, counts as ten palindromes.",
    source=IFBENCH,
)
def palindrome_corrected(reply: Text) -> Verdict:
    """Different words of 5 letters or more that read the same backwards in any case; one letter repeated is no word."""
    found = {
        word.form: word.span
        for word in reversed(Reading(reply).words)
        if len(word.form) >= 5 and word.form == word.form[::-1] and word.form.isalpha() and len(set(word.form)) > 1
    }
    return at_least(len(found), 10, "different palindromes of 5 letters or more", sorted(found.values()))


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, isqrt(number) + 1))


@constraint(
    "words:prime_lengths",
    "Use only words with lengths that are prime numbers.",
    Pass("We sat and drank tea."),
    Pass("---"),
    Pass("No, I've 100."),
    Pass("a" * 97),
    Fail("We sat with tea."),
    Fail("I sat."),
    Fail("We sat — tea."),
    Fail("a" * 101),
    Fail("unfenced " * 2),
    source=IFBENCH,
)
def prime_lengths(reply: Text) -> Verdict:
    """Words without ASCII punctuation. As published, no word at all will do, and no prime above 97 counts."""
    words = bare(reply.raw).split()
    wrong = [place for place, word in enumerate(words) if len(word) > 97 or not _is_prime(len(word))]

    def spans() -> list[Span]:
        found = bare_word_spans(reply.raw)
        return [found[place] for place in wrong]

    return without_exception([words[place] for place in wrong], _PRIME_RULE, spans)


@constraint(
    "words:prime_lengths",
    "Use only words with lengths that are prime numbers.",
    Pass("We sat — tea."),
    Pass("1. We sat.\n2. We drank “tea”."),
    Pass("We sat—and drank cafe\u0301s."),
    Pass("a" * 101),
    Pass("We say x\u030cyz."),
    Fail("We drank café."),
    Fail("---"),
    Fail("I sat."),
    Fail("We sat with tea."),
    Fail("We don't."),
    Fail("We sat at nine."),
    edition="corrected",
    fault="A dash, a curly quote or a list number spoils the rule, and a reply without any word keeps it.",
    source=IFBENCH,
)
def prime_lengths_corrected(reply: Text) -> Verdict:
    """The length of a word is how many letters and digits it has, without apostrophes and hyphens."""
    words = Reading(reply).words
    wrong = [word.span for word in words if not _is_prime(_length(word.form))]
    return every(reply.raw, [word.span for word in words], wrong, "words", _PRIME_RULE)


def _length(form: str) -> int:
    kept = re.sub(r"['\-‐‑.,_:·]", "", form)
    return len(kept) if kept.isascii() else grapheme_count(kept)


def _too_often(words: Sequence[str], limit: int) -> dict[str, int]:
    return {word: number for word, number in Counter(words).items() if number > limit}


def _repeats(
    found: dict[str, int], limit: int, spans: Callable[[], list[Span]], *, words: int | None = None
) -> Verdict:
    """``words`` is how many there are, where a reply must have some."""

    def observed() -> str:
        shown = ", ".join(f"{quote(word)} {count_of(number, 'times')}" for word, number in list(found.items())[:5])
        return shown or ("no words" if words == 0 else "none used more often")

    return holds(not found and words != 0, lambda: f"no word more than {count_of(limit, 'times')}", observed, spans)


@constraint(
    "words:repeats",
    "The response should not repeat any word more than {small_n} times.",
    Pass("Tea, TEA and tee.", small_n=2),
    Pass("Tea and “tea” — tea—tea.", small_n=1),
    Pass("...", small_n=1),
    Fail("Tea, TEA and tea.", small_n=2),
    Fail("Tea.", small_n=0),
    source=IFBENCH,
)
def repeats(reply: Text, *, small_n: Count) -> Verdict:
    """Words without ASCII punctuation, in any case. A word may be used ``small_n`` times in all."""
    words = bare(reply.lower).split()
    found = _too_often(words, small_n)

    def spans() -> list[Span]:
        return [span for word, span in zip(words, bare_word_spans(reply.raw), strict=False) if word in found]

    return _repeats(found, small_n, spans)


@constraint(
    "words:repeats",
    "The response should not repeat any word more than {small_n} times.",
    Pass("Tea, TEA and tee.", small_n=2),
    Pass("1. Tea.\n2. Milk.\n\nOr:\n\n1. Bread.\n2. Jam.", small_n=1),
    Fail("Tea and “tea” — tea—tea.", small_n=3),
    Fail("Don't. Don’t.", small_n=1),
    Fail("Tea, TEA and tea.", small_n=2),
    Fail("...", small_n=1),
    edition="corrected",
    fault="A word beside a curly quote or joined to another by a dash or slash is taken for a different word, "
    "and list numbers are taken for words.",
    source=IFBENCH,
)
def repeats_corrected(reply: Text, *, small_n: Count) -> Verdict:
    """Words in any case; a word may be used ``small_n`` times in all, as published.

    Whether a word that is "repeated" twice is used two times or three the sentence does not say.
    """
    words = Reading(reply).words
    found = _too_often([word.form for word in words], small_n)

    def spans() -> list[Span]:
        return [word.span for word in words if word.form in found]

    return _repeats(found, small_n, spans, words=len(words))
