"""Strict and loose scoring: pure functions from a prompt and its replies to verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from ifbench.pool import map_batches
from ifbench.prompts import Held, Prompt
from ifbench.records import ConstraintVerdict, PromptVerdict
from ifbench.text import Conversation, Text

_BATCH = 64


class Item(NamedTuple):
    """One thing to be scored: a prompt and the model's replies up to the turn in question.

    ``absence`` says why there is no reply to score ("no response", or an engine's error), and is None when there is
    one; the last of ``replies`` is then empty.
    """

    prompt: Prompt
    replies: tuple[str, ...]
    sample: int = 0
    absence: str | None = None


def judge(held: Held, reply: Text, conversation: Conversation) -> ConstraintVerdict:
    """One constraint on one reply: strictly as it is, loosely as the best of its relaxed forms.

    A constraint that must stop is judged the other way round: it is followed when the reply says something and no
    longer obeys it, loosely when one of its relaxed forms does so. The reason given is that of the strict reading.
    """
    constraint = held.constraint
    strict = constraint.check(reply, conversation)
    earlier = conversation.replies[:-1]

    def relaxed() -> Iterator[bool]:
        for form in reply.relaxed:
            followed = constraint.check(
                form, Conversation([*earlier, form], conversation.prompts, conversation.system)
            ).followed
            yield followed if not held.must_stop else not form.is_blank and not followed

    required, followed = strict.required, strict.followed
    if held.must_stop:
        required, followed = f"no longer: {required}", not reply.is_blank and not followed
    loose = followed or any(relaxed())
    spans = strict.spans if not held.must_stop else ()
    return ConstraintVerdict(
        constraint.id, followed, loose, required, strict.observed, spans, held.name, held.since, held.must_stop
    )


def score(item: Item) -> PromptVerdict:
    """The verdicts on the last reply of ``item``, for the constraints of its turn."""
    prompt, turn = item.prompt, len(item.replies)
    texts = [Text(reply, prompt.language) for reply in item.replies]
    users = [earlier.user for earlier in prompt.turns[:turn]]
    conversation = Conversation(texts, users, prompt.system)
    verdicts = [judge(held, texts[-1], conversation) for held in prompt.turns[turn - 1].held]
    if item.absence is not None:
        verdicts = [replace(v, strict=False, loose=False, observed=item.absence, spans=()) for v in verdicts]
    return PromptVerdict(prompt.key, item.sample, turn, tuple(verdicts))


def _score_batch(items: Sequence[Item]) -> list[PromptVerdict]:
    return [score(item) for item in items]


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def score_all(items: Iterable[Item], jobs: int = 1, ray_address: str | None = None) -> Iterator[PromptVerdict]:
    """The verdicts on every item, in order; over ``jobs`` processes, with the same outcome as over one.

    With a ``ray_address`` the processes are those of a Ray cluster (`ifbench.pool.map_batches`).
    """
    for verdicts in map_batches(_score_batch, _batches(items), jobs, ray_address):
        yield from verdicts
