"""Composing a prompt: a task, constraints that go together, their wording, a witness and near misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ifbench.audit.contradictions import audit_prompt
from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import expand, sentence_of
from ifbench.fresh.near_misses import NearMiss, near_misses
from ifbench.fresh.nearness import Shelf
from ifbench.fresh.plan import Plan
from ifbench.fresh.rules import RULES, Draw, Rule
from ifbench.fresh.scene import Scene, Task, draw_scene
from ifbench.fresh.tasks import TASKS
from ifbench.fresh.vocabulary import FILLERS
from ifbench.fresh.witness import search, verdict
from ifbench.prompts import Held, Prompt, Turn
from ifbench.registry import Constraint, find
from ifbench.tables.floors import FLOORS

_NUMBERS = (1, 2, 3, 4, 5)
_NUMBER_WEIGHTS = (16, 28, 28, 18, 10)
_EASY, _MEDIUM = 2, 5
_TRIES = 60
_FORBIDDING_WEIGHT = 0.3
_SHAPE_WEIGHTS = {"prose": 6, "table": 2, "data": 6, "dialogue": 2, "code": 3}


@dataclass(frozen=True)
class Asked:
    """A rule as one prompt asks for it."""

    rule: Rule
    draw: Draw
    constraint: Constraint
    name: str
    wording: str


@dataclass(frozen=True)
class FreshPrompt:
    """A prompt with what was made beside it; ``witness`` is None where none was found."""

    key: str
    user: str
    category: str
    difficulty: str
    asked: tuple[Asked, ...]
    witness: str | None
    near_misses: tuple[NearMiss, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The line of ``prompts.jsonl``."""
        constraints = [
            {"name": asked.name, "id": asked.rule.id}
            | ({"params": dict(asked.draw.params)} if asked.draw.params else {})
            for asked in self.asked
        ]
        row: dict[str, Any] = {"key": self.key, "category": self.category, "difficulty": self.difficulty}
        row["language"] = "en"
        if self.witness is None:
            row["unproven"] = True
        return {**row, "turns": [{"user": self.user, "constraints": constraints}]}


def compose(seed: int, size: int) -> Iterator[FreshPrompt]:
    """``size`` prompts of this seed, in order; those of a smaller size come first in a larger one."""
    uses: dict[str, int] = {}
    shelf = Shelf()
    tasks: list[Task] = []
    for number in range(1, size + 1):
        if not tasks:
            tasks = Dice(seed, "tasks", number).shuffled(TASKS)
        prompt = _one(f"fresh-{seed}-{number:05}", tasks.pop(), uses, shelf, seed, number)
        shelf.put(prompt.user)
        for asked in prompt.asked:
            uses[asked.rule.name] = uses.get(asked.rule.name, 0) + 1
        yield prompt


def _one(key: str, task: Task, uses: Mapping[str, int], shelf: Shelf, seed: int, number: int) -> FreshPrompt:
    """The first drawing without a fault that has a witness; where none has, the first without a fault."""
    spare: FreshPrompt | None = None
    for attempt in range(_TRIES):
        dice = Dice(seed, number, attempt)
        scene, asked, user = draft(task, uses, dice)
        if not asked or shelf.has_like(user):
            continue
        prompt = Prompt(key, (_turn(user, asked),))
        if _is_trivial(prompt) or next(iter(audit_prompt(prompt)), None):
            continue
        found = FreshPrompt(key, user, task.category, _difficulty(asked), tuple(asked), None)
        witness = search(scene, lambda asked=asked: _plan(asked), _follows(prompt), dice)
        if witness is None:
            spare = spare or found
            # One prompt in many may stay without a witness; the next ones are tried a few times.
            if attempt > _TRIES // 2 or dice.chance(0.05):
                return spare
            continue
        misses = near_misses(scene, prompt, asked, witness, dice)
        return replace(found, witness=witness, near_misses=misses)
    if spare is None:
        raise AssertionError(f"{key}: {task.name} gave no prompt in {_TRIES} drawings")
    return spare


def draft(task: Task, uses: Mapping[str, int], dice: Dice) -> tuple[Scene, list[Asked], str]:
    """One drawing: the scene, what is asked for in it (which may be nothing), and the prompt's text.

    It is not looked at by any check yet. ``uses`` says how often each rule was used.
    """
    scene = draw_scene(task, dice, FILLERS)
    asked = _constraints(scene, uses, dice)
    return scene, asked, _worded(scene, asked, dice) if asked else ""


