"""Dates and times of day: where they stand, whether they exist, and how they are written."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from ifbench.constraints.native.prose import western
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every

# January to December; spellings of one month are divided by a bar.
_MONTHS = (
    "January|Jan February|Feb March|Mar April|Apr May June|Jun July|Jul August|Aug September|Sept|Sep October|Oct "
    "November|Nov December|Dec",
    "Januar|Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février|fevrier mars avril mai juin juillet août|aout septembre octobre novembre décembre|decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "يناير فبراير مارس أبريل|إبريل مايو يونيو|يونيه يوليو|يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "जनवरी फ़रवरी|फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर",
)


class Date(NamedTuple):
    """A date as it is written: where, its numbers, and the order they may be read in (of ``YMD``, ``DMY``, ``MDY``)."""

    span: Span
    year: int | None
    first: int
    second: int
    orders: tuple[str, ...]
    shape: str

    def exists(self, order: str) -> bool:
        """Whether the calendar has the day, read in ``order``. Without a year, 29 February is one."""
        import datetime

        month, day = (self.second, self.first) if order == "DMY" else (self.first, self.second)
        try:
            datetime.date(2000 if self.year is None else self.year, month, day)
        except ValueError:
            return False
        return True


@cache
def _months() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for names in _MONTHS:
        for place, spellings in enumerate(names.split(), 1):
            for spelling in spellings.replace("_", " ").split("|"):
                # Careless capitals: 14 Juillet, MAY 3.
                numbers |= dict.fromkeys((spelling, spelling.title(), spelling.upper()), place)
    return numbers


@cache
def _written(month_first: bool) -> re.Pattern[str]:
    names = sorted(_months(), key=len, reverse=True)
    if month_first:
        english = "|".join(name for name in names if name.title() in _MONTHS[0].replace("|", " ").split())
        return re.compile(
            rf"(?<!\w)(?P<month>{english})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
            r"(?:,? (?P<year>\d{4})(?![-/.]?\d))?(?!\w|[:.,]\d)"
        )
    return re.compile(
        r"(?<![\w.,:/-])(?P<day>\d{1,2})(?:\.?º|\.|st|nd|rd|th|er|ᵉʳ|°)?(?: of| de)?[ \u00a0]"
        rf"(?P<month>{'|'.join(names)})(?![^\W\d_])\.?(?:,?(?: de| del)?[ \u00a0](?P<year>\d{{4}})(?![-/.]?\d))?"
    )


_NUMERIC = (
    (
        "YMD",
        r"(?<![\w.,:/-])(?P<year>\d{4})(?P<mark>[-/.])(?P<first>\d{1,2})(?P=mark)(?P<second>\d{1,2})(?!\d|[-/.]\d)",
    ),
    (
        "DMY",
        # Arabic may write its letter for "of our era" behind the year.
        r"(?<![\w.,:/-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})"
        r"(?![^\Wم]|م\w|[-/.]\d)",
    ),
    (
        "DMY",
        r"(?<![\w.,:/-])(?P<first>0?[1-9]|[12]\d|3[01])(?P<mark>\.)[ \u00a0\u202f](?P<second>0?[1-9]|1[0-2])\."
        r"[ \u00a0\u202f](?P<year>\d{4})(?!\w|[-/.]\d)",
    ),
    ("DMY", r"(?<![\w.,:/-])(?P<first>\d{1,2})(?P<mark>/)(?P<second>\d{1,2})/(?P<year>\d\d)(?!\w|[-/.,]\d)"),
    # A day and a month in German, where the word before says that it is one.
    (
        "DMY",
        r"(?i:(?<=\bam )|(?<=\bab )|(?<=\bbis )|(?<=\bdem )|(?<=\bden )|(?<=\bvom )|(?<=\bzum ))"
        r"(?P<first>\d{1,2})(?P<mark>\.)(?P<second>\d{1,2})\.(?P<year>(?!))?(?! ?\d)",
    ),
    ("DMY", r"(?<![\w.,:/-])(?P<first>\d\d)(?P<mark>[-/.])(?P<second>\d\d)(?P=mark)(?P<year>\d\d)(?!\w|[-/.,]\d)"),
    ("YMD", r"(?<!\d)(?:(?P<year>\d{4}) ?[年년] ?)?(?P<first>\d{1,2}) ?[月월] ?(?P<second>\d{1,2}) ?[日号號일]"),
)


def dates(text: str) -> list[Date]:
    """What is written as a date with a day, whether the calendar has it or not, from left to right.

    That is three numbers divided by hyphens, slashes or dots (with spaces or without), in the orders that are in use;
    2024年5月3日; and a day with the name of a month in Arabic, English, French, German, Hindi, Italian, Portuguese,
    Russian or Spanish.
    """
    found: list[Date] = []
    for order, pattern in _NUMERIC:
        for match in re.finditer(pattern, text):
            # A year of two digits is one of this century.
            year = int(f"20{match['year']}"[-4:]) if match["year"] else None
            swapped = order == "DMY" and match["mark"] != "."
            orders = ("DMY", "MDY") if swapped else (order,)
            found.append(Date(match.span(), year, int(match["first"]), int(match["second"]), orders, match.group()))
    for order, pattern in (("DMY", _written(False)), ("MDY", _written(True))):
        for match in pattern.finditer(text):
            day, month = int(match["day"]), _months()[match["month"]]
            first, second = (day, month) if order == "DMY" else (month, day)
            found.append(
                Date(
                    match.span(), int(match["year"]) if match["year"] else None, first, second, (order,), match.group()
                )
            )
    kept: list[Date] = []
    for date in sorted(found, key=lambda date: (date.span[0], -date.span[1])):
        if not kept or date.span[0] >= kept[-1].span[1]:
            kept.append(date)
    return kept


def date_spans(text: str) -> list[Span]:
    """Where dates stand that the calendar has, in one of the orders that are in use."""
    return [date.span for date in dates(text) if any(date.exists(order) for order in date.orders)]


DateFormat = Literal[
    "YYYY-MM-DD", "YYYY/MM/DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "D Month YYYY", "Month D, YYYY",
    "YYYY年M月D日",
]  # fmt: skip
"""How a date is written: YYYY, MM and DD have four and two digits, M and D no leading zero."""

# A whole name of a month: Sept. and the like are not in the format.
_NAME = r"(?!(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b)[^\d.]{2,}?"
_FORMATS: dict[str, tuple[str, str]] = {
    "YYYY-MM-DD": ("YMD", r"\d{4}-\d\d-\d\d"),
    "YYYY/MM/DD": ("YMD", r"\d{4}/\d\d/\d\d"),
    "DD.MM.YYYY": ("DMY", r"\d\d\.\d\d\.\d{4}"),
    "DD/MM/YYYY": ("DMY", r"\d\d/\d\d/\d{4}"),
    "MM/DD/YYYY": ("MDY", r"\d\d/\d\d/\d{4}"),
    "DD-MM-YYYY": ("DMY", r"\d\d-\d\d-\d{4}"),
    "D Month YYYY": ("DMY", rf"[^\D0]\d?(?:\.?º|\.|er|ᵉʳ)?(?: de)?[ \u00a0]{_NAME}(?: del?)?[ \u00a0]\d{{4}}"),
    "Month D, YYYY": ("MDY", rf"{_NAME} [^\D0]\d?, \d{{4}}"),
    "YYYY年M月D日": ("YMD", r"\d{4}年[^\D0]\d?月[^\D0]\d?日"),
}


@constraint(
    "content:date_format",
    "Write every date in the format {format}, and give at least one.",
    Pass("From 2024-02-29 to 2024-12-31T10:00.", format="YYYY-MM-DD"),
    Fail("On 2023-02-29.", format="YYYY-MM-DD"),
    Fail("On 2024-5-3.", format="YYYY-MM-DD"),
    Fail("On 2024-05-03, or 3 May.", format="YYYY-MM-DD"),
    Fail("In May 2024.", format="YYYY-MM-DD"),
    Fail("On 2024-05-03, or MAY 4, 2024.", format="YYYY-MM-DD"),
    Fail("On 2024-05-03, or 5/4/24.", format="YYYY-MM-DD"),
    Pass("On 2024/05/03.", format="YYYY/MM/DD"),
    Fail("On 2024.05.03.", format="YYYY/MM/DD"),
    Pass("On 31/12/2024.", format="DD/MM/YYYY"),
    Fail("On 12/31/2024.", format="DD/MM/YYYY"),
    Fail("On 03/05/24.", format="DD/MM/YYYY"),
    Pass("On 12/31/2024.", format="MM/DD/YYYY"),
    Fail("On 31/12/2024.", format="MM/DD/YYYY"),
    Pass("On 31-12-2024.", format="DD-MM-YYYY"),
    Fail("On 31-13-2024.", format="DD-MM-YYYY"),
    Pass("On 3 May 2024; he may go.", format="D Month YYYY"),
    Fail("On 03 May 2024.", format="D Month YYYY"),
    Fail("On 31 June 2024.", format="D Month YYYY"),
    Fail("On 3 Sep 2024.", format="D Month YYYY"),
    Fail("On Sept. 3, 2024.", format="Month D, YYYY"),
    Fail("On Sep 3, 2024.", format="Month D, YYYY"),
    Pass("On May 3, 2024 and December 31, 2024.", format="Month D, YYYY"),
    Fail("On May 3rd, 2024.", format="Month D, YYYY"),
    Fail("On February 30, 2024.", format="Month D, YYYY"),
    Pass(Text("Am 03.05.2024.", "de"), format="DD.MM.YYYY"),
    Fail(Text("Am 3.5.2024.", "de"), format="DD.MM.YYYY"),
    Fail(Text("Vom 03.05.2024 bis 5.6. ist zu.", "de"), format="DD.MM.YYYY"),
    Pass(Text("Am 03.05.2024 kamen 3.5. Abschnitt 1.2.", "de"), format="DD.MM.YYYY"),
    Fail(Text("Am 03.05.2024 und am 12. 11. 2026.", "de"), format="DD.MM.YYYY"),
    Pass(Text("Am 03.05.2024, nach 30. 13. 2026 und 0. 2. 2026.", "de"), format="DD.MM.YYYY"),
    Pass(Text("Am 3. März 2024.", "de"), format="D Month YYYY"),
    Fail(Text("Am 31. Juni 2024.", "de"), format="D Month YYYY"),
    Pass(Text("Am 31. Dezember 2024.", "de"), format="D Month YYYY"),
    Pass(Text("Le 14 juillet 1789.", "fr"), format="D Month YYYY"),
    Pass(Text("Le 14 Juillet 1789.", "fr"), format="D Month YYYY"),
    Fail(Text("Le 14/07/1789.", "fr"), format="D Month YYYY"),
    Pass(Text("Le 1ᵉʳ mars 2027.", "fr"), format="D Month YYYY"),
    Fail(Text("Le 02/03/2027, pas le 1ᵉʳ mars 2027.", "fr"), format="DD/MM/YYYY"),
    Pass(Text("El 3 de mayo de 2024.", "es"), format="D Month YYYY"),
    Pass(Text("El 1.º de mayo de 2027 y el 1º de junio de 2027.", "es"), format="D Month YYYY"),
    Fail(Text("El 02/05/2027, no el 1.º de mayo de 2027.", "es"), format="DD/MM/YYYY"),
    Fail(Text("El 2024-05-03.", "es"), format="DD/MM/YYYY"),
    Pass(Text("12 апреля 1961 года.", "ru"), format="D Month YYYY"),
    Fail(Text("12 апреля 1961 года.", "ru"), format="DD.MM.YYYY"),
    Pass(Text("في 3 مايو 2024.", "ar"), format="D Month YYYY"),
    Fail(Text("في 3 مايو.", "ar"), format="D Month YYYY"),
    Pass(Text("يوم 28/11/2026م.", "ar"), format="DD/MM/YYYY"),
    Fail(Text("يوم 2026-11-28، أي 28/11/2026م.", "ar"), format="YYYY-MM-DD"),
    Pass(Text("يوم 2026-11-28، أي 28/11/2026متر.", "ar"), format="YYYY-MM-DD"),
    Pass(Text("في 3 كانون الثاني 2024.", "ar"), format="D Month YYYY"),
    Fail(Text("في 3 أيار 2024.", "ar"), format="DD/MM/YYYY"),
    Pass(Text("15 अगस्त 1947 को।", "hi"), format="D Month YYYY"),
    Fail(Text("15 अगस्त 1947 को।", "hi"), format="DD/MM/YYYY"),
    Pass(Text("2024年5月3日です。", "ja"), format="YYYY年M月D日"),
    Fail(Text("2024年05月03日です。", "ja"), format="YYYY年M月D日"),
    Fail(Text("2024年5月3日2024年05月04日", "ja"), format="YYYY年M月D日"),
    Fail(Text("2024年2月30日です。", "ja"), format="YYYY年M月D日"),
    source=NATIVE,
)
def date_format(reply: Text, *, format: DateFormat) -> Verdict:
    """Every date with a day, in figures or with the name of its month, has the format and is in the calendar.

    A month with its year, or a year alone, is no date; a time may follow. Abbreviated months are not in the format.
    """
    order, pattern = _FORMATS[format]
    found = dates(reply.raw)
    wrong = [date.span for date in found if not date.exists(order) or not re.fullmatch(pattern, date.shape)]
    return every(reply.raw, [date.span for date in found], wrong, "dates", f"every date as {format}")


_HALVES = r"(?:[AaPp]\.[ \u00a0\u202f]?[Mm]\.?|[AaPp][Mm])(?![^\W\d_])"
_TIME = (
    # A time may stand right behind kana or Chinese characters.
    r"(?<![:.,/])(?<![^\W\u3040-\u30ff\u3400-\u9fff])"
    rf"(?:\d{{1,2}}:[0-5]\d(?::[0-5]\d)?(?!:?\d)(?:[ \u00a0\u202f]?{_HALVES})?"
    rf"|\d{{1,2}}(?:[ \u00a0\u202f]?{_HALVES}| o['’]clock\b)"
    r"|\d{1,2}[ \u00a0]?h(?: ?[0-5]\d)?(?!\w)"
    r"(?![ \u00a0\u202f]?/[ \u00a0\u202f]?24\b|[ \u00a0\u202f]sur[ \u00a0\u202f]24\b)"
    r"|\d{1,2}(?:\.[0-5]\d)? Uhr\b)"
    r"|(?<![\d])(?:(?:上午|下午|午前|午後|오전|오후) ?)?\d{1,2} ?[時时点點시](?! ?間|间|간)(?: ?[0-5]?\d ?[分분])?"
)


def time_spans(text: str) -> list[Span]:
    """Where times of day stand: 14:30, 2 pm, 2 o'clock, 14h30, 14.30 Uhr, 14時30分; in the digits of any script."""
    return [match.span() for match in re.finditer(_TIME, western(text))]


