"""What a reply states as its answer: the words that announce it, numbers in figures, and which number is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from ifbench.verdict import Span

_SPACE = r"[ \u00a0\u202f\u2009]"
_THIN = r"[\u00a0\u202f\u2009]"
_FRACTION = r"\\[dt]?frac\{\d{1,30}\}\{0*[1-9]\d{0,30}\}|[¼-¾⅐-⅞]"
_GROUPED = (
    r"[1-9]\d{0,2}(?:(?:,|\{,\}|\\,)\d{3}){1,9}(?:\.\d{1,30})?"
    rf"|[1-9]\d{{0,2}}(?:{_THIN}\d{{3}}){{1,9}}(?:[.,]\d{{1,30}})?"
)
_TEN = r"10(?:\^|[²³¹⁰-⁹⁻])"
NUMBER = re.compile(
    r"(?<![\w^])(?<!\d[-–:/.,])"
    # A sign; with a space behind it, only where it is neither between two numbers nor the marker of a list item.
    r"(?:(?:[-+−–][$€£]?|(?:(?<=[:=(>*\"“$,] )-|(?<=\bis )-|(?<![\w)\]] )−|(?<![\d)\]] )(?:[Mm]inus|[Nn]egative))"
    rf"{_SPACE})(?=[\d.\\¼-¾⅐-⅞]))?"
    rf"(?:(?:\d{{1,30}}{_SPACE}?)?(?:{_FRACTION})|\d{{1,30}} \d{{1,9}}/[1-9]\d{{0,8}}"
    rf"|(?:{_GROUPED}|\d{{1,30}}(?:(?:[.,]|\{{,\}})\d{{1,30}})?|(?<!\.)\.\d{{1,30}})(?:{_SPACE}?/{_SPACE}?[1-9]\d{{0,30}})?)"
    # What would make another number of it.
    rf"(?!\d|_|(?:[-–−.,:]|\{{,\}})\d|\^|[²³¹⁰-⁹⁻¼-¾⅐-⅞]|{_SPACE}?/{_SPACE}?\d|(?:st|nd|rd|th|bn|mn)\b"
    rf"|[eE][-+−]?\d|[kKM]\b|{_SPACE}?(?:[×x*·]|\\times|\\cdot){_SPACE}?{_TEN}"
    rf"|{_SPACE}?(?:hundred|thousand|million|billion|trillion)s?\b)"
)
"""A number in figures: with a sign, with separators of thousands, with decimals, or as a fraction; up to 30 digits."""

_LABEL = re.compile(
    r"(?<![^\W_])(?<!</)(?:answer|result|solution)s?(?![^\W_])"
    # To which question; "answer 2:"; "in euros"; an aside.
    r"(?: (?:to|for|of) (?:question|problem|task|part|puzzle|exercise) #?\d{1,9}| #?\d{1,9}(?=[*_]{0,3}:(?!\d)))?"
    r"(?: (?:to|for|of|in|here|then|therefore)(?: [^\W\d_]{1,20}){0,4}?)?(?: \([^()\n]{1,40}\))?"
    # Behind it stands a mark or a verb that says it, or the thing itself.
    r"(?=[\"'”’*_`)\]]{0,4}\s{0,3}(?:[:=>≈→\n]|[-–—][ >]|(?:is|was|are|equals|(?:will|would|must|should) be)\b"
    r"|[-+−$€£*_`\"'“(\[]{0,4}\.?\d))",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    # With one word between them that begins nothing new, articles and forms of "to be" apart.
    r"(?:\b(?:can)?not|n['’]t|\bneither|\bnor)(?:\s(?:the|an?|be|been|have|either))*"
    r"(?:\s(?!(?:but|so|and|then|because|since|if|when|while|though)\b)[^\W\d_]+)?(?:\s(?:the|an?))?\s[*_\"“]{0,3}$",
    re.IGNORECASE,
)
_DIRECTLY = re.compile(
    r"(?:[^\w√∛]|_|boxed\b|mathbf\b|text\b|(?:to|the|question|is|was|are|be|will|would|must|equals|exactly|therefore|thus)\b)*",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:is|was|are|be|equals)\b[^\w√∛=]*$")
_OPERATED = re.compile(
    r"[a-zA-Z]?\s?(?:[-+−–*/×÷·^]|x(?=\s?\d)|\\(?:times|cdot|div)\b)\s?[-−(]?(?:\\[dt]?frac|\d)", re.ASCII
)
_CLAUSE_END = re.compile(r"[,;.] (?!(?:so|thus|hence|therefore|giving|that is)\b)|\b(?:as|since|because)\b")


def number_value(written: str) -> Fraction:
    """The number that ``written``, a match of :data:`NUMBER` or a number of Python's, stands for, digit for digit.

    A comma with three figures behind it divides thousands, unless a nought stands alone before it; with other numbers
    of figures it divides decimals.
    """
    plain = re.sub(r"[\u00a0\u202f\u2009]", "", written).replace("{,}", ",").replace("\\,", ",")
    signed = re.match(r"([-−–]|minus |negative )?[+$€£ ]*", plain, re.IGNORECASE)
    start = signed.end() if signed else 0
    value = _unsigned(plain[start:])
    return -value if signed and signed[1] else value


def _unsigned(plain: str) -> Fraction:
    latex = re.search(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}", plain)
    if latex:
        return _decimal(plain[: latex.start()]) + Fraction(int(latex[1]), int(latex[2]))
    if unicodedata.category(plain[-1]) == "No":
        return _decimal(plain[:-1]) + Fraction(unicodedata.numeric(plain[-1])).limit_denominator(100)
    mixed = re.fullmatch(r"(\d+) (\d+)/(\d+)", plain)
    if mixed:
        return int(mixed[1]) + Fraction(int(mixed[2]), int(mixed[3]))
    whole, _, over = plain.partition("/")
    return _decimal(whole) / (int(over) if over else 1)


def _decimal(plain: str) -> Fraction:
    plain = plain.strip()
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", plain)
    return Fraction(plain.replace(",", "" if grouped else ".") or 0)


def labels(text: str) -> list[Span]:
    """Where the words "answer", "result" and "solution" stand that a mark, a verb or a figure follows.

    Each with what says to which question it belongs.

    >>> [text[slice(*span)] for text in ["Answer to question 3: 42", "if my answer helps"] for span in labels(text)]
    ['Answer to question 3']
    """
    return [match.span() for match in _LABEL.finditer(text)]


def excluded(text: str, start: int) -> bool:
    """Whether what stands at ``start`` is said not to be it: "not", "neither" or "nor" stands within two words before.

    >>> excluded("not the red one", 8), excluded("not red but green", 12)
    (True, False)
    """
    return _EXCLUDED.search(text, max(0, start - 40), start) is not None


def stated_number(text: str) -> Span | None:
    """Where the number is that ``text`` states as its answer; None where there is none.

    The last label decides that has a figure behind it in its line, or in the next one where its own says nothing. If
    there is none, it is the first number behind the last label, and without a label the last number. One that "not"
    stands before does not count.
    """
    found = labels(text)
    plain = _without_asides(text)
    stop = len(text)
    for label in reversed(found):
        part = _stated_part(text, label[1], stop)
        if part:
            return _meant(plain, *part) or _meant(text, *part)
        stop = label[0]
    numbers = _numbers(text, found[-1][1] if found else 0, len(text))
    if found and numbers:
        return numbers[0]
    numbers = numbers or _numbers(text, 0, len(text))
    return numbers[-1] if numbers else None


def _numbers(text: str, start: int, stop: int) -> list[Span]:
    spans = (match.span() for match in NUMBER.finditer(text, start, stop))
    return [span for span in spans if not excluded(text, span[0])]


def _without_asides(text: str) -> str:
    """``text`` with spaces in the place of what stands in round brackets, save LaTeX's and results; as long as it."""
    parts: list[str] = []
    opened: list[int] = []
    position = 0
    for match in re.finditer(r"(?<!\\)[()]|\n", text):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == "\n":
            opened = []
        elif opened:
            start = opened.pop()
            if not opened and not re.compile(r"\(\s?[=≈]").match(text, start):
                parts += [text[position:start], " " * (match.end() - start)]
                position = match.end()
    return "".join([*parts, text[position:]])


