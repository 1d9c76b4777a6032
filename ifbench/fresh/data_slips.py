"""Slips in data for a program: one key, row, cell or mark that is not as it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ifbench.fresh.dice import Dice
from ifbench.fresh.slips import Asking

_ALIKE = {
    "name": "full_name", "street": "address", "town": "city", "day": "date", "service": "job", "contact": "person",
    "reason": "cause", "note": "notes", "status": "state", "phone": "telephone", "urgent": "priority",
    "source": "origin", "duty": "task", "time": "hours", "place": "location",
}  # fmt: skip
_KEY = re.compile(r'"?(\w[\w-]*)"?: |<(\w+)>')
_STOPGAPS = ("TBD", "TODO", "____")


def data_slips(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    """The document with one slip in it."""
    yield from _around(witness)
    yield from _lines(witness)
    yield from _keys(witness, dice)
    yield from _values(witness, asking, dice)


def _around(witness: str) -> Iterator[str]:
    kind = "json" if witness[0] in "[{" else "xml" if witness[0] == "<" else ""
    yield f"```{kind}\n{witness}\n```\n\nThe values are taken from the notes."
    yield f"Here is the result:\n\n{witness}"
    yield f"{witness}\n\nAll values are taken from the notes."


def _whole(lines: list[str]) -> str:
    """The lines with commas where JSON needs them."""
    return re.sub(r'(["\]}])(?=\n\s*")', r"\1,", re.sub(r",(?=\n\s*[}\]])", "", "\n".join(lines)))


def _lines(witness: str) -> Iterator[str]:
    """A line too few or too many, and two lines exchanged."""
    lines = witness.split("\n")
    inner = range(1, len(lines) - 1) if witness[0] in "[{<" and len(lines) > 2 else range(len(lines))
    for place in inner:
        before, line, after = lines[:place], lines[place], lines[place + 1 :]
        yield _whole([*before, *after])
        if not _KEY.search(line):
            yield _whole([*before, line, line, *after])
        if place + 1 in inner and (place or _KEY.search(line)):
            yield _whole([*before, after[0].rstrip(","), line.rstrip(","), *after[1:]])
    if witness[0] == "[" and "\n" in witness:
        yield _whole([*lines[:-1], "  7", lines[-1]]).replace('"\n  7', '",\n  7')


def _keys(witness: str, dice: Dice) -> Iterator[str]:
    """A key that is called otherwise, or is written in another manner."""
    for match in dice.sample(list(_KEY.finditer(witness)), 6):
        key = match[1] or match[2]
        other = _ALIKE.get(key.lower(), f"{key}s")
        words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", key)
        styles = {"_".join(words), words[0] + "".join(word.capitalize() for word in words[1:]), "-".join(words)}
        styles = {style if style.isupper() else style[0].lower() + style[1:] for style in styles}
        for new in (other if key.islower() else other.capitalize(), *sorted(styles - {key}), key.capitalize()):
            yield re.sub(rf'(?<=["</]){key}(?=[">])|^{key}(?=: )', new, witness, count=1 + (match[2] is not None),
                         flags=re.MULTILINE)  # fmt: skip
    # A header.
    head, *rest = witness.split("\n")
    if not _KEY.search(head):
        for mark in (";", "|", ","):
            cells = head.split(mark)
            for place, cell in enumerate(cells if len(cells) > 1 else ()):
                yield "\n".join([mark.join([*cells[:place], cell.lower(), *cells[place + 1 :]]), *rest])
                yield "\n".join([head, *(re.sub(r"\d+$", r"\g<0> min", row) for row in rest[:1]), *rest[1:]])
                yield "\n".join([head, *(mark.join(["", *row.split(mark)[1:]]) for row in rest[:1]), *rest[1:]])


def _values(witness: str, asking: Asking, dice: Dice) -> Iterator[str]:
    """A value that is left open, is a word that was ruled out, says too much, or names somebody else."""
    words = list(asking.params.get("forbidden_words", ()))
    exclaims = asking.id == "punctuation:punctuation_exclamation"
    long = (
        [" ".join(dice.sample(asking.scene.material, number)) for number in (6, 10, 14)]
        if "spaces" in asking.params
        else []
    )
    spots = [*re.finditer(r'(?<=: ")[^"\n]+(?=")|(?<=>)[^<>\n]+(?=</)|(?<=: )[^"\n]+$|(?<=  ")[^"\n]+(?=",?$)', witness,
                          re.MULTILINE)]  # fmt: skip
    spots = spots or [*re.finditer(r"(?<=\n)[A-Za-z ]+(?=[,;|])", witness)]
    for spot in dice.sample(spots, 5):
        for value in (*words, *long, *_STOPGAPS, *([f"{spot[0]}!"] if exclaims else [])):
            yield f"{witness[: spot.start()]}{value}{witness[spot.end() :]}"
    for word in asking.params.get("keywords", ()):
        for slot in ("person", "other", "third", "town2", "weekday", "otherday", "street2"):
            yield re.sub(rf"\b{re.escape(word)}\b", asking.scene.slots[slot], witness)
