"""Numbers in running text: which may be mentioned, and how numbers and amounts of money are written."""

from __future__ import annotations

import re
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.dates import dates, time_spans
from ifbench.constraints.native.entities import phone_spans
from ifbench.constraints.native.prose import blanked, item_number_spans, running_text
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, absent, every

if TYPE_CHECKING:
    from decimal import Decimal

_SPACES = " \u00a0\u202f"
# Groups of digits and what divides them; a space divides groups of three only.
_NUMBER = rf"(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}}){{1,12}}(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'’٬٫]\d+)*)"
# Not within a name or a number; in Chinese, Japanese and Korean there is no space before a number.
_ALONE = r"(?:(?<![^\W_])(?<![^\W\d_][-‐‑])(?<!\d[.,'’٬٫])|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))"
_DECIMAL_POINT = frozenset(["ar", "en", "he", "hi", "ja", "ko", "th", "ur", "zh"])


def _number_spans(reply: Text) -> list[Span]:
    """Where numbers in figures stand, outside of code, links, citation marks and the numbers of list items.

    Figures that a letter, or a letter and a hyphen, stand before belong to a name: B2, COVID-19.
    """
    text = blanked(running_text(reply), item_number_spans(reply))
    text = blanked(text, [match.span() for match in re.finditer(r"\[\^?\d[\d, –-]{0,20}\]", text)])
    return [match.span() for match in re.finditer(_ALONE + _NUMBER, text)]


def _value(written: str, language: str) -> Decimal | None:
    """What a number says; None where its groups fit no number (a version such as 1.2.3).

    Where one comma or point stands before three digits, the use of the language decides whether it marks the decimals.
    """
    from decimal import Decimal

    plain = re.sub(rf"['’٬{_SPACES}]", "", written).replace("٫", "\n")
    marks = re.findall(r"[.,\n]", plain)
    point = "." if language in _DECIMAL_POINT else ","
    if "\n" in marks:
        point = "\n"
    elif len(set(marks)) == 2:
        point = marks[-1]
    elif len(marks) == 1 and not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain):
        point = marks[0]
    elif len(marks) > 1:
        point = ""
    whole, _, fraction = plain.partition(point) if point else (plain, "", "")
    if not re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}", whole) or not f"0{fraction}".isdecimal():
        return None
    return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}")


def _is_signed(text: str, start: int) -> bool:
    """Whether a minus sign stands before the number, and no range or name before that."""
    return start > 0 and text[start - 1] in "-−" and (start == 1 or not text[start - 2].isalnum())


def _are_finite(numbers: list[int | float]) -> bool:
    return all(map(isfinite, numbers))


Numbers = Annotated[list[int | float], Len(1), Predicate(_are_finite), doc("a list of numbers")]
"""Numbers, whole or not."""


