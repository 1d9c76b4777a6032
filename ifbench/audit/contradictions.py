"""Prompts that no reply can satisfy, and prompts that look wrong.

Four ways are searched: bounds on one measure that leave nothing between them; text that one constraint forces into the
reply and another forbids; a reply whose every possible wording is known and none of which will do; and two cases for
one text. What is called a contradiction is one in the edition it was found in. What only looks wrong (a constraint
stated twice, a number that the prompt does not mention) is called doubtful.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any, Literal

from ifbench.errors import quote
from ifbench.prompts import Prompt, PromptSet
from ifbench.records import Key
from ifbench.registry import Constraint

Bounds = tuple[str, float, float]
"""A measure, and the least and the greatest it may be."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one prompt: the constraints that it is about, and why."""

    key: Key
    severity: Literal["contradiction", "doubtful"]
    constraints: tuple[str, ...]
    reason: str


def audit_set(prompts: PromptSet) -> list[Finding]:
    """Everything found in a set, in its order."""
    return [finding for prompt in prompts.prompts for finding in audit_prompt(prompt)]


def audit_prompt(prompt: Prompt) -> Iterator[Finding]:
    """Everything found in one prompt: the constraints of each turn, taken together."""
    for turn in prompt.turns:
        for search in (_bounds_apart, _forced_and_forbidden, _few_replies, _two_documents):
            for constraints, reason in search(turn.constraints):
                yield Finding(prompt.key, "contradiction", tuple(c.id for c in constraints), reason)
        for doubts in (
            _stated_twice(turn.constraints),
            _numbers_not_in(turn.user, turn.constraints),
            _no_letters(turn.constraints),
            _echoes_in_another_language(turn.constraints),
        ):
            for constraints, reason in doubts:
                yield Finding(prompt.key, "doubtful", tuple(c.id for c in constraints), reason)


_Found = Iterator[tuple[tuple[Constraint, ...], str]]


def _range(relation: str, number: float) -> tuple[float, float]:
    return {
        "at least": (number, math.inf),
        "more than": (number + 1, math.inf),
        "less than": (0, number - 1),
        "at most": (0, number),
        "exactly": (number, number),
    }[relation]


def _related(measure: str, number: str, relation: str = "relation") -> Callable[[Mapping[str, Any]], list[Bounds]]:
    return lambda params: [(measure, *_range(params[relation], params[number]))]


_BOUNDS: dict[str, Callable[[Mapping[str, Any]], list[Bounds]]] = {
    "length_constraints:number_words": _related("words", "num_words"),
    "count:word_count_range": lambda params: [("words", params["min_words"], params["max_words"])],
    "length_constraints:number_sentences": _related("sentences", "num_sentences"),
    "length_constraints:number_paragraphs": lambda params: [
        ("paragraphs divided by ***", params["num_paragraphs"], params["num_paragraphs"])
    ],
    "length_constraints:nth_paragraph_first_word": lambda params: [
        ("paragraphs", params["num_paragraphs"], params["num_paragraphs"])
    ],
    "detectable_format:number_bullet_lists": lambda params: [
        ("bullet points", params["num_bullets"], params["num_bullets"])
    ],
    "change_case:capital_word_frequency": _related("words in capitals", "capital_frequency", "capital_relation"),
    "change_case:english_lowercase": lambda _: [("words in capitals", 0, 0)],
    "keywords:letter_frequency": lambda params: [
        (f"letters {params['letter'].lower()!r}", *_range(params["let_relation"], params["let_frequency"]))
    ],
    "keywords:frequency": lambda params: [
        (f"occurrences of {params['keyword'].lower()!r}", *_range(params["relation"], params["frequency"]))
    ],
    "keywords:existence": lambda params: [
        (f"occurrences of {keyword.lower()!r}", 1, math.inf) for keyword in params["keywords"]
    ],
    "keywords:forbidden_words": lambda params: [
        (f"occurrences of {word.lower()!r}", 0, 0) for word in params["forbidden_words"]
    ],
    "length:words": _related("words", "count"),
    "length:sentences": _related("sentences", "count"),
    "length:paragraphs": _related("paragraphs", "count"),
    "length:lines": _related("lines", "count"),
    "length:range": lambda params: [(params["unit"], *params["bounds"])],
}
"""What each type says about how many of something the reply has."""


