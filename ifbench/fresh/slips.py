"""Slips in prose: one thing that a good model gets wrong, at a place where it would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ifbench.fresh.dice import Dice
from ifbench.fresh.scene import Scene
from ifbench.fresh.vocabulary import HABITS

_MARKED = re.compile(r"^\s*(?:[-*+•>#|<`~]|\d+\.\s|\*\*|[A-Z]\w+ \d+$)")
_SENTENCE = re.compile(r"[^.?!]+(?:[.?!](?=\w)[^.?!]*)*[.?!]+")
_FULL_FORMS = (("It's", "It is"), ("it's", "it is"), ("That's", "That is"), ("Don't", "Do not"), ("don't", "do not"),
               ("You'll", "You will"), ("I'm", "I am"), ("We're", "We are"), ("I've", "I have"), ("We've", "We have"),
               ("We'd", "We would"), ("You're", "You are"), ("won't", "will not"), ("I'll", "I will"))  # fmt: skip
_PREAMBLES = ("Sure, here is the text:", "Here is a draft for you:", "Of course! Here you go:")
_OFFERS = ("Let me know if you would like any changes.", "I hope this helps!", "Feel free to ask for another version.")


@dataclass(frozen=True)
class Asking:
    """What one constraint of a prompt asks for: its type, its parameters, and the scene it was drawn in."""

    id: str
    params: Mapping[str, Any]
    scene: Scene


def plain_lines(lines: list[str]) -> list[int]:
    """The numbers of the lines that are running text: no item, heading, quote, row of a table or code."""
    fenced, found = False, list[int]()
    for place, line in enumerate(lines):
        fenced ^= line.startswith("```")
        ends = line.rstrip().endswith((".", "?", "!"))
        if not fenced and ends and not _MARKED.match(line) and not line.startswith("P."):
            found.append(place)
    return found


def with_sentence(witness: str, sentence: str, dice: Dice) -> Iterator[str]:
    """The text with one more sentence in its running text, behind another sentence."""
    lines = witness.split("\n")
    for place in dice.sample(plain_lines(lines), 3):
        ends = [match.end() for match in _SENTENCE.finditer(lines[place])]
        end = dice.choice(ends) if ends else len(lines[place])
        longer = f"{lines[place][:end]} {sentence}{lines[place][end:]}"
        yield "\n".join([*lines[:place], longer, *lines[place + 1 :]])


def _each(pattern: str, new: Callable[[re.Match[str]], str], text: str) -> Iterator[str]:
    """The text with one of the matches replaced, for each match."""
    for match in re.finditer(pattern, text, re.MULTILINE):
        yield text[: match.start()] + new(match) + text[match.end() :]


def _one_comma(witness: str, _: Asking, dice: Dice) -> Iterator[str]:
    yield from _each(r"(?<=\w) (?=(?:and|but|because) )", lambda _: ", ", witness)
    yield from _each(
        r"(?<=^)(?:In short|Until then|By then|Later on|Over time|On balance|Overall|Sadly|Today|Tomorrow|Then|Now"
        r"|In the meantime|During this time|For that reason|From now on) ",
        lambda match: f"{match[0].rstrip()}, ", witness,
    )  # fmt: skip
    yield from with_sentence(witness, "It is short, but it says what matters.", dice)


def _exclaims(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from _each(r"(?<=[a-zA-Z])\.(?= [A-Z]|$)", lambda _: "!", witness)


def _sentence_of(*sentences: str) -> Callable[[str, Asking, Dice], Iterator[str]]:
    def slip(witness: str, _: Asking, dice: Dice) -> Iterator[str]:
        for sentence in sentences:
            yield from with_sentence(witness, sentence, dice)

    return slip


def _contracts(witness: str, _: Asking, dice: Dice) -> Iterator[str]:
    for short, long in _FULL_FORMS:
        yield from _each(rf"\b{long}\b", lambda _, short=short: short, witness)
    yield from with_sentence(witness, "That's good to know.", dice)
    full = witness
    for short, long in _FULL_FORMS:
        full = full.replace(short, long)
    yield full


def _worn(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    for word in (*asking.params.get("forbidden_words", ()), *asking.params.get("words", ())):
        if word in HABITS:
            yield from with_sentence(witness, HABITS[word], dice)
    for word in asking.params.get("phrases", ()):
        yield from with_sentence(witness, HABITS.get(word, f"Please keep the {word} in mind."), dice)


def _person(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    sentence = {"first": "We look forward to it.", "second": "You can count on it."}.get(asking.params["person"])
    if asking.params["amount"] == "no" and sentence:
        yield from with_sentence(witness, sentence, dice)


def _marks(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    sentence = {
        "em dashes": "One thing matters most — a little care.", "semicolons": "Some like it; others do not.",
        "parentheses": "There is more (see below).", "quotation marks": 'Some call it "a good start".',
        "emoji": "All is well 🙂.", "ellipses": "And there is more...",
    }[asking.params["marks"]]  # fmt: skip
    yield from with_sentence(witness, sentence, dice)


def _two_joined(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from _each(r"(?<=[a-z])\. ([A-Z])(?=[a-z' ])", lambda m: f", and {m[1].lower()}", witness)


def _word_in_its_usual_case(witness: str, asking: Asking, __: Dice) -> Iterator[str]:
    """Where all is in one case: a sentence that begins as usual, or a name or a first word that does."""
    if witness == witness.lower():
        names = [asking.scene.slots[name] for name in ("person", "other", "third", "sender", "town", "weekday")]
        yield from (witness.replace(name.lower(), name, 1) for name in names if name.lower() in witness)
        yield from _each(r"(?:^|(?<=[.?] ))[a-z](?=[a-z']*[ ,])", lambda match: match[0].upper(), witness)
    else:
        yield from _each(r"(?<=[.?] )[A-Z][^.?\n]+[.?]", lambda match: match[0].capitalize(), witness)
        yield from _each(r"^[A-Z][^.?\n]+[.?]", lambda match: match[0].capitalize(), witness)


def _lower_again(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from _each(r"\b[A-Z]{4,}\b", lambda match: match[0].lower(), witness)


def _quotes(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield witness.replace('"', "")
    yield from _each(r'(?<=")(\w+) ', lambda _: "", witness)
    yield from _each(r' (\w+)(?=")', lambda _: "", witness)


def _notation(witness: str, asking: Asking, _: Dice) -> Iterator[str]:
    day = asking.scene.day
    for form in (f"{day.day}.{day.month}.{day.year}", f"{day.day}/{day.month}/{day.year}", day.isoformat()):
        yield from _each(
            r"\d+[-./]\d+[-./]\d+|\d+ [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d+, \d{4}", lambda _, f=form: f, witness
        )
    yield from _each(r"(\d+):(\d\d)(?: PM| p\.m\.)?", lambda m: f"{m[1]}.{m[2]}", witness)
    yield from _each(r"(\d+):(\d\d)(?: PM| p\.m\.)", lambda m: f"{m[1]}:{m[2]}pm", witness)
    yield from _each(r"([$£€]|EUR |CHF )(\d+)(?:\.\d+)?|(\d+) USD", lambda m: f"{m[2] or m[3]} {(m[1] or '$').strip()}",
                     witness)  # fmt: skip


def _entities(witness: str, _: Asking, dice: Dice) -> Iterator[str]:
    for sentence in ("Some 5% say no.", "Write to help@example.org too.", "See https://example.org/more as well.",
                     "Look for #Welcome too."):  # fmt: skip
        yield from with_sentence(witness, sentence, dice)


_FILLED = {"date": "Friday", "name": "the caretaker", "place": "the entrance"}


def _filled_in(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from _each(r"\[(date|place|phone number|price|email address|name|reference number)\]",
                     lambda match: _FILLED.get(match[1], "known"),
                     witness)  # fmt: skip


def _goes_on(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from (f"{witness}\n\n{offer}" for offer in _OFFERS)
    yield re.sub(r"\n\n(?=[^\n]+$)", " ", witness)
    yield re.sub(r"\s*[^.?\n]+[.?]$", "", witness)


def _code(witness: str, _: Asking, __: Dice) -> Iterator[str]:
    yield from _each(r"(?<=def )\w+", lambda match: f"check_{match[0]}", witness)
    yield from _each(r" -> bool", lambda _: "", witness)
    yield from _each(r"^    return .*$", lambda _: "    pass", witness)


_OWN: dict[str, Callable[[str, Asking, Dice], Iterator[str]]] = {
    "punctuation:no_comma": _one_comma,
    "punctuation:punctuation_exclamation": _exclaims,
    "style:no_question": _sentence_of("Any questions?", "Does that sound good?"),
    "style:contractions": _contracts,
    "style:person": _person,
    "style:no_marks": _marks,
    "style:no_hedging": _worn,
    "keywords:forbidden_words": _worn,
    "content:forbidden_phrases": _worn,
    "content:digits": _sentence_of("It takes 20 minutes in all.", "There are 3 ways to do it."),
    "content:date_format": _notation,
    "content:time_format": _notation,
    "content:currency_format": _notation,
    "content:entity_count": _entities,
    "content:quotes_from_source": _quotes,
    "content:placeholders_filled": _sentence_of("The exact date is [date].", "The room is still TBD."),
    "detectable_content:number_placeholders": _filled_in,
    "length:words_in_each": _two_joined,
    "style:spelling": _sentence_of("The colour can differ.", "The color can differ."),
    "startend:end_checker": _goes_on,
    "content:disclaimer": _goes_on,
    "detectable_content:postscript": lambda witness, asking, _: iter(
        [witness.replace(asking.params["postscript_marker"], mark) for mark in ("P.S.", "PS:", "By the way:")]
        + [witness[: witness.rindex("\n\n")]]
    ),
    "style:no_preamble": lambda witness, _, __: (f"{line}\n\n{witness}" for line in _PREAMBLES),
    "style:no_closing_offer": lambda witness, _, __: (f"{witness}\n\n{line}" for line in _OFFERS),
    "startend:quotation": lambda witness, _, __: iter([witness[1:-1], f"Here it is:\n\n{witness}"]),
    "change_case:english_lowercase": _word_in_its_usual_case,
    "change_case:english_capital": _word_in_its_usual_case,
    "change_case:capital_word_frequency": _lower_again,
    "structure:python_function": _code,
    "combination:two_responses": lambda witness, _, __: iter(
        [witness.replace("******", "***"), witness.replace("\n\n******", ""), f"Here are two:\n\n******\n\n{witness}"]
    ),
    "style:oxford_comma": lambda witness, _, __: iter(
        [re.sub(r"(\w+, \w+),? (and \w+)", rf"\1{comma} \2", witness, count=1) for comma in ("", ",")]
    ),
}


_STATES_NO_WORDING = ("layout:dialogue", "startend:end_checker", "content:disclaimer", "detectable_content:postscript")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _strings(one)  # pyright: ignore[reportUnknownArgumentType]


def worded_otherwise(text: str, scene: Scene) -> Iterator[str]:
    """What stands where exactly this text was asked for: another term, another case, or a mark left out."""
    if text in scene.terms:
        yield from (term for term in scene.terms if term != text and " " not in term)
        return
    if text.startswith("#"):
        yield from (f"#{text}", text[1:], f"{text[: text.index(' ') + 3]}{text[text.index(' ') + 3 :].lower()}")
        return
    if len(text) > 1 and not text.islower():
        yield text[0] + text[1:].lower()
        yield text.lower() if len(text.split()) == 1 else text[0].lower() + text[1:]
    if text[-1:] in ".:,?":
        yield text[:-1]
    if text[-1:] == ".":
        yield f"{text[:-1]}!"


def own_slips(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    """Slips that a constraint of this type invites: its own, and what it states worded otherwise."""
    if asking.id in _OWN:
        yield from _OWN[asking.id](witness, asking, dice)
    if asking.id.startswith(("keywords:forbidden", "content:forbidden", "style:no_", *_STATES_NO_WORDING)):
        return
    for text in dict.fromkeys(_strings(list(asking.params.values()))):
        if text not in witness:
            continue
        for other in worded_otherwise(text, asking.scene):
            for often in (1, 0):
                yield re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", lambda _, other=other: other, witness, count=often)


def small_slips(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    """Slips that any constraint may fall to, the small ones first: a part that is missing, doubled, moved or bare."""
    lines = witness.split("\n")
    spare = [sentence for sentence in asking.scene.material if sentence not in witness]
    small: list[str] = []
    for place, line in enumerate(lines):
        before, after = lines[:place], lines[place + 1 :]
        if line.startswith("| ---"):
            continue
        if _MARKED.match(line):
            if not (after and after[0].startswith("| ---")):
                small.append("\n".join([*before, *after]))
            small += ["\n".join([*before, re.sub(r"^\s*[-*+•>#]+ ", "", line), *after])]
            small.append("\n".join([*before, line.replace("**", ""), *after]))
            if line.startswith("#"):
                small.append("\n".join([*before, f"#{line}", *after]))
            if (
                after
                and _MARKED.match(after[0])
                and line[:2] == after[0][:2]
                and not after[0].startswith("| ---")
                and line[0] != "<"
            ):
                small.append("\n".join([*before, after[0], line, *after[1:]]))
            if spare and (mark := re.match(r"\s*(?:[-*+•>]|\d+\.)(?: \[[ x]\])? ", line)):
                number = re.sub(r"\d+", lambda match: str(int(match[0]) + 1), mark[0])
                small.append("\n".join([*before, line, f"{number}{dice.choice(spare)}", *after]))
            for old, new in (("[x]", "[ ]"), ("[ ]", "[x]"), ("- ", "* "), ("* ", "- "), ("1.", "1)")):
                small.append("\n".join([*before, line.replace(old, new, 1), *after]))
            if line.startswith("|"):
                small.append("\n".join([*before, re.sub(r"\| [^|]+ \|$", "|  |", line), *after]))
        elif line and ":" in line[:20]:
            small += ["\n".join([*before, *after]), "\n".join([*before, line.replace(": ", " - ", 1), *after])]
    plain = plain_lines(lines)
    for place in plain:
        before, after = lines[:place], lines[place + 1 :]
        parts = [match[0].strip() for match in _SENTENCE.finditer(lines[place])]
        for number in range(len(parts) if len(parts) > 1 else 0):
            small.append("\n".join([*before, " ".join([*parts[:number], *parts[number + 1 :]]), *after]))
        for number in range(1, len(parts)):
            small.append("\n".join([*before, " ".join(parts[:number]), "", " ".join(parts[number:]), *after]))
            small.append("\n".join([*before, " ".join([*parts[:number - 1], parts[number], parts[number - 1],
                                                     *parts[number + 1 :]]), *after]))  # fmt: skip
    for one, other in pairwise(plain):
        if not any(lines[one + 1 : other]):
            small.append("\n".join([*lines[:one], f"{lines[one]} {lines[other]}", *lines[other + 1 :]]))
    small += _each(r"\*(\w+)\*", lambda match: match[1], witness)
    small += _each(r"</\w+>$|^---$", lambda _: "", witness)
    small += _each(r"<<(.+)>>", lambda match: match[1], witness)
    small += _each(r"\A\n*(?:<<.+>>|[^\n.?!]+)\n+(?=.)", lambda _: "", witness) if "\n" in witness else ()
    for sentence in dice.sample(spare, 4):
        small += with_sentence(witness, sentence, dice)
    yield from dice.shuffled(small)
    yield from dice.shuffled([f"{_PREAMBLES[1]}\n\n{witness}", f"{witness}\n\n{_OFFERS[0]}"])
    for more in (4, 8, 12):
        longer = " ".join(dice.sample(spare, more))
        if longer:
            yield from with_sentence(witness, longer, dice)
