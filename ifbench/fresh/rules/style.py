"""Rules on manner: person, questions, contractions, spelling, signs."""

from __future__ import annotations

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import quoted
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, rule
from ifbench.fresh.scene import Scene

_CONTRACTED = (
    "It's worth the effort.",
    "That's all there is to it.",
    "We're on the right track.",
    "Don't wait too long.",
)
_PEOPLE = {
    "first": ("I stand by that.", "We know this well.", "Our view is clear.", "My advice stands."),
    "second": ("You can count on it.", "Your view counts.", "You will see the point.", "Take your pick."),
    "third": ("They know what to do.", "She agrees with that.", "He has seen it too.", "Their view is clear."),
}
_HEDGES = ("perhaps", "maybe", "possibly", "probably", "might", "somewhat", "likely", "seems", "could")


@rule(
    "style:contractions", "contractions", 1, "contractions",
    "Use {amount}.",
    "As to style: {amount}[, please|].",
    "Your text should have {amount}.",
    forbids=True,
)  # fmt: skip
def _contractions(_: Scene, dice: Dice) -> Draw:
    if dice.chance(0.6):
        wordings = ("no contractions (such as don't or it's)", "no contractions like we'll or isn't", "no contractions")
        return Draw({"amount": "no"}, {"amount": dice.choice(wordings)})
    wordings = ("at least one contraction (such as it's or don't)", "one contraction or more, such as we'll or it's")
    return Draw(
        {"amount": "at least one"}, {"amount": dice.choice(wordings)},
        lambda plan: plan.must.append(_CONTRACTED),
    )  # fmt: skip


@rule(
    "style:person", "grammatical person", 2, "person",
    "{Amount} pronouns of the {person} person{examples}.",
    "[Note|As for style]: {amount} pronoun of the {person} person{examples}.",
    "When it comes to pronouns of the {person} person{examples}, use {count}.",
    forbids=True,
)  # fmt: skip
def _person(_: Scene, dice: Dice) -> Draw:
    person = dice.choice(("first", "second", "first"))
    words = {"first": " (I, we, my, our and so on)", "second": " (you, your and so on)"}[person]
    say = {"person": person, "examples": words, "amount": "use no", "count": "none"}
    return Draw({"amount": "no", "person": person}, say)


@rule(
    "style:person", "addressed", 1, "person",
    "Use at least one pronoun of the {person} person{examples}.",
    "At least once, there should be a pronoun of the {person} person{examples}.",
    "Make sure a pronoun of the {person} person occurs{examples}, once or more.",
)  # fmt: skip
def _addressed(_: Scene, dice: Dice) -> Draw:
    person = dice.choice(("first", "second", "third"))
    words = {"first": " (such as we or my)", "second": " (such as you or your)", "third": " (such as she or their)"}
    return Draw(
        {"amount": "at least one", "person": person}, {"person": person, "examples": words[person]},
        lambda plan: plan.must.append(_PEOPLE[person]),
    )  # fmt: skip


@rule(
    "style:no_question", "no questions", 1, "questions",
    "Don't ask any questions.",
    "There should be no question in it[, not even a rhetorical one|].",
    "Write without a single question.",
    forbids=True,
)  # fmt: skip
def _no_questions(_: Scene, __: Dice) -> Draw:
    return Draw({"where": "contain"})


@rule(
    "style:no_marks", "without some marks", 1, "marks marks_quotation",
    "Do not use {marks}.",
    "Leave out {marks} altogether.",
    "It should be free of {marks}.",
    bars="quotation title brackets", forbids=True,
)  # fmt: skip
def _no_marks(_: Scene, dice: Dice) -> Draw:
    marks = dice.choice(("em dashes", "semicolons", "parentheses", "quotation marks", "emoji", "ellipses"))
    return Draw({"marks": marks}, {"marks": "any emoji" if marks == "emoji" else marks})


@rule(
    "style:no_hedging", "no hedging", 1, "forbidden",
    "Commit yourself: {words} must not occur.",
    "Be definite and use none of these: {words}.",
    "No hedging, that is, none of the words {words}.",
    forbids=True,
)  # fmt: skip
def _no_hedging(_: Scene, dice: Dice) -> Draw:
    words = dice.sample(_HEDGES, 5)
    return Draw({"words": words}, {"words": quoted(words, "or")})


@rule(
    "style:no_preamble", "no preamble", 1, "preamble",
    "[Get straight to the point|Begin with the text itself]: no preamble such as \"Sure\" or \"Here is\".",
    'Leave out any introduction of your own ("Great question!", "Here is your text", "I\'d be happy to").',
    "Start with the thing itself. I don't want to read a preamble like \"Of course\" or \"Here's a draft\".",
    bars="opening", forbids=True,
)  # fmt: skip
def _no_preamble(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "style:no_closing_offer", "no closing offer", 1, "offer",
    'Don\'t close with an offer of more help, such as "Let me know if ...", or with "I hope this helps".',
    "At the end I want no offer of further help and no hope that it helps.",
    'Leave out closing phrases that offer help ("Feel free to ask", "Let me know") or hope it helped.',
    bars="ending", forbids=True,
)  # fmt: skip
def _no_closing_offer(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "content:placeholders_filled", "nothing left open", 1, "brackets",
    "Leave nothing for me to fill in: no [brackets], no blanks, no TBD.",
    "I don't want any placeholders, neither square brackets nor underscores nor TODO.",
    "Make up what you don't know. It has to be ready to send, without placeholders in brackets, blanks or a TBD.",
    forbids=True,
)  # fmt: skip
def _nothing_open(_: Scene, __: Dice) -> Draw:
    return Draw()


@rule(
    "style:spelling", "spelling", 1, "spelling",
    "Use {variant} spelling.",
    "The spelling has to be {variant}.",
    "Spell it the {variant} way[ throughout|].",
    forbids=True,
)  # fmt: skip
def _spelling(_: Scene, dice: Dice) -> Draw:
    variant = dice.choice(("British", "American"))
    return Draw({"variant": variant}, {"variant": variant})


@rule(
    "style:oxford_comma", "serial comma", 2, "commas",
    "Use at least one series of three or more items, and write every such series {style} the Oxford comma[ (the comma "
    "before and or or)|].",
    "Include a list of three or more things within a sentence, and each time {do} a comma before the last and (or or).",
    "There must be a series such as \"{example}\", and every series of that kind is written {style} the Oxford comma.",
)  # fmt: skip
def _oxford(_: Scene, dice: Dice) -> Draw:
    style = dice.choice(("with", "without"))
    comma = "," if style == "with" else ""
    sentences = [
        f"There is room for tea, cake{comma} and talk.", f"It takes paper, pens{comma} and patience.",
        f"People bring cups, plates{comma} and spoons.",
    ]  # fmt: skip

    def shape(plan: Plan) -> None:
        plan.must.append(sentences)
        # Whatever else has two commas or an "and" behind one could be read as a series.
        plan.keeps.append(lambda s: s in sentences or not ("," in s and (" and " in s or " or " in s)))

    say = {"style": style, "do": "put" if style == "with" else "leave out", "example": f"red, green{comma} and blue"}
    return Draw({"style": style}, say, shape)
