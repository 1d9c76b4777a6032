"""Rules on words, letters and signs: which must be there, how often, and which must not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import listed, quoted
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, bound, carried, figure, rule
from ifbench.fresh.scene import Scene
from ifbench.fresh.vocabulary import CARRIERS, NUMBER_CARRIERS

_WORN = (
    *("very", "really", "just", "nice", "great", "please", "thank", "simple", "easy", "good", "best", "need", "happy"),
    *("welcome", "important", "always", "never", "every", "quick", "perfect", "amazing", "exciting", "unique"),
    *("help", "simply", "small", "little", "also", "however", "finally"),
)
"""Words that people are tired of, and likely to meet."""


def _single(scene: Scene) -> list[str]:
    """Terms of one word."""
    return [term for term in scene.terms if " " not in term and "-" not in term]


def unsaid(words: Sequence[str], scene: Scene) -> list[str]:
    """Those that the request does not use itself: what it speaks of cannot be forbidden."""
    said = " ".join([scene.request, *scene.details, scene.source]).lower()
    return [word for word in words if word.lower() not in said]


def _word_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


@rule(
    "keywords:existence", "keywords", 1, "keywords",
    "[Mention|Be sure to use] {words}.",
    "{words} [must|have to] appear in the text.",
    "Work in {words}.",
    "It has to contain {words}, spelt just like that.",
)  # fmt: skip
def _keywords(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(_single(scene), dice.between(2, 3))

    def shape(plan: Plan) -> None:
        plan.must += [carried(word, CARRIERS) for word in words]

    return Draw({"keywords": words}, {"words": f"the words {quoted(words)}"}, shape)


@rule(
    "keywords:word_once", "one word", 1, "keywords",
    "Use the word {word} [somewhere|at least once].",
    "The word {word} must not be missing.",
    "Find a place for the word {word}.",
)  # fmt: skip
def _one_word(scene: Scene, dice: Dice) -> Draw:
    word = dice.choice(_single(scene))
    return Draw({"keyword": word}, {"word": f'"{word}"'}, lambda plan: plan.must.append(carried(word, CARRIERS)))


@rule(
    "keywords:frequency", "repeated word", 2, "keywords",
    "The word {word} should appear {bound} times.",
    "Use {word} {bound} times.",
    "I want to see the word {word} {bound} times in it.",
)  # fmt: skip
def _repeated(scene: Scene, dice: Dice) -> Draw:
    word, number = dice.choice(_single(scene)), dice.between(3, 5)

    def shape(plan: Plan) -> None:
        plan.must += [carried(word, CARRIERS)] * number

    return Draw(
        {"keyword": word, "relation": "at least", "frequency": number},
        {"word": f'"{word}"', "bound": bound(dice, "at least", number)}, shape,
    )  # fmt: skip


@rule(
    "keywords:forbidden_words", "forbidden words", 1, "forbidden",
    "[Don't use|Avoid] the words {words}.",
    "None of the words {words} may occur.",
    "Do without the words {words}[, please|].",
    forbids=True,
)  # fmt: skip
def _forbidden(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(unsaid(_WORN, scene), dice.between(2, 4))
    return Draw({"forbidden_words": words}, {"words": quoted(words, dice.choice(("and", "or")))})


@rule(
    "content:forbidden_phrases", "forbidden stems", 2, "forbidden",
    "Avoid the words {words} in any form, so no plural or past tense of them either.",
    "Use neither {words} nor any form built on the same stem.",
    "Stay away from {words}, including words with the same stem (such as with -s, -ed or -ing).",
    forbids=True,
)  # fmt: skip
def _stems(scene: Scene, dice: Dice) -> Draw:
    stems = (*_single(scene)[:4], "help", "need", "plan", "change", "work", "start", "welcome")
    words = dice.sample(unsaid(stems, scene), 2)
    return Draw({"phrases": words, "language": "en"}, {"words": quoted(words, "or")})


_PREFERRED = {
    "email": (
        ("mobile phone", ["smartphone", "cell phone"]), ("colleague", ["coworker", "workmate"]),
        ("schedule", ["timetable", "time plan"]), ("website", ["web page", "homepage"]),
    ),
    "announcement": (
        ("leaflet", ["flyer", "brochure"]), ("newsletter", ["mailing", "circular"]),
        ("neighbour", ["local resident", "householder"]), ("schedule", ["timetable", "time plan"]),
    ),
    "work": (
        ("colleague", ["coworker", "workmate"]), ("guest", ["client", "patron"]), ("website", ["web page", "homepage"]),
        ("mobile phone", ["smartphone", "cell phone"]),
    ),
    "copywriting": (
        ("shop", ["store", "outlet"]), ("website", ["web page", "homepage"]), ("leaflet", ["flyer", "brochure"]),
    ),
    "code": (("sign in", ["log in", "login"]), ("website", ["web page", "homepage"]), ("app", ["programme", "tool"])),
}  # fmt: skip
"""Terms with what must not stand in their place, by the category of task they are used in."""


@rule(
    "content:preferred_term", "preferred term", 1, "keywords",
    "The term is {wanted}: use it, and none of these instead: {avoided}.",
    "Say {wanted} at least once, and never {either}.",
    "Where it comes up, and it should, call it {wanted} and not {either}.",
)  # fmt: skip
def _preferred(scene: Scene, dice: Dice) -> Draw | None:
    if scene.task.category not in _PREFERRED:
        return None
    wanted, avoided = dice.choice(_PREFERRED[scene.task.category])
    carriers = ["The {term} question is settled.", "There is a {term} note as well.", "One {term} request is open."]
    say = {"wanted": f'"{wanted}"', "avoided": quoted(avoided), "either": quoted(avoided, "or")}
    params = {"preferred": wanted, "avoided": list(avoided)}

    def shape(plan: Plan) -> None:
        plan.must.append(carried(wanted, carriers))
        plan.keeps.append(lambda sentence: not any(_word_in(word, sentence) for word in avoided))

    return Draw(params, say, shape)


@rule(
    "keywords:letter_frequency", "letter", 2, "letters",
    "The letter {letter} should occur {bound} times.",
    "Use the letter {letter} {bound} times[ in all|].",
    "Across the whole text, the letter {letter} has to turn up {bound} times, as a capital or not.",
)  # fmt: skip
def _letter(_: Scene, dice: Dice) -> Draw:
    relation = dice.choice(("at least", "less than"))
    letter = dice.choice("bkvwgp") if relation == "at least" else dice.choice("bkvgpfw")
    number = dice.between(4, 8) if relation == "at least" else dice.between(3, 6)

    def shape(plan: Plan) -> None:
        if relation == "at least":
            plan.narrow("words", 40)
        else:
            plan.keeps.append(lambda sentence: sentence.lower().count(letter) < 2)

    return Draw(
        {"letter": letter, "let_relation": relation, "let_frequency": number},
        {"letter": f'"{letter}"', "bound": bound(dice, relation, number)}, shape,
    )  # fmt: skip


@rule(
    "count:numbers", "numbers", 2, "digits",
    "Include exactly {n} numbers in figures.",
    "It should contain {n} numbers written in digits, not one more or less.",
    "There should be exactly {n} figures in it (numbers written with digits).",
    bars="numbered",
)  # fmt: skip
def _numbers(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    number = dice.between(2, 4)
    carriers = dice.sample(NUMBER_CARRIERS, number)
    sentences = [carrier.replace("{n}", str(dice.between(13, 90))) for carrier in carriers]

    def shape(plan: Plan) -> None:
        plan.must += [[sentence] for sentence in sentences]
        plan.keeps.append(lambda sentence: sentence in sentences or not re.search(r"\d", sentence))

    return Draw({"N": number}, {"n": figure(dice, number)}, shape)


@rule(
    "content:digits", "no digits", 1, "digits",
    "Don't use any digits: [spell numbers out|write every number as a word].",
    "Numbers should be spelled out, so that there is no digit in the text.",
    "Do without digits entirely.",
    bars="numbered", forbids=True,
)  # fmt: skip
def _no_digits(_: Scene, __: Dice) -> Draw:
    return Draw({"quantity": "no"})


@rule(
    "punctuation:no_comma", "no commas", 2, "commas",
    "[Do not|Don't] use any commas.",
    "Leave out commas altogether.",
    "There must not be a single comma in it.",
    "Write it without commas[, please|].",
    forbids=True,
)  # fmt: skip
def _no_commas(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "punctuation:punctuation_exclamation", "no exclamation marks", 1, "exclamation",
    "No exclamation marks[, please|].",
    "Don't use exclamation marks anywhere.",
    "It has to do without a single exclamation mark.",
    forbids=True,
)  # fmt: skip
def _no_exclamation(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "change_case:capital_word_frequency", "capital words", 2, "case",
    "Put {bound} words in capital letters for emphasis (words of one letter don't count).",
    "Words written entirely in capitals should occur {bound} times.",
    "For emphasis, write {bound} words of two or more letters in ALL CAPITALS.",
    bars="name quotation",
)  # fmt: skip
def _capital_words(_: Scene, dice: Dice) -> Draw:
    number = dice.between(2, 5)

    def raise_words(text: str, dice: Dice) -> str:
        places = [match.span() for match in re.finditer(r"(?<=[a-z] )[a-z]{4,}(?= )", text)]
        for start, stop in dice.sample(places, number):
            text = text[:start] + text[start:stop].upper() + text[stop:]
        return text

    return Draw(
        {"capital_relation": "at least", "capital_frequency": number}, {"bound": bound(dice, "at least", number)},
        lambda plan: plan.edits.append(raise_words),
    )  # fmt: skip


_WORDED = (
    "exact opening ending headings title list table keywords places edge forbidden whole quotation name brackets "
    "notation spelling"
)
"""Sides of a reply that a rule settles by words it gives, in their case: no rule of one case goes with it."""


@rule(
    "change_case:english_lowercase", "all small letters", 2, "case",
    "Write everything in small letters, in English, without a single capital.",
    "All in lowercase English, please: no capital letters at all.",
    "Your text must be English, and in lowercase letters only.",
    bars=_WORDED,
)  # fmt: skip
def _lowercase(_: Scene, __: Dice) -> Draw:
    return Draw({}, {}, lambda plan: plan.edits.append(lambda text, _: text.lower()))


@rule(
    "change_case:english_capital", "all capitals", 2, "case",
    "Write it in English and in capital letters throughout.",
    "Everything in English, and in capitals only.",
    "Use nothing but capital letters, no small ones, and write in English.",
    bars=_WORDED,
)  # fmt: skip
def _capitals(_: Scene, __: Dice) -> Draw:
    return Draw({}, {}, lambda plan: plan.edits.append(lambda text, _: text.upper()))


@rule(
    "content:mentioned_once", "once each", 2, "keywords",
    "Mention {words} exactly once each.",
    "Each of these should come up once, and once only: {words}.",
    "Name {words}, none of them more than once.",
)  # fmt: skip
def _once_each(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(_single(scene), dice.between(2, 4))

    def shape(plan: Plan) -> None:
        own = [sentence for word in words for sentence in carried(word, CARRIERS)]
        plan.must += [carried(word, CARRIERS) for word in words]
        plan.keeps.append(lambda s: s in own or not any(_word_in(word, s) or _word_in(f"{word}s", s) for word in words))

    return Draw({"items": words}, {"words": listed([f"the {word}" for word in words])}, shape)


@rule(
    "content:some_of", "some of them", 2, "keywords",
    "Of the following, mention {bound}: {words}.",
    "Bring in {bound} of these: {words}.",
    "Here is what could come up: {words}. Choose {bound} of them and leave the others out.",
)  # fmt: skip
def _some_of(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(_single(scene), dice.between(4, 5))
    number = dice.between(2, 3)
    chosen, rest = words[:number], words[number:]

    def shape(plan: Plan) -> None:
        plan.must += [carried(word, CARRIERS) for word in chosen]
        plan.keeps.append(lambda s: not any(_word_in(word, s) or _word_in(f"{word}s", s) for word in rest))

    return Draw(
        {"relation": "exactly", "count": number, "items": sorted(words)},
        {"bound": f"exactly {figure(dice, number)}", "words": listed(sorted(words))}, shape,
    )  # fmt: skip


@rule(
    "style:exact_name", "exact name", 1, "name exact",
    "Mention {name}, spelled exactly so every time.",
    "The name {name} has to come up, with precisely these capitals and spaces.",
    "Name {name} at least once, and always write it like that, capitals and all.",
)  # fmt: skip
def _exact_name(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    name = dice.choice(
        ("eCycle", "MoveOn", "BrightPath", "iHarbour", "NordLicht", "deskMate", "GreenRoute", "LinkUp", "TeaTime24",
         "OpenHand", "WayFarer", "SunDial", "QuickFix", "MapleSoft Hub", "StayWell", "RiverBank CoOp")
    )  # fmt: skip
    carriers = [f"We work together with {name}.", f"Thanks go to {name}.", f"Ask for {name} at the desk."]
    return Draw({"name": name}, {"name": name}, lambda plan: plan.must.append(carriers))


@rule(
    "content:quotes_from_source", "quotation", 2, "quotation",
    "Quote the text at least once; put in double quotation marks only what stands there word for word.",
    "It should contain a quotation from the text below in double quotation marks, and nothing else in such marks.",
    "Use at least one word-for-word quotation from the text, in double quotation marks, which are for that alone.",
)  # fmt: skip
def _quotation(scene: Scene, dice: Dice) -> Draw | None:
    if not scene.source:
        return None
    parts = [part for part in re.split(r"(?<=\.) ", scene.source) if len(part) > 20]
    if not parts:
        return None
    words = dice.choice(parts).rstrip(".").split()
    passage = " ".join(words[-5:])
    sentence = f'In the words of the text, "{passage}".'
    plain = f'The text says "{passage}".'
    return Draw({"source": scene.source}, {}, lambda plan: plan.must.append([sentence, plain]))
