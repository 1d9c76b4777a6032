"""Witnesses by construction: a reply built to a plan, and looked at by the verifiers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import MANY, Options, Plan
from ifbench.fresh.scene import Scene
from ifbench.fresh.vocabulary import CARRIERS
from ifbench.prompts import Prompt
from ifbench.records import PromptVerdict
from ifbench.scoring import Item, score
from ifbench.text import Text

ATTEMPTS = 60
"""How often a reply is built before a prompt is called unproven."""
_ROUNDS = 60
_WORDS_A_SENTENCE = 7


class DeadEndError(Exception):
    """There is no sentence left that the plan allows."""


def verdict(prompt: Prompt, reply: str) -> PromptVerdict:
    """The verdicts on a reply to the only turn of a prompt."""
    return score(Item(prompt, (reply,)))


def search(
    scene: Scene, plan: Callable[[], Plan], accepts: Callable[[str], bool], dice: Dice, attempts: int = ATTEMPTS
) -> str | None:
    """The first reply that is built to the plan and accepted; None where ``attempts`` give none."""
    for attempt in range(attempts):
        try:
            reply = build(scene, plan(), dice, polite=attempt < 2)
        except DeadEndError:
            continue
        if accepts(reply):
            return reply
    return None


def build(scene: Scene, plan: Plan, dice: Dice, *, polite: bool = False) -> str:
    """A reply to the plan, as far as drawing goes; ``polite`` puts the lines of a letter around it.

    Raises:
        DeadEndError: the stock of sentences does not last.
    """
    stock = _Stock(scene, plan, dice)
    if plan.document is not None:
        return _edited(plan.document(stock.take, dice), plan, dice)
    paragraphs = _paragraphs(plan, stock, dice)
    blocks = [block(stock.take, dice) for block in plan.blocks]
    after = [dice.below(len(paragraphs)) for _ in blocks]
    if plan.spread:
        after = [place % len(paragraphs) for place in range(len(blocks))]
    around = (scene.greeting, scene.closing) if polite else ("", "")

    def written() -> str:
        return _edited(_rendered(plan, paragraphs, blocks, after, around), plan, dice)

    return _fitted(plan, paragraphs, stock, written, dice)


class _Stock:
    """Sentences in a drawn order, each given out once."""

    def __init__(self, scene: Scene, plan: Plan, dice: Dice):
        spare = [carrier.replace("{term}", term) for term in dice.sample(scene.terms, 4) for carrier in CARRIERS]
        stock = dict.fromkeys([*dice.shuffled(scene.material), *dice.shuffled(scene.filler), *dice.sample(spare, 16)])
        self._plan = plan
        self._left = [sentence for sentence in stock if plan.usable(sentence)]
        self._order = {sentence: place for place, sentence in enumerate(scene.material)}
        self._seen: list[str] = []
        self._given: set[str] = set()
        self._dice = dice

    def _opening(self, sentence: str) -> str:
        return sentence[0].lower() if self._plan.initials else sentence.split()[0].lower().strip(",'")

    def one_of(self, options: Options) -> str:
        """An option that the plan allows, drawn."""
        # Twice the same sentence only where nothing else is left.
        for option in sorted(self._dice.shuffled(options), key=self._given.__contains__):
            if self._plan.usable(option) and self._is_new(option):
                self._note(option)
                return option
        raise DeadEndError

    def _is_new(self, sentence: str) -> bool:
        return not (self._plan.initials or self._plan.openings) or self._opening(sentence) not in self._seen

    def _note(self, sentence: str) -> None:
        self._seen.append(self._opening(sentence))
        self._given.add(sentence)
        if sentence in self._left:
            self._left.remove(sentence)

    def in_order(self, sentences: Sequence[str]) -> list[str]:
        """The sentences of the task in their natural order, the others behind them."""
        return sorted(sentences, key=lambda sentence: self._order.get(sentence, len(self._order)))

    def take(self, number: int, fits: Callable[[str], bool] = lambda _: True) -> list[str]:
        """``number`` sentences that nobody has had."""
        given: list[str] = []
        for sentence in list(self._left):
            if len(given) == number:
                break
            if fits(sentence) and self._is_new(sentence):
                given.append(sentence)
                self._note(sentence)
        if len(given) < number:
            raise DeadEndError
        return given


def _count(plan: Plan, dice: Dice) -> tuple[int, int]:
    """How many paragraphs, and how many sentences in all."""
    low, high = plan.paragraphs
    if plan.headings:
        low, high = max(low, len(plan.headings)), max(low, len(plan.headings))
    number = dice.between(max(1, low), min(high, max(1, low) + 2))
    per_low, per_high = plan.per_paragraph
    least, most = max(number * max(1, per_low), plan.sentences[0]), plan.sentences[1]
    if per_high < MANY:
        most = min(most, number * per_high)
    wanted = least + dice.between(0, 3)
    if plan.words[0]:
        wanted = max(wanted, plan.words[0] // (_WORDS_A_SENTENCE + 1))
    if plan.words[1] < MANY:
        wanted = max(least, min(wanted, plan.words[1] // (_WORDS_A_SENTENCE + 2)))
    if plan.words[1] == MANY and plan.sentences[1] == MANY and plan.characters[1] == MANY:
        wanted = max(wanted, 4)
    return number, max(least, min(wanted, most))


def _paragraphs(plan: Plan, stock: _Stock, dice: Dice) -> list[list[str]]:
    number, total = _count(plan, dice)
    if plan.letters:
        chosen = [stock.take(1, lambda s, letter=letter: s[0].lower() == letter)[0] for letter in plan.letters]
        return [[sentence] for sentence in chosen] if plan.paragraphs[0] > 1 else [chosen]
    musts = [stock.one_of(options) for options in plan.must]
    first = [stock.one_of(plan.first)] if plan.first else []
    last = [stock.one_of(plan.last)] if plan.last else []
    fixed = {place: stock.one_of(options) for place, options in plan.places.items()}
    each = [stock.one_of(plan.each) for _ in range(number)] if plan.each else []
    taken = len(musts) + len(first) + len(last) + len(fixed)
    total = max(total, taken)
    inner = stock.in_order(stock.take(max(0, total - taken - len(each))))
    for must in musts:
        inner.insert(dice.between(min(1, len(inner)), len(inner)), must)
    flow = [*first, *inner, *last]
    for place in sorted(fixed, key=lambda place: (place < 0, abs(place))):
        flow.insert(place - 1 if place > 0 else len(flow) + place + 1, fixed[place])
    shared = _divided(flow, number, plan, dice)
    for paragraph, sentence in zip(shared, each, strict=False):
        paragraph.insert(dice.below(len(paragraph) + 1), sentence)
    return [paragraph for paragraph in shared if paragraph] or [[*stock.take(1)]]


def _divided(flow: list[str], number: int, plan: Plan, dice: Dice) -> list[list[str]]:
    """The sentences in order as ``number`` paragraphs, each with as many as the plan allows."""
    if len(flow) < number and not plan.each:
        raise DeadEndError
    sizes = [len(flow) // number + (place < len(flow) % number) for place in range(number)]
    if plan.per_paragraph == (0, MANY) and number > 1 and sizes[0] > 1 and dice.chance(0.5):
        sizes = [sizes[0] - 1, *sizes[1:-1], sizes[-1] + 1]
    shared: list[list[str]] = []
    for size in sizes:
        shared.append(flow[:size])
        flow = flow[size:]
    return shared


def _rendered(
    plan: Plan,
    paragraphs: Sequence[Sequence[str]],
    blocks: Sequence[str],
    after: Sequence[int],
    around: tuple[str, str],
) -> str:
    joined = "\n" if plan.a_line_each else " "
    parts: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        if place < len(plan.headings):
            parts.append(plan.headings[place])
        if plan.speakers:
            turns = enumerate(paragraph)
            paragraph = [f"{plan.speakers[turn % len(plan.speakers)]}: {sentence}" for turn, sentence in turns]
        text = joined.join(paragraph)
        parts.append(f"{plan.prefix} {text}" if plan.prefix and place == 0 else text)
        parts += [block for block, where in zip(blocks, after, strict=True) if where == place]
    greeting, closing = ([line] if line else [] for line in around)
    return "\n\n".join([*plan.front, *greeting, *parts, *closing, *plan.back])


def _edited(text: str, plan: Plan, dice: Dice) -> str:
    for edit in plan.edits:
        text = edit(text, dice)
    return text


def _fixed(plan: Plan) -> list[str]:
    groups: Iterable[Options] = (*plan.must, plan.first, plan.last, *plan.places.values(), plan.each)
    return [option for options in groups for option in options]


def _fitted(
    plan: Plan, paragraphs: list[list[str]], stock: _Stock, written: Callable[[], str], dice: Dice
) -> str:  # fmt: skip
    """The reply with sentences put in, or taken out, until the bounds on words and characters are met."""
    if plan.words == (0, MANY) and plan.characters == (0, MANY) and plan.paragraph_words == (0, MANY):
        return written()
    fixed = _fixed(plan)
    reply = written()
    for _ in range(_ROUNDS):
        words = len(Text(reply).plain_words)
        short = words < plan.words[0] or len(reply) < plan.characters[0]
        long = words > plan.words[1] or len(reply) > plan.characters[1]
        sizes = [len(Text(" ".join(paragraph)).plain_words) for paragraph in paragraphs]
        low, high = plan.paragraph_words
        wrong = [place for place, size in enumerate(sizes) if not low <= size <= high]
        if not (short or long or wrong):
            break
        place = dice.choice(wrong) if wrong else dice.below(len(paragraphs))
        paragraph = paragraphs[place]
        free = [index for index, sentence in enumerate(paragraph) if sentence not in fixed]
        if short or (wrong and sizes[place] < low):
            paragraph.insert(_inner_place(plan, paragraph, place, len(paragraphs), dice), stock.take(1)[0])
        elif free and len(paragraph) > 1:
            del paragraph[dice.choice(free)]
        elif free:
            paragraph[free[0]] = stock.take(1)[0]
        reply = written()
    return reply


def _inner_place(plan: Plan, paragraph: Sequence[str], place: int, number: int, dice: Dice) -> int:
    """Where a sentence can be put in without coming before the first or behind the last that is fixed."""
    first = 1 if place == 0 and (plan.first or plan.places) else 0
    last = len(paragraph) - (1 if place == number - 1 and (plan.last or plan.places) else 0)
    return dice.between(first, max(first, last))