@constraint(
    "content:grounded_numbers",
    "Mention no numbers in figures other than {numbers}.",
    Pass("Of 1,200 people, 3.50 % left; 3rd try.", numbers=[1200, 3.5, 3]),
    Pass("## 1. Tea\n\n**2. Milk**\n\nOf 5.", numbers=[5]),
    Fail("## Tea 1.\n\nOf 5.", numbers=[5]),
    Fail("1.5 of 5.", numbers=[5]),
    Pass("1. No numbers here [2].\n2. B2, COVID-19, `x = 7` and https://a.example/9.", numbers=[5]),
    Fail("Of 1,201 people.", numbers=[1200]),
    Fail("About 12 people.", numbers=[1200, 2]),
    Fail("It is -5 °C.", numbers=[5]),
    Fail("-5 °C", numbers=[5]),
    Pass("It is −5 °C.", numbers=[-5]),
    Pass("5 or 3-5 -", numbers=[3, 5]),
    Fail("1,234.5.6 or -1.2.3", numbers=[1234.5]),
    Fail("-1.2.3", numbers=[1.2]),
    Fail("Version 1.2.3.", numbers=[123, 1.2, 3]),
    Fail("1.5", numbers=[15]),
    Pass("1.000 and 1,000,000 and 1,234.5", numbers=[1, 1000000, 1234.5]),
    Pass("About 1.234.567 people.", numbers=[1234567]),
    Pass(Text("Es sind 1.200 Leute und 3,5 Liter, je 12 345,6 g.", "de"), numbers=[1200, 3.5, 12345.6]),
    Fail(Text("Es sind 1.200 Leute.", "de"), numbers=[1.2]),
    Pass(Text("共有1200人。", "zh"), numbers=[1200]),
    Fail(Text("共有1300人。", "zh"), numbers=[1200]),
    Pass(Text("عددهم ١٬٢٠٠ والنسبة ٣٫٥.", "ar"), numbers=[1200, 3.5]),
    Fail(Text("عددهم ١٢٠١.", "ar"), numbers=[1200]),
    Pass(Text("कुल 1,23,456 लोग।", "hi"), numbers=[123456]),
    Fail(Text("कुल १२ लोग।", "hi"), numbers=[123456]),
    source=NATIVE,
)
def grounded_numbers(reply: Text, *, numbers: Numbers) -> Verdict:
    """Values are compared, with their sign; each part of a date or time is a number, and numbers in words are not seen.

    Numbers of list items and headings, citation marks, code, links and figures within names (B2) are left out. On one
    comma or point before three digits the language of the reply decides. A reply without numbers mentions no others.
    """
    from decimal import Decimal

    allowed = {Decimal(str(number)) for number in numbers}

    def is_allowed(span: Span) -> bool:
        value = _value(reply.raw[slice(*span)], reply.language)
        return value is not None and (-value if _is_signed(reply.raw, span[0]) else value) in allowed

    wrong = [span for span in _number_spans(reply) if not is_allowed(span)]
    return absent(
        [reply.raw[start:stop] for start, stop in wrong],
        lambda: f"no other numbers than {', '.join(map(str, numbers))}",
        wrong,
    )


NumberFormat = Literal["1,234.56", "1.234,56", "1 234,56", "1'234.56", "1,23,456.78", "١٬٢٣٤٫٥٦"]
"""How long numbers and decimals are written, by example."""

_GROUPED: dict[str, str] = {
    "1,234.56": r"\d{1,3}(?:,\d{3})*(?:\.\d+)?",
    "1.234,56": r"\d{1,3}(?:\.\d{3})*(?:,\d+)?",
    "1 234,56": rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})*(?:,\d+)?",
    "1'234.56": r"\d{1,3}(?:['’]\d{3})*(?:\.\d+)?",
    "1,23,456.78": r"\d{1,3}(?:\.\d+)?|\d{1,2}(?:,\d\d)*,\d{3}(?:\.\d+)?",
    "١٬٢٣٤٫٥٦": r"[٠-٩]{1,3}(?:٬[٠-٩]{3})*(?:٫[٠-٩]+)?",
}
_YEAR_LENGTH = 4


