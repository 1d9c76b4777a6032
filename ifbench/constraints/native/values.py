"""Replies that are one value, and replies that fill in a form."""

from __future__ import annotations

import datetime
import math
import re
from typing import Annotated, Literal

from annotated_types import Predicate, doc

from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.parameters import in_order
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

Finite = Annotated[int | float, Predicate(math.isfinite), doc("a number")]
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
    "a web address": r"https?://[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?::\d{1,5})?(?:[/?#][^\s<>\"`*]*)?",
    "an e-mail address": r"[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
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
    Pass("ann.lee+tea@mail.example.org", form="an e-mail address"),
    Fail("ann@mail", form="an e-mail address"),
    Pass("#1a2B3c", form="a colour (#RRGGBB)"),
    Fail("#1a2", form="a colour (#RRGGBB)"),
    Pass("123e4567-e89b-12d3-a456-426614174000", form="a UUID"),
    Fail("123e4567e89b12d3a456426614174000", form="a UUID"),
    Pass("well-known", form="a word"),
    Pass("l’été", form="a word"),
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
        followed = re.fullmatch(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text) is not None
    else:
        followed = re.fullmatch(_FORMS[form], text, re.ASCII) is not None
        followed = followed and (not form.startswith("a date") or _is_date(text[:10]))
    return holds(followed, f"{form} and nothing else", lambda: quote(text))


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

    A gap takes any text with a letter, digit or symbol in it, but not the brackets it came with.
    """
    parts = re.split(_GAP, re.sub(r"\s+", " ", form).strip())
    text = re.sub(r"\s+", " ", reply.raw).strip()
    kept = [gap for gap in dict.fromkeys(re.findall(_GAP, form)) if gap in reply.raw]
    if kept:
        return holds(False, "the form, filled in", f"{listing(kept)} not filled in")
    missing = _unmatched(text, parts)
    return holds(missing is None, "the form, filled in", f"no {quote(missing)} where it belongs" if missing else "so")


def _unmatched(text: str, parts: list[str]) -> str | None:
    """The first of ``parts`` that is not where it belongs: at the ends, or after the one before it and some text."""
    first, *middle, last = parts
    if not text.startswith(first):
        return first
    position = len(first)
    for part in middle:
        found = text.find(part, _past_visible(text, position))
        if found < 0:
            return part
        position = found + len(part)
    end = len(text) - len(last)
    return None if text.endswith(last) and _past_visible(text, position) <= end else last or "text for the last gap"


def _past_visible(text: str, position: int) -> int:
    """The place behind the first visible character from ``position`` on; behind the end where there is none."""
    while position < len(text) and text[position] == " ":
        position += 1
    return position + 1
