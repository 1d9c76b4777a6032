"""Which words and letters: present, absent, and how often."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from ifbench.constraints.reading.phrases import Folded
from ifbench.constraints.sources import IFEVAL
from ifbench.parameters import Count, Letter, Pattern, Patterns, Phrase, Phrases, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, compare, listing, present


@cache
def _search(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _first_matches(patterns: Iterable[str], text: str) -> dict[str, tuple[int, int]]:
    """Where each pattern first occurs, of those that do."""
    matches = ((pattern, _search(pattern).search(text)) for pattern in patterns)
    return {pattern: match.span() for pattern, match in matches if match}


@constraint(
    "keywords:existence",
    "Include the keywords {keywords} in your response.",
    Pass("Tea with MILK.", keywords=["tea", "milk"]),
    Pass("A steady start.", keywords=["art"]),
    Fail("Tea, black.", keywords=["tea", "milk"]),
    source=IFEVAL,
)
def existence(reply: Text, *, keywords: Patterns) -> Verdict:
    """Case does not matter. As published, a keyword also counts inside a longer word."""
    found = _first_matches(keywords, reply.raw)
    missing = [keyword for keyword in keywords if keyword not in found]
    return present(found, missing, "keywords", list(found.values()))


@constraint(
    "keywords:existence",
    "Include the keywords {keywords} in your response.",
    Pass("Tea with MILK.", keywords=["tea", "milk"]),
    Pass("_Tea_-time: **milk** first.", keywords=["tea", "milk"]),
    Pass("Rest\nday, easy  pace.", keywords=["rest day", "easy pace"]),
    Pass("We like C++ and a.b (really).", keywords=["c++", "a.b", "(really)"]),
    Pass("Un cafe\u0301, s'il vous pla\u00eet.", keywords=["caf\u00e9", "s\u2019il"]),
    Pass("Smart art.", keywords=["art"]),
    Pass(Text("我的猫很好。", "zh"), keywords=["猫"]),
    Pass(Text("اشترِ زَيْتًا وخبــزا.", "ar"), keywords=["زيتا", "وخُبزًا"]),
    Fail("A steady start.", keywords=["art"]),
    Fail("Artful.", keywords=["art"]),
    Fail("Two sneakers.", keywords=["sneaker"]),
    Fail("We like axb.", keywords=["a.b"]),
    Fail("Route66.", keywords=["route"]),
    Fail(Text("हिंदी", "hi"), keywords=["हिंद"]),
    Fail(Text("زَيْتُنا", "ar"), keywords=["زيت"]),
    Fail(Text("ُ", "ar"), keywords=["ُ"]),
    Fail("Tea, black.", keywords=["tea", "milk"]),
    source=IFEVAL,
    edition="corrected",
    fault="A keyword is read as a regular expression and found inside longer words: 'art' in 'party'.",
)
def existence_corrected(reply: Text, *, keywords: Phrases) -> Verdict:
    """Whole words in any case, letter by letter: "sneakers" is not "sneaker", "sneaker's" holds it.

    Arabic's vowel signs do not matter.
    """
    text = Folded(reply.raw)
    found = {keyword: span for keyword in keywords if (span := next(text.whole(keyword), None))}
    missing = [keyword for keyword in keywords if keyword not in found]
    return present(found, missing, "keywords", list(found.values()))


@constraint(
    "keywords:frequency",
    "The word {keyword} should appear {relation} {frequency} times.",
    Pass("Rain, rain, go away.", keyword="rain ", frequency=2, relation="at least"),
    Pass("Rain again.", keyword="rain", frequency=2, relation="less than"),
    Fail("Rain again.", keyword="rain", frequency=2, relation="at least"),
    Fail("The train ran in the rain.", keyword="rain", frequency=2, relation="less than"),
    source=IFEVAL,
)
def keyword_frequency(reply: Text, *, keyword: Pattern, frequency: Count, relation: Threshold) -> Verdict:
    """Case does not matter. As published, occurrences inside longer words count."""
    spans = [match.span() for match in _search(keyword.strip()).finditer(reply.raw)]
    return compare(len(spans), relation, frequency, f"occurrences of {keyword!r}", spans)


@constraint(
    "keywords:frequency",
    "The word {keyword} should appear {relation} {frequency} times.",
    Pass("Rain, rain, go away.", keyword="rain", frequency=2, relation="at least"),
    Pass("The train ran in the rain.", keyword="rain", frequency=2, relation="less than"),
    Pass("C++ or c++?", keyword="C++", frequency=2, relation="at least"),
    Pass("Straßen: STRASSEN, Straßen!", keyword="straßen", frequency=3, relation="at least"),
    Pass(Text("زَيْتٌ وزيت، زَيت", "ar"), keyword="زيت", frequency=2, relation="at least"),
    Fail("Rain, rain, go away.", keyword="rain", frequency=2, relation="less than"),
    Fail("The train ran in the rain.", keyword="rain", frequency=2, relation="at least"),
    Fail("One museum, two museums.", keyword="museum", frequency=2, relation="at least"),
    source=IFEVAL,
    edition="corrected",
    fault="The word is read as a regular expression and counted inside longer words: 'rain' in 'train'.",
)
def keyword_frequency_corrected(reply: Text, *, keyword: Phrase, frequency: Count, relation: Threshold) -> Verdict:
    """Whole words in any case. Other forms of the word ("museums" for "museum") are not counted.

    Arabic's vowel signs do not matter.
    """
    spans = list(Folded(reply.raw).whole(keyword))
    return compare(len(spans), relation, frequency, f"occurrences of {keyword!r}", spans)


@constraint(
    "keywords:forbidden_words",
    "Do not include the keywords {forbidden_words} in your response.",
    Pass("A catalogue of dogs.", forbidden_words=["cat"]),
    Fail("The CAT sat.", forbidden_words=["cat"]),
    source=IFEVAL,
)
def no_forbidden_words(reply: Text, *, forbidden_words: Patterns) -> Verdict:
    """Whole words, in any case. An underscore counts as a letter, so ``_cat_`` is not the word "cat"."""
    found = _first_matches((rf"\b{word}\b" for word in forbidden_words), reply.raw)
    spans = list(found.values())
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"{'none of the words' if len(forbidden_words) > 1 else 'no'} {listing(forbidden_words)}",
        spans,
    )


@constraint(
    "keywords:forbidden_words",
    "Do not include the keywords {forbidden_words} in your response.",
    Pass("A catalogue of dogs.", forbidden_words=["cat", "dog"]),
    Pass("We like axb.", forbidden_words=["a.b"]),
    Fail("The CAT sat.", forbidden_words=["dog", "cat"]),
    Fail("The _cat_ sat.", forbidden_words=["cat"]),
    Fail("This is an #ad for C++.", forbidden_words=["c++"]),
    Fail("This is an #Ad.", forbidden_words=["#ad"]),
    Fail("Un cafe\u0301 !", forbidden_words=["caf\u00e9"]),
    Fail("An oat\nmilk latte.", forbidden_words=["oat milk"]),
    Fail(Text("لا أحبّ الزَّيتَ.", "ar"), forbidden_words=["الزيت"]),
    source=IFEVAL,
    edition="corrected",
    fault="Words that begin or end with a sign ('C++', '#ad') and words in Markdown's underscores are never found.",
)
def no_forbidden_words_corrected(reply: Text, *, forbidden_words: Phrases) -> Verdict:
    """Whole words in any case, as they are written: "cats" is not "cat". Arabic's vowel signs do not matter."""
    text = Folded(reply.raw)
    spans = [span for word in forbidden_words if (span := next(text.whole(word), None))]
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"{'none of the words' if len(forbidden_words) > 1 else 'no'} {listing(forbidden_words)}",
        spans,
    )


