"""Single tasks of IFBench: the countries of Africa, and the capitals of Europe north of 45 degrees."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection
from functools import cache
from itertools import pairwise

from ifbench.constraints.reading.fences import unfenced
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

_AFRICA_SENTENCE = "List the countries of Africa in reverse alphabetical order, each on a new line."
_LEAST_LINES = 52
_REMARK_WORDS = 4

_AFRICA = """Zimbabwe; Zambia; Uganda; Tunisia; Togo; Tanzania | United Republic of Tanzania
| Tanzania United Republic of; Sudan; South Sudan; South Africa | Republic of South Africa; Somalia;
Sierra Leone; Seychelles; Senegal; Sao Tome and Principe; Rwanda;
Republic of the Congo | Congo | Congo Republic | Congo Brazzaville | Republic of Congo | Congo Republic of the
| Congo Republic of; Nigeria; Niger; Namibia; Mozambique; Morocco; Mauritius; Mauritania; Mali; Malawi; Madagascar;
Libya; Liberia; Lesotho; Kenya; Ivory Coast | Cote d Ivoire; Guinea-Bissau; Guinea | Guinea Conakry; Ghana;
Gambia | Gambia The; Gabon; Ethiopia; Eswatini | Swaziland; Eritrea; Equatorial Guinea; Egypt; Djibouti;
Democratic Republic of the Congo | Democratic Republic of Congo | Congo Democratic Republic of the
| Congo Democratic Republic of | Congo Democratic Republic | DR Congo | DRC | Congo Kinshasa | Congo DR;
Comoros; Chad; Central African Republic; Cape Verde | Cabo Verde; Cameroon; Burundi; Burkina Faso; Botswana; Benin;
Angola; Algeria"""
"""The 54 members of the United Nations, each with its accepted spellings."""

_BEYOND = "Western Sahara | Sahrawi Arab Democratic Republic | Sahrawi Republic"
"""A member of the African Union but not of the United Nations: it may be named or left out."""


def _folded(name: str) -> str:
    """``name`` in small letters without accents, with single spaces in the place of what is no letter."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(re.sub(r"[\W\d_]+", " ", letters).split())


@cache
def _countries() -> dict[str, int]:
    """The country of every accepted spelling, as a number; that of Western Sahara is the highest."""
    return {
        _folded(spelling): number
        for number, names in enumerate([*_AFRICA.split(";"), _BEYOND])
        for spelling in names.split("|")
    }


def _country(line: str) -> tuple[int, str] | None:
    """Which country a line names, and how it is spelt; numbers, a flag, and brackets behind the name are allowed."""
    for name in map(_folded, (line, line.partition("(")[0])):
        number = _countries().get(name.removeprefix("the "))
        if number is not None:
            return number, name
    return None


_DOWN = "\n".join(name.partition("|")[0].strip() for name in _AFRICA.replace("\n", " ").split(";"))


