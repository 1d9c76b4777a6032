"""Whom a reply speaks as and to: grammatical person, contractions, formal address."""

from __future__ import annotations

import re
from typing import Literal

from ifbench.constraints.native.phrases import word_set
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.languages import word_spans
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, at_least

Span = tuple[int, int]
Amount = Literal["no", "at least one"]

_PRONOUNS = {
    "first": word_set("i me my mine myself we us our ours ourselves let's"),
    "second": word_set("you your yours yourself yourselves y'all"),
    "third": word_set(
        "he him his himself she her hers herself it its itself they them their theirs themselves themself"
    ),
}
_BEFORE_ROMAN_ONE = word_set(
    "act appendix article book category chapter charles class division elizabeth figure grade group henry james king "
    "level napoleon number part phase pope queen section stage step table tier title type unit volume war world"
)
_BEFORE_PRONOUN_MINE = word_set("am are be been is of was were")


def _words(reply: Text) -> list[tuple[str, Span]]:
    """The words outside code, with straight apostrophes, and where they stand."""
    text = without_code(reply, inline=True)
    return [(text[start:stop].replace("’", "'"), (start, stop)) for start, stop in word_spans(text)]


def _amount(reply: Text, amount: Amount, spans: list[Span], noun: str) -> Verdict:
    if amount == "no":
        return absent([reply.raw[start:stop] for start, stop in spans], f"no {noun}", spans)
    return at_least(len(spans), 1, f"{noun}s", spans)


@constraint(
    "style:person",
    "Use {amount} pronoun of the {person} person.",
    Pass("Boil the water, then add your tea.", amount="no", person="first"),
    Pass("World War I ended. In the US, type I errors matter. A mine closed.", amount="no", person="first"),
    Pass("## I. Water\n\n(i) Boil. i.e. heat. A MINE closed.", amount="no", person="first"),
    Pass("Boil `me`, water.", amount="no", person="first"),
    Pass("Add the tea.", amount="no", person="second"),
    Pass("You boil the water.", amount="no", person="third"),
    Pass("Boil your water.", amount="at least one", person="second"),
    Pass("I’m boiling water.", amount="at least one", person="first"),
    Pass("It boils.", amount="at least one", person="third"),
    Fail("I boil the water.", amount="no", person="first"),
    Fail("We boil the water.", amount="no", person="first"),
    Fail("Then i'd boil the water.", amount="no", person="first"),
    Fail("Then I. boil the water.", amount="no", person="first"),
    Fail("Let’s boil the water.", amount="no", person="first"),
    Fail("The tea is MINE.", amount="no", person="first"),
    Fail("LET US BOIL WATER.", amount="no", person="first"),
    Fail("Y'all boil the water.", amount="no", person="second"),
    Fail("They boil the water.", amount="no", person="third"),
    Fail("We boil the water.", amount="at least one", person="third"),
    Fail("Boil the water.", amount="at least one", person="second"),
    source=NATIVE,
)
def person(reply: Text, *, amount: Amount, person: Literal["first", "second", "third"]) -> Verdict:
    """English personal, possessive and reflexive pronouns in any case, contracted or not, outside code.

    No pronouns are "US", the Roman numeral I ("Part I", "I. Water", "(i)"), and "mine" except after "of" or a form of
    "be". Quotations count.
    """
    words = _words(reply)
    spans: list[Span] = []
    previous = ""
    for word, span in words:
        lower = word.lower()
        head = lower if lower in ("let's", "y'all") else lower.partition("'")[0]
        if head in _PRONOUNS[person] and not _is_other(reply.raw, word, span, previous):
            spans.append(span)
        previous = lower
    return _amount(reply, amount, spans, f"{person}-person pronoun")


def _is_other(text: str, word: str, span: Span, previous: str) -> bool:
    """Whether a word that is spelt as a pronoun is none."""
    start, stop = span
    if word == "US":
        return not text.isupper()
    if word.lower() == "mine":
        return previous not in _BEFORE_PRONOUN_MINE
    if word.lower() != "i":
        return False
    opens_line = not text[max(0, start - 8) : start].rpartition("\n")[2].strip(" \t#*_>")
    following = text[stop : stop + 1]
    return previous in _BEFORE_ROMAN_ONE or following == ")" or (following == "." and opens_line)


_BEFORE_CONTRACTED_IS = word_set("he here how it let she that there what when where who why")


def _is_contraction(word: str) -> bool:
    head, apostrophe, ending = word.rpartition("'")
    if not apostrophe:
        return word in ("tis", "twas")
    if ending == "s":
        return head in _BEFORE_CONTRACTED_IS
    return ending in ("m", "re", "ve", "ll", "d") or word.endswith("n't") or word == "y'all"


