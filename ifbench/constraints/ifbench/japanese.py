"""Words of Japanese among others."""

from __future__ import annotations

import re
import string

from ifbench.constraints.ifbench.parts import without_exception
from ifbench.constraints.sources import IFBENCH
from ifbench.parameters import Ordinal
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every

_EVERY_NTH = "Every {N}th word of your response must be in Japanese."

_KANA = r"[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d]"
_KANJI = r"[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"


@constraint(
    "count:words_japanese",
    _EVERY_NTH,
    Pass("I drink お茶 every single 朝", N=3),
    Pass("I drink 12 every single *", N=3),
    Pass("I drink", N=3),
    Pass("我 喝 茶", N=3),
    Fail("I drink tea every single 朝", N=3),
    Fail("I drink お茶 every single day", N=3),
    Fail("I drink ー every single 2.5", N=3),
    source=IFBENCH,
)
def words_japanese(reply: Text, *, N: Ordinal) -> Verdict:
    """What stands between spaces is a word; each N-th must hold a kana or kanji, or be a number or mere punctuation.

    As published, a reply of fewer than N words passes, and so does Chinese.
    """
    spans = [match.span() for match in re.finditer(r"\S+", reply.raw)]
    words = [(span, reply.raw[slice(*span)].strip(string.punctuation)) for span in spans[N - 1 :: N]]
    offending = [
        (span, word)
        for span, word in words
        if word and not word.isdigit() and not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", word)
    ]
    return without_exception([word for _, word in offending], lambda: _required(N), [span for span, _ in offending])


@constraint(
    "count:words_japanese",
    _EVERY_NTH,
    Pass("I drink お茶 every single 朝", N=3),
    Pass("I drink お茶 — every single 朝", N=3),
    Pass("I—drink–お茶 and only (2.5) today", N=3),
    Pass("私はお茶を飲みます。", N=5),
    Pass("ＡＩ 2 お茶を飲みます", N=3),
    Pass("私は2杯のお茶を飲みます。", N=5),
    Pass("お茶", N=1),
    Pass("We ate 佐々木", N=3),
    Pass("We saw 頰髙", N=3),
    Fail("I drink", N=3),
    Fail("I drink 12", N=3),
    Fail("I drink お茶 every single day", N=3),
    Fail("I drink 质量 every single 朝", N=3),
    Fail("我们认为质量保证很重要。", N=3),
    Fail("私はtea", N=3),
    Pass("AIを使います。", N=5),
    Fail("I drink b12 every single 朝", N=3),
    Fail("I drink お茶を飲みます tea", N=4),
    Fail("茶", N=2),
    Fail("お茶を", N=4),
    Fail("日本文化", N=3),
    edition="corrected",
    fault="A reply of fewer than N words passes, so does Chinese, and dashes and bullets are words.",
    source=IFBENCH,
)
def words_japanese_corrected(reply: Text, *, N: Ordinal) -> Verdict:
    """What stands between spaces or dashes and holds a letter or digit is a word; numbers need not be Japanese.

    Where a reply with kana has fewer than N of these, each Japanese character is counted as one, for want of spaces.
    What is written with characters that both Chinese and Japanese have counts as Japanese.
    """
    words = [
        match.span() for match in re.finditer(r"[^\s\u2013\u2014]+", reply.raw) if any(map(str.isalnum, match.group()))
    ]
    # Without any kana it may as well be Chinese.
    if len(words) < N and re.search(_KANA, reply.raw):
        words = reply.plain_word_spans
    looked_at = [span for span in words[N - 1 :: N] if not _is_number(reply.raw[slice(*span)])]
    offenders = [span for span in looked_at if not _is_japanese(reply.raw[slice(*span)])]
    return every(reply.raw, looked_at, offenders, f"words in place {N}, {2 * N} and so on", lambda: _required(N))


def _required(N: int) -> str:
    return f"Japanese in place {N}, {2 * N} and so on of the words"


def _is_number(word: str) -> bool:
    return not any(map(str.isalpha, word))


def _is_japanese(word: str) -> bool:
    """Whether ``word`` holds a kana or kanji, and no character that Japanese standards of text lack."""
    if not re.search(f"{_KANA}|{_KANJI}", word):
        return False
    kanji = "".join(re.findall(_KANJI, word))
    for encoding in ("cp932", "shift_jis_2004"):
        # What one standard lacks, the other may have; simplified characters are in neither.
        known = set(kanji.encode(encoding, "ignore").decode(encoding))
        kanji = "".join(character for character in kanji if character not in known)
    return not kanji
