"""What the constraints of a prompt ask of a witness, gathered before it is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ifbench.fresh.dice import Dice

Options = Sequence[str]
"""Sentences any of which will do."""
Stock = Callable[[int], list[str]]
"""Gives as many unused sentences as are asked for."""
Block = Callable[[Stock, Dice], str]
"""Writes a list, a table or the like, out of sentences of the stock where it needs some."""

MANY = 1_000_000


@dataclass
class Plan:
    """A reply to be: how much of everything, what must stand where, and what no sentence may have.

    Ranges hold the least and the greatest number. ``must`` are sentences that stand anywhere, one of each entry;
    ``first`` and ``last`` are those the body begins and ends with; ``places`` has sentences by their number from the
    start (1, 2, ...) or from the end (-1, -2, ...). ``each`` are sentences of which every paragraph has one.
    ``keeps`` are the tests every sentence passes. ``front`` and ``back`` are blocks around the body, ``prefix`` text
    glued to its first sentence. ``headings`` divide it, ``blocks`` stand between its paragraphs. ``edits`` change the
    text as a whole, in order. ``document`` writes all of a reply that is not prose. ``initials`` and ``openings``: no
    two sentences begin with one letter, or one word; ``letters`` are those the sentences begin with.
    ``a_line_each``: every sentence has a line, spoken in turn by ``speakers`` where there are any. ``spread``: no two
    blocks stand together.
    """

    words: tuple[int, int] = (0, MANY)
    characters: tuple[int, int] = (0, MANY)
    sentences: tuple[int, int] = (0, MANY)
    paragraphs: tuple[int, int] = (0, MANY)
    per_paragraph: tuple[int, int] = (0, MANY)
    paragraph_words: tuple[int, int] = (0, MANY)
    keeps: list[Callable[[str], bool]] = field(default_factory=list[Callable[[str], bool]])
    must: list[Options] = field(default_factory=list[Options])
    first: Options = ()
    last: Options = ()
    places: dict[int, Options] = field(default_factory=dict[int, Options])
    each: list[str] = field(default_factory=list[str])
    prefix: str = ""
    front: list[str] = field(default_factory=list[str])
    back: list[str] = field(default_factory=list[str])
    headings: list[str] = field(default_factory=list[str])
    blocks: list[Block] = field(default_factory=list[Block])
    edits: list[Callable[[str, Dice], str]] = field(default_factory=list[Callable[[str, Dice], str]])
    initials: bool = False
    openings: bool = False
    a_line_each: bool = False
    spread: bool = False
    speakers: list[str] = field(default_factory=list[str])
    letters: str = ""
    document: Callable[[Stock, Dice], str] | None = None

    def narrow(self, what: str, lowest: int = 0, highest: int = MANY) -> None:
        """Hold a range to these bounds as well."""
        low, high = getattr(self, what)
        setattr(self, what, (max(low, lowest), min(high, highest)))

    def usable(self, sentence: str) -> bool:
        """Whether a sentence passes every test."""
        return all(keeps(sentence) for keeps in self.keeps)
