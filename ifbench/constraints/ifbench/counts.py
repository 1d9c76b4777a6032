"""How many words, different words, numbers and punctuation marks."""

from __future__ import annotations

import re
import string

from ifbench.constraints.reading.folding import straight_marks
from ifbench.constraints.sources import IFBENCH
from ifbench.parameters import Count, in_order
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, between, exactly, present

_WORD_RANGE = "The response must contain between {min_words} and {max_words} words."
_UNIQUE_WORDS = "Use at least {N} unique words in the response."
_NUMBERS = "Include exactly {N} numbers in the response."


@constraint(
    "count:word_count_range",
    _WORD_RANGE,
    Pass("Tea is ready.", min_words=3, max_words=4),
    Pass("The tea is ready.", min_words=3, max_words=4),
    Fail("Tea's ready, don't wait.", min_words=3, max_words=4),
    Fail("Ready now.", min_words=3, max_words=4),
    Fail("The well-known tea is ready.", min_words=3, max_words=5),
    source=IFBENCH,
    conflict=in_order("min_words", "max_words"),
)
def word_count_range(reply: Text, *, min_words: Count, max_words: Count) -> Verdict:
    """A word is a run of letters, digits and underscores: "don't" is two."""
    return between(len(reply.words), min_words, max_words, "words")


@constraint(
    "count:word_count_range",
    _WORD_RANGE,
    Pass("Tea's ready, don't wait.", min_words=3, max_words=4),
    Pass("The well-known tea is ready.", min_words=3, max_words=5),
    Pass("- Don’t\n- wait — now", min_words=3, max_words=3),
    Pass("你好", min_words=2, max_words=2),
    Fail("Ready now.", min_words=3, max_words=4),
    Fail("The tea is ready now.", min_words=3, max_words=4),
    edition="corrected",
    fault='Contractions and hyphenated words count as two words or more ("don\'t", "well-known").',
    source=IFBENCH,
    conflict=in_order("min_words", "max_words"),
)
def word_count_range_corrected(reply: Text, *, min_words: Count, max_words: Count) -> Verdict:
    """Both ends are allowed. A contraction or hyphenated word is one word; what has no letter or digit is none."""
    spans = reply.plain_word_spans
    return between(
        len(spans),
        min_words,
        max_words,
        "words",
        lambda: [(spans[max_words][0], spans[-1][1])] if len(spans) > max_words else (),
    )


@constraint(
    "count:unique_word_count",
    _UNIQUE_WORDS,
    Pass("Tea, tea or milk", N=3),
    Pass("Tea - milk", N=3),
    Pass("Tea or milk", N=2),
    Fail("Tea or tea", N=3),
    Fail("Tea, TEA! (tea)", N=2),
    source=IFBENCH,
)
def unique_word_count(reply: Text, *, N: Count) -> Verdict:
    """What stands between spaces, in lower case and without the punctuation around it.

    As published, a lone dash or bullet leaves an empty word, which counts.
    """
    return at_least(len({word.strip(string.punctuation) for word in reply.lower.split()}), N, "different words")


@constraint(
    "count:unique_word_count",
    _UNIQUE_WORDS,
    Pass("Tea, tea or milk", N=3),
    Pass("Tea—milk—bread", N=2),
    Fail("Tea - milk", N=3),
    Fail("Don’t, don't, DON'T!", N=2),
    Fail("Cafe\u0301, café, _café_", N=2),
    edition="corrected",
    fault="A lone dash or bullet counts as a word, and words joined by a dash or spelled with ’ and ' are told apart.",
    source=IFBENCH,
)
def unique_word_count_corrected(reply: Text, *, N: Count) -> Verdict:
    """Words that differ in more than case and the form of the apostrophe."""
    return at_least(len({straight_marks(word).casefold() for word in reply.plain_words}), N, "different words")


@constraint(
    "count:numbers",
    _NUMBERS,
    Pass("Born in 1970, moved at 3.5.", N=2),
    Pass("No digit here.", N=0),
    Pass("From 2020-2021.", N=1),
    Pass("1. Add 5 eggs.", N=2),
    Fail("Values 1,2,3", N=3),
    Fail("Born in 1970, moved in 1981.", N=1),
    source=IFBENCH,
)
def numbers(reply: Text, *, N: Count) -> Verdict:
    """Runs of digits, once all punctuation of ASCII is deleted: "2020-2021" is one number, and so is "1,2,3"."""
    # Digits with nothing but punctuation between them grow together when it is deleted.
    found = list(re.finditer(r"\d[\d!-/:-@\[-`{-~]*", reply.raw))
    return exactly(
        len(found),
        N,
        "numbers",
        lambda: [(match.start(), match.start() + len(match.group().rstrip(string.punctuation))) for match in found],
    )


@constraint(
    "count:numbers",
    _NUMBERS,
    Pass("Born in 1970, moved at 3.5.", N=2),
    Pass("No digit here.", N=0),
    Pass("From 2020-2021.", N=2),
    Pass("Values 1,2,3", N=3),
    Pass("They sold 1,250,000 of them, or 12.5% (1,0000 lost).", N=4),
    Pass("Version 1.2.3 sold 100,200 times.\nOn to 1234,567.", N=4),
    Pass("1. Add 5 eggs to the H2O.", N=3),
    Fail("Call 555 7 times.", N=1),
    edition="corrected",
    fault='Punctuation between digits is deleted, so that "2020-2021" and "1,2,3" are one number.',
    source=IFBENCH,
)
def numbers_corrected(reply: Text, *, N: Count) -> Verdict:
    """Numbers written in digits, with their decimal points and commas of thousands.

    The sentence does not say whether list numerals count, digits in names ("H2O"), or numbers in words: as published,
    the first two do.
    """
    found = list(re.finditer(r"(?:\d{1,3}(?:,\d{3}(?!\d))+|\d+)(?:\.\d+)*", reply.raw))
    return exactly(len(found), N, "numbers", [match.span() for match in found])


@constraint(
    "count:punctuation",
    "Use every standard punctuation mark at least once, including semicolons, colons, and the interrobang (?!).",
    Pass("Well, now: tea; milk! More? Really?!."),
    Pass("Well, now: tea; milk! More? Really!?."),
    Pass("Well, now: tea; milk! More? Really‽."),
    Pass("Well, now: tea; milk. Really?! Yes!?"),
    Fail("Well, now: tea; milk. More? Really?!"),
    Pass("Well, now: tea; milk. Really?! No?!"),
    Fail("Well, now: tea; milk! More? Really."),
    Fail("Well now: tea; milk! More? Really?!."),
    Fail("Well, now tea; milk! More? Really?!."),
    Fail("Well, now: tea, milk! More? Really?!."),
    source=IFBENCH,
)
def punctuation(reply: Text) -> Verdict:
    """``. , ! ? ; :`` and an interrobang (``?!``, ``!?`` or ``‽``), which lends its two marks to none of the others.

    The sentence does not say which marks are standard; these are the ones published.
    """
    text = reply.raw
    interrobang = next((mark for mark in ("?!", "!?", "‽") if mark in text), None)
    rest = text.replace(interrobang, "", 1) if interrobang else text
    marks = [*".,!?;:"]
    missing = [mark for mark in marks if mark not in rest]
    if not interrobang:
        missing.append("?!")
    found = [mark for mark in [*marks, "?!"] if mark not in missing]
    return present(found, missing, "punctuation marks")
