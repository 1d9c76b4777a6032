"""What constraint types say of every reply that follows them: how much, what must stand in it, what must not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ifbench.registry import Constraint

Bounds = tuple[str, float, float]
"""A measure, and the least and the greatest it may be."""


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


def bounds(constraint: Constraint) -> list[Bounds]:
    """What ``constraint`` says about how many of something the reply has."""
    known = _BOUNDS.get(constraint.id)
    found = known(constraint.params) if known else []
    if constraint.id in _COUNTED_OTHERWISE and constraint.kind.edition == "published":
        return [(f"{measure} as IFEval counts them", low, high) for measure, low, high in found]
    return found


FORCED: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
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

ECHOES = {"combination:repeat_prompt", "copy:copy", "copy:copying_simple", "copy:copying_multiple"}
"""Those whose text is long enough to have a language."""


def limits_from_above(constraint: Constraint) -> bool:
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
CASED = {"change_case:english_capital": str.upper, "change_case:english_lowercase": str.lower}

DOCUMENTS = {
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

BOTH_AT_ONCE = {frozenset(("JSON", "YAML")), frozenset(("JSON", "a number")), frozenset(("labelled lines", "YAML"))}

ONCE = {
    "language:response_language": "language",
    "language:only_script": "script",
    "position:begins_with": "text",
    "content:refusal_sentence": "sentence",
    "startend:end_checker": "end_phrase",
    "structure:json_only": "container",
}
"""Types that fix what a reply has once only, and the parameter that says what."""
