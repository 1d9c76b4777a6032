"""How long: words, sentences, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ifbench.constraints.reading.fences import opened
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.reading.phrases import joined, spaced
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Ordinal, Phrase, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, holds

_STARS = r"\s?\*\*\*\s?"
_NOT_IN_FIRST_WORD = r"[.,?!'\"]"


@constraint(
    "length_constraints:number_words",
    "Answer with {relation} {num_words} words.",
    Pass("one two three", relation="at least", num_words=3),
    Pass("one two", relation="less than", num_words=3),
    Fail("one two", relation="at least", num_words=3),
    Fail("one two three", relation="less than", num_words=3),
    Fail("Don't.", relation="less than", num_words=2),
    source=IFEVAL,
)
def number_words(reply: Text, *, relation: Threshold, num_words: Count) -> Verdict:
    """A word is a run of letters, digits and underscores: "don't" is two."""
    return compare(
        len(reply.words),
        relation,
        num_words,
        "words",
        lambda: _surplus([match.span() for match in re.finditer(r"\w+", reply.raw)], relation, num_words),
    )


def _surplus(words: Sequence[tuple[int, int]], relation: Threshold, number: int) -> list[tuple[int, int]]:
    """Where the words stand that are too many."""
    return [(words[max(0, number - 1)][0], words[-1][1])] if relation == "less than" and len(words) >= number else []


@constraint(
    "length_constraints:number_words",
    "Answer with {relation} {num_words} words.",
    Pass("one two three", relation="at least", num_words=3),
    Pass("Don't.", relation="less than", num_words=2),
    Pass("A well-known fact — see _here_.", relation="less than", num_words=6),
    Pass(Text("नमस्ते दुनिया", "hi"), relation="less than", num_words=3),
    Pass(Text("今天天气很好", "zh"), relation="at least", num_words=6),
    Fail("one two", relation="at least", num_words=3),
    Fail("one two three", relation="less than", num_words=3),
    source=IFEVAL,
    edition="corrected",
    fault="Words are split at apostrophes, hyphens and vowel signs, and a whole sentence of Chinese is one word.",
)
def number_words_corrected(reply: Text, *, relation: Threshold, num_words: Count) -> Verdict:
    """Words as a reader counts them: "don't" and "well-known" are one each; each Chinese character is one."""
    spans = reply.plain_word_spans
    return compare(len(spans), relation, num_words, "words", lambda: _surplus(spans, relation, num_words))


@constraint(
    "length_constraints:number_sentences",
    "Your response should contain {relation} {num_sentences} sentences.",
    Pass("It rained. Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Pass("It rained", relation="less than", num_sentences=2),
    Fail("It rained, and Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Fail("It rained. We left.", relation="less than", num_sentences=2),
    Fail("下雨了。我们走了。", relation="at least", num_sentences=2),
    source=IFEVAL,
)
def number_sentences(reply: Text, *, relation: Threshold, num_sentences: Count) -> Verdict:
    """Sentences are split by Punkt with its English parameters, whatever the language of the reply."""
    spans = reply.sentence_spans
    return compare(len(spans), relation, num_sentences, "sentences", spans)


@constraint(
    "length_constraints:number_sentences",
    "Your response should contain {relation} {num_sentences} sentences.",
    Pass("It rained. Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Pass("# Weather\n\nIt rained", relation="less than", num_sentences=2),
    Pass("1. Boil the water.\n2. Add the tea.", relation="less than", num_sentences=3),
    Pass("<<Tea>>\n\nDear Ann,\n\nit rained. “We left.”\n\nBest regards", relation="less than", num_sentences=3),
    Pass("It rained. We left", relation="at least", num_sentences=2),
    Pass("```text\n<p>It rained.</p><p>We left.</p>\n```", relation="at least", num_sentences=2),
    Pass("It rained", relation="at least", num_sentences=1),
    Pass("```\nIt rained\n```", relation="at least", num_sentences=1),
    Fail("It rained.\n- boil the water\n- add the tea", relation="at least", num_sentences=2),
    Fail("It rained\n\nWe left", relation="at least", num_sentences=2),
    Pass("下雨了。我们走了。", relation="at least", num_sentences=2),
    Fail("It rained. We left.", relation="less than", num_sentences=2),
    Fail("It rained, and Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Fail("Rain!\n\n***\n\n...", relation="at least", num_sentences=2),
    Fail("In XML:\n\n```xml\n<p>It rained.</p><p>We left.</p>\n```", relation="less than", num_sentences=2),
    Fail("In short:\n```\nIt rained. We left.\n```", relation="less than", num_sentences=2),
    Pass("It works.\n```\nprint('It rained. We left.')\n```", relation="less than", num_sentences=2),
    Pass("So:\n```python\nprint('It rained. We left.')\n```", relation="less than", num_sentences=2),
    source=IFEVAL,
    edition="corrected",
    fault="English rules split every language; numerals of lists, greetings and titles shift where sentences end.",
)
def number_sentences_corrected(reply: Text, *, relation: Threshold, num_sentences: Count) -> Verdict:
    """What ends with a mark (``. ! ? … 。``) in a paragraph or list item, and what follows a sentence there.

    Headings, tables and code hold none, nor does a greeting or title without a mark. Where nothing has a mark, all of
    it is one. A reply that is all in a code fence is read without it and without tags; so are fences of XML, HTML or
    no language where nothing else has a mark.
    """
    text = _untagged(opened(reply), reply)
    spans = _sentences(text) or _sentences(_untagged(opened(reply, _MARKUP), reply)) or text.prose_sentence_spans[:1]
    return compare(len(spans), relation, num_sentences, "sentences", spans)


_MARKUP = frozenset(["", "xml", "html"])


def _untagged(text: Text, reply: Text) -> Text:
    """``text`` without tags, if it is another one than ``reply``; nothing is moved."""
    if text is reply:
        return reply
    return Text(re.sub(r"<[^<>]*>", lambda tag: "\n" * len(tag[0]), text.raw), reply.language)


def _sentences(text: Text) -> list[tuple[int, int]]:
    """Sentences with a mark at their end, and what follows one in its paragraph."""
    pieces = text.prose_sentence_spans
    parting = re.compile(r"\n\s*\n|\n\s*(?:[-*+]|\d+[.)])\s")
    spans: list[tuple[int, int]] = []
    for start, stop in pieces:
        tail = re.search(r"[\W_]*$", text.raw[max(start, stop - 20) : stop])
        marked = tail is not None and re.search("[.!?\u2026\u3002\uff01\uff1f\uff61\u061f\u06d4\u0964\u0965]", tail[0])
        if marked or (spans and not parting.search(text.raw, spans[-1][1], start)):
            spans.append((start, stop))
    return spans


@constraint(
    "length_constraints:number_paragraphs",
    "There should be {num_paragraphs} paragraphs. Separate them with the markdown divider: ***",
    Pass("First.\n***\nSecond.", num_paragraphs=2),
    Pass("***\nFirst.\n***\nSecond.\n***", num_paragraphs=2),
    Fail("First.\n\nSecond.", num_paragraphs=2),
    Fail("First.\n***\n***\nSecond.", num_paragraphs=3),
    Fail("First.\n***\n \n \n***\nSecond.", num_paragraphs=3),
    Pass("\n\n***\nFirst.\n***\nSecond.", num_paragraphs=2),
    Fail("First.\n * * * \nSecond.\n\\*\\*\\*\nThird.", num_paragraphs=3),
    Pass("It is ***good.", num_paragraphs=2),
    source=IFEVAL,
)
def number_paragraphs(reply: Text, *, num_paragraphs: Count) -> Verdict:
    """Three asterisks divide, wherever they stand. An empty part may stand only at the beginning or the end."""
    parts = re.split(_STARS, reply.raw)
    if any(not part.strip() for part in parts[1:-1]):
        return holds(
            False,
            lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')} divided by ***",
            "an empty paragraph between two dividers",
            lambda: [match.span() for match in re.finditer(_STARS, reply.raw)],
        )
    # A lone blank part is both the first and the last, and is taken off once.
    edges = {0, len(parts) - 1}
    number = len(parts) - sum(not parts[edge].strip() for edge in edges)
    spans = [match.span() for match in re.finditer(_STARS, reply.raw)]
    return _divided(number, num_paragraphs, spans)


def _divided(number: int, wanted: int, dividers: Sequence[tuple[int, int]]) -> Verdict:
    return holds(
        number == wanted,
        lambda: f"exactly {count_of(wanted, 'paragraphs')} divided by ***",
        lambda: f"{count_of(number, 'paragraphs')}, {count_of(len(dividers), 'dividers')}",
        dividers,
    )


@constraint(
    "length_constraints:number_paragraphs",
    "There should be {num_paragraphs} paragraphs. Separate them with the markdown divider: ***",
    Pass("First.\n***\nSecond.", num_paragraphs=2),
    Pass("***\nFirst.\r\n***\r\nSecond.\n***", num_paragraphs=2),
    Pass("First.\n * * * \nSecond.\n\\*\\*\\*\nThird.", num_paragraphs=3),
    Pass("It is ***really*** good. ***\n***Now*** the second.", num_paragraphs=2),
    Pass("First. *** Second. *** Third.", num_paragraphs=3),
    Pass('"\nFirst.\n ***Second.\n***\n"', num_paragraphs=2),
    Pass("First.*** \nSecond.", num_paragraphs=2),
    Pass("Here they are (***):\n1\n***\n2", num_paragraphs=2),
    Fail("First.\n\nSecond.", num_paragraphs=2),
    Fail("First.\n****\nSecond.", num_paragraphs=2),
    Fail("First.\n******\nSecond.", num_paragraphs=2),
    Fail("***Really*** good.", num_paragraphs=2),
    Fail("It is ***good.", num_paragraphs=2),
    Fail("First.\n***\n***\nSecond.", num_paragraphs=2),
    Fail("First.\n***\nSecond.\n***\nThird.", num_paragraphs=2),
    Fail("***\n***", num_paragraphs=1),
    Fail("***\n\n***", num_paragraphs=0),
    source=IFEVAL,
    edition="corrected",
    fault="Any three asterisks divide, those of '***bold***' and '****' too; '* * *', the same divider, does not.",
)
def number_paragraphs_corrected(reply: Text, *, num_paragraphs: Count) -> Verdict:
    """Three asterisks divide on a line of their own, at its beginning or end, or between blanks.

    Two dividers need text between them. The sentence does not say whether a blank line begins another paragraph; it
    is taken not to.
    """
    dividers = _dividers(reply.raw)
    edges = [0, *(place for span in dividers for place in span), len(reply.raw)]
    parts = [reply.raw[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    filled = [any(map(str.isalnum, part)) for part in parts]
    if dividers and not all(filled[1:-1]):
        return holds(
            False,
            lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')} divided by ***",
            "an empty paragraph between two dividers",
            dividers,
        )
    return _divided(sum(filled), num_paragraphs, dividers)


def _dividers(text: str) -> list[tuple[int, int]]:
    """Runs of three asterisks that divide. Two in one line are bold italics unless white space sets them off."""
    spans: list[tuple[int, int]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        first, last = len(line) - len(line.lstrip()), len(line.rstrip())
        if re.fullmatch(r"\\?\*[ \t]*\\?\*[ \t]*\\?\*", line.strip()):
            spans.append((position + first, position + last))
        else:
            runs = [match.span() for match in re.finditer(r"(?<!\*)\*{3}(?!\*)", line)]
            for start, stop in runs:
                set_off = line[start - 1 : start].isspace() and line[stop : stop + 1].isspace()
                if set_off or (len(runs) == 1 and (start == first or stop == last)):
                    spans.append((position + start, position + stop))
        position += len(line)
    return spans


@constraint(
    "length_constraints:nth_paragraph_first_word",
    "There should be {num_paragraphs} paragraphs, separated by two line breaks. "
    "Paragraph {nth_paragraph} must start with the word {first_word}.",
    Pass("One.\n\n'Indeed', two.", num_paragraphs=2, nth_paragraph=2, first_word="Indeed"),
    Pass('One.\n\n"Indeed", two.\n\n ', num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nTwo, indeed.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nIndeed, two.\n\nThree.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\n**Indeed**, two.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    source=IFEVAL,
)
def nth_paragraph_first_word(
    reply: Text, *, num_paragraphs: Count, nth_paragraph: Ordinal, first_word: Phrase
) -> Verdict:
    """Case does not matter, nor what follows the word's first punctuation mark.

    As published, blank parts are left out when paragraphs are counted but not when the n-th is looked up.
    """
    blocks = reply.blocks
    number = sum(bool(block.strip()) for block in blocks)
    opening = ""
    if nth_paragraph <= number and (paragraph := blocks[nth_paragraph - 1].strip()):
        word = paragraph.split()[0].lstrip("'").lstrip('"')
        # Letter by letter: in a few scripts the lower case of a word is not that of its letters.
        opening = "".join(letter.lower() for letter in re.split(_NOT_IN_FIRST_WORD, word, maxsplit=1)[0])

    def observed() -> str:
        there = (
            f"number {nth_paragraph} opening with {quote(opening)}"
            if opening
            else f"no word opening number {nth_paragraph}"
        )
        return f"{count_of(number, 'paragraphs')}, {there}"

    def spans() -> list[tuple[int, int]]:
        start = sum(len(block) + 2 for block in blocks[: nth_paragraph - 1])
        word = re.compile(r"\S+").search(reply.raw, start) if opening else None
        return [word.span()] if word else []

    return holds(
        number == num_paragraphs and opening == first_word.lower(),
        lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')}, number {nth_paragraph} opening with {first_word!r}",
        observed,
        spans,
    )


@constraint(
    "length_constraints:nth_paragraph_first_word",
    "There should be {num_paragraphs} paragraphs, separated by two line breaks. "
    "Paragraph {nth_paragraph} must start with the word {first_word}.",
    Pass("One.\n\n**INDEED**, two.", num_paragraphs=2, nth_paragraph=2, first_word="Indeed"),
    Pass("\n\nOne.\r\n\r\n\r\n“It’s: two.”", num_paragraphs=2, nth_paragraph=2, first_word="it's"),
    Pass("First one.\n \nTwo.\n\n---\n\nThree.", num_paragraphs=3, nth_paragraph=1, first_word="first"),
    Fail("One.\n\nIndeedly, two.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nTwo, indeed.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\nIndeed, two.", num_paragraphs=1, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nIndeed, two.\n\nThree.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    source=IFEVAL,
    edition="corrected",
    fault="Blank lines shift the count, and a first word in bold or curly quotes is not recognised.",
)
def nth_paragraph_first_word_corrected(
    reply: Text, *, num_paragraphs: Count, nth_paragraph: Ordinal, first_word: Phrase
) -> Verdict:
    """Paragraphs stand between blank lines and hold a letter or digit; headings count like any other.

    Case, and signs and Markdown before the word, do not matter.
    """
    edges = [0, *(place for match in re.finditer(r"\n[^\S\n]*\n\s*", reply.raw) for place in match.span())]
    edges.append(len(reply.raw))
    parts = zip(edges[::2], edges[1::2], strict=True)
    paragraphs = [(start, stop) for start, stop in parts if any(map(str.isalnum, reply.raw[start:stop]))]
    number = len(paragraphs)
    raw = reply.raw[slice(*paragraphs[nth_paragraph - 1])] if nth_paragraph <= number else ""
    there = folded(raw)
    start = next(place for place, character in enumerate(f"{there}0") if character.isalnum())
    match = re.compile(spaced(folded(first_word))).match(there, start)
    opening = re.search(r"[^\W_](?:\S{,40}[^\W_])?", raw)

    def spans() -> list[tuple[int, int]]:
        begin = paragraphs[nth_paragraph - 1][0] if raw else 0
        return [(begin + opening.start(), begin + opening.end())] if opening else []

    return holds(
        number == num_paragraphs and match is not None and not joined(there, match.end()),
        lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')}, number {nth_paragraph} opening with {first_word!r}",
        lambda: (
            f"{count_of(number, 'paragraphs')}, "
            + (f"number {nth_paragraph} opening with {opening[0]!r}" if opening else f"no number {nth_paragraph}")
        ),
        spans,
    )
