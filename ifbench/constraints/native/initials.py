"""First letters: acrostics, and parts that each begin with another letter."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Predicate, doc

from ifbench.constraints.native.phrases import Unit, fold, initial_span, unit_spans
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every, holds


def _spells(text: str) -> bool:
    """Whether there is more than one letter to spell.

    >>> _spells("A."), _spells("Al")
    (False, True)
    """
    return sum(map(str.isalnum, text)) > 1


def _initial(letter: str) -> str:
    """A letter as acrostics compare it: œ and æ stand for the o and a they begin with.

    >>> _initial("Œ"), _initial("æ"), _initial("É"), _initial("إ")
    ('o', 'a', 'e', 'ا')
    """
    return fold(letter).replace("œ", "o").replace("æ", "a")


Word = Annotated[str, Predicate(_spells), doc("a word or phrase of two or more letters")]


@constraint(
    "position:acrostic",
    "The first letters of the {unit}s of your response must spell {word}, and there must be no other {unit}s.",
    Pass("# A cat\n\n**C**alm it sits,\n\n“always near;\r\nTender purrs.", unit="line", word="cat"),
    Pass("Calm cats purr. Élan helps. 5 do not.", unit="sentence", word="CE5"),
    Pass("- Tea\n- _Eggs_\n- apples", unit="list item", word="te a"),
    Pass("Tea is hot. It is green.\n\nOf course.", unit="paragraph", word="to"),
    Pass("```text\nTea\nor\n~~~\n```", unit="line", word="to"),
    Pass(Text("春天来了。\n花开了。", "zh"), unit="line", word="春花"),
    Pass(Text("Œufs frais\nUne tasse\nIl reste", "fr"), unit="line", word="oui"),
    Fail(Text("Eufs frais\nUne tasse\nIl reste", "fr"), unit="line", word="œui"),
    Pass(Text("أولا نغسل\nملح قليل\nإناء كبير\nنار", "ar"), unit="line", word="امان"),
    Fail(Text("عند الفجر\nملح قليل", "ar"), unit="line", word="أم"),
    Fail("Calm it sits,\nAlways near.", unit="line", word="cat"),
    Fail("Calm it sits,\nAlways near,\nTender,\nYes.", unit="line", word="cat"),
    Fail("Calm it sits,\nTender,\nAlways near.", unit="line", word="cat"),
    Fail("C\nA\nT", unit="sentence", word="cat"),
    source=NATIVE,
)
def acrostic(reply: Text, *, unit: Unit, word: Word) -> Verdict:
    """In any case and without accents; marks before a first letter do not matter, nor do spaces within ``word``.

    The forms of Arabic's alif are one letter; œ counts as o, and æ as a. Headings are no lines, sentences or
    paragraphs.
    """
    spans = [initial_span(reply.raw, start, stop) for start, stop in unit_spans(reply, unit)]
    wanted = [_initial(letter) for letter in word if letter.isalnum()]
    letters = [_initial(reply.raw[start:stop]) for start, stop in spans]
    return holds(
        letters == wanted,
        lambda: f"{unit}s whose first letters spell {quote(word)}",
        lambda: f"{count_of(len(letters), f'{unit}s')}, spelling {quote(''.join(letters[:50]))}",
        spans,
    )


@constraint(
    "position:distinct_initials",
    "Write at least two {unit}s, and begin every {unit} of your response with a different letter.",
    Pass("Tea is hot. “Milk is not. Rum? 5 of them.", unit="sentence"),
    Pass("- tea\n- **milk**", unit="list item"),
    Pass("Tea is hot. Tea is green.\n\nMilk is not.", unit="paragraph"),
    Fail("Tea is hot. Milk is not. They differ.", unit="sentence"),
    Fail("- apple\n- **Éclair**\n- egg", unit="list item"),
    Fail("tea\nTonic", unit="line"),
    Pass(Text("- أرز\n- عدس\n- ملح", "ar"), unit="list item"),
    Fail(Text("- أرز\n- إجاص\n- ملح", "ar"), unit="list item"),
    Fail("Tea is hot.", unit="sentence"),
    source=NATIVE,
)
def distinct_initials(reply: Text, *, unit: Unit) -> Verdict:
    """In any case and without accents; marks before a first letter do not matter. There must be at least two parts.

    The forms of Arabic's alif are one letter.
    """
    spans = unit_spans(reply, unit)
    required = f"{unit}s that each begin with another letter"
    if len(spans) < 2:
        return holds(False, required, count_of(len(spans), f"{unit}s"))
    seen: set[str] = set()
    again: list[tuple[int, int]] = []
    for start, stop in spans:
        first, last = initial_span(reply.raw, start, stop)
        letter = fold(reply.raw[first:last])
        if letter in seen:
            again.append((start, stop))
        seen.add(letter)
    return every(reply.raw, spans, again, f"{unit}s", required)
