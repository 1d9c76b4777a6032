"""Rules on where something stands: first and last words, openings, endings, places in order."""

from __future__ import annotations

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import capitalised, listed, ordinal
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, carried, figure, rule
from ifbench.fresh.scene import Scene
from ifbench.fresh.vocabulary import CARRIERS

_ENDINGS = (
    *("We look forward to it.", "See you there.", "That is all for now.", "Until next time.", "Take good care."),
    *("The rest is up to you.", "More news will follow.", "Thank you for reading.", "Any questions?"),
    *("Nothing is lost yet.", "So far so good.", "Every little helps.", "And that was that."),
)
_FIRST = {
    "Today": "Today there is something new.",
    "Finally": "Finally there is some news.",
    "Good": "Good news first.",
    "Here": "Here the facts come first.",
    "Now": "Now it is time to decide.",
    "Some": "Some things are best said early.",
    "Nobody": "Nobody likes long texts.",
    "Small": "Small steps are enough.",
    "Between": "Between us there is little to add.",
    "After": "After some thought the matter is clear.",
    "Yes": "Yes indeed.",
    "Remember": "Remember what this is about.",
    "Tomorrow": "Tomorrow things will look brighter.",
    "Once": "Once more we have news.",
}
_TO_BEGIN = (
    *("Good news:", "In brief:", "Quick update:", "To begin with,", "First things first:", "For your information:"),
    *("Dear reader,", "A word in advance:", "Please note:", "As promised,", "Just so you know:", "Time to act:"),
)
_POSTSCRIPTS = ("P.S.", "P.P.S.", "PS:")
_LAST_CARRIERS = ("It all comes down to the {term}.", "What counts in the end is the {term}.", "So mind the {term}.")
_SPELLED = (
    "team",
    "plan",
    "note",
    "hope",
    "trust",
    "smile",
    "start",
    "point",
    "ideas",
    "best",
    "tips",
    "onset",
    "moist",
)


def _single(scene: Scene) -> list[str]:
    """Terms of one word."""
    return [term for term in scene.terms if " " not in term]


_DISCLAIMERS = (
    "All details are subject to change.",
    "This text was written with care but without any guarantee.",
    "No liability is accepted for errors.",
    "Prices and times may differ on the day.",
    "The views given here are personal.",
    "Details may have changed since this was written.",
)


@rule(
    "startend:end_checker", "ending", 1, "ending",
    'End with exactly this sentence and write nothing after it: "{phrase}"',
    'The very last words should be "{phrase}" with nothing behind them.',
    'Let it close with the words "{phrase}" and add no more.',
)  # fmt: skip
def _ending(_: Scene, dice: Dice) -> Draw:
    phrase = dice.choice(_ENDINGS)
    return Draw({"end_phrase": phrase}, {"phrase": phrase}, lambda plan: setattr(plan, "last", (phrase,)))


@rule(
    "last_word:last_word_answer", "last word", 2, "ending",
    'The last word of all should be "{word}".',
    'Make "{word}" the final word[ of your reply| of the text].',
    'It should end on the word "{word}".',
)  # fmt: skip
def _last_word(scene: Scene, dice: Dice) -> Draw:
    word = dice.choice(_single(scene))
    return Draw(
        {"last_word": word}, {"word": word}, lambda plan: setattr(plan, "last", carried(word, _LAST_CARRIERS))
    )  # fmt: skip


@rule(
    "first_word:first_word_answer", "first word", 1, "opening",
    'Start with the word "{word}".',
    'The first word should be "{word}".',
    'Let "{word}" be the word that opens the text.',
    bars="places headings",
)  # fmt: skip
def _first_word(_: Scene, dice: Dice) -> Draw:
    word = dice.choice(list(_FIRST))
    return Draw({"first_word": word}, {"word": word}, lambda plan: setattr(plan, "first", (_FIRST[word],)))


