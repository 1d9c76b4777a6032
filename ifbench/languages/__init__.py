"""Splitting text into words and sentences, and telling its language.

Everything here is a pure function of the text: no download, no network, no clock, no random verdict, and no
dependence on which NLTK happens to be installed.
"""

from __future__ import annotations

from ifbench.languages.detection import detect_language
from ifbench.languages.segmentation import block_sentence_spans, grapheme_count, word_spans
from ifbench.languages.sentences import sentence_spans
from ifbench.languages.tokens import treebank_tokens, upper_token_spans
from ifbench.languages.words import words

__all__ = [
    "block_sentence_spans",
    "detect_language",
    "grapheme_count",
    "sentence_spans",
    "treebank_tokens",
    "upper_token_spans",
    "word_spans",
    "words",
]