_COUNTED_OTHERWISE = {
    "length_constraints:number_words",
    "count:word_count_range",
    "length_constraints:number_sentences",
}
"""Published editions that count words or sentences in a way of their own, so that other types' bounds say nothing."""


def _bounds(constraint: Constraint) -> list[Bounds]:
    known = _BOUNDS.get(constraint.id)
    found = known(constraint.params) if known else []
    if constraint.id in _COUNTED_OTHERWISE and constraint.kind.edition == "published":
        return [(f"{measure} as IFEval counts them", low, high) for measure, low, high in found]
    return found


def _bounds_apart(constraints: Sequence[Constraint]) -> _Found:
    for one, other in permutations(constraints, 2):
        for measure, low, high in _bounds(one):
            for same, lowest, highest in _bounds(other):
                if measure == same and low > highest:
                    yield (one, other), f"{measure}: {_span(low, high)} and {_span(lowest, highest)} exclude each other"
                # Every sentence has a word at least, unless IFEval counts it.
                if (measure, same) == ("sentences", "words") and low > highest:
                    yield (one, other), f"at most {highest:g} words cannot be {low:g} sentences"


def _span(low: float, high: float) -> str:
    if low == high:
        return f"exactly {low:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if not low else f"{low:g} to {high:g}"


_FORCED: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "combination:repeat_prompt": lambda params: [params["prompt_to_repeat"]],
    "keywords:existence": lambda params: params["keywords"],
    "keywords:frequency": lambda params: [params["keyword"]] if params["relation"] == "at least" else [],
    "startend:end_checker": lambda params: [params["end_phrase"]],
    "detectable_content:postscript": lambda params: [params["postscript_marker"]],
    "length_constraints:nth_paragraph_first_word": lambda params: [params["first_word"]],
    "detectable_format:multiple_sections": lambda params: [f"{params['section_spliter']} 1"],
    "copy:copy": lambda params: [params["prompt_to_repeat"]],
    "copy:copying_simple": lambda params: [params["prompt_to_repeat"]],
    "copy:copying_multiple": lambda params: [params["prompt_to_repeat"]],
    "first_word:first_word_answer": lambda params: [params["first_word"]],
    "last_word:last_word_answer": lambda params: [params["last_word"]],
    "sentence:keyword": lambda params: [params["word"]],
    "words:words_position": lambda params: [params["keyword"]],
    "words:keywords_specific_position": lambda params: [params["keyword"]],
    "keywords:word_once": lambda params: [params["keyword"]],
    "content:mentioned_once": lambda params: params["items"],
    "content:disclaimer": lambda params: [params["disclaimer"]],
    "content:refusal_sentence": lambda params: [params["sentence"]],
    "position:begins_with": lambda params: [params["text"]],
    "position:keyword": lambda params: [params["keyword"]],
}
"""Text that must stand in every reply that follows the type, in some case of its letters."""

_ECHOES = {"combination:repeat_prompt", "copy:copy", "copy:copying_simple", "copy:copying_multiple"}
"""Those whose text is long enough to have a language."""


def _limits_from_above(constraint: Constraint) -> bool:
    """Whether a part that breaks ``constraint`` breaks every reply it stands in."""
    params = constraint.params
    relations = {value for name, value in params.items() if name.endswith("relation")}
    return constraint.id in _FORBIDDING or (constraint.id in _UPPER and relations <= {"less than", "at most"})


