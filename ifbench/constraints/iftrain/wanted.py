"""The word that a prompt asks for, and words ready to be compared with it."""

from __future__ import annotations

from typing import Annotated

from annotated_types import doc

from ifbench.constraints.reading.folding import folded
from ifbench.languages import word_spans
from ifbench.parameters import Phrase, Phrases

WordOrList = Annotated[Phrase | Phrases, doc("a word, or a list that begins with it")]
"""The reference implementation takes a list where it expects a word, and uses its first entry."""


def first_entry(word: str | list[str]) -> str:
    """The word that is meant, without the white space around it."""
    return (word if isinstance(word, str) else word[0]).strip()


def folded_words(text: str) -> list[str]:
    """The words of ``text`` as a reader counts them, in the form in which they are compared.

    >>> folded_words("New York: it’s BIG.")
    ['new', 'york', "it's", 'big']
    """
    return [folded(text[start:stop]) for start, stop in word_spans(text)]