ClockFormat = Literal["14:30", "2:30 PM", "2:30 p.m.", "14h30", "14.30 Uhr", "14:30 Uhr", "14時30分"]
"""How a time of day is written, by the example of half past two."""

_CLOCKS: dict[str, str] = {
    "14:30": r"(?:[01]\d|2[0-3]):[0-5]\d",
    "2:30 PM": r"(?:[1-9]|1[0-2]):[0-5]\d[ \u00a0\u202f](?:AM|PM)",
    "2:30 p.m.": r"(?:[1-9]|1[0-2]):[0-5]\d[ \u00a0\u202f][ap]\.[ \u00a0\u202f]?m\.",
    "14h30": r"(?:[01]?\d|2[0-3])[ \u00a0]?h(?: ?[0-5]\d)?",
    "14.30 Uhr": r"(?:\d|1\d|2[0-3])\.[0-5]\d Uhr",
    # "Uhr" may stand behind the second time only: von 14:30 bis 16:00 Uhr.
    "14:30 Uhr": r"(?:\d|1\d|2[0-3]):[0-5]\d(?=(?:(?: bis | ?[-–] ?|/)\d{1,2}:\d\d)? Uhr\b)",
    "14時30分": r"(?:\d|1\d|2[0-3])時(?:[0-5]?\d分)?",
}


