"""A response as verifiers see it: split once, read by all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ifbench import markdown
from ifbench.languages import (
    block_sentence_spans,
    detect_language,
    sentence_spans,
    treebank_tokens,
    upper_token_spans,
    word_spans,
    words,
)
from ifbench.parameters import Ordinal

_BLANK_LINES = re.compile(r"((?:\r\n|\r(?!\n)|\n)(?:[ \t]*(?:\r\n|\r(?!\n)|\n))+)")


class Text:
    """A text and its views, each computed at most once.

    ``language`` is an ISO 639-1 code that tells a verifier how to read the text; it is not detected.
    Spans are start and end in characters of ``raw``.

    ``words`` and ``sentences`` are what published editions count. Corrected editions and our own types count
    ``plain_words`` and ``prose_sentences``, which know every language and leave Markdown's marks and code out.
    """

    def __init__(self, raw: str, language: str = "en"):
        self.raw = raw
        self.language = language

    def __repr__(self) -> str:
        shown = self.raw if len(self.raw) <= 60 else f"{self.raw[:57]}..."
        return f"Text({shown!r})" if self.language == "en" else f"Text({shown!r}, {self.language!r})"

    @cached_property
    def is_blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.raw.strip()

    @cached_property
    def stripped(self) -> str:
        """The text without the white space around it."""
        return self.raw.strip()

    @cached_property
    def lower(self) -> str:
        """The text in lower case."""
        return self.raw.lower()

    @cached_property
    def lines(self) -> list[str]:
        """The parts between line feeds."""
        return self.raw.split("\n")

    @property
    def first_line(self) -> str:
        """The first line, without the white space around it."""
        return self.lines[0].strip()

    @cached_property
    def blocks(self) -> list[str]:
        """The parts between blank lines (two line feeds in a row), empty ones included."""
        return self.raw.split("\n\n")

    @cached_property
    def words(self) -> list[str]:
        """Runs of letters, digits and underscores."""
        return words(self.raw)

    @cached_property
    def sentence_spans(self) -> list[tuple[int, int]]:
        """Where the sentences are, by Punkt with its English parameters."""
        return sentence_spans(self.raw)

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences, by Punkt with its English parameters."""
        return [self.raw[start:stop] for start, stop in self.sentence_spans]

    @cached_property
    def tokens(self) -> list[str]:
        """The Treebank tokens, as NLTK's ``word_tokenize`` splits them."""
        return treebank_tokens(self.raw)

    @cached_property
    def upper_token_spans(self) -> list[tuple[int, int]]:
        """Where the Treebank tokens are whose letters are all capitals ("NASA", "I", "N'T")."""
        return upper_token_spans(self.raw)

    @cached_property
    def plain_word_spans(self) -> list[tuple[int, int]]:
        """Where the words are that a reader counts (UAX 29; "don't" and "well-known" are one each)."""
        return word_spans(self.raw)

    @cached_property
    def plain_words(self) -> list[str]:
        """The words a reader counts (UAX 29; "don't" and "well-known" are one each)."""
        return [self.raw[start:stop] for start, stop in self.plain_word_spans]

    @cached_property
    def markdown(self) -> markdown.Blocks:
        """Headings, list items, code, tables, rules and prose."""
        return markdown.parse(self.raw)

    @cached_property
    def prose_sentence_spans(self) -> list[tuple[int, int]]:
        """Where the sentences are, by the rules of ``language``.

        None reaches from one paragraph or list item into the next; headings, table cells and code hold none.
        """
        return [
            (block + start, block + stop)
            for block, end in self.markdown.prose
            for start, stop in block_sentence_spans(self.raw[block:end], self.language)
        ]

    @cached_property
    def prose_sentences(self) -> list[str]:
        """The sentences, by the rules of ``language``; headings, table cells and code hold none."""
        return [self.raw[start:stop] for start, stop in self.prose_sentence_spans]

    @cached_property
    def paragraph_spans(self) -> list[tuple[int, int]]:
        """Where the paragraphs are.

        That is what stands between blank lines, where it has a letter or digit and is neither heading nor code.
        """
        headings = {heading.span for heading in self.markdown.headings}
        in_code = bytearray(len(self.raw) + 1)
        for fence in self.markdown.fences:
            in_code[slice(*fence.span)] = b"\1" * (fence.span[1] - fence.span[0])
        spans: list[tuple[int, int]] = []
        position = 0
        for part in _BLANK_LINES.split(self.raw):
            start = position + len(part) - len(part.lstrip())
            stop = position + len(part.rstrip())
            # The pattern catches what it splits at, so that every character is in one part.
            position += len(part)
            if (start, stop) not in headings and not in_code[start] and any(map(str.isalnum, part)):
                spans.append((start, stop))
        return spans

    @cached_property
    def paragraphs(self) -> list[str]:
        """What stands between blank lines, where it has a letter or digit and is neither heading nor code."""
        return [self.raw[start:stop] for start, stop in self.paragraph_spans]

    @cached_property
    def detected_language(self) -> str | None:
        """The language langdetect names, or None where it finds nothing to go by."""
        return detect_language(self.raw)

    @cached_property
    def relaxed(self) -> tuple[Text, ...]:
        """IFEval's relaxed forms: without the first line, the last, or both; with and without asterisks.

        Those that differ from the text itself, from each other and from nothing: a blank form follows no constraint.
        """
        lines = self.lines
        forms = [self.raw, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
        candidates = dict.fromkeys([*forms, *(form.replace("*", "") for form in forms)])
        del candidates[self.raw]
        return tuple(Text(form, self.language) for form in candidates if form.strip())


class Conversation:
    """The turns up to and including the reply that is looked at.

    ``replies`` are the model's answers, the last of them the one under judgement; ``prompts`` are the user's
    messages (empty where a check is tried without them); ``system`` is the system prompt.
    """

    def __init__(self, replies: Sequence[Text | str], prompts: Sequence[str] = (), system: str | None = None):
        self.replies = tuple(reply if isinstance(reply, Text) else Text(reply) for reply in replies)
        self.prompts = tuple(prompts)
        self.system = system

    @property
    def turn(self) -> int:
        """The number of the turn under judgement, from 1."""
        return len(self.replies)

    def reply(self, turn: Ordinal) -> Text:
        """The model's answer in ``turn``, counted from 1.

        Raises:
            IndexError: there has been no such turn.
        """
        if not 1 <= turn <= len(self.replies):
            raise IndexError(f"turn {turn} of a conversation of {len(self.replies)}")
        return self.replies[turn - 1]