@constraint(
    "language:number_format",
    "Write long numbers and decimals like this: {format}. Give at least one.",
    Pass("1,234,567 people, 0.5 l, 12 eggs, in 2024.", format="1,234.56"),
    Pass("On 03.05.2024 at 14:30:10 it was 12,345; see 1.2.3.", format="1,234.56"),
    Fail("12345 people.", format="1,234.56"),
    Fail("12345 people, or 1,234.", format="1,234.56"),
    Fail("1,234 people and 1.234,5 l.", format="1,234.56"),
    Fail("12 eggs in 2024.", format="1,234.56"),
    Fail("1,23,456 people.", format="1,234.56"),
    Pass(Text("1.234.567 Leute, 0,5 Liter.", "de"), format="1.234,56"),
    Fail(Text("0.5 Liter.", "de"), format="1.234,56"),
    Fail(Text("12,000 Leute.", "de"), format="1.234,56"),
    Fail(Text("Es sind 1,250 Leute.", "de"), format="1.234,56"),
    Pass(Text("Es sind 3,142 und 0,500 Liter.", "de"), format="1.234,56"),
    Pass("Ring +49 30 1234567: 1,234 people.", format="1,234.56"),
    Fail("Ring 30 1234567: 1,234 people.", format="1,234.56"),
    Pass(Text("Die Summe ist 1'234.50.", "de"), format="1'234.56"),
    Fail(Text("Die Summe ist 1.234,50.", "de"), format="1'234.56"),
    Pass(Text("1 234 567 habitants et 0,5 %.", "fr"), format="1 234,56"),
    Fail(Text("1,234 habitants et 1.5 %.", "fr"), format="1 234,56"),
    Pass(Text("12 345,6 рубля.", "ru"), format="1 234,56"),
    Fail(Text("12,345.6 рубля.", "ru"), format="1 234,56"),
    Pass(Text("कुल 12,34,567.5 रुपये।", "hi"), format="1,23,456.78"),
    Pass(Text("कुल 1,234 रुपये और 2.5 किलो।", "hi"), format="1,23,456.78"),
    Fail(Text("कुल 1,234,567 रुपये।", "hi"), format="1,23,456.78"),
    Pass(Text("العدد ١٢٬٣٤٥٫٦", "ar"), format="١٬٢٣٤٫٥٦"),
    Fail(Text("العدد 12,345.6", "ar"), format="١٬٢٣٤٫٥٦"),
    source=NATIVE,
)
def number_format(reply: Text, *, format: NumberFormat) -> Verdict:
    """Numbers with decimals or dividers, or of five digits and more; four digits without a divider may be a year.

    Dates, times, telephone numbers, versions (1.2.3), code, links and the numbers of list items and headings are left
    out. Any kind of space counts. Three decimals that end in zero (12,000 for 12.000) count as thousands gone wrong.
    """
    left_out = [*(date.span for date in dates(reply.raw)), *time_spans(reply.raw), *phone_spans(reply.raw)]
    outside = blanked(reply.raw, left_out)
    judged = [
        (start, stop)
        for start, stop in _number_spans(reply)
        if outside[start:stop] == (number := reply.raw[start:stop])
        and (len(number) > _YEAR_LENGTH or not number.isdecimal())
        and _value(number, reply.language) is not None
    ]
    point = re.escape(re.findall(r"\D", format)[-1])
    # Three decimals the last of which is zero are thousands in another format: 12,000 for 12.000.
    right = rf"(?![1-9]\d{{0,2}}{point}\d\d[0٠]\Z)(?:{_GROUPED[format]})"
    wrong = [span for span in judged if not re.fullmatch(right, reply.raw[slice(*span)])]
    return every(reply.raw, judged, wrong, "numbers to judge", f"long numbers and decimals like {format}")


_MARKS = (
    r"(?:US|A|C|HK|NT|S|R)?\$|\bRs\.?|\bS/\.?|\bBs\.?(?!\w)|[€£¥₹₽₩₺₪₫฿₴₦₡₲]|zł|Kč|kr\b"
    r"|\b(?:AED|ARS|AUD|BOB|BRL|CAD|CHF|CLP|CNY|COP|CRC|CZK|DKK|DOP|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|KWD|MAD|MXN|MYR"
    r"|NOK|NZD|PEN|PHP|PLN|PYG|QAR|RON|RUB|SAR|SEK|SGD|THB|TND|TRY|TWD|UAH|USD|UYU|VND|XAF|XOF|ZAR)\b"
    r"|\b(?i:euros?|dollars?|dólares|pesos?|rupees|yuan|rubles?|yen|рубл(?:ей|я|ь)|евро|доллар(?:ов|а)?)\b|руб\."
    r"|\bF[ \u00a0\u202f]?CFA\b|\bfrancs? CFA\b"
    r"|[万億]?円|[万亿]?(?:人民币|[日美欧]?元|英镑)|ドル|ユーロ|रुपये|रुपए|रु\.|ريالات|ريال|دراهم|درهم|دنانير|دينار|جنيهات|جنيه|دولارات|دولار|يورو"
    r"|(?<!\w)(?:ر\.س|د\.إ|د\.ك|ج\.م)(?!\w)"
)
# Names that mean money only where the example shows that they do: pounds are weights too, and Fr. is a Friday.
_ALSO = {
    "£": r"\b(?i:pounds?)\b",
    "GBP": r"\b(?i:pounds?)\b",
    "CHF": (
        r"\b(?i:francs?|franken)\b"
        r"|\bFr\.(?![ \u00a0\u202f]?(?:(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.|\d\d?:\d))"
    ),
}
# From three to ten Arabic puts the currency in the plural.
_SINGULARS = {"ريالات": "ريال", "دراهم": "درهم", "دنانير": "دينار", "جنيهات": "جنيه", "دولارات": "دولار"}


