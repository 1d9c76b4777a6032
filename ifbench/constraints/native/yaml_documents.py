"""Replies in YAML, and the front matter before a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ifbench.constraints.native.documents import UnreadableError, document, keys_fault
from ifbench.constraints.native.json_documents import Names, Order
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

if TYPE_CHECKING:
    import yaml

MAX_LEVELS = 50
"""How deep YAML may nest before it counts as unreadable; the time its parser takes grows with the depth."""


def yaml_events(text: str) -> Iterator[tuple[int, yaml.Event]]:
    """The events of a YAML stream, each with the depth at which it stands. Nothing is built from them.

    Raises:
        UnreadableError: it is not YAML, or it nests deeper than 50 levels.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth -= isinstance(event, yaml.CollectionEndEvent)
            yield depth, event
            depth += isinstance(event, yaml.CollectionStartEvent)
            if depth > MAX_LEVELS:
                raise UnreadableError(f"YAML nested deeper than {MAX_LEVELS} levels")
    except yaml.YAMLError as error:
        problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
        raise UnreadableError(f"text that is not YAML: {problem or 'odd characters'}", mark and mark.index) from None
    except (ValueError, OverflowError, IndexError):
        raise UnreadableError("text that is not YAML") from None


def yaml_fault(text: str) -> str | None:
    """Why ``text`` is not YAML, or None; several documents and aliases are fine, comments alone are not."""
    import yaml

    try:
        documents = sum(isinstance(event, yaml.DocumentStartEvent) for _, event in yaml_events(text))
    except UnreadableError as fault:
        return fault.reason
    return None if documents else "YAML without a document"


def mapping_keys(text: str, *, anchors: bool = True) -> list[str] | None:
    """The keys of the mapping that a YAML document is, or None where it is something else.

    Raises:
        UnreadableError: it is not one YAML document, or it has a key that is no plain text, or a key twice, or an
            anchor or alias, where not ``anchors``.
    """
    import yaml

    keys: list[str] | None = None
    documents = 0
    at_key = False
    seen: set[str] = set()
    for depth, event in yaml_events(text):
        documents += isinstance(event, yaml.DocumentStartEvent)
        if not anchors and getattr(event, "anchor", None):
            raise UnreadableError("YAML with an anchor or alias")
        if depth == 0 and isinstance(event, yaml.MappingStartEvent):
            keys = []
        elif depth == 1 and keys is not None and isinstance(event, yaml.NodeEvent):
            at_key = not at_key
            if at_key:
                keys.append(_key(event, seen))
    if documents != 1:
        raise UnreadableError(f"{documents} YAML documents")
    return keys


def _key(event: object, earlier: set[str]) -> str:
    import yaml

    if not isinstance(event, yaml.ScalarEvent):
        raise UnreadableError("a key that is no plain text")
    if event.value in earlier:
        raise UnreadableError(f"the key {event.value[:100]!r} twice")
    earlier.add(event.value)
    return event.value


