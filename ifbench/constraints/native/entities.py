"""Links, addresses, telephone and account numbers, and other things that are told by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.dates import date_spans, time_spans
from ifbench.constraints.native.prose import blanked, email_spans, link_spans, western
from ifbench.constraints.sources import NATIVE
from ifbench.parameters import Count, Phrase, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, absent, compare, listing

Entity = Literal[
    "dates", "e-mail addresses", "hashtags", "links", "mentions with @", "percentages", "telephone numbers",
    "times of day",
]  # fmt: skip
"""What is told by its form in any language."""


_PERCENT = (
    r"per ?cent\b|prozent\b|pour ?cent\b|por ciento\b|per cento\b|procent\b|процент(?:а|ов)?\b|प्रतिशत|फ़ीसदी|फीसदी"
    "|パーセント|في المئة|في المائة|بالمئة|بالمائة"
)


def phone_spans(text: str) -> list[Span]:
    """Where telephone numbers stand: 7 to 15 digits in groups of two or more, divided by a space, dot, hyphen or slash.

    The number begins with ``+`` or ``0``, or has an area code in brackets, or is written 555-555-5555. A date is none.
    """
    spans: list[Span] = []
    mark = r"(?<![\w+.,/-])(?:\+ ?)?(?:\(\d{1,5}\)|\d)[\d ()./\u00a0\u202f\u2010\u2011-]{4,24}\d(?![\w%]|[.,]\d)"
    for start, number in _candidates(western(text), mark):
        # In +49 (0)30 the zero is dialled within the country only.
        groups = re.findall(r"\d+", number.replace("(0)", " "))
        # A year in brackets is no area code.
        area = re.search(r"\((?!(?:1[5-9]|20)\d\d\))\d+\)", number)
        opens = number[0] == "+" or groups[0][0] == "0" or area is not None
        if (
            7 <= sum(map(len, groups)) <= 15
            and (opens or [len(group) for group in groups[-3:]] == [3, 3, 4])
            # A country code, or the digit dialled first within a country, may stand alone; and behind a country code an
            # area code, as in +33 1 23 45 67 89.
            and all(len(group) > 1 for group in groups[2 if number[0] == "+" else 1 :])
            and not re.search(r"[./\-\u2010\u2011]{2}|[  \u00a0]{2}", number)
            and not date_spans(number)
            and not re.fullmatch(r"\d+\.\d+", number)
        ):
            spans.append((start, start + len(number)))
    return spans


def _candidates(text: str, mark: str) -> Iterator[tuple[int, str]]:
    """What ``mark`` finds and where; two numbers with " / " or " - " between them are two where they are too long."""
    for match in re.finditer(mark, text):
        if sum(map(str.isdecimal, match.group())) <= 15:
            yield match.start(), match.group()
            continue
        for part in re.finditer(r"[+(\d](?:(?! [/-] ).)*", match.group()):
            yield match.start() + part.start(), part.group()


def _once_a_link(text: str, spans: list[Span]) -> list[Span]:
    """``spans`` without those that are the text of a Markdown link to the next one: a reader sees one."""
    starts = {start for start, _ in spans}
    return [
        (start, stop)
        for start, stop in spans
        if not ((gap := re.compile(r"\]\((?:mailto:|<)?").match(text, stop)) and gap.end() in starts)
    ]


def entity_spans(text: str, entity: Entity) -> list[Span]:
    """Where things of one kind stand. Percentages are figures with the sign or its name; a hashtag has a letter."""
    if entity == "dates":
        return date_spans(text)
    if entity == "times of day":
        return time_spans(text)
    links = link_spans(text)
    if entity == "links":
        return _once_a_link(text, links)
    addresses = email_spans(blanked(text, links))
    if entity == "e-mail addresses":
        return _once_a_link(text, addresses)
    text = blanked(text, [*links, *addresses])
    if entity == "telephone numbers":
        return phone_spans(text)
    if entity == "percentages":
        mark = rf"\d\*{{0,2}}[ \u00a0\u202f-]?(?:[%％٪]|(?i:{_PERCENT}))|(?<![\w%])[%％٪]\d|百分之\d"
        return [match.span() for match in re.finditer(mark, text)]
    sign = "#＃" if entity == "hashtags" else "@＠"
    found = re.finditer(rf"(?<![\w&/{sign}])(?<!\]\()[{sign}](\w[^\s{sign}.,:;!?()<>\"'…。、，！？)*`\[\]]*)", text)
    return [match.span() for match in found if any(map(str.isalpha, match[1]))]


@constraint(
    "content:entity_count",
    "Give {relation} {count} {entity}.",
    Pass("See https://a.example/x, and www.b.example.", entity="links", relation="exactly", count=2),
    Pass("See [a](http://a.example/x_(y)) (or http://).", entity="links", relation="exactly", count=1),
    Fail("See a.example.", entity="links", relation="at least", count=1),
    Fail("HTTPS://A.EXAMPLE", entity="links", relation="exactly", count=0),
    Pass("Ann: ann.b@a.example; @bob, a@b.", entity="e-mail addresses", relation="exactly", count=1),
    Fail("ann@a.example", entity="e-mail addresses", relation="less than", count=1),
    Pass("Ring +49 30 123456 or (030) 12 34 56.", entity="telephone numbers", relation="exactly", count=2),
    Pass("555-123-4567, 030/1234567, +1 555 123 4567", entity="telephone numbers", relation="exactly", count=3),
    Fail(
        "1234567, 03.05.2024, 0.1234567, 555-1234567, +49 3012",
        entity="telephone numbers",
        relation="at least",
        count=1,
    ),
    Fail("Rows 10 20 30 40 50; 0 1 2 3 4 5 6 7 8", entity="telephone numbers", relation="at least", count=1),
    Pass("0123456, 8 (495) 123-45-67, 1 555 123 4567", entity="telephone numbers", relation="exactly", count=3),
    Pass("+123456789012345", entity="telephone numbers", relation="exactly", count=1),
    Pass("+33 1 23 45 67 89, +33 (0)6 12 34 56 78", entity="telephone numbers", relation="exactly", count=2),
    Fail("Rows 05 1 23 45 67", entity="telephone numbers", relation="at least", count=1),
    Fail("012345, +1234567890123456, 55 1234 567", entity="telephone numbers", relation="at least", count=1),
    Fail("+49 30 1 23 45 67", entity="telephone numbers", relation="at least", count=1),
    Pass("Up 5%, then 3.5 %, not %.", entity="percentages", relation="exactly", count=2),
    Fail("Up five percent.", entity="percentages", relation="at least", count=1),
    Pass("Up 5 percent, **12**%, not 5 percentile points.", entity="percentages", relation="exactly", count=2),
    Pass(Text("Etwa 5 Prozent.", "de"), entity="percentages", relation="exactly", count=1),
    Pass(Text("约百分之5。", "zh"), entity="percentages", relation="exactly", count=1),
    Pass(Text("٠٥٠١٢٣٤٥٦٧", "ar"), entity="telephone numbers", relation="exactly", count=1),
    Pass(Text("０３-１２３４-５６７８", "ja"), entity="telephone numbers", relation="exactly", count=1),
    Pass("030 123456 / 030 6543210", entity="telephone numbers", relation="exactly", count=2),
    Fail("Smith (2005) 10 000 copies, 50 (2011-2012)", entity="telephone numbers", relation="at least", count=1),
    Pass("[https://a.example](https://a.example) [x](http://b.example)", entity="links", relation="exactly", count=2),
    Pass(
        "[a@a.example](mailto:a@a.example), https://b@a.example", entity="e-mail addresses", relation="exactly", count=1
    ),
    Pass("#Tea! and #café_au_lait (#2024b)", entity="hashtags", relation="exactly", count=3),
    Fail("# Tea\n#1 a#b &#x26; [Up](#top)", entity="hashtags", relation="at least", count=1),
    Pass("Thanks @ann and @bob_2; a@b.example", entity="mentions with @", relation="exactly", count=2),
    Fail("At @ 5", entity="mentions with @", relation="at least", count=1),
    Pass("On 2024-05-03 at 14:30 and 3 pm.", entity="times of day", relation="exactly", count=2),
    Pass("On 3 May, 2024-06-01 and 31/12/2024.", entity="dates", relation="exactly", count=3),
    Pass("29 February, Jan 5, 2024, 29/02/24, 31/12/9000", entity="dates", relation="exactly", count=4),
    Fail("12.31.2024, 29/02/23, 29 February 2023", entity="dates", relation="at least", count=1),
    Pass(Text("5月3日、2024年5月3日2024年5月4日", "ja"), entity="dates", relation="exactly", count=3),
    Fail("On 2024-02-30 or in May 2024.", entity="dates", relation="at least", count=1),
    Pass(Text("Am 3. Mai 2024 um 14 Uhr.", "de"), entity="dates", relation="exactly", count=1),
    Pass(Text("会议在2024年5月3日。", "zh"), entity="dates", relation="exactly", count=1),
    Fail(Text("会议在五月。", "zh"), entity="dates", relation="at least", count=1),
    Pass(Text("बैठक 3 मई 2024 को है।", "hi"), entity="dates", relation="exactly", count=1),
    Fail(Text("बैठक मई में है।", "hi"), entity="dates", relation="at least", count=1),
    Pass(Text("اكتب إلى info@a.example.", "ar"), entity="e-mail addresses", relation="exactly", count=1),
    Fail(Text("زيادة ٥٪ و٧ ٪.", "ar"), entity="percentages", relation="exactly", count=1),
    Pass(Text("#茶 が好き。＃コーヒー も。", "ja"), entity="hashtags", relation="exactly", count=2),
    source=NATIVE,
    conflict=attainable(),
)
def entity_count(reply: Text, *, relation: Relation, count: Count, entity: Entity) -> Verdict:
    """Things are told by their form, in code as well; what occurs twice counts twice.

    Links begin with http://, https://, ftp:// or www., and a Markdown link that shows its address is one; telephone
    numbers have 7 to 15 digits and begin with + or 0, have a bracketed area code or are written 555-555-5555; dates
    name a day that the calendar has; percentages are figures with the sign or its name.
    """
    spans = entity_spans(reply.raw, entity)
    return compare(len(spans), relation, count, entity, spans)


@constraint(
    "content:digits",
    "Your response must contain {quantity} digits.",
    Pass(" 42\n", quantity="nothing but"),
    Fail("4 2", quantity="nothing but"),
    Fail("42.", quantity="nothing but"),
    Fail("4²", quantity="nothing but"),
    Pass("Forty-two: IV, ½.", quantity="no"),
    Fail("Room 4b", quantity="no"),
    Fail("x²", quantity="no"),
    Pass(Text("٤٢", "ar"), quantity="nothing but"),
    Fail(Text("العدد ٤٢", "ar"), quantity="no"),
    Pass(Text("四十二", "zh"), quantity="no"),
    Fail(Text("四十二", "zh"), quantity="nothing but"),
    Fail(Text("कमरा ४", "hi"), quantity="no"),
    source=NATIVE,
)
def digits(reply: Text, *, quantity: Literal["nothing but", "no"]) -> Verdict:
    """The digits of every script; white space around the reply is allowed. Superscripts are digits if none may be."""
    text = reply.raw
    if quantity == "no":
        spans = [(place, place + 1) for place, character in enumerate(text) if character.isdigit()]
        return absent([text[start:stop] for start, stop in spans], "no digits", spans)
    others = re.compile(r"\D").finditer(text, len(text) - len(text.lstrip()), len(text.rstrip()))
    spans = [match.span() for match in others]
    return absent([text[start:stop] for start, stop in spans], "nothing but digits", spans)


def _is_domain(name: str) -> bool:
    return re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name) is not None


Domains = Annotated[
    list[Annotated[str, Predicate(_is_domain)]], Len(1), doc("a list of domains, such as 'docs.a.example'")
]
"""Domains, without scheme and path."""


def _host(link: str) -> str:
    """The host a browser goes to: what stands before a port, and behind user name and password."""
    authority = re.split(r"[/?#\\]", re.sub(r"^[A-Za-z]+://", "", link))[0]
    return authority.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


@constraint(
    "content:link_domains",
    "Link to no other sites than {domains}.",
    Pass("See https://docs.A.example:80/x?y and www.a.example.", domains=["a.example"]),
    Pass("(See http://a.example) or http://a.example, and http://a.example./x", domains=["a.example"]),
    Pass("No link; b.example.", domains=["a.example"]),
    Pass("http://u@b.example/ http://c.example", domains=["B.example", "c.example"]),
    Fail("See https://nota.example.", domains=["a.example"]),
    Fail("See [a](http://a.example.evil.example/a.example).", domains=["a.example"]),
    Fail("https://a.example@evil.example/", domains=["a.example"]),
    Fail("[https://a.example](https://evil.example)", domains=["a.example"]),
    Fail("https://evil.example?https://a.example", domains=["a.example"]),
    Fail("https://a.example and https://b.example", domains=["a.example"]),
    Pass(Text("Подробнее: https://ru.a.example/чай", "ru"), domains=["a.example"]),
    Fail(Text("Подробнее: https://б.example", "ru"), domains=["a.example"]),
    Pass(Text("详见https://a.example。", "zh"), domains=["a.example"]),
    Fail(Text("详见https://b.example。", "zh"), domains=["a.example"]),
    source=NATIVE,
)
def link_domains(reply: Text, *, domains: Domains) -> Verdict:
    """The host of every link is one of the domains or below one; links begin with http://, https://, ftp:// or www.

    A reply without links links to no other site.
    """
    allowed = [domain.lower() for domain in domains]
    suffixes = tuple(f".{domain}" for domain in allowed)
    hosts = [(span, _host(reply.raw[slice(*span)])) for span in link_spans(reply.raw)]
    strange = [(span, host) for span, host in hosts if host not in allowed and not host.endswith(suffixes)]
    return absent(
        [host for _, host in strange], lambda: f"links to {listing(domains)} only", [span for span, _ in strange]
    )


_SHORTEST_IBAN = 15


def _is_card(number: str) -> bool:
    """Luhn's check, for the 13 to 19 digits of a payment card."""
    figures = [int(digit) for digit in number if digit.isdecimal()]
    total = sum(figures[-1::-2]) + sum(sum(divmod(2 * figure, 10)) for figure in figures[-2::-2])
    return total % 10 == 0 and any(figures)


