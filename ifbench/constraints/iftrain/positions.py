"""Where a word stands: in which sentence, and at both ends of the reply."""

from __future__ import annotations

from ifbench.constraints.iftrain.sentences import places, rule_sentences
from ifbench.constraints.iftrain.wanted import WordOrList, first_entry, folded_words
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of, quote
from ifbench.languages import treebank_tokens, word_spans
from ifbench.parameters import Ordinal
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

Span = tuple[int, int]


@constraint(
    "keywords:keyword_specific_position",
    "Include keyword {keyword} in sentence number {n}, as word number {m} of that sentence.",
    Pass("It rained. We had tea.", keyword=" tea", n=2, m=3),
    Pass("We had tea", keyword="tea", n=1, m=3),
    Pass("We had, well, tea.", keyword=["tea", "milk"], n=1, m=6),
    Fail("It rained. We had tea.", keyword="tea", n=2, m=2),
    Fail("It rained. We had Tea.", keyword="tea", n=2, m=3),
    Fail("It rained. We had tea.", keyword="tea", n=3, m=3),
    Fail("It rained. We had tea.", keyword="tea", n=2, m=5),
    source=IFTRAIN,
)
def keyword_specific_position(reply: Text, *, keyword: WordOrList, n: Ordinal, m: Ordinal) -> Verdict:
    """As published, punctuation marks and the parts of "don't" are words, and case matters."""
    sentences = rule_sentences(reply.raw)
    wanted = first_entry(keyword)
    words = treebank_tokens(sentences[n - 1]) if n <= len(sentences) else []
    found = words[m - 1] if m <= len(words) else None
    return holds(
        found == wanted,
        lambda: f"{wanted!r} as word {m} of sentence {n}",
        lambda: _shown(found, m, n, len(words), len(sentences)),
        lambda: places(reply.raw, sentences[n - 1 : n]),
    )


@constraint(
    "keywords:keyword_specific_position",
    "Include keyword {keyword} in sentence number {n}, as word number {m} of that sentence.",
    Pass("It rained. We, well, had TEA.", keyword="tea", n=2, m=4),
    Pass("I don't like tea.", keyword=["tea", "milk"], n=1, m=4),
    Pass("We saw New York.", keyword="new york", n=1, m=3),
    Pass("```\nIt rained. We had tea.\n```", keyword="tea", n=2, m=3),
    Fail("It rained. We had tea.", keyword="tea", n=2, m=2),
    Fail("It rained. We had teas.", keyword="tea", n=2, m=3),
    Fail("It rained. We had tea.", keyword="tea", n=3, m=3),
    Fail("It rained. We had tea.", keyword="tea", n=2, m=4),
    Fail("It rained. Tea.", keyword="...", n=2, m=1),
    source=IFTRAIN,
    edition="corrected",
    fault='Punctuation marks and the parts of "don\'t" count as words, and the keyword is missed in another case.',
)
def keyword_specific_position_corrected(reply: Text, *, keyword: WordOrList, n: Ordinal, m: Ordinal) -> Verdict:
    """Words and sentences as a reader counts them, in any case; of several words the first is the m-th."""
    sentences = opened(reply).prose_sentence_spans
    wanted = first_entry(keyword)
    form = folded_words(wanted)
    words = [
        (begin + start, begin + stop)
        for begin, end in sentences[n - 1 : n]
        for start, stop in word_spans(reply.raw[begin:end])
    ]
    there = words[m - 1 : m - 1 + len(form)]
    return holds(
        bool(form) and [folded(reply.raw[start:stop]) for start, stop in there] == form,
        lambda: f"{wanted!r} as word {m} of sentence {n}",
        lambda: _shown(reply.raw[there[0][0] : there[-1][1]] if there else None, m, n, len(words), len(sentences)),
        there,
    )


def _shown(found: str | None, m: int, n: int, words: int, sentences: int) -> str:
    if n > sentences:
        return f"only {count_of(sentences, 'sentences')}"
    if found is None:
        return f"only {count_of(words, 'words')} in sentence {n}"
    return f"{quote(found)} as word {m} of sentence {n}"


@constraint(
    "keywords:start_end",
    "Start and end your response with the same word (write nothing after the last word, not even punctuation).",
    Pass("Time heals; so, take your time"),
    Pass("! Hi !"),
    Pass("time TIME"),
    Fail("Time heals; so, take your time."),
    Fail("Time heals; so, take a rest"),
    Fail("Don't say you don't"),
    Fail("Time"),
    source=IFTRAIN,
)
def start_end(reply: Text) -> Verdict:
    """Case does not matter. As published, marks and the parts of "don't" are words too."""
    words = reply.tokens
    first, last = (words[0], words[-1]) if words else ("", "")
    return _same(reply, len(words) > 1 and first.lower() == last.lower(), first, last)


@constraint(
    "keywords:start_end",
    "Start and end your response with the same word (write nothing after the last word, not even punctuation).",
    Pass("Time heals; so, take your time\n"),
    Pass("time TIME"),
    Pass("**Time** heals; take your **TIME**"),
    Pass("Don’t say you don't"),
    Fail("! Hi !"),
    Fail("Time heals; so, take your time."),
    Fail("Time heals; so, take a rest"),
    Fail("Time"),
    Fail("..."),
    source=IFTRAIN,
    edition="corrected",
    fault='A mark is taken for a word, so that "! Hi !" passes, and a word such as "don\'t" is cut in two.',
)
def start_end_corrected(reply: Text) -> Verdict:
    """Case does not matter, nor signs in front. Behind the last word only Markdown's marks of emphasis may stand."""
    words = reply.plain_words
    first, last = (words[0], words[-1]) if words else ("", "")
    behind = reply.raw[reply.plain_word_spans[-1][1] :].strip("*_` \t\r\n") if words else ""
    followed = len(words) > 1 and folded(first) == folded(last) and not behind
    return _same(reply, followed, first, f"{last}{behind}")


def _same(reply: Text, followed: bool, first: str, last: str) -> Verdict:
    return holds(
        followed,
        "the same word at the beginning and the end, and nothing behind it",
        lambda: f"{quote(first)} and {quote(last)}" if len(reply.plain_words) > 1 else f"only {quote(reply.stripped)}",
        lambda: [*reply.plain_word_spans[:1], *reply.plain_word_spans[1:][-1:]],
    )