@constraint(
    "structure:yaml_keys",
    "Reply with one YAML mapping, without anchors and aliases, that has exactly these keys at its top level, {order}: "
    "{keys}. Write nothing but the YAML; a code fence around it is allowed.",
    Pass("name: Ann\npets:\n  - cat: 1\n  - [dog, {name: Rex}]\n", keys=["name", "pets"], order="in this order"),
    Pass("```yaml\n---\nage: 3\n'name': Ann # so\n```", keys=["name", "age"], order="in any order"),
    Pass("{name: {name: Ann}, age: }", keys=["name", "age"], order="in this order"),
    Fail("age: 3\nname: Ann", keys=["name", "age"], order="in this order"),
    Fail("name: Ann", keys=["name", "age"], order="in any order"),
    Fail("name: Ann\nage: 3\nsex: f", keys=["name", "age"], order="in any order"),
    Fail("name: Ann\nname: Ann", keys=["name"], order="in any order"),
    Fail("- name: Ann", keys=["name"], order="in any order"),
    Fail("name: &a Ann\nage: *a", keys=["name", "age"], order="in any order"),
    Fail("name: &a Ann", keys=["name"], order="in any order"),
    Fail("name: Ann\nage: *a", keys=["name", "age"], order="in any order"),
    Pass("```yaml\n\n  name: Ann\n  age: 3\n\n```", keys=["name", "age"], order="in this order"),
    Fail("name: Ann\n---\nname: Bob", keys=["name"], order="in any order"),
    Fail("[name]: Ann", keys=["name"], order="in any order"),
    Fail("Here it is:\n\n```yaml\nname: Ann\n```", keys=["name"], order="in any order"),
    Fail("name: 'Ann", keys=["name"], order="in any order"),
    Fail("name", keys=["name"], order="in any order"),
    Pass("name: " + "[" * 49 + "]" * 49, keys=["name"], order="in any order"),
    Fail("name: " + "[" * 50 + "]" * 50, keys=["name"], order="in any order"),
    source=NATIVE,
)
def yaml_keys(reply: Text, *, keys: Names, order: Order) -> Verdict:
    """One document, parsed as YAML 1.1; keys as text, in the case given, each once.

    More than 50 levels of nesting count as unreadable.
    """
    required = f"a YAML mapping with exactly the keys {listing(keys)}, {order}"
    found = document(reply)
    try:
        names = mapping_keys(found.text, anchors=False)
    except UnreadableError as fault:
        return found.unread(required, fault)
    if names is None:
        return holds(False, required, "YAML that is no mapping")
    fault = keys_fault(names, keys, order)
    return holds(fault is None, required, f"a mapping {fault}" if fault else "exactly these keys")


@constraint(
    "structure:front_matter",
    "Begin your reply with YAML front matter: a line of three hyphens, a mapping with exactly the keys {keys} in any "
    "order, and another line of three hyphens. Then write the text.",
    Pass("---\ntitle: Tea\ntags: [hot, green]\n---\n\n# Tea\n\n---\nMore.", keys=["title", "tags"]),
    Pass("\n---\r\ntags: hot\r\ntitle: Tea\r\n---\r\nTea.", keys=["title", "tags"]),
    Pass("---\ntitle: Tea\n---\nTea.", keys=["title"]),
    Fail("---\ntitle: Tea\n---\n", keys=["title"]),
    Fail("---\ntitle: Tea\n---\n---", keys=["title"]),
    Pass("---\ntitle: &t Tea\nname: *t\n---\nTea.", keys=["title", "name"]),
    Fail("---\ntitle: Tea\n---\nTea.", keys=["title", "tags"]),
    Fail("---\ntitle: Tea\ndraft: true\n---\nTea.", keys=["title"]),
    Fail("Here it is:\n---\ntitle: Tea\n---\nTea.", keys=["title"]),
    Fail("```\n---\ntitle: Tea\n---\nTea.\n```", keys=["title"]),
    Fail("---\ntitle: Tea\nTea.", keys=["title"]),
    Fail("---\ntitle: [Tea\n---\nTea.", keys=["title"]),
    Fail("---\nTea\n---\nTea.", keys=["title"]),
    Fail("----\ntitle: Tea\n----\nTea.", keys=["title"]),
    source=NATIVE,
)
def front_matter(reply: Text, *, keys: Names) -> Verdict:
    """The first visible line and the next of its kind enclose it; keys in the case given, each once."""
    required = f"front matter with exactly the keys {listing(keys)}, and text after it"
    lines = reply.stripped.split("\n")
    if lines[0].rstrip() != "---":
        return holds(False, required, "no front matter at the beginning")
    end = next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        return holds(False, required, "front matter that does not end")
    try:
        names = mapping_keys("\n".join(lines[1:end]))
    except UnreadableError as fault:
        return holds(False, required, fault.reason)
    fault = "that is no mapping" if names is None else keys_fault(names, keys, "in any order")
    if fault:
        return holds(False, required, f"front matter {fault}")
    followed = any(map(str.isalnum, "".join(lines[end + 1 :])))
    return holds(followed, required, "so" if followed else "no text after it")