def _turn(user: str, asked: Sequence[Asked]) -> Turn:
    return Turn(user, tuple(Held(one.constraint, place, one.name) for place, one in enumerate(asked)))


def _follows(prompt: Prompt) -> Callable[[str], bool]:
    return lambda reply: verdict(prompt, reply).followed()


def _is_trivial(prompt: Prompt) -> bool:
    """Whether a reply that ignores the prompt follows it, strictly or loosely."""
    replies = [reply(prompt.turns[0]) for reply in FLOORS.values()]
    return any(verdict(prompt, reply).followed("loose") for reply in replies)


def _difficulty(asked: Sequence[Asked]) -> str:
    load = sum(one.rule.level for one in asked)
    return "easy" if load <= _EASY else "medium" if load <= _MEDIUM else "hard"


def _plan(asked: Sequence[Asked]) -> Plan:
    plan = Plan()
    for one in asked:
        if one.draw.shape is not None:
            one.draw.shape(plan)
        else:
            plan.keeps.append(lambda sentence, constraint=one.constraint: constraint.check(sentence).followed)
    return plan


def _constraints(scene: Scene, uses: Mapping[str, int], dice: Dice) -> list[Asked]:
    """One to five constraints that suit the task and each other; rules that were used least are the likeliest."""
    shape = dice.weighted(scene.task.shapes, [_SHAPE_WEIGHTS[shape] for shape in scene.task.shapes])
    shapes = {"prose"} if shape in ("prose", "table", "dialogue", "code") else set[str]()
    fitting = [rule for rule in RULES if {*rule.shapes} & {*shapes, shape}]
    wanted = dice.weighted(_NUMBERS, _NUMBER_WEIGHTS)
    asked: list[Asked] = []
    own = [rule for rule in fitting if shape in rule.shapes and not rule.forbids]
    while len(asked) < wanted:
        # The first is one that the shape is there for; a reply that says little keeps what only forbids.
        among = own if not asked else fitting
        if not asked and wanted == 1:
            among = own
        usable = [rule for rule in among if all(rule.goes_with(one.rule) for one in asked)]
        usable = [rule for rule in usable if all(rule.id != one.rule.id for one in asked)]
        if not usable:
            break
        rule = dice.weighted(usable, [_weight(rule, uses) for rule in usable])
        draw = rule.draw(scene, dice)
        if draw is None:
            fitting = [other for other in fitting if other is not rule]
            own = [other for other in own if other is not rule]
            continue
        constraint = find(rule.id, "corrected").bind(draw.params)
        wording = sentence_of(expand(dice.choice(rule.phrasings), draw.say, dice))
        asked.append(Asked(rule, draw, constraint, rule.name, wording))
    return dice.shuffled(asked)


def _weight(rule: Rule, uses: Mapping[str, int]) -> float:
    """How likely a rule is: less with each use, and less where saying little is enough to keep it."""
    return (_FORBIDDING_WEIGHT if rule.forbids else 1) / (1 + uses.get(rule.name, 0)) ** 1.5


_LEADS = (
    "A few [rules|things to keep to]:",
    "[Please stick to this|Requirements]:",
    "What matters:",
    "Mind these points:",
)
_FIRST_LEADS = (
    "[Rules|Requirements] first:",
    "Before the task itself, [some rules|what to keep to]:",
    "To be kept to:",
)


def _worded(scene: Scene, asked: Sequence[Asked], dice: Dice) -> str:
    """The prompt: the task and its constraints as one paragraph, as two, as a list, or with the constraints first."""
    wordings = [one.wording for one in asked]
    listed = "\n".join(f"- {wording}" for wording in wordings)
    task = " ".join([scene.request, *scene.details])
    layout = dice.weighted(("together", "apart", "list", "first"), (4, 5, 2, 1))
    if layout in ("together", "apart") or len(wordings) == 1:
        text = f"{task}{' ' if layout == 'together' else chr(10) * 2}{' '.join(wordings)}"
    else:
        lead = sentence_of(expand(dice.choice(_LEADS if layout == "list" else _FIRST_LEADS), {}, dice))
        text = f"{task}\n\n{lead}\n{listed}" if layout == "list" else f"{lead}\n{listed}\n\n{task}"
    if scene.source:
        text += (
            f"\n\n{dice.choice(('The text', 'Text', 'Here it is', 'Notes', 'This is what I have'))}:\n\n{scene.source}"
        )
    return text
