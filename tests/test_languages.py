"""Our splitting and detection against the libraries whose decisions they keep."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import langdetect
import nltk
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ifbench.languages import block_sentence_spans, detect_language, sentence_spans, treebank_tokens, upper_token_spans

# NLTK 3.10 changed how apostrophes, curly quotes and long dashes are cut; ours keeps to 3.9.2.
CHANGED_IN_310 = "'‘’“”«»‒–—―"
PIECES = [
    "Dr. Lee", "U.S.A.", "etc.", "e.g. this", "J. S. Bach", "3.5", "No. 7", "p.m.", "Mr", "Hello", "world", "CAN'T", "I",
    "cannot", "gonna", "wanna go", "O'Neil", "rock'n'roll", "it's", "THEY'LL", "d'ye", "'tis", "more'n", "a.b.c", "...",
    "..", ". . .", "?!", "!!", ".)", '."', "(", ")", "[", "]", "{", "<", ">", '"', "''", "``", ":", ",", ",5", ";", "--",
    "-", "*", "#", "$5", "&", "%", "\n", "\n\n", "\t", "\r\n", "\u00a0", "“", "”", "’", "«", "»", "—", "é", "中文。", "1.", "x",
]  # fmt: skip
mixtures = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", " ", "  "]))).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@pytest.fixture(scope="module")
def nltk_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Punkt parameters that travel with the package, laid out as NLTK looks for them."""
    root = tmp_path_factory.mktemp("nltk_data")
    target = root / "tokenizers" / "punkt_tab" / "english"
    target.mkdir(parents=True)
    for resource in (files("ifbench") / "resources" / "punkt_tab" / "english").iterdir():
        (target / resource.name).write_bytes(resource.read_bytes())
    nltk.data.path.insert(0, str(root))
    yield root
    nltk.data.path.remove(str(root))


def _same_for_any_nltk(text: str) -> str:
    if tuple(map(int, nltk.__version__.split(".")[:2])) >= (3, 10):
        return text.translate({ord(mark): " " for mark in CHANGED_IN_310})
    return text


@given(text=st.one_of(mixtures, st.text(max_size=200)))
@pytest.mark.usefixtures("nltk_data")
def test_sentences_are_those_of_nltk(text: str) -> None:
    text = _same_for_any_nltk(text)
    assert [text[start:stop] for start, stop in sentence_spans(text)] == nltk.sent_tokenize(text)


@given(text=st.one_of(mixtures, st.text(max_size=200)))
@pytest.mark.usefixtures("nltk_data")
def test_tokens_are_those_of_nltk(text: str) -> None:
    text = _same_for_any_nltk(text)
    assert treebank_tokens(text) == nltk.word_tokenize(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("DON'T", ["DO", "N'T"]),
        ("DON’T", ["DON", "’", "T"]),
        ("O'X", ["O", "'", "X"]),
        ("the U.S.", ["the", "U.S", "."]),
        ("A—B", ["A—B"]),
        ("CANNOT", ["CAN", "NOT"]),
        ("'TIS SO", ["'T", "IS", "SO"]),
    ],
)
def test_tokens_keep_to_nltk_392(text: str, tokens: list[str]) -> None:
    assert treebank_tokens(text) == tokens


SHOUTS = [
    "DOn't",
    "doN'T",
    "CANnot",
    "gonNA",
    "GIMme",
    "D'ye",
    "'TIS",
    "'tiS",
    "iPHONE",
    "A_b",
    "3D",
    "Dn't",
    "Ⓐ",
    "É",
    "OK",
]


@settings(max_examples=500)
@example("He typed \"yes\" and NASA replied with the empty string '' to the ESA.")
@example("In Python \"x\" and '' are strings, as PEP 8 and the FAQ say.")
@example('"A B" said ``C D``')
@given(
    st.one_of(
        mixtures,
        st.lists(st.sampled_from([*PIECES, *SHOUTS, " ", ". ", "'", "S"])).map("".join),
        st.lists(st.sampled_from([*PIECES, *SHOUTS])).map(" ".join),
        st.text(alphabet="aAnNtTsS' .", max_size=30),
    )
)
def test_upper_tokens_are_the_tokens_in_capitals(text: str) -> None:
    assert [text[start:stop] for start, stop in upper_token_spans(text)] == [
        token for token in treebank_tokens(text) if token.isupper()
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("No end", 1),
        ("One. Two. Three.", 3),
        ("Mr. Smith went to Washington. He stayed.", 2),
        ("(One.) Two.", 2),
        ("He said “stop.” She did.", 1),
        ("It costs 3.50 euros. Buy it.", 2),
    ],
)
def test_sentences_keep_to_nltk_392(text: str, number: int) -> None:
    assert len(sentence_spans(text)) == number