@constraint(
    "style:contractions",
    'Use {amount} contraction (such as "don\'t", "it\'s" or "we\'ll").',
    Pass("It is Ann's tea at five o'clock; do not spill it, ma'am.", amount="no"),
    Pass("Run `can't` now. The dogs' tea.", amount="no"),
    Pass("It’s tea.", amount="at least one"),
    Pass("A DON'T-spill cup", amount="at least one"),
    Pass("'Twas tea.", amount="at least one"),
    Pass("Y'all come.", amount="at least one"),
    Pass("I'm in.", amount="at least one"),
    Fail("They're here.", amount="no"),
    Fail("They've tea.", amount="no"),
    Fail("They'll come.", amount="no"),
    Fail("They'd come.", amount="no"),
    Fail("WHO'S there?", amount="no"),
    Fail("Ann's tea cannot spill.", amount="at least one"),
    source=NATIVE,
)
def contractions(reply: Text, *, amount: Amount) -> Verdict:
    """Words in n't, 'm, 're, 've, 'll or 'd; in 's after it, he, that, who and the like; let's, y'all, 'tis, 'twas.

    "'s" after a noun may be a possessive and is none. Code is left out.
    """
    spans = [span for word, span in _words(reply) if any(map(_is_contraction, word.lower().split("-")))]
    return _amount(reply, amount, spans, "contraction")


_INFORMAL = {
    "German": word_set(
        "du dich dir dein deine deinen deinem deiner deines deins euch euer eure euren eurem eurer eures"
    ),
    "French": word_set("tu te toi ton ta tes tien tienne tiens tiennes t'"),
    "Spanish": word_set(
        "tú tu tus te ti contigo tuyo tuya tuyos tuyas vos vosotros vosotras os vuestro vuestra vuestros vuestras"
    ),
    "Italian": word_set("tu te ti tuo tua tuoi tue t'"),
    "Russian": word_set(
        "ты тебя тебе тобой тобою твой твоя твоё твое твои твоего твоей твоему твою твоим твоих твоими твоём твоем"
    ),
}
_BEFORE_NOUN_TON = word_set(
    "au aucun autre aux bas bon ce chaque de demi du haut le les leur mauvais mon même notre nouveau quel sans seul "
    "son tel un votre"
)


@constraint(
    "style:formal_address",
    "Where you address the reader in {language}, do so formally (Sie, vous, usted, Lei, вы): "
    "use no pronoun of informal address.",
    Pass(Text("Haben Sie Ihr Visum dabei? Dann geht ihr Antrag durch.", "de"), language="German"),
    Pass(Text("Le ton monte. Y a-t-il un tuteur ? Voici votre thé.", "fr"), language="French"),
    Pass(Text("Il est de bon ton, d'un ton ou qu’un *ton*, un demi-ton. Sur le\nton juste.", "fr"), language="French"),
    Fail(Text("C'est bon. Ton visa est là.", "fr"), language="French"),
    Fail(Text("Regarde-le, ton visa.", "fr"), language="French"),
    Pass(Text("¿Tiene usted su té?", "es"), language="Spanish"),
    Pass(Text("Lei ha il Suo tè.", "it"), language="Italian"),
    Pass(Text("У вас есть Ваш чай. Тыква.", "ru"), language="Russian"),
    Pass(Text("Wir üben T'ai-Chi.", "de"), language="German"),
    Pass(Text("Tippen Sie `du -h`.", "de"), language="German"),
    Fail(Text("Hast DU dein Visum?", "de"), language="German"),
    Fail(Text("Habt Ihr Euer Visum?", "de"), language="German"),
    Fail(Text("As-tu un visa ?", "fr"), language="French"),
    Fail(Text("Je parle de toi.", "fr"), language="French"),
    Fail(Text("Je t’aide.", "fr"), language="French"),
    Fail(Text("Voici ton thé.", "fr"), language="French"),
    Fail(Text("¿Tienes tu té?", "es"), language="Spanish"),
    Fail(Text("¿Y tu\u0301?", "es"), language="Spanish"),
    Fail(Text("Ti piace il tè?", "it"), language="Italian"),
    Fail(Text("Где твой чай?", "ru"), language="Russian"),
    source=NATIVE,
)
def formal_address(reply: Text, *, language: Literal["German", "French", "Spanish", "Italian", "Russian"]) -> Verdict:
    """Pronouns and possessives of informal address, singular and plural, in any case, outside code.

    German "ihr" (also "her", "their") and forms of verbs are not looked at; French "ton" right after an article,
    "bon", "de" and the like is a noun.
    Whether the reply is in the language is not looked at either.
    """
    informal = _INFORMAL[language]
    spans: list[Span] = []
    previous, end = "", 0
    for word, span in _words(reply):
        lower = word.lower().replace("u\u0301", "ú")
        parts = lower.split("-") if language == "French" else [lower]
        elided = lower.startswith("t'")
        if span[0] - end > 4 or reply.raw[end : span[0]].strip(" \u00a0\n*_"):
            previous = ""
        *_, before, own = ["", *re.split("['-]", previous), *parts]
        noun = own == "ton" and before in _BEFORE_NOUN_TON
        if (any(part in informal for part in parts) and not noun) or (elided and "t'" in informal):
            spans.append(span)
        previous, end = lower, span[1]
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        f"no pronoun of informal address in {language}",
        spans,
    )
