"""Which names, terms and phrases: forbidden in every form, to be mentioned once, some of them, or kept as they are."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Annotated

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.stems import Stemmed, stems_of
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Phrase, Phrases, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, absent, compare, holds, listing, present

_WIDEST_GAP = 8


def _are_distinct(phrases: list[str]) -> bool:
    keys = {re.sub(r"[\s\-‐‑]+", " ", unicodedata.normalize("NFC", phrase.strip())).casefold() for phrase in phrases}
    return len({key.replace("’", "'") for key in keys}) == len(phrases)


def _has_word(phrases: list[str]) -> bool:
    return all(any(map(str.isalnum, phrase)) for phrase in phrases)


DistinctPhrases = Annotated[list[Phrase], Len(1), Predicate(_are_distinct), doc("a list of different texts")]
"""Phrases that differ in more than case."""

WordPhrases = Annotated[list[Phrase], Len(1), Predicate(_has_word), doc("a list of texts, each with a word in it")]
"""Phrases each of which has a letter or a digit."""


def _inflected_spans(reply: Text, phrases: list[str], language: str) -> list[Span]:
    """Where words with the stems of a phrase follow one another."""
    words = stems_of(reply, language)
    wanted = [[stems for stems, _ in stems_of(Text(phrase), language, asked=True)] for phrase in phrases]
    spans: list[Span] = []
    for index, (first, (start, _)) in enumerate(words):
        for stems in wanted:
            if stems[0].isdisjoint(first):
                continue
            following = words[index : index + len(stems)]
            if len(following) < len(stems) or any(
                one.isdisjoint(two) for one, (two, _) in zip(stems, following, strict=True)
            ):
                continue
            places = [span for _, span in following]
            gaps = [reply.raw[one[1] : two[0]] for one, two in pairwise(places)]
            if all(len(gap) <= _WIDEST_GAP and not re.search(r"[^\s\-‐‑*_\"'“”„‘’«»]", gap) for gap in gaps):
                spans.append((start, places[-1][1]))
    return spans


@constraint(
    "content:forbidden_phrases",
    "Use none of these, nor any inflected form with the same word stems (language: {language}): {phrases}.",
    Pass("Our cheap plan ran out; nobody promises.", phrases=["run", "guaranteed price"], language="en"),
    Pass("We guarantee it. Prices may rise.", phrases=["guaranteed price"], language="en"),
    Pass("We guarantee fair prices.", phrases=["guaranteed price"], language="en"),
    Fail("It RUNS well.", phrases=["run"], language="en"),
    Fail("A **guaranteed** *price* for you.", phrases=["money back", "guarantees prices"], language="en"),
    Fail("A money-back offer.", phrases=["money back"], language="en"),
    Pass("No money. Back to work, money\n\n\n\n\n\n\n\n\nback.", phrases=["money back"], language="en"),
    Fail("Money\n\n\n\n\n\n\n\nback.", phrases=["money back"], language="en"),
    Fail(Text("Un cafe\u0301.", "fr"), phrases=["café"], language="fr"),
    Pass(Text("Un thé.", "fr"), phrases=["café"], language="fr"),
    Fail("The company’s view.", phrases=["company"], language="en"),
    Pass(Text("Das ist preiswert und hält lange.", "de"), phrases=["billig"], language="de"),
    Fail(Text("Das ist eine billige Lösung.", "de"), phrases=["billig"], language="de"),
    Pass(Text("Это надёжный прибор.", "ru"), phrases=["гарантия"], language="ru"),
    Fail(Text("Мы продаём его с гарантией.", "ru"), phrases=["гарантия"], language="ru"),
    Pass(Text("यह बहुत अच्छा है।", "hi"), phrases=["सस्ता"], language="hi"),
    Fail(Text("ये सस्ते जूते हैं।", "hi"), phrases=["सस्ता"], language="hi"),
    Pass(Text("هذا العرض ممتاز.", "ar"), phrases=["رخيص"], language="ar"),
    Fail(Text("هذه ساعة رخيصة.", "ar"), phrases=["رخيص"], language="ar"),
    Fail(Text("الساعة والرخيصُ.", "ar"), phrases=["رَخيص"], language="ar"),
    Fail(Text("وبالسعر المضمون.", "ar"), phrases=["سعر مضمون"], language="ar"),
    Fail(Text("جهاز السريع والسهل.", "ar"), phrases=["سريع وسهل"], language="ar"),
    Fail(Text("عمل لرخيص.", "ar"), phrases=["الرخيص"], language="ar"),
    Pass(Text("هذا بير.", "ar"), phrases=["كبير"], language="ar"),
    Fail(Text("Gesucht: Teamplayer:in.", "de"), phrases=["Teamplayer"], language="de"),
    Fail(Text("Gesucht: engagierte*r Teamplayer*in.", "de"), phrases=["engagierter Teamplayer"], language="de"),
    Fail(Text("Wir sind Teamplayer_innen.", "de"), phrases=["Teamplayer:in"], language="de"),
    Pass(Text("Teamplayer:inside.", "de"), phrases=["Teamplayer"], language="de"),
    source=NATIVE,
)
def forbidden_phrases(reply: Text, *, phrases: WordPhrases, language: Stemmed = "en") -> Verdict:
    """A word is a form of another when the Snowball stemmer of the language gives both one stem, in any case.

    So "runs" and "running" are forms of "run", but "ran" is not, nor is a compound that contains the word. German forms
    such as "Lehrer:in" and "Lehrer*in" are forms of "Lehrer"; in Arabic the article, a conjunction and a preposition
    may be joined to a word, and vowel signs do not matter.

    The words of a phrase follow one another with nothing but spaces, hyphens, quotation marks or Markdown's emphasis
    between them.
    """
    spans = _inflected_spans(reply, phrases, language)
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"no form of {listing(phrases)} ({language})",
        spans,
    )


@constraint(
    "content:competitor_names",
    "Never mention these names, in any form: {names}.",
    Pass("Our acmetric tools beat metacme.", names=["Acme"]),
    Pass("Coca and cola.", names=["Coca-Cola"]),
    Fail("Unlike ACME’s tools, ours last.", names=["Acme"]),
    Fail("An acme-like tool.", names=["Bolt & Sons", "Acme"]),
    Fail("They drink coca cola.", names=["Coca-Cola"]),
    Fail("__Acme__ is cheaper.", names=["Acme"]),
    Fail("Café Noir is near.", names=[" Cafe\u0301 Noir "]),
    Pass("A b.", names=["--"]),
    Fail("Write to us@acme.", names=["@acme"]),
    Pass(Text("Hanss C3s, ANNAs.", "de"), names=["Hans", "C3"]),
    Pass(Text("HANSs", "de"), names=["HANS"]),
    Pass("A Bosching.", names=["Bosch"]),
    Fail("Two Boschs.", names=["Bosch"]),
    Pass(Text("Deux Boschs.", "fr"), names=["Bosch"]),
    Fail(Text("Сайт компании Яндекса.", "ru"), names=["Яндекс"]),
    Fail(Text("Мы купили Ладу.", "ru"), names=["Лада"]),
    Pass(Text("Яндексовский сайт, рома и Иванов.", "ru"), names=["Яндекс", "Ром", "Иван"]),
    Fail(Text("ＡＣＭＥの電話です。", "ja"), names=["Acme"]),
    Fail(Text("Boschs Geräte sind leiser.", "de"), names=["Bosch"]),
    Pass(Text("Boschung ist eine andere Firma.", "de"), names=["Bosch"]),
    Pass(Text("彼女はアップルパイを焼いた。", "ja"), names=["アップル"]),
    Fail(Text("アップルの新製品です。", "ja"), names=["アップル"]),
    Fail(Text("Acme製の電話です。", "ja"), names=["Acme"]),
    Pass(Text("我们的手机更好。", "zh"), names=["华为"]),
    Fail(Text("比华为的手机更好。", "zh"), names=["华为"]),
    Pass(Text("삼성전자와 다릅니다.", "ko"), names=["삼성"]),
    Fail(Text("삼성의 제품입니다.", "ko"), names=["삼성"]),
    Pass(Text("نحن نبيع الكتب.", "ar"), names=["أمازون"]),
    Fail(Text("السعر أقل من سعر بأمازون.", "ar"), names=["أمازون"]),
    Fail(Text("السعر أقل من سعر أمازونَ.", "ar"), names=["أمازُون"]),
    Fail("ُ", names=["ُ", "أمازون"]),
    source=NATIVE,
)
def competitor_names(reply: Text, *, names: Phrases) -> Verdict:
    """Whole names in any case, also with 's, in a hyphenated word, or with a space for a hyphen; links included.

    Never inside a longer word. A bare "s" behind the name counts in replies in English, German, Dutch and Scandinavian
    languages, and so do the case endings of the singular in Russian and Ukrainian; other endings do not.
    """
    spans = [mention.span for mention in mentions(reply.raw, names, reply.language, inflected=True)]
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"{'none of the names' if len(names) > 1 else 'not the name'} {listing(names)}",
        spans,
    )


def avoided_is_preferred(*, preferred: str, avoided: list[str]) -> tuple[str, str] | None:
    """A ``conflict``: no term is both."""
    same = [term for term in avoided if not _are_distinct([preferred, term])]
    return ("avoided", f"{quote(same[0])} is the preferred term") if same else None


@constraint(
    "content:preferred_term",
    'Use the term "{preferred}", and none of these: {avoided}.',
    Pass("Sign in with your code. SIGN-IN is quick.", preferred="sign in", avoided=["log in", "login"]),
    Fail("Sign in first; a login lasts an hour.", preferred="sign in", avoided=["log in", "login"]),
    Fail("Enter your code.", preferred="sign in", avoided=["log in", "login"]),
    Pass("The shutdown button.", preferred="shutdown", avoided=["shut", "down"]),
    Pass("All user accounts.", preferred="user account", avoided=["profile"]),
    Fail("A user account, or profiles.", preferred="user account", avoided=["profile"]),
    Pass("Write user account.", preferred="user account", avoided=["account"]),
    Fail("A user account is an Account.", preferred="user account", avoided=["account"]),
    Pass(Text("Pulse en el enlace.", "es"), preferred="pulse", avoided=["haga clic"]),
    Fail(Text("Pulse o haga clic en el enlace.", "es"), preferred="pulse", avoided=["haga clic"]),
    Pass(Text("ログインしてください。", "ja"), preferred="ログイン", avoided=["サインイン"]),
    Fail(Text("サインインしてください。", "ja"), preferred="ログイン", avoided=["サインイン"]),
    source=NATIVE,
    conflict=avoided_is_preferred,
)
def preferred_term(reply: Text, *, preferred: Phrase, avoided: Phrases) -> Verdict:
    """The preferred term at least once and none of the avoided ones, as whole words in any case, with -s or without.

    An avoided term within the preferred one does not count.
    """
    found = mentions(reply.raw, [preferred, *avoided], reply.language, inflected=True)
    used = [mention.span for mention in found if mention.phrase == 0]
    wrong = [mention.span for mention in found if mention.phrase > 0]

    def observed() -> str:
        if wrong:
            return listing(list(dict.fromkeys(reply.raw[start:stop] for start, stop in wrong)))
        return count_of(len(used), f"uses of {quote(preferred)}")

    return holds(
        bool(used) and not wrong, lambda: f"{quote(preferred)} and not {listing(avoided)}", observed, wrong or used
    )


@constraint(
    "content:mentioned_once",
    "Mention each of these exactly once: {items}.",
    Pass("Buy MILK and brown bread.", items=["milk", "bread"]),
    Fail("Buy milk, then more milk and bread.", items=["milk", "bread"]),
    Fail("Buy milk.", items=["milk", "bread"]),
    Pass("From York to New York.", items=["York", "New York"]),
    Fail("To New York.", items=["York", "New York"]),
    Pass("A milkshake and milk.", items=["milk"]),
    Pass("Apples and a pear.", items=["apple", "pear"]),
    Pass(Text("Поезд идёт через Москву и Казань.", "ru"), items=["Москва", "Казань"]),
    Fail(Text("Из Москвы в Москву.", "ru"), items=["Москва"]),
    Pass(Text("La caméra et l'écran.", "fr"), items=["écran", "caméra"]),
    Fail(Text("L'écran, la caméra, l'écran.", "fr"), items=["écran", "caméra"]),
    Pass(Text("東京と大阪に行く。", "ja"), items=["東京", "大阪"]),
    Fail(Text("東京と大阪、そして東京。", "ja"), items=["東京", "大阪"]),
    Pass(Text("السُّكَّرُ والزيتُ وزيتون.", "ar"), items=["سكر", "زيت"]),
    Fail(Text("السكر والزَّيـــتُ وزَيت.", "ar"), items=["سكر", "زيت"]),
    source=NATIVE,
)
def mentioned_once(reply: Text, *, items: DistinctPhrases) -> Verdict:
    """Whole words in any case, with -s or without, in Russian in any case of the singular.

    An item inside a longer one ("York" in "New York") counts for the longer one only.
    """
    found = mentions(reply.raw, items, reply.language, inflected=True)
    numbers = [sum(mention.phrase == index for mention in found) for index in range(len(items))]
    wrong = [
        f"{quote(item)} {count_of(number, 'times')}" for item, number in zip(items, numbers, strict=True) if number != 1
    ]
    return holds(
        not wrong,
        lambda: f"exactly one mention of {'each of ' if len(items) > 1 else ''}{listing(items)}",
        lambda: ", ".join(wrong) or "each of them once",
        [mention.span for mention in found if not wrong or numbers[mention.phrase] > 1],
    )


@constraint(
    "content:some_of",
    "Mention {relation} {count} of these: {items}.",
    Pass("Rome, then PARIS, then Rome.", relation="at least", count=2, items=["Rome", "Paris", "Oslo"]),
    Fail("Rome, Rome and Romeo.", relation="at least", count=2, items=["Rome", "Paris", "Oslo"]),
    Pass("Rome or Oslo.", relation="exactly", count=2, items=["Rome", "Paris", "Oslo"]),
    Fail("Rome, Paris or Oslo.", relation="exactly", count=2, items=["Rome", "Paris", "Oslo"]),
    Fail("Rome, Paris or Oslo.", relation="at most", count=2, items=["Rome", "Paris", "Oslo"]),
    Pass(Text("गाय और बकरी।", "hi"), relation="exactly", count=2, items=["गाय", "बकरी", "घोड़ा"]),
    Fail(Text("गाय और गायें।", "hi"), relation="at least", count=2, items=["गाय", "बकरी", "घोड़ा"]),
    Pass(Text("Москва и Казань.", "ru"), relation="at least", count=2, items=["Москва", "Казань", "Омск"]),
    Pass(Text("В Москве и Омске.", "ru"), relation="at least", count=2, items=["Москва", "Казань", "Омск"]),
    Pass("Apples and pears.", relation="exactly", count=2, items=["apple", "pear", "plum"]),
    Fail(Text("Москва и Тверь.", "ru"), relation="at least", count=2, items=["Москва", "Казань", "Омск"]),
    Pass(Text("الزَّيتُ والخُبزُ.", "ar"), relation="exactly", count=2, items=["زيت", "خبز", "ملح"]),
    source=NATIVE,
    conflict=attainable(among="items"),
)
def some_of(reply: Text, *, relation: Relation, count: Count, items: DistinctPhrases) -> Verdict:
    """How many different items are mentioned, as whole words in any case, with -s or without; one twice counts once."""
    first: dict[int, Span] = {}
    for mention in mentions(reply.raw, items, reply.language, inflected=True):
        first.setdefault(mention.phrase, mention.span)
    return compare(len(first), relation, count, "items mentioned", list(first.values()))


@constraint(
    "language:untranslated",
    "Leave these terms untranslated, and use each of them exactly as it is written here: {terms}.",
    Pass(Text("Das Backend nutzt einen Load-Balancer.", "de"), terms=["Backend", "Load-Balancer"]),
    Fail(Text("Das Backend nutzt einen Lastverteiler.", "de"), terms=["Backend", "Load Balancer"]),
    Fail(Text("Das backend ist schnell.", "de"), terms=["Backend"]),
    Fail(Text("Die Backends sind schnell.", "de"), terms=["Backend"]),
    Pass(Text("Le Backend-serveur répond.", "fr"), terms=["Backend"]),
    Fail(Text("Le serveur dorsal répond.", "fr"), terms=["Backend"]),
    Pass(Text("GitHubにPull Requestを出します。", "ja"), terms=["GitHub", "Pull Request"]),
    Fail(Text("ギットハブに出します。", "ja"), terms=["GitHub"]),
    Pass(Text("يدعم Wi-Fi الجديد.", "ar"), terms=["Wi-Fi"]),
    Fail(Text("يدعم واي فاي.", "ar"), terms=["Wi-Fi"]),
    Pass(Text("استخدم الـAPI وDocker.", "ar"), terms=["API", "Docker"]),
    Fail(Text("Die APIs.", "de"), terms=["API"]),
    Pass(Text("使用Docker部署。", "zh"), terms=["Docker"]),
    Fail(Text("使用容器部署。", "zh"), terms=["Docker"]),
    source=NATIVE,
)
def untranslated(reply: Text, *, terms: DistinctPhrases) -> Verdict:
    """Every term occurs as a whole word, in the case given; a hyphen may stand for a space and join it to another."""
    spans: dict[int, Span] = {}
    for mention in mentions(reply.raw, terms, match_case=True):
        spans.setdefault(mention.phrase, mention.span)
    found = [term for index, term in enumerate(terms) if index in spans]
    missing = [term for index, term in enumerate(terms) if index not in spans]
    return present(found, missing, "terms", list(spans.values()))