_FORBIDDING = {
    "punctuation:no_comma",
    "punctuation:punctuation_dot",
    "punctuation:punctuation_exclamation",
    "keywords:forbidden_words",
    "keywords:exclude_word_harder",
    "format:no_whitespace",
    "content:forbidden_phrases",
    "content:competitor_names",
    "language:only_script",
    "style:no_marks",
}
_UPPER = {
    "keywords:frequency",
    "keywords:letter_frequency",
    "length_constraints:number_words",
    "length_constraints:number_sentences",
    "change_case:capital_word_frequency",
}
_CASED = {"change_case:english_capital": str.upper, "change_case:english_lowercase": str.lower}


def _forms(constraint: Constraint, fragment: str) -> list[str]:
    """The cases of ``fragment`` that ``constraint`` is content with."""
    return [
        form for form in dict.fromkeys((fragment, fragment.lower(), fragment.upper())) if _accepts(constraint, form)
    ]


def _accepts(constraint: Constraint, form: str) -> bool:
    """Whether a reply with the forced text in this case can follow its own constraint."""
    if constraint.id in _ECHOES:
        # What the case is compared with is the echo itself; an answer follows it.
        return form == constraint.params["prompt_to_repeat"] or constraint.check(f"{form}\n\nxyz").followed
    if constraint.id == "detectable_format:multiple_sections":
        return form == f"{constraint.params['section_spliter']} 1" or constraint.kind.edition == "corrected"
    return True


def _forced_and_forbidden(constraints: Sequence[Constraint]) -> _Found:
    for forcing in constraints:
        if forcing.id not in _FORCED:
            continue
        for other in constraints:
            for fragment in _FORCED[forcing.id](forcing.params) if other is not forcing else []:
                if fragment.strip() and (reason := _excluded(forcing, fragment, other)):
                    yield (forcing, other), reason
                    break


def _excluded(forcing: Constraint, fragment: str, other: Constraint) -> str | None:
    """Why no form of ``fragment`` may stand in a reply that follows ``other``, or None when one may."""
    forms = _forms(forcing, fragment)
    what = f"{forcing.id} puts {quote(fragment)} into the reply"
    if other.id in _CASED:
        wanted = _CASED[other.id]
        if forms and not any(form == wanted(form) for form in forms):
            return f"{what}, and {other.id} wants another case"
        return None
    if _limits_from_above(other):
        verdicts = [other.check(form) for form in forms]
        if verdicts and not any(verdicts):
            return f"{what}: {verdicts[0].observed}, and {other.id} requires {verdicts[0].required}"
    return None


_OPTIONS = [f"My answer is {option}." for option in ("yes", "no", "maybe")]


def _openings(text: str) -> list[str]:
    """Replies that begin with ``text``, in every wrapping some other type asks for."""
    forms = dict.fromkeys((text, text.lower(), text.upper()))
    wrappings = ("{}\n\nxyz", '"{}\n\nxyz"', "“{}\n\nxyz”", "[{}]")
    return [wrapping.replace("{}", form) for form in forms for wrapping in wrappings]


_WRAPPING = {"startend:quotation", "detectable_format:json_format"}


def _few_replies(constraints: Sequence[Constraint]) -> _Found:
    """A type that leaves only a few replies, or a few beginnings, against another that none of them follows."""
    for closed, other in [(a, b) for a in constraints for b in constraints if a is not b]:
        candidates: list[str] = []
        if closed.id == "combination:repeat_prompt" and other.id in _WRAPPING:
            candidates = _openings(closed.params["prompt_to_repeat"])
        elif closed.id == "detectable_format:constrained_response" and not closed.check("My answer is yes. Or no."):
            candidates = _OPTIONS
        elif closed.id == "content:refusal_sentence":
            candidates = [closed.params["sentence"]]
        own = [reply for reply in candidates if closed.check(reply)]
        if own and not any(other.check(reply) for reply in own):
            verdict = other.check(own[0])
            yield (
                (closed, other),
                f"a reply that follows {closed.id}, such as {quote(own[0])}, cannot follow {other.id}: "
                f"it requires {verdict.required}",
            )


