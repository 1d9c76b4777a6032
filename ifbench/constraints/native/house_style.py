"""Numbers and headings as a style sheet wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from ifbench.constraints.native.phrases import word_set
from ifbench.constraints.native.prose import running_text
from ifbench.constraints.sources import NATIVE
from ifbench.languages import word_spans
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every

Span = tuple[int, int]

_NUMBER_WORDS = word_set("zero two three four five six seven eight nine")
_MONTHS = word_set(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_LABELS = word_set(
    "act alternative answer appendix article assumption attempt audience book box bullet case chapter chorus class "
    "column day division edition equation example exercise exhibit experiment fig figure footnote grade group item "
    "lemma lesson level line list module no note number option page paragraph part phase player poem point problem "
    "question reason reference release room round row rule scenario scene section series slide solution song stage "
    "stanza step table task team test theorem tier tip turn type unit variant verse version vol volume week year"
)
_UNITS = word_set(
    "percent per am pm a.m p.m bc ad c f k m km cm mm nm kg g mg l ml cl w kw v hz khz mhz ghz b kb mb gb tb kib mib "
    "gib px pt em rem ms s min h hr hrs mph kph lb lbs oz ft yd usd eur gbp million billion trillion x mp tbsp tsp "
    "second seconds minute minutes hour hours inch inches foot feet yard yards mile miles meter meters metre metres "
    "kilometer kilometers kilometre kilometres centimeter centimeters centimetre centimetres gram grams kilogram "
    "kilograms ounce ounces pound pounds liter liters litre litres tablespoon tablespoons teaspoon teaspoons degree "
    "degrees dollar dollars euro euros cent cents"
)


@constraint(
    "style:numerals",
    "Write whole numbers below ten as {form} (dates, times, measures, prices and labels such as 'Step 3' apart), "
    "and use at least one.",
    Pass("Two cups and nine spoons on 4 May at 5 pm, in version 2.", form="words"),
    Pass("1. Boil two cups.\n2) Wait.", form="words"),
    Pass("Use 3.5 g, $5, 7%, 8 °C, 4th, 10 cups, A4, 2 + 2 = 4, 3-4, 9:30, 1,000, 5 km: six.", form="words"),
    Pass("Boil 2 cups and 10 eggs; one may wait. A twenty-two", form="digits"),
    Pass("Now 2 - 1 or 3 × 4: two.", form="words"),
    Fail("Two. There were 5", form="words"),
    Pass("Two cups; run `x = 3`.", form="words"),
    Pass("Twelve cups are eight.", form="words"),
    Pass("May 3 is Step 3; page 7 has (two) lines.", form="words"),
    Pass("ZERO cups.", form="words"),
    Fail("Boil 2 cups and nine eggs.", form="words"),
    Fail("Nine cups (3) there.", form="words"),
    Fail("Two cups, 9, or more. 10 eggs", form="words"),
    Fail("Boil two cups and 9 eggs.", form="digits"),
    Fail("Boil Nine cups.", form="digits"),
    Pass("Ode 1\n\n(Ode 2)\n\nOde 3: On the Apollo 9 the Dota 2 team slept two nights for 8 hours.", form="words"),
    Fail("Ode 1, then two cups.", form="words"),
    Fail("We had 3: two teas and milk.", form="words"),
    Fail("It rained. Then 3 of the two came.", form="words"),
    Fail("Two came. WE HAVE 3 cats.", form="words"),
    Fail("Boil one cup at 5 pm.", form="words"),
    Fail("Boil 10 cups.", form="digits"),
    Fail("There were 5.", form="words"),
    source=NATIVE,
)
def numerals(reply: Text, *, form: Literal["words", "digits"]) -> Verdict:
    """English number words, and digits that stand alone, outside code and links; there must be one number below ten.

    "One" may be a pronoun and is not looked at. Left out are digits at the beginning of a line, beside another figure
    or a sign (3.5, $5, 7%, 2 + 2), after a label, month or capitalised word within a sentence (Apollo 9), and before a
    unit (minutes and dollars are some), month, "am" or "million". A label is also the only word before it on a line
    that ends there or goes on with a colon or bracket.
    """
    text = running_text(reply)
    words = [span for span in word_spans(text) if text[slice(*span)].lower() in _NUMBER_WORDS]
    digits = list(_lone_digits(text))
    wrong = digits if form == "words" else words
    return every(reply.raw, sorted(words + digits), wrong, "numbers below ten", f"numbers below ten as {form}")


def _lone_digits(text: str) -> Iterator[Span]:
    sign = r"+−=×÷*/<>≤≥±~$€£¥₹#§&@^|"
    lone = rf"(?<![\w{sign}])(?<!\w[.,:'’\-–])[0-9](?![\w%‰°{sign}]|[.,:'’\-–]\w)"
    for match in re.finditer(lone, text):
        start, stop = match.span()
        before = text[max(0, start - 60) : start].rpartition("\n")[2].strip(" \t>*_")
        after = text[stop : stop + 20].lstrip(" \u00a0\u202f*_")
        # Nothing before it: it opens the line.
        if not before or before[-1] in sign + "-–" or after.startswith((*sign, *"-–%‰°")):
            continue
        last = re.findall(r"[^\W\d_]+", before)[-1:] if re.search(r"[^\W\d_]\.?$", before) else []
        unit = re.match(r"[^\W\d_]+(?:\.[a-z]\b)?", after)
        follows = unit.group().lower() if unit else ""
        if not (last and _is_label(last[0], before, after)) and follows not in _UNITS | _MONTHS:
            yield start, stop


def _is_label(word: str, before: str, after: str) -> bool:
    """Whether a figure belongs to ``word``: between ``before``, which ends with it, and ``after`` on its line."""
    if word.lower() in _LABELS | _MONTHS:
        return True
    opening = before[: -len(word)].rstrip(' #(["“*_')
    if not opening:
        return after[:1] in ("", "\n", "\r", ":", ")", "]")
    return word.istitle() and len(word) > 1 and opening[-1] not in ".!?:"


_SMALL_WORDS = word_set(
    "a about above across after against along among an and around as at before behind below beneath beside "
    "between beyond but by de down during for from if in inside into like near nor of off on once onto or out "
    "outside over past per since so than that the through throughout till to toward towards under until up upon "
    "van versus via von vs when with within without yet"
)


@constraint(
    "style:heading_case",
    "Use at least one Markdown heading, and write every heading in {case}.",
    Pass("# How to Boil the Water in iPhone Cups: A 3-step Guide\n\n## Tea", case="title case"),
    Pass("# How to boil the water: A guide\n\n## What NASA's APIs do when I call\n\nTea.", case="sentence case"),
    Pass("# Tea in Paris\n\nWe had tea in Paris. It was hot.", case="sentence case"),
    Pass("How To Boil Water\n===\n\nboil it", case="title case"),
    Pass("# Plan B for Tea", case="title case"),
    Pass("# The *Tea*'s Heat", case="title case"),
    Fail("# Tea s Heat", case="title case"),
    Pass('## 1. Boil water\n\n## `Setup` of tea\n\n## "Hot" tea', case="sentence case"),
    Fail("# How to Boil the Water", case="sentence case"),
    Fail("# how to boil the water", case="sentence case"),
    Fail("# How to Boil Water\n\n## tea", case="title case"),
    Fail("# How to boil Water", case="title case"),
    Fail("# What Tea is For\n\n# the Tea", case="title case"),
    Fail("# the Tea", case="title case"),
    Fail("# What Tea Is for", case="title case"),
    Fail("# Tea in Paris\n\nParis has tea.", case="sentence case"),
    Pass(
        "## 10 teas for you\n\n## 2. Boil 3 eggs\n\n## Is it hot? Yes, I’m sure\n\n## iPhone teas", case="sentence case"
    ),
    Fail("# Tea: how to Boil it", case="sentence case"),
    Fail("# Tea: how It boils", case="sentence case"),
    Fail("## 10 Teas\n\n## iphone or Tea", case="sentence case"),
    Fail("# in Paris\n\nWe met in Paris, in Oslo.", case="sentence case"),
    Fail("# ***", case="title case"),
    Pass("# Tea in Paris\n\nIn Paris we had tea.", case="sentence case"),
    Fail("How to Boil Water", case="title case"),
    source=NATIVE,
)
def heading_case(reply: Text, *, case: Literal["sentence case", "title case"]) -> Verdict:
    """Markdown headings of English; there must be one. A word with capitals after its first letter (iPhone) is right.

    Title case: capitals on the first and the last word and on all others but articles, conjunctions and prepositions,
    which may have either. Sentence case: a capital on the first word of the heading, none on the others, except after
    a colon, in "I", and in names: words that are capitalised within a sentence of the reply.
    """
    headings = [heading for heading in reply.markdown.headings if word_spans(heading.text)]
    names = _capitalised_within_sentences(reply) if case == "sentence case" else frozenset[str]()
    offenders: list[Span] = []
    for heading in headings:
        text = heading.text
        spans = word_spans(text)
        rights = _fits_title(text, spans) if case == "title case" else _fits_sentence(text, spans, names)
        if not all(rights):
            offenders.append(heading.span)
    return every(reply.raw, [heading.span for heading in headings], offenders, "headings", f"headings in {case}")


def _fits_title(text: str, spans: list[Span]) -> Iterator[bool]:
    for index, (start, stop) in enumerate(spans):
        word = text[start:stop]
        may_be_small = 0 < index < len(spans) - 1 and word in _SMALL_WORDS
        is_genitive = word == "s" and text[max(0, start - 1)] in "'’"
        yield may_be_small or is_genitive or not word[0].islower() or not word.islower()


def _fits_sentence(text: str, spans: list[Span], names: frozenset[str]) -> Iterator[bool]:
    wanted = "capital"
    for index, (start, stop) in enumerate(spans):
        word = text[start:stop]
        if any(mark in ":.?!—–" for mark in text[spans[index - 1][1] : start]):
            wanted = "any"
        if word.isdigit():
            wanted = "any" if wanted == "capital" else wanted
            continue
        has_inner_capitals = any(map(str.isupper, word[1:]))
        is_name = word.replace("’", "'").partition("'")[0] in names | {"I"}
        fits = {"capital": not word[0].islower(), "small": not word[0].isupper(), "any": True}[wanted]
        yield fits or has_inner_capitals or is_name
        wanted = "small"


def _capitalised_within_sentences(reply: Text) -> frozenset[str]:
    found: set[str] = set()
    for sentence in reply.prose_sentences:
        words = word_spans(sentence)[1:]
        found.update(sentence[start:stop] for start, stop in words if sentence[start].isupper())
    return frozenset(found)
