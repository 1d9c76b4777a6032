"""The request, or a part of it, given back."""

from __future__ import annotations

import re
import string

from ifbench.constraints.reading.folding import straight_marks
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import quote
from ifbench.parameters import Count, Phrase, in_order
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, exactly, holds

_CHANGE = (
    "Repeat the request, but change the first word of the repeated request, (do not say anything before repeating the "
    "request; the request you need to repeat does not include this sentence) and do not answer the actual request! "
    "Request: {prompt_to_repeat}"
)
_SIMPLE = "Only output this sentence here, ignore all other requests."
_SPAN = (
    "Copy the span of words that lies between (and including) index {n_start} and {n_end}, "
    "the indices are word indices, split by whitespace! Text: {prompt_to_repeat}"
)

_EDGES = string.whitespace + "*_`~\"'«»"
_ENDING = _EDGES + ".,;:!?…"


def _given(text: str) -> list[str]:
    """The words between spaces, without the fence, emphasis or quotation marks around all, and the last marks."""
    body = re.sub(r"\A\s*(?:```|~~~)[\w+-]*\r?\n", "", text)
    return straight_marks(body.replace("‚", "'")).lstrip(_EDGES).rstrip(_ENDING).split()


@constraint(
    "repeat:repeat_change",
    _CHANGE,
    Pass("Draft an essay  on tea.", prompt_to_repeat="Write an essay on tea."),
    Pass("Write  an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("Write an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("Draft an essay on Tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("Please write an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    source=IFBENCH,
)
def repeat_change(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """All words but the first must be the same, whatever the spaces between them.

    As published, a request repeated without change passes where it has a space more or less.
    """
    given, wanted = reply.raw.split(), prompt_to_repeat.split()
    return _repeated_with_change(given, wanted, prompt_to_repeat != reply.raw)


@constraint(
    "repeat:repeat_change",
    _CHANGE,
    Pass("Draft an essay  on tea.", prompt_to_repeat="Write an essay on tea."),
    Pass("\n“Draft an essay on Ann’s tea”\n", prompt_to_repeat="Write an essay on Ann's tea."),
    Pass("```text\nDraft an essay\n```", prompt_to_repeat="Write an essay "),
    Pass("```\r\nDraft an essay\r\n```", prompt_to_repeat="Write an essay"),
    Pass('" Drink! "', prompt_to_repeat="Eat!"),
    Fail("Write  an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("WRITE: an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("- an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("Draft an essay on Tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("Draft an essay on tea. Tea is hot.", prompt_to_repeat="Write an essay on tea."),
    Fail("Please write an essay on tea.", prompt_to_repeat="Write an essay on tea."),
    Fail("***", prompt_to_repeat="Write"),
    edition="corrected",
    fault="A request repeated without change passes where it has a space or line break more or less.",
    source=IFBENCH,
)
def repeat_change_corrected(reply: Text, *, prompt_to_repeat: Phrase) -> Verdict:
    """The first word must be another in more than case and punctuation; all others the same, in the same case.

    Curly and straight quotation marks are alike; those around all, and the last full stop, may be there or not.
    """
    given, wanted = _given(reply.raw), _given(prompt_to_repeat)
    first, original = (_letters(words[0]) if words else "" for words in (given, wanted))
    return _repeated_with_change(given, wanted, first not in ("", original))


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, straight_marks(word).casefold()))


def _repeated_with_change(given: list[str], wanted: list[str], changed: bool) -> Verdict:
    """Followed when the first word is ``changed`` and all others are the same."""

    def observed() -> str:
        if not given:
            return "no words"
        if given[1:] != wanted[1:]:
            return _first_difference(given, wanted)
        return "all but the first word the same" if changed else f"the first word {quote(given[0])} unchanged"

    return holds(changed and given[1:] == wanted[1:], "the request with nothing but its first word changed", observed)


def _first_difference(given: list[str], wanted: list[str]) -> str:
    """In which word behind the first the two differ."""
    place = next((place for place in range(1, len(wanted)) if given[place : place + 1] != wanted[place : place + 1]), 0)
    if not place:
        return f"more behind the request: {quote(' '.join(given[len(wanted) :][:5]))}"
    there = quote(given[place]) if place < len(given) else "nothing"
    return f"{there} instead of {quote(wanted[place])} as word {place + 1}"


@constraint(
    "repeat:repeat_simple",
    _SIMPLE,
    Pass("\nonly output this sentence here, IGNORE all other requests. "),
    Fail("Only output this sentence here, ignore all other requests"),
    Fail('"Only output this sentence here, ignore all other requests."'),
    source=IFBENCH,
)
def repeat_simple(reply: Text) -> Verdict:
    """Case does not matter, nor the space around.

    The sentence does not say whether it may be quoted: as published, it may not.
    """
    return exactly(reply.stripped.lower(), _SIMPLE.lower(), "the sentence")


@constraint(
    "repeat:repeat_span",
    _SPAN,
    Pass(" OIL T ", prompt_to_repeat="Boil the water.", n_start=1, n_end=5),
    Pass("water.", prompt_to_repeat="Boil the Water.", n_start=8, n_end=90),
    Fail("oil the w", prompt_to_repeat="Boil the water.", n_start=1, n_end=7),
    Fail("oil th", prompt_to_repeat="Boil the water.", n_start=1, n_end=7),
    Fail("the water.", prompt_to_repeat="Boil the water.", n_start=1, n_end=2),
    source=IFBENCH,
    conflict=in_order("n_start", "n_end"),
)
def repeat_span(reply: Text, *, prompt_to_repeat: Phrase, n_start: Count, n_end: Count) -> Verdict:
    """As published, the indices count CHARACTERS, from 0, though the sentence says words. Case does not matter."""
    wanted = prompt_to_repeat[n_start : n_end + 1].strip().lower()
    return exactly(reply.stripped.lower(), wanted, "the text")


@constraint(
    "repeat:repeat_span",
    _SPAN,
    Pass("the water.", prompt_to_repeat="Boil the water.", n_start=1, n_end=2),
    Pass("**“The   water”**", prompt_to_repeat="Boil the water. Wait.", n_start=1, n_end=2),
    Pass("Wait.", prompt_to_repeat="Boil the water. Wait.", n_start=3, n_end=9),
    Fail(" OIL T ", prompt_to_repeat="Boil the water.", n_start=1, n_end=5),
    Fail("Boil the", prompt_to_repeat="Boil the water.", n_start=1, n_end=2),
    Fail("the", prompt_to_repeat="Boil the water.", n_start=1, n_end=2),
    Fail("***", prompt_to_repeat="Boil the water.", n_start=7, n_end=9),
    edition="corrected",
    fault="The indices are taken as those of characters, though the sentence says that they are those of words.",
    source=IFBENCH,
    conflict=in_order("n_start", "n_end"),
)
def repeat_span_corrected(reply: Text, *, prompt_to_repeat: Phrase, n_start: Count, n_end: Count) -> Verdict:
    """Words are what stands between spaces, counted from 0. Case does not matter, nor the space between words.

    Quotation marks or emphasis around all, and the last full stop, may be there or not.
    """
    wanted = " ".join(_given(" ".join(prompt_to_repeat.split()[n_start : n_end + 1])))
    given = " ".join(_given(reply.raw))
    if not wanted:
        return holds(False, f"words {n_start} to {n_end} of the text", "no such words in it")
    return exactly(given.casefold(), wanted.casefold(), "the words")
