"""Replies that are one value, and replies that fill in a form."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from typing import Annotated, Literal

from annotated_types import Predicate, doc

from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.parameters import in_order
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing


def _is_finite(value: object) -> bool:
    """Whether ``value`` is a number that a float can hold.

    >>> [_is_finite(value) for value in [1, -0.5, float("nan"), float("inf"), 10**400, "1"]]
    [True, True, False, False, False, False]
    """
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:
        return False


Finite = Annotated[int | float, Predicate(_is_finite), doc("a number")]
"""A number that is neither infinite nor undefined."""

Form = Literal[
    "a whole number",
    "a decimal number",
    "a percentage",
    "a date (YYYY-MM-DD)",
    "a time (HH:MM, 24 hours)",
    "a date and time (YYYY-MM-DDTHH:MM:SSZ)",
    "a web address",
    "an e-mail address",
    "a colour (#RRGGBB)",
    "a UUID",
    "a word",
]
"""Forms a value can have."""

# Digits are those of ASCII, and none of these can match in more than one way.
_FORMS = {
    "a whole number": r"-?(?:0|[1-9]\d{0,99})",
    "a decimal number": r"-?(?:0|[1-9]\d{0,99})\.\d{1,99}",
    "a percentage": r"-?(?:0|[1-9]\d{0,99})(?:\.\d{1,99})?%",
    "a date (YYYY-MM-DD)": r"\d{4}-\d\d-\d\d",
    "a time (HH:MM, 24 hours)": r"(?:[01]\d|2[0-3]):[0-5]\d",
    "a date and time (YYYY-MM-DDTHH:MM:SSZ)": r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
    "a web address": r"https?://[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?::\d{1,5})?(?:[/?#][^\s<>\"`*]*(?<!\.))?",
    "an e-mail address": r"[\w%+'-]{1,64}(?:\.[\w%+'-]{1,64}){0,20}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
    "a colour (#RRGGBB)": r"#[0-9A-Fa-f]{6}",
    "a UUID": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
}


@constraint(
    "structure:single_value",
    "Your reply is read by a program: reply with {form} and nothing else, without quotes, formatting or a full stop.",
    Pass("-42\n", form="a whole number"),
    Fail("42.", form="a whole number"),
    Fail("**42**", form="a whole number"),
    Fail("The answer is 42", form="a whole number"),
    Fail("1,000", form="a whole number"),
    Fail("042", form="a whole number"),
    Fail("٤٢", form="a whole number"),
    Fail("42", form="a decimal number"),
    Pass("0.50", form="a decimal number"),
    Fail(".5", form="a decimal number"),
    Pass("12.5%", form="a percentage"),
    Fail("12.5", form="a percentage"),
    Pass("2024-02-29", form="a date (YYYY-MM-DD)"),
    Fail("2023-02-29", form="a date (YYYY-MM-DD)"),
    Fail("29.02.2024", form="a date (YYYY-MM-DD)"),
    Pass("23:59", form="a time (HH:MM, 24 hours)"),
    Fail("24:00", form="a time (HH:MM, 24 hours)"),
    Fail("9:30", form="a time (HH:MM, 24 hours)"),
    Pass("2024-02-29T08:05:00Z", form="a date and time (YYYY-MM-DDTHH:MM:SSZ)"),
    Fail("2023-02-29T08:05:00Z", form="a date and time (YYYY-MM-DDTHH:MM:SSZ)"),
    Fail("2024-02-29 08:05:00", form="a date and time (YYYY-MM-DDTHH:MM:SSZ)"),
    Pass("https://tea.example.org:8080/kinds?q=green#top", form="a web address"),
    Fail("tea.example.org", form="a web address"),
    Fail("https://tea", form="a web address"),
    Fail("https://tea.org and more", form="a web address"),
    Fail("https://tea.org/kinds.", form="a web address"),
    Pass("ann.lee+tea@mail.example.org", form="an e-mail address"),
    Pass("o'neil@mail.org", form="an e-mail address"),
    Fail("ann@mail", form="an e-mail address"),
    Fail("ann..lee@mail.org", form="an e-mail address"),
    Pass("#1a2B3c", form="a colour (#RRGGBB)"),
    Fail("#1a2", form="a colour (#RRGGBB)"),
    Pass("123e4567-e89b-12d3-a456-426614174000", form="a UUID"),
    Fail("123e4567e89b12d3a456426614174000", form="a UUID"),
    Pass("well-known", form="a word"),
    Pass("l’été", form="a word"),
    Pass(Text("नमस्ते", "hi"), form="a word"),
    Pass(Text("हिन्दी", "hi"), form="a word"),
    Fail("tea-", form="a word"),
    Fail("\u0301", form="a word"),
    Fail("tea_", form="a word"),
    Fail("well known", form="a word"),
    Fail("Tea.", form="a word"),
    Fail("7", form="a word"),
    source=NATIVE,
)
def single_value(reply: Text, *, form: Form) -> Verdict:
    """The whole reply, white space around it aside. A word has letters only, joined by hyphens or apostrophes.

    Digits and addresses are in ASCII; dates must exist.
    """
    text = reply.stripped
    if form == "a word":
        followed = all(map(_is_letters, re.split(r"[-'’]", text)))
    else:
        followed = re.fullmatch(_FORMS[form], text, re.ASCII) is not None
        followed = followed and (not form.startswith("a date") or _is_date(text[:10]))
    return holds(followed, f"{form} and nothing else", lambda: quote(text))


def _is_letters(text: str) -> bool:
    """Whether ``text`` is letters, with the marks and joiners that some scripts put on or between them."""
    return text[:1].isalpha() and all(
        char.isalpha() or char in "\u200c\u200d" or unicodedata.category(char).startswith("M") for char in text
    )


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@constraint(
    "structure:number_within",
    "Reply with one number from {lowest} to {highest} and nothing else: digits, with a decimal point if need be.",
    Pass("10", lowest=1, highest=10),
    Pass(" 1\n", lowest=1, highest=10),
    Pass("-0.5", lowest=-1, highest=0),
    Fail("0.99", lowest=1, highest=10),
    Fail("10.01", lowest=1, highest=10),
    Fail("7/10", lowest=1, highest=10),
    Fail("7.", lowest=1, highest=10),
    Fail("seven", lowest=1, highest=10),
    Fail("nan", lowest=1, highest=10),
    source=NATIVE,
    conflict=in_order("lowest", "highest"),
)
def number_within(reply: Text, *, lowest: Finite, highest: Finite) -> Verdict:
    """Both bounds belong to the range; white space around the number does not count."""
    match = re.fullmatch(r"-?\d{1,100}(?:\.\d{1,100})?", reply.stripped, re.ASCII)
    followed = match is not None and lowest <= float(match.group()) <= highest
    return holds(followed, f"a number from {lowest} to {highest}", lambda: quote(reply.stripped))


_GAP = r"\[[^\[\]\n]*\]"


def _is_form(text: str) -> bool:
    """Whether there are gaps in ``text``, and something else between any two of them and around one at least.

    >>> [_is_form(text) for text in ["[a]!", "![a]", "[a]: [b]", "[a]\\n[b]!", " [a] ", "a"]]
    [True, True, True, False, False, False]
    """
    parts = re.split(_GAP, text)
    return len(parts) > 1 and all(part.strip() for part in parts[1:-1]) and any(part.strip() for part in parts)


FormText = Annotated[
    str,
    Predicate(_is_form),
    doc("a text with gaps in square brackets, such as 'Dear [name],', no two of them adjacent"),
]
"""A text with gaps."""


@constraint(
    "structure:filled_form",
    "Reply with the text between the marks, in which you have put words of your own in place of each pair of square "
    "brackets and left everything else unchanged. <<<{form}>>>",
    Pass("Dear Ann,\nsee you on Monday!", form="Dear [name],\nsee you on [day]!"),
    Pass("Dear Ann,  see you\non Monday, then!\n", form="Dear [name], see you on [day]!"),
    Fail("Dear Ann,\nsee you on [day]!", form="Dear [name],\nsee you on [day]!"),
    Fail("Dear Ann,\nsee you on !", form="Dear [name],\nsee you on [day]!"),
    Fail("Dear Ann,\nsee you Monday!", form="Dear [name],\nsee you on [day]!"),
    Fail("Dear Ann,\nsee you on Monday! Bye.", form="Dear [name],\nsee you on [day]!"),
    Fail("So: Dear Ann,\nsee you on Monday!", form="Dear [name],\nsee you on [day]!"),
    Fail("Dearest Ann,\nsee you on Monday!", form="Dear [name],\nsee you on [day]!"),
    Fail("dear Ann,\nsee you on Monday!", form="Dear [name],\nsee you on [day]!"),
    Pass("Ann: tea, milk", form="[name]: [drinks]"),
    Fail("Dear [Ann],\nsee you on [Monday]!", form="Dear [name],\nsee you on [day]!"),
    Fail("Dear Ann,\nsee you on ____!", form="Dear [name],\nsee you on [day]!"),
    Pass("Dear Ann [Lee],\nsee you on [1]: Monday!", form="Dear [name],\nsee you on [day]!"),
    Fail("See you on [Monday]", form="See you on [day]"),
    Pass("Tea: 🍵", form="Tea: [emoji]"),
    Fail("(\n[tea] )", form="([x])"),
    Fail("( [tea] ) milk!", form="([x])[y]!"),
    Pass("So a and a b", form="[x] a [y]"),
    Pass("S a b", form="[x] a [y]"),
    Pass("Ann!", form=" [name]! "),
    Fail("So:", form="[x]:[y]"),
    Fail("a b", form="[x] a [y]"),
    Fail("So a ", form="[x] a [y]"),
    source=NATIVE,
)
def filled_form(reply: Text, *, form: FormText) -> Verdict:
    """Case and punctuation of the form must be kept; runs of white space, line breaks included, count as one space.

    A gap takes any text with a letter, digit or symbol in it, but not one that is in square brackets as a whole.
    """
    parts = re.split(_GAP, re.sub(r"\s+", " ", form).strip())
    text = re.sub(r"\s+", " ", reply.raw).strip()
    kept = [gap for gap in dict.fromkeys(re.findall(_GAP, form)) if gap in reply.raw]
    if kept:
        return holds(False, "the form, filled in", f"{listing(kept)} not filled in")
    fault = _form_fault(text, parts)
    return holds(fault is None, "the form, filled in", fault or "so")


def _form_fault(text: str, parts: list[str]) -> str | None:
    """Which of ``parts`` is not where it belongs (at the ends, or after another and some text), or which gap is bad."""
    first, *middle, last = parts
    if not text.startswith(first):
        return f"no {quote(first)} where it belongs"
    gaps: list[str] = []
    position = len(first)
    for part in middle:
        found = text.find(part, _past_visible(text, position))
        if found < 0:
            return f"no {quote(part)} where it belongs"
        gaps.append(text[position:found].strip())
        position = found + len(part)
    end = len(text) - len(last)
    if not text.endswith(last) or _past_visible(text, position) > end:
        return f"no {quote(last)} where it belongs" if last else "no text in the last gap"
    gaps.append(text[position:end].strip())
    bracketed = [gap for gap in gaps if re.fullmatch(_GAP, gap)]
    return f"{listing(bracketed[:5])} in square brackets" if bracketed else None


def _past_visible(text: str, position: int) -> int:
    """The place behind the first letter, digit or symbol from ``position`` on; behind the end where there is none."""
    while position < len(text) and unicodedata.category(text[position])[0] in "PZC":
        position += 1
    return position + 1
