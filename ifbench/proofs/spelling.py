"""The spelling of prompts and witnesses, held against word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ifbench.constraints.native.prose import running_text
from ifbench.constraints.native.spelling import foreign_forms
from ifbench.errors import InvalidInputError, Problem, UsageError
from ifbench.languages import detect_language
from ifbench.prompts import Prompt, PromptSet
from ifbench.proofs.findings import Finding, Proof
from ifbench.proofs.wording import said
from ifbench.text import Text

FILE = "words.txt"
"""Beside a set's prompts: words that are right though no list has them, divided by spaces; # begins a comment."""

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’][^\W\d_]+)*(?![^\W_])")
_CAPITALISES_NOUNS = frozenset(["de"])
_INSTALL = "pip install 'ifbench-eval[spelling]'"


READ = frozenset(["de", "en", "fr"])
"""The languages that are read: the word lists of others lack the greater part of the inflected forms."""


@cache
def dictionary(language: str) -> Any:
    """The word list of a language; None for one that is not in :data:`READ`.

    Raises:
        ImportError: pyspellchecker is not installed.
    """
    from spellchecker import SpellChecker

    return SpellChecker(language=language) if language in READ else None


def accepted_words(folder: Path) -> frozenset[str]:
    """The words that the set in ``folder`` says are right, in small letters.

    Raises:
        InvalidInputError: the file is not UTF-8.
        UsageError: it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 at byte {error.start + 1}"
        raise InvalidInputError([Problem(message, str(path), hint="save the file as UTF-8")]) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    return frozenset(word.lower() for line in lines for word in line.partition("#")[0].split())


def unknown_words(text: str, language: str, accepted: frozenset[str]) -> Iterator[str]:
    """The words of ``text`` that are neither in the word list of ``language`` nor ``accepted``, each once.

    Code, links and addresses are left out, and names: words with a capital, but for the first of a sentence and in
    languages whose nouns have one.
    """
    known = dictionary(language)
    if known is None:
        return
    # The list of English words is American.
    british = foreign_forms("American") if language == "en" else {}
    read = running_text(Text(text, language))
    for word in dict.fromkeys(match[0] for match in _WORD.finditer(read)):
        if word != word.lower() and language not in _CAPITALISES_NOUNS:
            continue
        plain = word.lower().replace("’", "'")
        stem = plain.removesuffix("'s")
        parts = [plain, stem, *([stem.split("'")[-1]] if "'" in stem else [])]
        if len(stem) > 1 and not any(part in accepted or part in british or known.known([part]) for part in parts):
            yield word


def prove_spelling(prompts: PromptSet, witnesses: Iterable[tuple[tuple[str, int], str]]) -> Proof:
    """The words of prompts and witnesses are in the word list of their language, or in the set's own."""
    try:
        languages = {prompt.language for prompt in prompts.prompts}
        unread = sorted(language for language in languages if dictionary(language) is None)
    except ImportError:
        return Proof("spelling", f"not read: {_INSTALL}", done=False)
    accepted = accepted_words(prompts.path.parent)
    texts = [(prompt, said(prompt)) for prompt in prompts.prompts]
    by_key = {prompt.origin: prompt for prompt in prompts.prompts if not prompt.wording}
    # A reply may be asked for in another language than its prompt's.
    texts += [
        (by_key[key], reply)
        for (key, _), reply in witnesses
        if key in by_key and (detect_language(reply) or "").split("-")[0] == by_key[key].language
    ]
    first: dict[tuple[str, str], Prompt] = {}
    for prompt, text in texts:
        for word in unknown_words(text, prompt.language, accepted):
            first.setdefault((word, prompt.language), prompt)
    findings = [
        Finding(prompt.key, 0, f"{word!r} is in no word list; mend it, or put it into {FILE}")
        for (word, _), prompt in first.items()
    ]
    read = sorted(languages - set(unread))
    outcome = f"{len(findings)} words are in no list" if findings else "every word is in a word list"
    outcome += f" ({', '.join(read)})" if read else ""
    outcome += f"; none is good enough for {', '.join(unread)}" if unread else ""
    return Proof("spelling", outcome, findings, done=bool(read))
