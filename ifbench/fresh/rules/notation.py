"""Rules on dates, times, amounts and the like, and how they are written."""

from __future__ import annotations

import re

from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules.base import Draw, bound, rule, span
from ifbench.fresh.scene import Scene, american_date, long_date

_NAMED = r"\d"


def _with_figures_only_in(sentences: list[str], plan: Plan) -> None:
    """Let no other sentence have a figure: it could be a date or an amount in another format."""
    plan.keeps.append(lambda sentence: sentence in sentences or not re.search(_NAMED, sentence))


@rule(
    "content:date_format", "date format", 1, "digits notation",
    "Give the date, {given}, and write every date in the format {format}.",
    "All dates have to look like this: {format}. At least one must be given, namely {given}.",
    "The day is {given}. Name it, and use the format {format} for this and any other date.",
    bars="numbered",
)  # fmt: skip
def _dates(scene: Scene, dice: Dice) -> Draw:
    day = scene.day
    format, written = dice.choice(
        (
            ("YYYY-MM-DD", day.isoformat()), ("DD.MM.YYYY", f"{day.day:02}.{day.month:02}.{day.year}"),
            ("DD/MM/YYYY", f"{day.day:02}/{day.month:02}/{day.year}"), ("D Month YYYY", long_date(day)),
            ("YYYY/MM/DD", f"{day.year}/{day.month:02}/{day.day:02}"), ("Month D, YYYY", american_date(day)),
        )
    )  # fmt: skip
    given = american_date(day) if format == "D Month YYYY" else long_date(day)
    sentences = [f"The date is {written}.", f"Please note the date: {written}.", f"It is all set for {written}."]

    def shape(plan: Plan) -> None:
        plan.must.append(sentences)
        _with_figures_only_in(sentences, plan)

    return Draw({"format": format}, {"format": format, "given": given}, shape)


@rule(
    "content:time_format", "time format", 1, "digits notation",
    "State a time of day, and write all times like this: {format}.",
    'Every time of day has to be written as in "{format}", and at least one must be given.',
    "Name at least one time, such as when it starts. Times follow the pattern {format} throughout.",
    bars="numbered",
)  # fmt: skip
def _times(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    hour, minute = dice.between(1, 7), dice.choice(("00", "15", "30", "45"))
    format, written = dice.choice(
        (("14:30", f"{hour + 12}:{minute}"), ("2:30 PM", f"{hour}:{minute} PM"), ("2:30 p.m.", f"{hour}:{minute} p.m."))
    )
    sentences = [f"It begins at {written} sharp.", f"The clock says {written} then.", f"By {written} all is ready."]

    def shape(plan: Plan) -> None:
        plan.must.append(sentences)
        _with_figures_only_in(sentences, plan)

    return Draw({"format": format}, {"format": format}, shape)


@rule(
    "content:currency_format", "money format", 1, "digits notation",
    'Give at least one amount of money, and write all amounts like "{example}".',
    "Mention what it costs; every amount of money follows the pattern {example}.",
    'There has to be an amount of money in it, and each is written in the manner of "{example}".',
    bars="numbered",
)  # fmt: skip
def _money(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    amount = dice.between(12, 95)
    example, written = dice.choice(
        (
            ("$1,000.00", f"${amount}.50"), ("£1,000", f"£{amount}"), ("EUR 1,000", f"EUR {amount}"),
            ("€1,000.00", f"€{amount}.00"), ("1,000 USD", f"{amount} USD"), ("CHF 1,000.00", f"CHF {amount}.20"),
        )
    )  # fmt: skip
    sentences = [f"The cost is {written} in all.", f"It comes to {written} each.", f"We reckon with {written} for it."]

    def shape(plan: Plan) -> None:
        plan.must.append(sentences)
        _with_figures_only_in(sentences, plan)

    return Draw({"example": example}, {"example": example}, shape)


@rule(
    "content:entity_count", "counted entities", 1, "entities digits",
    "Include {bound} {what}.",
    "I need {bound} {what} in it.",
    "It should contain {bound} {what}.",
    bars="numbered case marks",
)  # fmt: skip
def _entities(scene: Scene, dice: Dice) -> Draw | None:
    if scene.source:
        return None
    what = dice.choice(("hashtags", "e-mail addresses", "percentages", "links"))
    relation, number = dice.choice(("exactly", "at least")), dice.between(2, 3)
    name = scene.slots["person"].lower()
    tags = {
        "hashtags": ["#Together", "#GoodNews", "#LocalLife"],
        "e-mail addresses": [f"{name}@example.org", "office@example.com", "desk@example.net"],
        "percentages": [f"{dice.between(11, 30)}%", f"{dice.between(31, 60)}%", f"{dice.between(61, 95)}%"],
        "links": ["https://example.org/info", "https://example.com/map", "https://example.net/form"],
    }[what]
    lead = {
        "hashtags": "Share it with {} today.", "e-mail addresses": "Write to {} for details.",
        "percentages": "About {} of people agree.", "links": "The page {} has more.",
    }[what]  # fmt: skip
    sentences = [lead.replace("{}", tag) for tag in tags[: span(relation, number)[0]]]

    def shape(plan: Plan) -> None:
        plan.must += [[sentence] for sentence in sentences]

    return Draw(
        {"relation": relation, "count": number, "entity": what}, {"bound": bound(dice, relation, number), "what": what},
        shape,
    )  # fmt: skip