def _stated_part(text: str, start: int, stop: int) -> Span | None:
    """The rest of the line of a label that ends at ``start``, or the next line that is not blank; None without figures.

    The next line counts only where that of the label says nothing or ends with a colon.
    """
    end = text.find("\n", start, stop)
    end = stop if end < 0 else end
    figures = re.compile(r"[\d¼-¾⅐-⅞]")
    if figures.search(text, start, end):
        return start, end
    rest = text[start:end].rstrip(" \t\r*_`")
    following = re.compile(r"\s*\S[^\n]*").match(text, end, stop)
    if not following or (any(map(str.isalpha, rest)) and not rest.endswith(":")):
        return None
    return (end, following.end()) if figures.search(text, end, following.end()) else None


def _meant(text: str, start: int, stop: int) -> Span | None:
    """Which number of a line that states an answer is meant: the first, or what a calculation comes to.

    The first is meant where it stands directly behind the label and no operator follows; else the one behind the last
    "=" of the clause, or of the line where a calculation opens it; else the first.
    """
    numbers = _numbers(text, start, stop)
    if not numbers:
        return None
    first = numbers[0]
    operated = _OPERATED.match(text, first[1], stop) is not None
    direct = _DIRECTLY.fullmatch(text, start, first[0]) or _SAID.search(text, max(start, first[0] - 20), first[0])
    if direct and not operated:
        return first
    clause = _CLAUSE_END.search(text, first[1], stop)
    came_to = _came_to(text, numbers, start, clause.start() if clause else stop)
    if operated and came_to is None:
        came_to = _came_to(text, numbers, start, stop)
    return came_to or first


def _came_to(text: str, numbers: Sequence[Span], start: int, stop: int) -> Span | None:
    """The number behind the last "=" that opens no further calculation."""
    behind: Span | None = None
    place = 0
    for sign in re.compile("[=≈]").finditer(text, start, stop):
        while place < len(numbers) and numbers[place][0] < sign.end():
            place += 1
        if place < len(numbers) and numbers[place][0] < stop and not _OPERATED.match(text, numbers[place][1]):
            behind = numbers[place]
    return behind