_DOCUMENTS = {
    **dict.fromkeys(
        [
            *("detectable_format:json_format", "structure:json_array", "structure:json_depth", "structure:json_keys"),
            *("structure:json_indentation", "structure:json_key_style", "structure:json_only", "structure:json_schema"),
        ],
        "JSON",
    ),
    "structure:csv": "CSV",
    "structure:xml_document": "XML",
    "structure:yaml_keys": "YAML",
    "structure:html_fragment": "HTML",
    "structure:number_within": "a number",
    "structure:labelled_lines": "labelled lines",
    "content:refusal_sentence": "a sentence",
}
"""Types that say what the whole reply is. JSON is YAML too, a number is JSON too, and JSON may hold any text."""

_ALSO = {frozenset(("JSON", "YAML")), frozenset(("JSON", "a number")), frozenset(("labelled lines", "YAML"))}


def _two_documents(constraints: Sequence[Constraint]) -> _Found:
    for one, other in combinations(constraints, 2):
        if one.id not in _DOCUMENTS or other.id not in _DOCUMENTS:
            continue
        forms = frozenset((_DOCUMENTS[one.id], _DOCUMENTS[other.id]))
        if len(forms) == 2 and forms not in _ALSO:
            yield (one, other), f"the whole reply cannot be {' and '.join(sorted(forms))} at once"


def _stated_twice(constraints: Sequence[Constraint]) -> _Found:
    for one, other in combinations(constraints, 2):
        if one.id == other.id and one.params == other.params:
            yield (one, other), "the same constraint is given twice"


_SMALL = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_OTHER_WORDS = {1: "once a an single first", 2: "twice second couple double pair both", 3: "thrice third", 12: "dozen"}
_ORDINALS = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def _mentions(text: str, number: int) -> bool:
    """Whether ``text`` says ``number``, or its neighbours ("more than 9" for 10), in digits or words."""
    lower = text.lower().replace(",", "")
    for value in (number, number - 1, number + 1):
        if re.search(rf"(?<!\d){value}(?!\d)", lower):
            return True
    words = set(re.findall(r"[a-z]+", lower))
    for value in (number, number - 1, number + 1):
        named = {_SMALL[value]} if 0 <= value < len(_SMALL) else set[str]()
        named |= set(_OTHER_WORDS.get(value, "").split())
        named |= {_ORDINALS[value]} if 0 <= value < len(_ORDINALS) else set[str]()
        if value >= 20 and value % 10 == 0 and value < 100:
            named |= {["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][value // 10 - 2]}
        if named & words or (value >= 100 and "hundred" in words):
            return True
    return False


def _numbers_not_in(text: str, constraints: Sequence[Constraint]) -> _Found:
    for constraint in constraints:
        for name, value in constraint.params.items():
            if type(value) is int and value > 1 and not _mentions(text, value):
                yield (constraint,), f"{name} is {value}, which the prompt does not mention"


def _echoes_in_another_language(constraints: Sequence[Constraint]) -> _Found:
    # The published check looks for the language of most of a reply, so that a long answer may outweigh the echo.
    for language in (constraint for constraint in constraints if constraint.id == "language:response_language"):
        for echo in (constraint for constraint in constraints if constraint.id in _ECHOES):
            verdict = language.check(echo.params["prompt_to_repeat"])
            if not verdict:
                yield (echo, language), f"what is repeated is {verdict.observed}, and all must be {verdict.required}"


def _no_letters(constraints: Sequence[Constraint]) -> _Found:
    for constraint in constraints:
        letter = constraint.params.get("letter")
        if isinstance(letter, str) and len(letter) == 1 and not letter.isalpha():
            yield (constraint,), f"{letter!r} is not a letter; the reference implementation counts a random one instead"