@constraint(
    "content:time_format",
    "Write every time of day like this: {format}. Give at least one.",
    Pass("Open from 09:00 to 23:59.", format="14:30"),
    Pass("09:00: open\n\n**23:59:** closed", format="14:30"),
    Fail("9:00: open\n\n**23:59:** closed", format="14:30"),
    Fail("Open from 9:00.", format="14:30"),
    Fail("Open until 24:00.", format="14:30"),
    Fail("Open from 09:00 to 5 pm.", format="14:30"),
    Fail("Open from 09:00 to 5 o’clock.", format="14:30"),
    Pass(Text("開始は09:30です。20:00まで。", "ja"), format="14:30"),
    Fail(Text("開始は9:30です。20:00まで。", "ja"), format="14:30"),
    Pass(Text("- 16時：開始\n- 17時 〜 18時30分", "ja"), format="14時30分"),
    Fail("Open all day, 1:100.", format="14:30"),
    Pass("From 9:05 AM to 12:30 PM.", format="2:30 PM"),
    Fail("From 9:05 am.", format="2:30 PM"),
    Fail("From 13:05 PM.", format="2:30 PM"),
    Fail("From 9 AM.", format="2:30 PM"),
    Pass("At 2:30 p.m.", format="2:30 p.m."),
    Pass(Text("Abre a las 2:30 p. m.", "es"), format="2:30 p.m."),
    Fail(Text("Abre a las 2:30 PM.", "es"), format="2:30 p.m."),
    Fail("At 2:30 PM.", format="2:30 p.m."),
    Pass(Text("Ouvert de 9h à 23 h 30.", "fr"), format="14h30"),
    Pass(Text("Ouvert dès 09h00.", "fr"), format="14h30"),
    Fail(Text("Ouvert à 25h.", "fr"), format="14h30"),
    Pass(Text("Ouvert 24h/24 et 24\u00a0h sur 24, sauf à 14h/2.", "fr"), format="14h30"),
    Fail(Text("Ouvert 24h/24 et 24 h sur 24.", "fr"), format="14h30"),
    Fail(Text("Ouvert de 9h à 24 h sur 2 jours.", "fr"), format="14h30"),
    Fail(Text("Ouvert dès 9:00.", "fr"), format="14h30"),
    Pass(Text("Um 9.30 Uhr.", "de"), format="14.30 Uhr"),
    Fail(Text("Um 9 Uhr.", "de"), format="14.30 Uhr"),
    Pass(Text("Um 9:30 Uhr.", "de"), format="14:30 Uhr"),
    Fail(Text("Um 9:30.", "de"), format="14:30 Uhr"),
    Pass(Text("Von 9:30 bis 16:00 Uhr, 9:30–16:00 Uhr.", "de"), format="14:30 Uhr"),
    Fail(Text("Von 9:30 bis 16:00.", "de"), format="14:30 Uhr"),
    Pass(Text("会議は9時と23時30分です。", "ja"), format="14時30分"),
    Fail(Text("会議は24時です。", "ja"), format="14時30分"),
    Fail(Text("会議は午後2時です。", "ja"), format="14時30分"),
    Fail(Text("会議は2時間です。", "ja"), format="14時30分"),
    Fail(Text("Встреча в 9:30.", "ru"), format="14:30"),
    Pass(Text("Встреча в 09:30.", "ru"), format="14:30"),
    Pass(Text("الساعة ١٤:٣٠.", "ar"), format="14:30"),
    Fail(Text("الساعة ٩:٣٠.", "ar"), format="14:30"),
    Pass(Text("बैठक १४:३० बजे है।", "hi"), format="14:30"),
    Fail(Text("बैठक ९:३० बजे है।", "hi"), format="14:30"),
    Pass(Text("１４時３０分です。", "ja"), format="14時30分"),
    source=NATIVE,
)
def time_format(reply: Text, *, format: ClockFormat) -> Verdict:
    """Hours and minutes with a colon count whatever they mean (a score of 3:10).

    So do hours with am, pm, o'clock, h, Uhr, 時, but no durations such as 24h/24.
    Seconds are in no format; where minutes may be left out (14h, 14時) both forms count.
    """
    found = time_spans(reply.raw)
    pattern = re.compile(_CLOCKS[format])
    text = western(reply.raw)
    right = {match.span() for span in found if (match := pattern.match(text, span[0]))}
    wrong = [span for span in found if span not in right]
    return every(reply.raw, found, wrong, "times of day", f"every time of day like {format}")
