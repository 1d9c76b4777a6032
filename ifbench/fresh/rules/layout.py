"""Rules on layout: headings, sections, emphasis, quotes, lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import listed, quoted
from ifbench.fresh.plan import Plan, Stock
from ifbench.fresh.rules.base import Draw, bound, carried, figure, rule, span
from ifbench.fresh.scene import Scene, title_case, title_of
from ifbench.fresh.vocabulary import CARRIERS, HEADINGS, QUESTIONS

_BARS = "paragraphs places"


def _headed(headings: list[str]) -> Callable[[Plan], None]:
    return lambda plan: plan.headings.extend(headings)


@rule(
    "detectable_format:title", "title", 1, "title",
    "Give it a title in double angular brackets, such as <<title>>.",
    "It needs a title, wrapped in double angular brackets like <<this>>.",
    "Put a title in << and >> [above the text|at the top].",
    bars="opening places sentences paragraphs lines",
)  # fmt: skip
def _title(scene: Scene, dice: Dice) -> Draw:
    title = title_of(scene, dice.between(4, 6))
    return Draw({}, {}, lambda plan: plan.front.append(f"<<{title}>>"))


@rule(
    "detectable_format:multiple_sections", "sections", 1, "headings numbered",
    'Divide it into {n} sections and mark the beginning of each with "{word}" and its number, as in "{word} 1".',
    'It should have {n} sections, beginning with "{word} 1", "{word} 2" and so on.',
    'Use {n} sections, each opened by the word "{word}" and a number that counts up from 1.',
    bars=_BARS,
)  # fmt: skip
def _sections(_: Scene, dice: Dice) -> Draw:
    word, number = dice.choice(("Section", "Part", "Step", "Stage", "Chapter", "Topic")), dice.between(2, 4)
    headings = [f"{word} {place}" for place in range(1, number + 1)]
    return Draw(
        {"section_spliter": word, "num_sections": number}, {"word": word, "n": figure(dice, number)}, _headed(headings)
    )  # fmt: skip


@rule(
    "layout:filled_sections", "headings", 1, "headings",
    "Use {bound} Markdown headings[ (lines that begin with #)|] with text directly under each.",
    "Structure it with {bound} headings in Markdown, none of them without text below it.",
    "It should have {bound} Markdown headings, and each must be followed by some text before the next.",
    bars=_BARS,
)  # fmt: skip
def _filled_sections(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 4)
    headings = [f"## {heading}" for heading in dice.sample(HEADINGS, number)]
    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, _headed(headings))


@rule(
    "layout:outline", "outline", 2, "headings exact",
    "Use exactly these Markdown headings, in this order and at these levels, and no others: {outline}.",
    "The Markdown headings are fixed: {outline}. Keep their order and level and add none.",
    "Follow this outline of Markdown headings to the letter, with nothing added or left out: {outline}.",
    bars=_BARS,
)  # fmt: skip
def _outline(_: Scene, dice: Dice) -> Draw:
    lines = [f"## {title_case(heading)}" for heading in dice.sample(HEADINGS, dice.between(2, 3))]
    return Draw({"outline": lines}, {"outline": quoted(lines)}, _headed(lines))


@rule(
    "layout:numbered_headings", "numbered headings", 2, "headings numbered",
    'Use {bound} Markdown headings of level {level}, numbered from 1 on, as in "{hashes} 1. First heading".',
    'Write {bound} numbered headings in Markdown at level {level} ("{hashes} 1. ...", "{hashes} 2. ..." and so on).',
    'Structure the text by {bound} level-{level} headings in Markdown that carry their number, starting with 1 ("1. '
    'First heading").',
    bars=_BARS,
)  # fmt: skip
def _numbered_headings(_: Scene, dice: Dice) -> Draw:
    relation, number, level = dice.choice(("exactly", "at least")), dice.between(2, 4), dice.between(2, 3)
    hashes = "#" * level
    lines = [f"{hashes} {place}. {text}" for place, text in enumerate(dice.sample(HEADINGS, number), start=1)]
    say = {"bound": bound(dice, relation, number), "level": str(level), "hashes": hashes}
    return Draw({"level": level, "relation": relation, "count": number}, say, _headed(lines))


@rule(
    "style:heading_case", "heading case", 2, "headings",
    "Use [Markdown headings|at least one Markdown heading] in {case}.",
    "Divide the text by headings in Markdown, every one of them written in {case}.",
    "It needs Markdown headings, and all headings must be in {case}.",
    bars=_BARS,
)  # fmt: skip
def _heading_case(_: Scene, dice: Dice) -> Draw:
    case = dice.choice(("title case", "sentence case"))
    words = dice.sample(HEADINGS, 2)
    lines = [f"## {title_case(text) if case == 'title case' else text}" for text in words]
    hints = {
        "title case": ("title case (Like This One)", "title case"),
        "sentence case": ("sentence case (Like this one)", "sentence case"),
    }
    return Draw({"case": case}, {"case": dice.choice(hints[case])}, _headed(lines))


@rule(
    "layout:heading_style", "question headings", 2, "headings",
    "Use Markdown headings and phrase every one of them as a question.",
    "All headings (Markdown, at least one) should be questions that end with a question mark.",
    "Divide it by Markdown headings which are all questions.",
    bars=_BARS + " questions",
)  # fmt: skip
def _question_headings(_: Scene, dice: Dice) -> Draw:
    lines = [f"## {question}" for question in dice.sample(QUESTIONS, 2)]
    return Draw({"style": "as a question"}, {}, _headed(lines))


@rule(
    "layout:bold_terms", "bold terms", 2, "bold keywords",
    "Write {words} in bold with double asterisks, and nothing else in bold.",
    "Set these in Markdown bold (**so**), and only these: {words}.",
    "{words} must appear in bold, with Markdown's double asterisks; no other word may be bold.",
)  # fmt: skip
def _bold_terms(scene: Scene, dice: Dice) -> Draw:
    words = dice.sample([term for term in scene.terms if " " not in term], dice.between(2, 3))

    def embolden(text: str, _: Dice) -> str:
        for word in words:
            text = re.sub(rf"(?<![\w*]){re.escape(word)}(?![\w*])", f"**{word}**", text, count=1, flags=re.IGNORECASE)
        return text

    def shape(plan: Plan) -> None:
        plan.must += [carried(word, CARRIERS) for word in words]
        plan.edits.append(embolden)

    return Draw({"terms": words}, {"words": listed([f'"{word}"' for word in words])}, shape)


@rule(
    "detectable_format:number_highlighted_sections", "highlights", 1, "bold",
    "Highlight {bound} passages with asterisks, *like this*.",
    "Emphasise {bound} parts of the text in Markdown, as in *highlighted part*.",
    "There should be {bound} highlighted passages (*so*, with Markdown's asterisks).",
)  # fmt: skip
def _highlights(_: Scene, dice: Dice) -> Draw:
    number = dice.between(2, 4)

    def emphasise(text: str, dice: Dice) -> str:
        places = [match.span() for match in re.finditer(r"(?<=[a-zA-Z] )[a-zA-Z]{4,}(?= [a-zA-Z])", text)]
        # Every second word at most: two that touch could be read as one passage.
        for start, stop in sorted(dice.sample(places[::2], number), reverse=True):
            text = f"{text[:start]}*{text[start:stop]}*{text[stop:]}"
        return text

    return Draw(
        {"num_highlights": number}, {"bound": bound(dice, "at least", number)},
        lambda plan: plan.edits.insert(0, emphasise),
    )  # fmt: skip


@rule(
    "layout:block_quotes", "block quotes", 2, "quotes",
    "Set off {bound} passages as Markdown block quotes (lines that begin with >).",
    'Include {bound} block quotes in Markdown, with ">" before each of their lines.',
    "{bound} passages should stand out as block quotes, written in Markdown with > at the beginning of the line.",
    bars="sentences paragraphs",
)  # fmt: skip
def _block_quotes(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 3)

    def quote(stock: Stock, _: Dice) -> str:
        return f"> {stock(1)[0]}"

    def shape(plan: Plan) -> None:
        plan.narrow("paragraphs", number)
        # Two quotes that follow one another are one: each stands behind a paragraph of its own.
        plan.spread = True
        plan.blocks += [quote] * number

    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, shape)


@rule(
    "layout:sentence_per_line", "a line a sentence", 2, "sentences lines paragraphs",
    "Write {bound} sentences, each on a line of its own.",
    "Put every sentence on a separate line; there should be {bound}.",
    "It should be {bound} sentences, one a line.",
    bars="list headings opening title quotes table",
)  # fmt: skip
def _line_a_sentence(_: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(4, 8)

    def shape(plan: Plan) -> None:
        plan.narrow("sentences", *span(relation, number))
        plan.narrow("paragraphs", 1, 1)
        plan.a_line_each = True

    return Draw({"relation": relation, "count": number}, {"bound": bound(dice, relation, number)}, shape)


@rule(
    "layout:without", "plain text", 1, "plain",
    "Plain text only: use no {features}.",
    "Do without {features}.",
    "No Markdown of these kinds: {features}.",
    bars="list headings bold quotes table", forbids=True,
)  # fmt: skip
def _plain(_: Scene, dice: Dice) -> Draw:
    features = dice.sample(("headings", "bullet points", "numbered lists", "tables", "bold", "italics"), 3)
    return Draw({"features": features}, {"features": listed(features, "or")})


@rule(
    "combination:two_responses", "two versions", 2, "whole opening ending paragraphs sentences places headings title",
    "Give me two different versions, separated by six asterisks (******).",
    "I want a choice of two: write two different versions with ****** between them and no other text.",
    "Write it twice, in different words, and put six asterisks, ******, between the two and nowhere else.",
    bars="initials keywords digits list quotes table",
)  # fmt: skip
def _two_versions(_: Scene, __: Dice) -> Draw:
    def shape(plan: Plan) -> None:
        plan.narrow("paragraphs", 2, 2)
        plan.narrow("sentences", 6)
        plan.edits.append(lambda text, _: text.replace("\n\n", "\n\n******\n\n", 1))

    return Draw({}, {}, shape)


@rule(
    "detectable_content:number_placeholders", "placeholders", 1, "brackets",
    "Leave {bound} placeholders in square brackets, such as [name], for me to fill in.",
    "What differs from case to case should be a placeholder like [address]; I need {bound} of them.",
    "Use {bound} placeholders in square brackets, such as [date].",
)  # fmt: skip
def _placeholders(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    number = dice.between(2, 5)
    sentences = [
        "The exact date is [date].", "We meet at [place].", "You can call [phone number].", "The price is [price].",
        "Write to [email address].", "Ask for [name] at the desk.", "Our reference is [reference number].",
    ]  # fmt: skip
    chosen = dice.sample(sentences, number)
    return Draw(
        {"num_placeholders": number}, {"bound": bound(dice, "at least", number)},
        lambda plan: plan.must.extend([sentence] for sentence in chosen),
    )  # fmt: skip


@rule(
    "layout:dialogue", "dialogue", 2, "whole paragraphs sentences lines",
    "It should have {bound} lines[ in all|], each beginning with the speaker's name and a colon; {names} "
    "take turns, and "
    "nobody has two lines in a row.",
    'Write {bound} lines of dialogue in the form "Name: text", spoken by {names} only, both of whom '
    'speak, and never two '
    "in a row by the same person.",
    'Format: every line is a name, a colon and the words ("{first}: ..."). The only speakers are {names}, each has to '
    "speak, nobody twice running, and it takes {bound} lines.",
    shapes=("dialogue",),
    bars="list headings opening ending title quotes table places",
)  # fmt: skip
def _dialogue(scene: Scene, dice: Dice) -> Draw:
    relation, number = dice.choice(("exactly", "at least")), dice.between(3, 6) * 2
    names = [scene.slots["person"], scene.slots["other"]]

    def shape(plan: Plan) -> None:
        plan.narrow("sentences", number, number)
        plan.narrow("paragraphs", 1, 1)
        plan.a_line_each = True
        plan.speakers = names

    return Draw(
        {"speakers": names, "relation": relation, "count": number},
        {"bound": bound(dice, relation, number), "names": listed(names), "first": names[0]}, shape,
    )  # fmt: skip