@rule(
    "position:begins_with", "beginning", 1, "opening exact",
    'Begin with exactly "{text}"[, capitals and punctuation included|].',
    'The first thing to stand there is "{text}", letter for letter.',
    'Open with precisely these words: "{text}"',
    bars="places headings",
)  # fmt: skip
def _beginning(_: Scene, dice: Dice) -> Draw:
    text = dice.choice(_TO_BEGIN)
    return Draw({"text": text}, {"text": text}, lambda plan: setattr(plan, "prefix", text))


@rule(
    "startend:quotation", "in quotation marks", 1, "whole quotation ending",
    "Put the whole reply in double quotation marks.",
    "Your entire answer should stand between double quotation marks, with nothing outside them.",
    "Wrap everything you write in one pair of double quotation marks.",
    bars="opening marks_quotation",
)  # fmt: skip
def _in_quotation_marks(_: Scene, __: Dice) -> Draw:
    def shape(plan: Plan) -> None:
        plan.edits.append(lambda text, _: f'"{text}"')

    return Draw({}, {}, shape)


@rule(
    "position:keyword", "word in its place", 2, "places",
    'Use the word "{word}" in the {nth} sentence.',
    'Sentence number {n}{end} has to contain "{word}".',
    'The word "{word}" belongs in sentence {n}{end}.',
    bars="opening headings list",
)  # fmt: skip
def _in_its_place(scene: Scene, dice: Dice) -> Draw:
    word, number, edge = dice.choice(_single(scene)), dice.between(2, 4), dice.choice(("start", "end"))
    nth = ordinal(number) if edge == "start" else f"{ordinal(number)}-to-last"
    place = number if edge == "start" else -number

    def shape(plan: Plan) -> None:
        plan.places[place] = carried(word, CARRIERS)
        plan.narrow("sentences", number + 2)

    end = "" if edge == "start" else ", counted from the end,"
    return Draw(
        {"keyword": word, "unit": "sentence", "number": number, "edge": edge},
        {"word": word, "nth": nth, "n": figure(dice, number), "end": end}, shape,
    )  # fmt: skip


@rule(
    "position:keyword_within", "word near the edge", 1, "edge",
    'The word "{word}" has to come within the {edge} {n} words.',
    'Make sure that "{word}" is among the {edge} {n} words[ of the text|].',
    'Use "{word}" [early|in time], that is within the {edge} {n} words.',
)  # fmt: skip
def _near_the_edge(scene: Scene, dice: Dice) -> Draw:
    word, number = dice.choice(_single(scene)), dice.between(2, 4) * 5
    start = [f"The {word} comes first.", f"This is about the {word}.", f"Let us begin with the {word}."]

    def shape(plan: Plan) -> None:
        plan.must.append(start)
        plan.places[1] = plan.must.pop()

    return Draw({"keyword": word, "edge": "first", "count": number}, {"word": word, "edge": "first", "n": str(number)},
                shape)  # fmt: skip


@rule(
    "position:keyword_in_each", "word in each paragraph", 2, "keywords paragraphs",
    'Every paragraph has to contain the word "{word}".',
    'The word "{word}" should turn up in each paragraph.',
    'Use "{word}" in every single paragraph[, and separate paragraphs by a blank line|].',
    bars="greeting",
)  # fmt: skip
def _in_each(scene: Scene, dice: Dice) -> Draw:
    word = dice.choice(_single(scene))

    def shape(plan: Plan) -> None:
        plan.each = carried(word, CARRIERS)
        plan.narrow("paragraphs", 2)

    return Draw({"keyword": word, "unit": "paragraph"}, {"word": word}, shape)