def _langdetect(text: str) -> str | None:
    langdetect.DetectorFactory.seed = 0
    try:
        return langdetect.detect(text)
    except langdetect.LangDetectException:
        return None


SNIPPETS = [
    "The weather is fine today.", "Das Wetter ist heute schön.", "Il fait beau aujourd'hui.", "Сегодня хорошая погода.",
    "今日はいい天気です。", "今天天气很好。", "오늘 날씨가 좋습니다.", "आज मौसम अच्छा है।", "الطقس جميل اليوم.", "NASA AND ESA", "https://example.org/a_b",
    "mail@example.org", "123 456", "…", "ο καιρός", "thời tiết hôm nay đẹp", "e\u0301te\u0301", "ação", "ő", "\u1ea0", "ǅ", "𝔘𝔫𝔦",
]  # fmt: skip


@given(
    st.one_of(
        st.lists(st.sampled_from(SNIPPETS), max_size=6).map(" ".join),
        st.text(alphabet=st.characters(), max_size=60),
    ),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_detection_is_that_of_langdetect(text: str, spelling: Callable[[str], str]) -> None:
    text = spelling(text)
    assert detect_language(text) == _langdetect(text)


def test_detection_reads_only_the_beginning_of_long_texts() -> None:
    text = "Das Wetter ist heute schön. " * 400 + "The weather is fine today. " * 4000
    assert detect_language(text) == "de"


_FIRST_USE = """
from concurrent.futures import ThreadPoolExecutor
from ifbench.languages import detect_language
with ThreadPoolExecutor(16) as pool:
    found = set(pool.map(detect_language, ["Il fait beau aujourd'hui et nous allons dans le jardin."] * 64))
print(found)
"""


def test_first_use_in_many_threads() -> None:
    answer = subprocess.run([sys.executable, "-c", _FIRST_USE], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "{'fr'}"


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Sie wohnt im 2. Stock links.", "de", 1),
        ("Er feiert seinen 70. Geburtstag. Alle kommen.", "de", 2),
        ("Im 19. Jahrhundert war es so.", "de", 1),
        ("Wir treffen uns am 3. Danach essen wir.", "de", 2),
        ("Es waren insgesamt 70. Alle gingen.", "de", 2),
        ('"Amazing!" said Zizi. "Is it a zebra?" asked Zoe.', "en", 2),
        ("hey nadia! my train is stuck. i'll be late.", "en", 3),
        ("One thing. [1] Two things. [2][3]", "en", 2),
        ("« Quoi ! » dit-il. Elle part.", "fr", 2),
        ("Who? Me! Yes.", "en", 3),
        ("下雨了。10点走。", "zh", 2),
        ("他说：“好。”2027年装好。a很好。", "zh", 3),
        ("雨が降った。3時に出る。", "ja", 2),
        ("P.S. If it rains, I will write.", "en", 1),
        ("**P. P. S.** Bring tea. Bring milk.", "en", 2),
        ("The part `(?:/[a-z])?` may be there.", "en", 1),
        ("Run `make`. Then run `make test`.", "en", 2),
        ("It takes approx. 5 minutes, i.e. no time, e.g. 3.", "en", 1),
        ("It is near, i.e. here. It is approx. five. We saw it, etc. and left.", "en", 3),
        ("It is near, i.e. You. Bring milk etc. 5 came.", "en", 4),
        ("Quedamos a las 3 p. m. con él. Cierra a las 9 p. m. Nadie viene.", "es", 3),
        ("السعر ٣.٥ ريال. وهو 2.5 كيلو.", "ar", 2),
        ("कीमत ३.५ रुपये है।", "hi", 1),
    ],
)
def test_what_ends_no_sentence(text: str, language: str, count: int) -> None:
    assert len(block_sentence_spans(text, language)) == count