@constraint(
    "keywords:letter_frequency",
    "The letter {letter} should appear {let_relation} {let_frequency} times.",
    Pass("Bees see.", letter="E", let_frequency=4, let_relation="at least"),
    Pass("#one", letter="#", let_frequency=2, let_relation="less than"),
    Fail("Bees.", letter="e", let_frequency=4, let_relation="at least"),
    Fail("#one #two", letter="#", let_frequency=2, let_relation="less than"),
    source=IFEVAL,
)
def letter_frequency(reply: Text, *, letter: Letter, let_frequency: Count, let_relation: Threshold) -> Verdict:
    """Case does not matter. Any character is counted as it is given.

    The reference implementation puts a random letter in the place of one that is not a to z (IFEval keys 1122 and
    1129); nothing here is random.
    """
    wanted = letter.lower()
    number = reply.lower.count(wanted)
    noun = "letters" if letter.isalpha() else "characters"
    return compare(
        number,
        let_relation,
        let_frequency,
        f"{noun} {letter!r}",
        lambda: [match.span() for match in re.finditer(re.escape(letter), reply.raw, re.IGNORECASE)],
    )


@constraint(
    "keywords:letter_frequency",
    "The letter {letter} should appear {let_relation} {let_frequency} times.",
    Pass("Bees see.", letter="E", let_frequency=4, let_relation="at least"),
    Pass("Cafe\u0301 be.", letter="e", let_frequency=2, let_relation="less than"),
    Pass("Cafe\u0301 né.", letter="\u00e9", let_frequency=2, let_relation="at least"),
    Pass("#one #two", letter="#", let_frequency=2, let_relation="at least"),
    Fail("Bees.", letter="e", let_frequency=3, let_relation="at least"),
    Fail("Cafe\u0301 be.", letter="e", let_frequency=2, let_relation="at least"),
    Fail("\u0130stanbul", letter="i", let_frequency=1, let_relation="at least"),
    Fail("Eel.", letter="e", let_frequency=2, let_relation="less than"),
    source=IFEVAL,
    edition="corrected",
    fault="An accented letter counts as its base where the accent is stored apart from it, and not where it is not.",
)
def letter_frequency_corrected(
    reply: Text, *, letter: Letter, let_frequency: Count, let_relation: Threshold
) -> Verdict:
    """Case does not matter. An accented letter is a letter of its own ("é" is no "e"), however it is stored."""
    cases = "|".join(re.escape(case) for case in (letter.lower(), letter.upper()) if len(case) == 1)
    text = unicodedata.normalize("NFC", reply.raw)
    spans = [match.span() for match in re.finditer(rf"(?:{cases})(?![\u0300-\u036f])", text)]
    noun = "letters" if letter.isalpha() else "characters"
    # Places in the composed text are those of the reply only where nothing had to be composed.
    return compare(len(spans), let_relation, let_frequency, f"{noun} {letter!r}", spans if text == reply.raw else ())