@rule(
    "position:terms_in_order", "terms in order", 2, "keywords",
    "Mention these for the first time in exactly this order: {words}.",
    "Bring up {words}, one after another in that order.",
    "First mention the {first}; {rest} come later, in this order.",
    bars="places edge list",
)  # fmt: skip
def _in_order(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample(_single(scene), 3)

    def shape(plan: Plan) -> None:
        for number, word in enumerate(words, start=1):
            plan.places[number] = carried(word, CARRIERS)
        plan.narrow("sentences", 5)

    say = {
        "words": listed([f"the {word}" for word in words]),
        "first": words[0],
        "rest": listed([f"the {word}" for word in words[1:]]),
    }
    return Draw({"terms": words}, say, shape)


@rule(
    "position:distinct_initials", "different first letters", 3, "initials",
    "Every sentence has to begin with a different letter[, and there must be at least two sentences|].",
    "No two sentences may start with the same letter, and write two or more.",
    "Begin each of your sentences (two at the least) with another letter.",
    bars="list headings greeting",
)  # fmt: skip
def _different_initials(_: Scene, __: Dice) -> Draw:
    def shape(plan: Plan) -> None:
        plan.initials = True
        plan.narrow("sentences", 3)

    return Draw({"unit": "sentence"}, {}, shape)


@rule(
    "style:no_repeated_openings", "varied openings", 2, "initials",
    "No two sentences in a row may begin with the same word, and there must be at least two sentences.",
    "Vary how you start: write two sentences or more, none with the same first word as the one before it.",
    "A sentence must not open with the same word as the sentence before it (you need at least two).",
    bars="list greeting",
)  # fmt: skip
def _varied_openings(_: Scene, __: Dice) -> Draw:
    def shape(plan: Plan) -> None:
        plan.openings = True
        plan.narrow("sentences", 3)

    return Draw({"unit": "sentence"}, {}, shape)


@rule(
    "position:acrostic", "acrostic", 3, "initials paragraphs sentences words list headings opening ending places edge",
    "The first letters of the sentences, read in order, should spell {word}, and there should be no other sentences.",
    "Hide the word {word} in it: one sentence for each letter, beginning with that letter, and no further sentence.",
    "It must be an acrostic of {word}, in which each sentence begins with the next letter and none is left over.",
    bars="keywords digits quotation name brackets",
)  # fmt: skip
def _acrostic(scene: Scene, dice: Dice) -> Draw | None:
    initials = [sentence[0].lower() for sentence in (*scene.material, *scene.filler)]
    words = [word for word in _SPELLED if all(initials.count(letter) >= word.count(letter) + 1 for letter in word)]
    if not words:
        return None
    word = dice.choice(words)
    return Draw(
        {"unit": "sentence", "word": word}, {"word": f'"{word.upper()}"'}, lambda plan: setattr(plan, "letters", word)
    )  # fmt: skip


@rule(
    "detectable_content:postscript", "postscript", 1, "ending",
    "At the end, add a postscript that starts with \"{mark}\".",
    "After the main text I want a postscript which begins with \"{mark}\".",
    "Finish with a postscript (it starts with \"{mark}\").",
    bars="places",
)  # fmt: skip
def _postscript(scene: Scene, dice: Dice) -> Draw:
    mark = dice.choice(_POSTSCRIPTS)
    sentence = dice.choice(carried(dice.choice(scene.terms), CARRIERS[:3]))
    return Draw(
        {"postscript_marker": mark}, {"mark": mark}, lambda plan: plan.back.append(f"{mark} {capitalised(sentence)}")
    )  # fmt: skip


@rule(
    "content:disclaimer", "disclaimer", 1, "ending exact",
    'The last paragraph is this notice, word for word and on its own: "{text}"',
    'Close with the following sentence as a separate paragraph, unchanged: "{text}"',
    'Let this be the final paragraph, exactly as it stands: "{text}"',
    bars="places paragraphs",
)  # fmt: skip
def _disclaimer(_: Scene, dice: Dice) -> Draw:
    text = dice.choice(_DISCLAIMERS)
    return Draw({"disclaimer": text}, {"text": text}, lambda plan: plan.back.append(text))