class _Money(NamedTuple):
    """How an amount of money is written: its currency, where that stands, and the figures."""

    mark: str
    before: bool
    spaced: bool
    figures: str


@cache
def _money_pattern(also: str = "") -> re.Pattern[str]:
    """Amounts of money: beside any mark of a currency, and beside what stands for the one whose mark is ``also``."""
    marks = f"{_MARKS}|{_ALSO[also]}" if also in _ALSO else _MARKS
    gap = rf"(?P<{{}}>[{_SPACES}]?)"
    return re.compile(
        rf"(?P<first>{marks}){gap.format('gap1')}(?P<right>{_NUMBER})"
        rf"|{_ALONE}(?P<left>{_NUMBER}){gap.format('gap2')}(?P<last>{marks})"
    )


def _money(match: re.Match[str]) -> _Money:
    before = match["first"] is not None
    gap = match["gap1"] if before else match["gap2"]
    mark, figures = (match["first"], match["right"]) if before else (match["last"], match["left"])
    return _Money(_SINGULARS.get(mark, mark), before, bool(gap), figures)


def _figures(example: str) -> str:
    """A pattern for figures like those of the example: its dividers, and its number of decimals."""
    groups = re.split(r"([^\d])", example)
    decimals = ""
    dividers = groups[1::2]
    if dividers and (len(groups[-1]) != 3 or len(set(dividers)) > 1):
        decimals = rf"{re.escape(groups[-2])}\d{{{len(groups[-1])}}}"
        groups = groups[:-2]
    if len(groups) == 1:
        return rf"\d+{decimals}"
    alike = next((marks for marks in (_SPACES, "'’") if groups[1] in marks), None)
    divider = rf"[{alike}]" if alike else re.escape(groups[1])
    if len(groups[2]) == 2:
        return rf"(?:\d{{1,2}}(?:{divider}\d\d)*{divider}\d{{3}}|\d{{1,3}}){decimals}"
    return rf"\d{{1,3}}(?:{divider}\d{{3}})*{decimals}"


def _is_money(example: str) -> bool:
    return _money_pattern().fullmatch(example.strip()) is not None


Money = Annotated[str, Predicate(_is_money), doc("an amount of money, such as '1.234,50 €'")]
"""An amount of money that shows how others are to be written."""