@constraint(
    "custom:reverse_newline",
    _AFRICA_SENTENCE,
    Pass(_DOWN),
    Pass(_DOWN.replace("\nMali", "\n- Mali")),
    Pass("The list:\n\n" + _DOWN.replace("\n", "\n\n- ")),
    Pass("Zimbabwe\n" + "Atlantis\n" * 51),
    Fail("Zimbabwe\n" + "Atlantis\n" * 50),
    Fail("\n".join(_DOWN.split("\n")[::-1])),
    Fail("\n".join(_DOWN.split("\n")[1:])),
    Fail("\n".join(f"{number}. {name}" for number, name in enumerate(_DOWN.split("\n"), 1))),
    source=IFBENCH,
)
def reverse_newline(reply: Text) -> Verdict:
    """From the first line with "Zimbabwe" on there are 52 lines or more, none of which sorts behind the one above it.

    ASCII punctuation and spaces at the ends are taken off and lines with nothing else left out; accents do not count.
    As published, which countries the lines name is not looked at.
    """
    ends = string.punctuation + " "
    lines = [bare for line in reply.lines if (bare := line.strip(ends))]
    start = next((number for number, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    listed = [_ascii(line) for line in lines[start:]]
    rising = next(((upper, lower) for upper, lower in pairwise(listed) if upper < lower), None)
    return holds(
        len(listed) >= _LEAST_LINES and rising is None,
        f"{_LEAST_LINES} lines or more from 'Zimbabwe' on, in reverse alphabetical order",
        lambda: f"{quote(rising[0])} before {quote(rising[1])}" if rising else f"{len(listed)} lines",
    )


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


@constraint(
    "custom:reverse_newline",
    _AFRICA_SENTENCE,
    Pass(_DOWN),
    Pass("\n".join(f"{number}. **{name}**" for number, name in enumerate(_DOWN.split("\n"), 1))),
    Pass(
        "Here are the countries:\n\n"
        + _DOWN.replace("Uganda", "Uganda\nThe Gambia")
        .replace("\nGambia\n", "\n")
        .replace("Uganda\nThe Gambia\nTunisia\nTogo", "Uganda\nTunisia\nTogo\nThe Gambia")
        .replace("\nIvory Coast", "")
        .replace("Comoros", "Côte d’Ivoire (Ivory Coast)\nComoros")
        .replace("Zambia", "Zambia 🇿🇲\nWestern Sahara")
        + "\n\nThese are all the countries."
    ),
    Pass("# Africa\n\nDownwards:\n" + _DOWN + "\n*Done.*"),
    Pass("In reverse alphabetical order\n" + _DOWN),
    Fail("In reverse order\n" + _DOWN),
    Pass(_DOWN.replace("\nGambia\n", "\nThe Gambia\n").replace("Sao Tome and Principe", "São Tomé & Príncipe")),
    Pass(
        _DOWN.replace("Republic of the Congo\nN", "N")
        .replace("\nDemocratic Republic of the Congo", "")
        .replace("Comoros", "Congo, Republic of the\nCongo, Democratic Republic of the\nComoros")
    ),
    Fail("Zimbabwe\n" + "Atlantis\n" * 51),
    Fail(_DOWN.replace("\nTogo", "")),
    Fail(_DOWN.replace("\nTogo", "\nTogo\nTogo")),
    Fail(_DOWN.replace("\nTogo", "\nTibet\nTogo")),
    Fail(_DOWN.replace("Zambia\nUganda", "Uganda\nZambia")),
    Fail("\n".join(_DOWN.split("\n")[::-1])),
    Fail(_DOWN.replace("\n", ", ")),
    Fail("Zanzibar\n" + _DOWN),
    Fail(_DOWN + "\nAlbania"),
    Fail("I cannot help with that."),
    edition="corrected",
    fault="52 lines of anything pass where the first names Zimbabwe, and a numbered list fails.",
    source=IFBENCH,
)
def reverse_newline_corrected(reply: Text) -> Verdict:
    """The 54 countries of Africa once each, a line each, none sorting behind the one above; Western Sahara is optional.

    Current and former English names and accepted spellings count, sorted as written, with or without "The"; numbers,
    bullets, accents and brackets behind a name do not matter. Headings and remarks may stand before and behind the
    list: lines of four or more words, or that end in a colon or full stop.
    """
    text, offset = unfenced(reply)
    lines = [(start, stop) for start, stop in line_spans(text) if re.search(r"\w", text[start:stop])]
    entries = [((offset + start, offset + stop), _country(text[start:stop])) for start, stop in lines]
    # Remarks stand before and behind the list; within it, every line is to name a country.
    listed = [
        place for place, (span, country) in enumerate(entries) if country or not _is_remark(reply.raw[slice(*span)])
    ]
    entries = entries[listed[0] : listed[-1] + 1] if listed else []
    strangers = [span for span, country in entries if not country]
    named = [country for _, country in entries if country]
    numbers = [number for number, _ in named]
    optional = max(_countries().values())
    missing = set(range(optional)).difference(numbers)
    fault = (
        f"{listing([reply.raw[slice(*span)][:40] for span in strangers[:3]])} among them"
        if strangers
        else f"{len(missing)} missing"
        if missing
        else "a country twice"
        if len(set(numbers)) < len(numbers)
        else _rising([name for _, name in named])
    )
    return holds(
        fault is None,
        "the 54 countries of Africa, one a line, in reverse alphabetical order",
        fault or "so it is",
        strangers,
    )


def _is_remark(line: str) -> bool:
    return line.startswith("#") or line.rstrip("*_ \r").endswith((":", ".")) or len(line.split()) >= _REMARK_WORDS


def _rising(names: list[str]) -> str | None:
    """The first name that sorts behind the one above it, "the" counted or not, whichever is the kinder."""
    above = "~"
    for name in names:
        fitting = [key for key in (name, name.removeprefix("the ")) if key <= above]
        if not fitting:
            return f"{name!r} below {above!r}"
        above = max(fitting)
    return None


_CAPITALS_SENTENCE = (
    "Give me the names of all capital cities of european countries whose latitude is higher than than 45 degrees? List "
    "the capital cities without country names, separated by commas, sorted by latitude, from highest to lowest."
)
_NORTH_TO_SOUTH = """Reykjavik 64.15, Helsinki 60.17, Oslo 59.91, Tallinn 59.44, Stockholm 59.33, Riga 56.95,
Moscow 55.76, Copenhagen 55.68, Vilnius 54.69, Minsk 53.90, Dublin 53.35, Berlin 52.52, Amsterdam 52.37, Warsaw 52.23,
London 51.51, Brussels 50.85, Kyiv 50.45, Prague 50.08, Luxembourg 49.61, Paris 48.86, Vienna 48.21, Bratislava 48.14,
Budapest 47.50, Vaduz 47.14, Chisinau 47.01, Bern 46.95, Ljubljana 46.05, Zagreb 45.81"""
"""Capitals north of 45 degrees, with their latitude. The next ones to the south are Belgrade, 44.79, and Bucharest."""

_PARTLY_IN_EUROPE = ("astana", 51.17)
_ALSO_CALLED = {
    "kiev": "kyiv",
    "kyyiv": "kyiv",
    "berne": "bern",
    "kishinev": "chisinau",
    "luxembourg city": "luxembourg",
    "luxemburg": "luxembourg",
    "nur sultan": "astana",
    "city of brussels": "brussels",
}


def _capitals() -> dict[str, float]:
    pairs = (entry.split() for entry in _NORTH_TO_SOUTH.split(","))
    return {name.lower(): float(latitude) for name, latitude in pairs}


_CAPITALS = ", ".join(entry.split()[0] for entry in _NORTH_TO_SOUTH.split(","))
_AS_PUBLISHED = _CAPITALS.replace("Kyiv, ", "")


@constraint(
    "custom:european_capitals_sort",
    _CAPITALS_SENTENCE,
    Pass(_AS_PUBLISHED),
    Pass(_AS_PUBLISHED.replace("Reykjavik", "Reykjavík").replace(", ", ",\n") + ","),
    Fail(_CAPITALS),
    Fail(_AS_PUBLISHED + "."),
    Fail(_AS_PUBLISHED.replace("Bern", "Berne")),
    Fail(_AS_PUBLISHED.replace("Paris, Vienna", "Vienna, Paris")),
    Fail(_AS_PUBLISHED.replace(", Zagreb", "")),
    source=IFBENCH,
)
def european_capitals_sort(reply: Text) -> Verdict:
    """The 27 capitals of the published key in its order, and nothing else; accents do not count. The key lacks Kyiv."""
    names = [name for item in _ascii(reply.raw).split(",") if (name := item.strip())]
    key = _AS_PUBLISHED.split(", ")

    def observed() -> str:
        wrong = next((name for name, due in zip(names, key, strict=False) if name != due), None)
        return f"{len(names)} names" + (f", {wrong[:40]!r} out of place" if wrong else "")

    return holds(names == key, _capitals_wanted(key), observed)


def _capitals_wanted(names: Collection[str]) -> str:
    first, *_, last = (name.title() for name in names)
    return f"{len(names)} capitals from {first} to {last}, in this order"


@constraint(
    "custom:european_capitals_sort",
    _CAPITALS_SENTENCE,
    Pass(_CAPITALS),
    Pass(_CAPITALS + ","),
    Pass(
        _CAPITALS.replace("Reykjavik", "Reykjavík").replace("Kyiv", "Kiev").replace(", Zagreb", ", and Zagreb") + ".\n"
    ),
    Pass(_CAPITALS.replace("London", "London, Astana").replace("Chisinau", "**Chișinău**").lower()),
    Fail(_AS_PUBLISHED),
    Fail(_CAPITALS.replace("London", "Astana, London")),
    Fail(_CAPITALS.replace("Moscow, Copenhagen", "Copenhagen, Moscow")),
    Fail(_CAPITALS.replace("Vienna, Bratislava", "Bratislava, Vienna")),
    Fail(_CAPITALS + ", Belgrade"),
    Fail(_CAPITALS.replace("Oslo", "Oslo, Oslo")),
    Fail(_CAPITALS.replace(", ", "\n")),
    Fail(_CAPITALS.replace("Paris", "Paris (France)")),
    Fail("Here they are: " + _CAPITALS),
    edition="corrected",
    fault="The key lacks Kyiv, at 50.45 degrees, so that a complete list fails, as does one with a full stop.",
    source=IFBENCH,
)
def european_capitals_sort_corrected(reply: Text) -> Verdict:
    """The 28 capitals once each from north to south, with commas between them and nothing else but an "and".

    Latitudes are those of the city centres: Copenhagen is south of Moscow, Bratislava of Vienna, Bern of Chișinău.
    Astana, as Kazakhstan lies partly in Europe, may stand in its place or be left out; capitals of parts of countries,
    such as Edinburgh, may not. Accents, case, a final full stop and known spellings (Kiev, Berne) do not matter.
    """
    latitudes = _capitals()
    items = [_folded(item).removeprefix("and ") for item in unfenced(reply)[0].strip(" \t\r\n.,").split(",")]
    names = [_ALSO_CALLED.get(item, item) for item in items]
    known = {**latitudes, _PARTLY_IN_EUROPE[0]: _PARTLY_IN_EUROPE[1]}
    strangers = [name for name in names if name not in known]
    missing = [name.title() for name in latitudes if name not in set(names)]
    listed = [name for name in names if name in known]
    south = next(((first, second) for first, second in pairwise(listed) if known[first] <= known[second]), None)
    fault = (
        f"{listing([name[:40] for name in strangers[:3]])} among them"
        if strangers
        else f"{listing(missing[:5])}{' …' if missing[5:] else ''} not found"
        if missing
        else f"{south[0].title()!r} before {south[1].title()!r}"
        if south
        else None
    )
    return holds(fault is None, _capitals_wanted(latitudes), fault or "so it is")
