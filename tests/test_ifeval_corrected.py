"""What the corrected editions of IFEval's types take from the request, and what they are built of."""

from __future__ import annotations

import pytest

from ifbench.constraints.ifeval.function_words import english_passages, latin_language, other_language
from ifbench.constraints.reading.fences import opened, without_code
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.reading.phrases import Folded, joined
from ifbench.registry import Constraint
from ifbench.text import Conversation, Text


def _check(id: str, reply: str, prompt: str, **params: object) -> bool:
    return bool(Constraint(id, "corrected", **params).check(reply, Conversation([reply], [prompt])))


def test_what_is_repeated_of_the_request_may_be_in_its_language() -> None:
    request = "Write an essay about the climate. Make sure your entire response is in Hindi."
    essay = "जलवायु हम सबके लिए महत्वपूर्ण है और हमें मिलकर काम करना चाहिए।"
    assert _check("language:response_language", f"{request}\n\n{essay}", request, language="hi")
    assert not _check("language:response_language", f"{request}\n\n{essay}", "Write.", language="hi")
    assert not _check("language:response_language", request, request, language="hi")
    assert not _check("language:response_language", "Say it in Hindi", "Say it in Hindi", language="hi")


def test_a_request_that_shows_seven_asterisks_gets_seven() -> None:
    reply = "Blue.\n*******\nGreen."
    assert _check("combination:two_responses", reply, "Separate them by six asterisks: *******")
    assert not _check("combination:two_responses", reply, "Separate them by six asterisks: ******")
    assert not _check("combination:two_responses", "Blue.\n*****\nGreen.", "Separate them: *****")
    assert _check("combination:two_responses", "Blue.\n******\nGreen.", "Separate them: *******")


def test_a_request_to_just_repeat_may_be_answered_later() -> None:
    request = {"prompt_to_repeat": "Name a colour."}
    just = "Before you answer it, just repeat the request below.\n\nName a colour."
    first = "First repeat the request below, then give your answer.\n\nName a colour."
    assert _check("combination:repeat_prompt", "Name a colour.", just, **request)
    assert not _check("combination:repeat_prompt", "Blue.", just, **request)
    assert not _check("combination:repeat_prompt", "Name a colour.", first, **request)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("ETCHINGS", "en", None),
        ("DAS IST GUT UND SCHÖN", "en", "de"),
        ("Arrival at Roma Fiumicino airport, lunch at the Trattoria da Enzo in Via della Panetteria", "en", None),
        ("Guten Morgen, das ist gut", "de", None),
    ],
)
def test_little_words_tell_a_latin_language(text: str, wanted: str, found: str | None) -> None:
    assert latin_language(text, wanted) == found


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Добрый день", "bg", None),
        ("Сегодня очень хорошая погода, и мы идём гулять в парк.", "bg", "ru"),
        ("Сегодня хорошая погода.", "de", "another script"),
        ("我们今天去公园散步,天气很好,大家都很高兴,明天再去吧。", "ja", "zh-cn"),
        ("ok", "de", "unknown"),
    ],
)
def test_script_comes_before_statistics(text: str, wanted: str, found: str | None) -> None:
    assert other_language(text, wanted) == found


def test_english_passages_are_sentences_and_not_titles() -> None:
    text = "Wir lesen A People's History of the United States. Here is what it says about us:"
    assert [text[slice(*span)] for span in english_passages(text, "de")] == ["Here is what it says about us"]
    assert english_passages(text, "en") == []


def test_fences_of_text_are_opened_and_others_are_not() -> None:
    reply = Text("```markdown\n* a\n```\nand\n```py\n* b\n```")
    assert opened(reply).raw == "           \n* a\n   \nand\n```py\n* b\n```"
    assert without_code(reply).strip() == "and"
    assert opened(Text("```py\n* b\n```")).raw == "     \n* b\n   "
    assert opened(Text("~~~ text\n* b")).raw == "        \n* b"
    plain = Text("* a")
    assert opened(plain) is plain


def test_folding_finds_its_way_back() -> None:
    raw = "Die Straße: STRASSE, cafe\u0301."
    text = Folded(raw)
    assert [raw[start:stop] for start, stop in text.whole("straße")] == ["Straße", "STRASSE"]
    assert [raw[start:stop] for start, stop in text.whole("CAFÉ")] == ["cafe\u0301"]
    assert folded("‘İ’") == folded("'i\u0307'")


def test_words_that_touch_are_one_only_in_scripts_with_spaces() -> None:
    assert joined("ab", 1)
    assert not joined("a_", 1)
    assert not joined("ab", 0)
    assert not joined("ab", 2)
    assert not joined("猫が", 1)
    assert joined("हिंदी", 4)
