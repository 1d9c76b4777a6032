"""Which language stands where: in turn, in every sentence, in headings and text."""

from __future__ import annotations

import re

from ifbench.constraints.native.prose import outside_quotations, running_text
from ifbench.constraints.native.shown import OTHER, Language, shown_language, told_language
from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.languages import block_sentence_spans
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, holds, listing


def one_language(*, first: str, second: str) -> tuple[str, str] | None:
    """A ``conflict``: the two parts are told apart by their languages."""
    return ("second", f"{quote(second)} is the first language too") if first == second else None


@constraint(
    "language:in_turn",
    "Answer first in {first} and then in {second} (ISO 639-1 codes), with a blank line between the two parts.",
    Pass(
        "# The answer\n\nDer Zug fährt heute Abend um neun Uhr ab.\n\nThe train leaves at nine o'clock this morning.",
        first="de",
        second="en",
    ),
    Fail(
        "Der Zug fährt heute Abend um neun Uhr ab.\n\nThe train leaves at nine o'clock this morning.",
        first="en",
        second="de",
    ),
    Pass("Where is the old station?\n\nWo ist hier der alte Bahnhof?", first="en", second="de"),
    Fail(
        "The train leaves at nine o'clock this morning.\nDer Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Fail("The train leaves at nine o'clock this morning.", first="en", second="de"),
    Pass(
        "The train leaves at nine o'clock this morning.\n\nIt will be late, I am afraid, by half an hour.\n\n"
        "Der Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Fail(
        "The train leaves at nine o'clock this morning.\n\nDer Zug fährt heute Abend um neun Uhr ab.\n\n"
        "It will be late, I am afraid, by half an hour.",
        first="en",
        second="de",
    ),
    Fail(
        "The train leaves at nine o'clock this morning.\n\nLe train part ce matin à neuf heures et demie.\n\n"
        "Der Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Pass(
        "Der Zug fährt heute Abend um neun Uhr ab.\n\nMit freundlichen Grüßen\nJana Reiter\n\n"
        "The train leaves at nine o'clock this morning.\n\nKind regards,\nJana Reiter",
        first="de",
        second="en",
    ),
    Fail(
        "Der Zug fährt heute Abend um neun Uhr ab.\n\nThe train leaves at nine o'clock this morning.\n\n"
        "Bis bald, wir freuen uns alle auf euch.",
        first="de",
        second="en",
    ),
    Pass(Text("今日は電車が遅れています。\n\n今天火车晚点了。\n\nOK!", "ja"), first="ja", second="zh"),
    Fail(Text("今天火车晚点了。\n\n今日は電車が遅れています。", "zh"), first="ja", second="zh"),
    Pass(Text("Поезд отходит сегодня утром в девять часов.\n\nट्रेन आज नौ बजे चलेगी।", "ru"), first="ru", second="hi"),
    Fail(Text("ट्रेन आज नौ बजे चलेगी।", "hi"), first="ru", second="hi"),
    Pass(
        Text(
            "يغادر القطار هذا الصباح في الساعة التاسعة تماما.\n\nEl tren sale esta mañana a las nueve en punto.", "ar"
        ),
        first="ar",
        second="es",
    ),
    Fail(Text("El tren sale esta mañana a las nueve en punto.", "es"), first="ar", second="es"),
    source=NATIVE,
    conflict=one_language,
)
def in_turn(reply: Text, *, first: Language, second: Language) -> Verdict:
    """Paragraphs are told apart by script, and by langdetect from 20 or 30 letters on; shorter ones are not judged.

    All judged up to some paragraph are in the first language, all after it in the second, and both occur. Headings,
    code and links are left out, and so are closings of letters: fewer than eight words of Latin letters and fewer than
    40 letters, half of the words or more capitalised.
    """
    text = running_text(reply)
    told = [(span, told_language(text[slice(*span)], (first, second))) for span in reply.paragraph_spans]
    order = [code for _, code in told if code]
    runs = [code for index, code in enumerate(order) if not index or code != order[index - 1]]
    return holds(
        runs == [first, second],
        lambda: f"paragraphs in {first}, then in {second}",
        lambda: f"paragraphs in {', then '.join(runs[:6])}" if runs else "no paragraph long enough to be judged",
        [span for span, code in told if code == OTHER],
    )


@constraint(
    "language:every_sentence",
    "Write every sentence in {language} (an ISO 639-1 code); only code and quotations may be in another language.",
    Pass("The train leaves at nine o'clock this morning. Bonjour! It's late.", language="en"),
    Fail("It's late. Le train part ce matin à neuf heures de la gare.", language="en"),
    Fail("Late. Ok.", language="en"),
    Pass('"The train leaves at nine o\'clock this morning."', language="en"),
    Fail('"Le train part ce matin à neuf heures de la gare."', language="en"),
    Pass("It is late. We go now. See you soon, Ann.", language="en"),
    Pass("The train leaves at nine o'clock this morning.\n\nKind regards,\nJana Reiter", language="en"),
    Pass(Text("Der Zug fährt heute um neun Uhr ab.\n\nBest Regards,\nJana Reiter", "de"), language="de"),
    Fail("The train leaves at nine o'clock.\n\nDer Zug Nach Berlin Fährt Heute Abend Um Neun.", language="en"),
    Pass(Text("Die Sitzung beginnt. Bitte kommen.", "de"), language="de"),
    Pass(Text("Встреча в девять. Пожалуйста, приходите. Чай готов.", "ru"), language="ru"),
    Pass("He wrote “Le train part ce matin à neuf heures” and then he left the old station.", language="en"),
    Pass(
        "LE TRAIN is French; the rest of this sentence is not.\n\n```\nDas ist ein Kommentar auf Deutsch.\n```",
        language="en",
    ),
    Pass(Text("Der Zug fährt heute um neun Uhr vom Bahnhof ab. Well.", "de"), language="de"),
    Fail(
        Text("Der Zug fährt heute um neun Uhr vom Bahnhof ab. The train is late again, as it is so often.", "de"),
        language="de",
    ),
    Pass(Text("LA RÉUNION COMMENCE À NEUF HEURES ET SE TERMINE AVANT MIDI.", "fr"), language="fr"),
    Fail(
        Text("Le train part ce matin à neuf heures. The train is late again, as it is so often.", "fr"), language="fr"
    ),
    Pass(Text("電車は九時に出ます。東京駅。GitHubを使います。", "ja"), language="ja"),
    Fail(Text("電車は九時に出ます。The train is late again today.", "ja"), language="ja"),
    Pass(Text("電車は九時に出ます。The train is late.", "ja"), language="ja"),
    Fail(Text("電車は九時に出ます。\n\nKind Regards,\nThe Support Team", "ja"), language="ja"),
    Fail(Text("电车九点从车站出发然后开往北京市中心的车站。", "zh"), language="ja"),
    Pass(Text("火车九点开。请看README。", "zh"), language="zh"),
    Fail(Text("火车九点开。電車は九時に出ます。", "zh"), language="zh"),
    Pass(Text("人口很多。", "zh"), language="zh"),
    Fail(Text("人口很多。", "zh"), language="ja"),
    Pass(Text("電車は九時に出ます。東京大学附属図書館中央閲覧室。", "ja"), language="ja"),
    Fail(Text("電車は九時に出ます。今天天氣很好所以大家一同去公園中散會了一會兒。", "ja"), language="ja"),
    Pass(Text("Καλημέρα σε. The train leaves now, ok.", "el"), language="el"),
    Fail(Text("Καλημέρα σε. The train leaves now too.", "el"), language="el"),
    Fail(Text("Καλημέρα σ.", "el"), language="el"),
    Fail(Text("Καλημέρας hello you.", "el"), language="el"),
    Pass(Text("ट्रेन आज नौ बजे चलेगी।", "hi"), language="hi"),
    Fail(Text("ट्रेन आज नौ बजे चलेगी। Train kal subah bhi chalegi.", "hi"), language="hi"),
    Fail(Text("Поезд отходит утром. The train is late again today.", "ru"), language="ru"),
    Pass(Text("Поезд отходит сегодня утром в девять часов с вокзала.", "ru"), language="ru"),
    Fail(Text("Потяг відходить сьогодні вранці о дев'ятій годині з вокзалу.", "uk"), language="ru"),
    Pass(Text("يغادر القطار هذا الصباح في الساعة التاسعة من المحطة.", "ar"), language="ar"),
    Fail(Text("يغادر القطار هذا الصباح. The train is late again today.", "ar"), language="ar"),
    Pass(Text("El modelo se entrenó con pocos datos.", "es"), language="es"),
    Pass(Text("Gracias por su paciencia y su ayuda.", "es"), language="es"),
    Pass("The train leaves from this station at nine. Le train part de notre gare à quatre.", language="en"),
    Fail("The train leaves from this station at nine. Le train part de notre gare vers neuf.", language="en"),
    Fail("I cannot help with that.", language="en"),
    Pass("I cannot help with that now.", language="en"),
    Fail(Text("El tren sale. O comboio parte esta manhã às nove horas da estação.", "es"), language="es"),
    source=NATIVE,
)
def every_sentence(reply: Text, *, language: Language) -> Verdict:
    """A sentence in another script counts from 20 letters (seven Chinese characters, kana or hangul) on.

    In a script that several languages share, langdetect is believed from 20 letters on when it confirms the language,
    from 30 on when it does not. Other sentences are not judged, nor are closings of letters: fewer than eight words
    and 40 Latin letters, half of the words or more capitalised; where none is, all together are. Code, links, headings
    and what stands in quotation marks, if that is not the whole reply, are left out.
    """
    text = running_text(reply)
    text = outside_quotations(text)
    sentences: list[Span] = [
        (block + start, block + stop)
        for block, end in reply.markdown.prose
        for start, stop in block_sentence_spans(text[block:end], language)
    ]
    told = [(span, told_language(text[slice(*span)], (language,))) for span in sentences]
    judged = [span for span, code in told if code]
    if not judged:
        # Many short sentences are together long enough.
        whole = " ".join(text[slice(*span)] for span in sentences)
        judged = sentences if shown_language(whole, (language,)) == language else []
    wrong = [span for span, code in told if code == OTHER]
    return every(reply.raw, judged, wrong, "sentences long enough to be judged", f"every sentence in {language}")


@constraint(
    "language:headings",
    "Write the headings in {headings} and the text below them in {body} (ISO 639-1 codes).",
    Pass(
        "# Departure of the trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.\n\n## Late arrivals and delays",
        headings="en",
        body="de",
    ),
    Fail(
        "# Abfahrt der Züge und die Verspätungen\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.",
        headings="en",
        body="de",
    ),
    Fail(
        "# Departure of the trains and their delays\n\nThe train leaves at nine this morning.", headings="en", body="de"
    ),
    Fail("Der Zug fährt heute um neun Uhr vom Bahnhof ab.", headings="en", body="de"),
    Fail("# Departure of the trains and their delays", headings="en", body="de"),
    Pass(Text("# Departure of the trains and their delays\n\n電車は九時に出ます。", "ja"), headings="en", body="ja"),
    Fail(Text("# 電車の出発時間\n\n電車は九時に出ます。", "ja"), headings="en", body="ja"),
    Pass(Text("# 火车时间表\n\nПоезд отходит сегодня утром в девять часов.", "ru"), headings="zh", body="ru"),
    Fail(Text("# Расписание\n\n火车九点开。", "ru"), headings="zh", body="ru"),
    Fail(
        "# Departure of the trains\n\n# Die Abfahrt der Züge und ihre Verspätungen\n\n"
        "# Late arrivals and delays of trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.",
        headings="en",
        body="de",
    ),
    Fail(
        "# Departure of the trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab und kommt morgen an.\n\n"
        "It will be late, I am afraid, by half an hour.\n\n## Late arrivals and delays",
        headings="en",
        body="de",
    ),
    Pass(
        Text("# المواعيد الجديدة للقطارات\n\nLe train part ce matin à neuf heures et demie.", "ar"),
        headings="ar",
        body="fr",
    ),
    Fail(
        Text("# Los nuevos horarios\n\nLe train part ce matin à neuf heures et demie.", "fr"), headings="ar", body="fr"
    ),
    Pass(Text("# ट्रेनों का समय\n\nEl tren sale esta mañana a las nueve en punto.", "hi"), headings="hi", body="es"),
    source=NATIVE,
)
def headings(reply: Text, *, headings: Language, body: Language) -> Verdict:
    """All Markdown headings together, and all paragraphs and list items together, must be long enough to be told.

    That is 10 letters where the script says the language (four Chinese characters, kana or hangul), otherwise 20 to 30.
    A single heading or paragraph in another language offends from 20 letters on, or 30 where the script is shared.
    """
    text = running_text(reply)
    titles = [re.sub(r"[#*_`]", " ", heading.text) for heading in reply.markdown.headings]
    prose = [text[slice(*span)] for span in reply.markdown.prose]
    parts = ((" ".join(titles), headings), ("\n".join(prose), body))
    found = [shown_language(part, tuple(dict.fromkeys((wanted, headings, body)))) for part, wanted in parts]
    wrong = [
        span
        for pieces, spans, wanted in (
            (titles, [heading.span for heading in reply.markdown.headings], headings),
            (prose, reply.markdown.prose, body),
        )
        for piece, span in zip(pieces, spans, strict=True)
        if shown_language(piece, (wanted,)) == OTHER
    ]

    def wording(code: str | None) -> str:
        return "another language" if code == OTHER else code or "too few letters to tell"

    return holds(
        found == [headings, body] and not wrong,
        lambda: f"headings in {headings} and text in {body}",
        lambda: (
            f"another language in {listing([reply.raw[start:stop] for start, stop in wrong[:3]])}"
            if wrong
            else f"headings in {wording(found[0])} and text in {wording(found[1])}"
        ),
        wrong or [heading.span for heading in reply.markdown.headings],
    )
