"""Declaring, finding and binding constraint types."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from ifbench import registry
from ifbench.errors import DeclarationError
from ifbench.fingerprint import fingerprint
from ifbench.parameters import Count, Ordinal
from ifbench.registry import Constraint, Fail, InvalidParametersError, Pass, UnknownConstraintError, constraint, find
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, at_least, exactly


@pytest.fixture
def _clean_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.kinds()
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))


pytestmark = pytest.mark.usefixtures("_clean_registry")


def _declare(id: str = "test:vowels", **options: object) -> Callable[..., Verdict]:
    @constraint(id, "Use at least {number} vowels.", Pass("aa", number=2), Fail("b", number=2), **options)  # type: ignore[arg-type]
    def vowels(reply: Text, *, number: Count, letters: str = "aeiou") -> Verdict:
        """Vowels of English."""
        return at_least(sum(reply.raw.count(letter) for letter in letters), number, "vowels")

    return vowels


def test_declaring_returns_the_function_unchanged() -> None:
    check = _declare()
    assert find("test:vowels").check is check
    assert check(Text("aa"), number=2).followed


def test_bound_constraint_checks_and_describes_itself() -> None:
    _declare()
    two = Constraint("test:vowels", number=2)
    assert two.check("queue").followed
    verdict = two.check("by")
    assert (verdict.required, verdict.observed) == ("at least 2 vowels", "0 vowels")
    assert two.sentence == "Use at least 2 vowels."
    assert two.params == {"number": 2, "letters": "aeiou"}
    assert pickle.loads(pickle.dumps(two)).params == two.params


def test_blank_reply_follows_nothing() -> None:
    _declare()
    verdict = Constraint("test:vowels", number=0).check(" \n")
    assert not verdict
    assert verdict.observed == "an empty response"


def test_every_wrong_parameter_is_named_at_once() -> None:
    _declare()
    with pytest.raises(InvalidParametersError) as caught:
        find("test:vowels").bind({"numbr": 2, "letters": 5})
    assert dict(caught.value.faults) == {
        "numbr": "unknown parameter (value 2); did you mean 'number'?",
        "letters": "5 is not text",
        "number": "missing; it takes a whole number, 0 or more",
    }


@pytest.mark.parametrize("value", [5.5, "5", True, None, -1, [5]])
def test_counts_are_whole_numbers(value: object) -> None:
    _declare()
    with pytest.raises(InvalidParametersError, match="is not a whole number, 0 or more"):
        find("test:vowels").bind({"number": value})


def test_whole_floats_are_counts() -> None:
    _declare()
    assert find("test:vowels").bind({"number": 10.0}).params["number"] == 10


def test_relation_that_does_not_exist() -> None:
    with pytest.raises(
        InvalidParametersError, match=r"'at lest' is not 'at least' or 'less than'; did you mean 'at least'\?"
    ):
        Constraint("length_constraints:number_words", relation="at lest", num_words=3)


def test_unknown_id_names_the_nearest() -> None:
    with pytest.raises(
        UnknownConstraintError, match=r"no constraint type 'keywords:existense'; did you mean 'keywords:existence'\?"
    ):
        find("keywords:existense")


@pytest.mark.parametrize(
    ("id", "params"),
    [
        ("keywords:forbidden_words", {"forbidden_words": ["(?i)cat"]}),
        ("detectable_format:multiple_sections", {"section_spliter": "(?i)section", "num_sections": 1}),
        ("detectable_content:postscript", {"postscript_marker": r"ps\Z"}),
        ("detectable_content:postscript", {"postscript_marker": "(?P<A>ps)"}),
        ("keywords:existence", {"keywords": ["[[a]"]}),
    ],
)
def test_patterns_compile_as_they_are_used(id: str, params: dict[str, object]) -> None:
    with pytest.raises(InvalidParametersError, match="is not a regular expression that compiles"):
        find(id).bind(params)


def test_pattern_that_does_not_compile_is_refused_when_bound() -> None:
    with pytest.raises(InvalidParametersError, match="is not a regular expression that compiles"):
        Constraint("keywords:existence", keywords=["tea", "(hi"])


def test_editions() -> None:
    _declare()
    published = find("test:vowels", "corrected")
    assert published.edition == "published"

    @constraint(
        "test:vowels",
        "Use at least {number} vowels.",
        Pass("Ab", number=1),
        Fail("b", number=1),
        edition="corrected",
        fault="Capital vowels were not counted.",
    )
    def vowels_in_any_case(reply: Text, *, number: Count) -> Verdict:
        """Vowels of English, in any case."""
        return at_least(sum(reply.lower.count(letter) for letter in "aeiou"), number, "vowels")

    assert not Constraint("test:vowels", number=1).check("A")
    assert Constraint("test:vowels", "corrected", number=1).check("A")
    assert [kind.edition for kind in registry.editions("test:vowels")] == ["published", "corrected"]


def test_conversation_is_handed_to_checks_that_want_it() -> None:
    @constraint(
        "test:same_opening",
        "Open with the same line as your reply in turn {turn}.",
        Pass("Dear Ann,\nyes.", "Dear Ann,\nno.", turn=1),
        Fail("Dear Ann,\nyes.", "No.", turn=1),
    )
    def same_opening(reply: Text, conversation: Conversation, *, turn: Ordinal) -> Verdict:
        """First lines are compared without the spaces around them."""
        return exactly(reply.first_line, conversation.reply(turn).first_line, "first line")

    kind = find("test:same_opening")
    for example in kind.examples:
        verdict = kind.bind(example.params).check(example.reply, Conversation(example.replies))
        assert verdict.followed is example.followed
    assert verdict.required == "first line 'Dear Ann,'"
    assert verdict.observed == "'No.'"


def test_one_id_declared_twice_names_both_sides() -> None:
    _declare()

    with pytest.raises(
        DeclarationError, match=r"test:vowels \(published\) is declared twice: by .*vowels and by .*other"
    ):

        @constraint("test:vowels", "Say a.", Pass("a"), Fail("b"))
        def other(reply: Text) -> Verdict:
            """Another check."""
            return at_least(reply.raw.count("a"), 1, "letters")


def test_a_copy_of_the_same_name_is_a_conflict_and_a_second_import_is_not() -> None:
    _declare()
    _declare()

    def declare_copy() -> None:
        @constraint("test:vowels", "Use {number}.", Pass("aa", number=1), Fail("b", number=1))
        def vowels(reply: Text, *, number: Count) -> Verdict:
            """A copy."""
            return at_least(reply.raw.count("a"), number, "vowels")

    with pytest.raises(DeclarationError, match="is declared twice"):
        declare_copy()


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: constraint("novowels", "x", Pass("a"), Fail("b")), "it must read 'family:name'"),
        (lambda: constraint("t:x", "x", Fail("b")), "has no Pass example"),
        (lambda: constraint("t:x", "x", Pass("b")), "has no Fail example"),
        (lambda: constraint("t:x", "{y}", Pass("a"), Fail("b")), "the template names 'y'"),
        (lambda: constraint("t:x", "x", Pass("a"), Fail("b"), edition="corrected"), "names the fault it mends"),
        (lambda: constraint("t:x", "x", Pass("a"), Fail("b"), fault="wrong"), "names the fault it mends"),
    ],
)
def test_incomplete_declarations_are_refused(declare: Callable[[], Callable[..., object]], message: str) -> None:
    def check(reply: Text) -> Verdict:
        return at_least(1, 1, "things")

    with pytest.raises(DeclarationError, match=message):
        declare()(check)


def test_checks_look_at_a_reply_first() -> None:
    def check(text: Text) -> Verdict:
        return at_least(1, 1, "things")

    with pytest.raises(DeclarationError, match=r"must look at \(reply\)"):
        constraint("t:x", "x", Pass("a"), Fail("b"))(check)


def test_fingerprint_depends_on_the_types_used() -> None:
    words, json = find("length_constraints:number_words"), find("detectable_format:json_format")
    assert fingerprint([words]) == fingerprint([words, words])
    assert fingerprint([words]) != fingerprint([words, json])


@pytest.mark.parametrize(("given", "message"), [("1 / 0", "raised ZeroDivisionError"), ("True", "gave True instead")])
def test_a_check_at_fault_is_named_and_is_no_verdict(given: str, message: str) -> None:
    def check(reply: Text) -> Verdict:
        """At fault."""
        return eval(given)

    constraint("test:faulty", "x", Pass("a"), Fail("b"))(check)
    with pytest.raises(registry.CheckError, match=rf"test:faulty: .*check {message}"):
        Constraint("test:faulty").check("some reply")