@constraint(
    "content:currency_format",
    "Write every amount of money like this: {example}. Give at least one.",
    Pass("It costs $5.00, not $1,234.50.", example="$1,000.00"),
    Fail("It costs $5.", example="$1,000.00"),
    Fail("It costs $1234.50.", example="$1,000.00"),
    Fail("It costs 5.00 $.", example="$1,000.00"),
    Fail("It costs $ 5.00.", example="$1,000.00"),
    Fail("It costs $5.00, or €4.00.", example="$1,000.00"),
    Fail("It costs five.", example="$1,000.00"),
    Fail("It costs £5 or 6 pounds.", example="£10"),
    Fail("It costs GBP 5 or 6 pounds.", example="GBP 10"),
    Pass("It costs $5 for 6 pounds, or 7 francs.", example="$10"),
    Pass("It costs £5 for 6 francs.", example="£10"),
    Fail("It costs $5.00, or 4 euros.", example="$1,000.00"),
    Pass("It costs USD 1200.", example="USD 50"),
    Fail("It costs USD 1,200.", example="USD 50"),
    Pass(Text("Cuesta S/ 1,250.00, es decir, S/ 12.50.", "es"), example="S/ 1,000.00"),
    Fail(Text("Cuesta COP 3000.", "es"), example="COP 3.000"),
    Fail("It costs USD 1200.5.", example="USD 50"),
    Pass("It costs USD 1,200.", example=" USD 1,000 "),
    Pass("It costs $5 or $1,234,567.", example="$1,000,000"),
    Pass("It costs KWD 2.500 or KWD 1,234.500.", example="KWD 1,000.000"),
    Fail("It costs KWD 2.50.", example="KWD 1,000.000"),
    Fail("It costs KWD 1234.500.", example="KWD 1,000.000"),
    Pass("It costs ₹12,34,567 or ₹50.", example="₹1,00,000"),
    Fail("It costs ₹1,234,567.", example="₹1,00,000"),
    Pass(Text("Das kostet 1.234,50\u00a0€ und 5,00 €.", "de"), example="1.000,00 €"),
    Pass(Text("Das kostet CHF 1’249.00.", "de"), example="CHF 2'350.00"),
    Fail(Text("Das kostet CHF 1,249.00.", "de"), example="CHF 2'350.00"),
    Fail(Text("Das kostet CHF 49.00, also 49 Franken.", "de"), example="CHF 2'350.00"),
    Fail(Text("Das kostet CHF 49.00, also Fr. 49.00.", "de"), example="CHF 2'350.00"),
    Fail(Text("Cela coûte CHF 49.00, soit 49 francs.", "fr"), example="CHF 2'350.00"),
    Pass(Text("Fr. 20.11. kostet es CHF 49.00, Fr. 14:30 auch.", "de"), example="CHF 2'350.00"),
    Pass(Text("Le prix est de 5\u202f000 FCFA.", "fr"), example="1 000 FCFA"),
    Fail(Text("Le prix est de 5 000 FCFA ou 5 000 F CFA.", "fr"), example="1 000 FCFA"),
    Fail(Text("Le prix est de 5 € ou 3 000 FCFA.", "fr"), example="1 000 €"),
    Fail(Text("Das kostet 5,- €, also 5 €.", "de"), example="1.000,00 €"),
    Fail(Text("Das kostet 5,00€.", "de"), example="1.000,00 €"),
    Pass(Text("Le tout pour 1\u202f234,50 €.", "fr"), example="1 000,00 €"),
    Fail(Text("Le tout pour 1.234,50 €.", "fr"), example="1 000,00 €"),
    Pass(Text("価格は1,200円です。", "ja"), example="1,000円"),
    Fail(Text("価格は¥1,200です。", "ja"), example="1,000円"),
    Fail(Text("価格は1,200円から12万円です。", "ja"), example="1,000円"),
    Pass(Text("一共100元。", "zh"), example="50元"),
    Fail(Text("一共100元，合14美元。", "zh"), example="50元"),
    Pass(Text("السعر 5 ريالات أو 15 ريال.", "ar"), example="1,000 ريال"),
    Fail(Text("السعر 15 ريال أو 5 دراهم.", "ar"), example="1,000 ريال"),
    Pass(Text("السعر 5 دنانير.", "ar"), example="1,000 دينار"),
    Fail(Text("السعر 15 ريال أو 20 ر.س.", "ar"), example="1,000 ريال"),
    Pass(Text("السعر 15 ر.س.", "ar"), example="1,000 ر.س"),
    Pass(Text("Цена 12 500 ₽.", "ru"), example="1 000 ₽"),
    Fail(Text("Цена 500 рублей.", "ru"), example="1 000 ₽"),
    source=NATIVE,
)
def currency_format(reply: Text, *, example: Money) -> Verdict:
    """A number beside a currency's sign, three-letter code or common name is an amount.

    It has the example's currency on the same side, a space (of any kind) where the example has one, the same dividers
    and the same number of decimals. Pounds are money where the example has £ or GBP, and francs and Fr. where it has
    CHF.
    """
    model = _money(next(_money_pattern().finditer(example)))
    pattern = _money_pattern(model.mark)
    figures = _figures(model.figures)
    matches = list(pattern.finditer(reply.raw))

    def is_alike(match: re.Match[str]) -> bool:
        money = _money(match)
        return money[:3] == model[:3] and re.fullmatch(figures, money.figures) is not None

    wrong = [match.span() for match in matches if not is_alike(match)]
    spans = [match.span() for match in matches]
    return every(reply.raw, spans, wrong, "amounts of money", f"every amount of money like {example.strip()}")