def _is_iban(number: str) -> bool:
    """The check of ISO 13616: letters stand for 10 to 35, and the whole leaves 1 when divided by 97."""
    compact = re.sub(r"\s", "", number)
    return (
        len(compact) >= _SHORTEST_IBAN
        and int("".join(str(int(mark, 36)) for mark in compact[4:] + compact[:4])) % 97 == 1
    )


def _personal_spans(text: str) -> list[Span]:
    ibans = r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{1,4}){3,9}(?!\w)"
    cards = r"(?<![\w.,])[0-9](?:[ -]?[0-9]){12,18}(?![\w%])"
    found = [match.span() for match in re.finditer(ibans, text) if _is_iban(match.group())]
    text = blanked(text, found)
    found += [match.span() for match in re.finditer(cards, text) if _is_card(match.group())]
    text = blanked(text, [*found, *link_spans(text)])
    return sorted([*found, *email_spans(text), *phone_spans(blanked(text, email_spans(text)))])


@constraint(
    "content:personal_data",
    "Give no e-mail address, telephone number, bank account number (IBAN) or card number (exempt: {allowed}).",
    Pass("Write to HELP@a.example or ring 0800 123456.", allowed=["help@a.example", "0800/123-456"]),
    Fail("Write to ann@a.example or help@a.example.", allowed=["help@a.example"]),
    Fail("Write to help@a.example.", allowed=[]),
    Pass("Write to us.", allowed=[]),
    Fail("Ring +44 20 7946 0000.", allowed=["help@a.example"]),
    Fail("Ring 030 123456 / 030 6543210.", allowed=["030 123456"]),
    Fail("IBAN GB82 WEST 1234 5698 7654 32", allowed=["help@a.example"]),
    Fail("Account GB82WEST12345698765432.", allowed=["help@a.example"]),
    Pass("IBAN GB83 WEST 1234 5698 7654 32", allowed=["help@a.example"]),
    Fail("Card 4111 1111 1111 1111", allowed=["help@a.example"]),
    Fail("Card 4111-1111-1111-1111.", allowed=["help@a.example"]),
    Pass("Order 4111 1111 1111 1112, ISBN 978-3-16-148410-0, 2024-05-03.", allowed=["help@a.example"]),
    Fail("NO93 8601 1117 947", allowed=["help@a.example"]),
    Fail("4222222222222 or 0000 0000 0000 0000", allowed=["help@a.example"]),
    Pass("Serial 0000 0000 0000 0000", allowed=["help@a.example"]),
    Pass("Code AB86123456789, card 6000000000000000005", allowed=["help@a.example"]),
    Fail("6000000000000000004", allowed=["help@a.example"]),
    Fail("378282246310005", allowed=["help@a.example"]),
    Pass(Text("Schreiben Sie an hilfe@a.example.", "de"), allowed=["hilfe@a.example"]),
    Fail(Text("Rufen Sie Frau Kern an: 030 1234567.", "de"), allowed=["hilfe@a.example"]),
    Pass(Text("Escriba a ayuda@a.example.", "es"), allowed=["ayuda@a.example"]),
    Fail(Text("Llame a Ana al +34 912 34 56 78.", "es"), allowed=["ayuda@a.example"]),
    source=NATIVE,
)
def personal_data(reply: Text, *, allowed: list[Phrase]) -> Verdict:
    """E-mail addresses and telephone numbers by their form; IBANs and cards (13 to 19 digits) by their check digits.

    Those allowed are compared by their letters, digits and @ alone. What stands in links is left out.
    """

    def key(text: str) -> str:
        return re.sub(r"[^\w@+.]|(?<=\d)\.", "", text).lower()

    exempt = {key(item) for item in allowed}
    spans = [span for span in _personal_spans(reply.raw) if key(reply.raw[slice(*span)]) not in exempt]
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"no personal data{f' but {listing(allowed)}' if allowed else ''}",
        spans,
    )
