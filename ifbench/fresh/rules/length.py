"""Rules on how much there is: words, characters, sentences, paragraphs."""

from __future__ import annotations

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import number_word
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, bound, bounded, figure, rule, span
from ifbench.fresh.scene import Scene, title_of
from ifbench.text import Text


@rule(
    "length_constraints:number_words", "words", 1, "words",
    "[Use|Write] {bound} words.",
    "The whole thing should be {bound} words.",
    "Please keep the length to {bound} words.",
    "I need {bound} words[, counted from the first to the last| in total|].",
)  # fmt: skip
def _words(scene: Scene, dice: Dice) -> Draw:
    # A summary that must be long is no summary.
    relation = "less than" if scene.source else dice.choice(("less than", "less than", "at least"))
    number = dice.between(8, 24) * 5 if relation == "less than" else dice.between(14, 26) * 5
    return Draw(
        {"relation": relation, "num_words": number}, {"bound": bound(dice, relation, number)},
        bounded("words", relation, number),
    )  # fmt: skip


@rule(
    "count:word_count_range", "word range", 2, "words",
    "[Stay|Keep it] between {low} and {high} words[, both included|].",
    "It should come to no fewer than {low} and no more than {high} words.",
    "The text must have at least {low} words but not more than {high}.",
    "Aim for a length of {low} to {high} words, and do not go outside it.",
)  # fmt: skip
def _word_range(scene: Scene, dice: Dice) -> Draw:
    low = dice.between(6, 11 if scene.source else 22) * 5
    high = low + dice.between(2, 5) * 5
    return Draw(
        {"min_words": low, "max_words": high}, {"low": str(low), "high": str(high)},
        lambda plan: plan.narrow("words", low, high),
    )  # fmt: skip


@rule(
    "length:characters", "characters", 2, "words",
    "[With spaces|Counting spaces], it may have {bound} characters.",
    "Keep it to {bound} characters, spaces included.",
    "The length should be {bound} characters including spaces.",
)  # fmt: skip
def _characters(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("at most", "less than")), dice.between(5, 14) * 50
    params = {"relation": relation, "count": number, "spaces": "including white space"}
    high = span(relation, number)[1]
    say = {"bound": dice.choice(("at most {n}", "no more than {n}")) if relation == "at most" else "fewer than {n}"}
    return Draw(
        params, {"bound": say["bound"].replace("{n}", str(number))},
        lambda plan: plan.narrow("characters", number // 4, high),
    )  # fmt: skip


@rule(
    "length:sentences", "sentences", 1, "sentences",
    "[Write|Use] {bound} sentences.",
    "It should consist of {bound} sentences.",
    "Say it in {bound} sentences.",
    "I want {bound} sentences in all.",
)  # fmt: skip
def _sentences(_: Scene, dice: Dice) -> Draw:
    relation = dice.choice(("exactly", "exactly", "at most", "at least"))
    number = dice.between(4, 9)
    return Draw(
        {"relation": relation, "count": number}, {"bound": bound(dice, relation, number)},
        bounded("sentences", relation, number),
    )  # fmt: skip


@rule(
    "length_constraints:number_sentences", "number of sentences", 1, "sentences",
    "The text should have {bound} sentences.",
    "Make it {bound} sentences long.",
    "Count your sentences: there should be {bound}.",
)  # fmt: skip
def _number_of_sentences(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice((("less than", dice.between(5, 9)), ("at least", dice.between(5, 10))))
    return Draw(
        {"relation": relation, "num_sentences": number}, {"bound": bound(dice, relation, number)},
        bounded("sentences", relation, number),
    )  # fmt: skip


@rule(
    "length:range", "sentence range", 1, "sentences",
    "Write no fewer than {low} and no more than {high} sentences.",
    "The number of sentences should lie between {low} and {high}[, both included|].",
    "It should take you {low} to {high} sentences, not one less and not one more.",
)  # fmt: skip
def _sentence_range(_: Scene, dice: Dice) -> Draw:
    low = dice.between(4, 8)
    high = low + dice.between(1, 3)
    say = dice.choice((number_word, str))
    return Draw(
        {"unit": "sentences", "bounds": [low, high]}, {"low": say(low), "high": say(high)},
        lambda plan: plan.narrow("sentences", low, high),
    )  # fmt: skip


@rule(
    "length:paragraphs", "paragraphs", 1, "paragraphs",
    "[Divide|Break] it into {bound} paragraphs[ with a blank line between them|, separated by blank lines].",
    "Write {bound} paragraphs and leave an empty line between one and the next.",
    "There should be {bound} paragraphs, set apart by blank lines.",
)  # fmt: skip
def _paragraphs(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "exactly", "at least")), dice.between(2, 5)
    return Draw(
        {"relation": relation, "count": number}, {"bound": bound(dice, relation, number)},
        bounded("paragraphs", relation, number),
    )  # fmt: skip


@rule(
    "length:paragraph_sentences", "sentences a paragraph", 2, "paragraphs sentences",
    "Each paragraph should have {bound} sentences[; separate paragraphs by a blank line|].",
    "Give every paragraph {bound} sentences.",
    "No matter how many paragraphs you write, each needs {bound} sentences.",
    bars="greeting",
)  # fmt: skip
def _paragraph_sentences(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 4)

    def shape(plan: Plan) -> None:
        plan.narrow("per_paragraph", *span(relation, number))
        plan.narrow("paragraphs", 2)

    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, shape)


@rule(
    "length:paragraph_words", "words a paragraph", 3, "paragraphs words",
    "Every paragraph must have between {low} and {high} words.",
    "Keep each paragraph at no fewer than {low} and no more than {high} words[, and put a blank line in between|].",
    "Keep the paragraphs even: {low} to {high} words in each.",
)  # fmt: skip
def _paragraph_words(_: Scene, dice: Dice) -> Draw:
    low = dice.between(4, 7) * 5
    high = low + dice.between(3, 5) * 5

    def shape(plan: Plan) -> None:
        plan.narrow("paragraph_words", low, high)
        plan.narrow("paragraphs", 2)

    return Draw({"bounds": [low, high]}, {"low": str(low), "high": str(high)}, shape)


@rule(
    "length:words_in_each", "words a sentence", 2, "sentence length",
    "No sentence may have more than {n} words.",
    "Keep every sentence to {n} words at the most.",
    "Each of your sentences should be {n} words or shorter.",
    forbids=True,
)  # fmt: skip
def _words_a_sentence(_: Scene, dice: Dice) -> Draw:
    number = dice.between(9, 15)

    def shape(plan: Plan) -> None:
        plan.keeps.append(lambda sentence: len(Text(sentence).plain_words) <= number)

    return Draw({"unit": "sentence", "relation": "at most", "count": number}, {"n": figure(dice, number)}, shape)


@rule(
    "length:title", "title length", 1, "opening",
    "[Put a title on the first line|Begin with a title on a line of its own], of {bound} words, and let the text "
    "follow below.",
    "The first line is the title: {bound} words, with the text underneath.",
    "It needs a title of {bound} words as its first line, above the text.",
    bars="places paragraphs sentences",
)  # fmt: skip
def _title(scene: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at most")), dice.between(3, 6)
    title = title_of(scene, number)
    return Draw(
        {"relation": relation, "count": number, "unit": "words"}, {"bound": bound(dice, relation, number)},
        lambda plan: plan.front.insert(0, title),
    )  # fmt: skip
