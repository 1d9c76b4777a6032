"""Conversations with a model, each at its own pace: what is asked next, and what is scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ifbench.generators import Message, Request
from ifbench.prompts import Prompt, PromptSet
from ifbench.records import Place, Response
from ifbench.scoring import Item

Witnesses = Mapping[tuple[str, int], str]
"""Witness replies by key as text and turn."""


class Answer(NamedTuple):
    """One answer a model is to give: in which conversation, which sample of it, and which turn, from 1."""

    prompt: Prompt
    sample: int
    turn: int

    @property
    def place(self) -> Place:
        """Where its response belongs."""
        return str(self.prompt.key), self.sample, self.turn


class Dialogue:
    """The conversations of a prompt set with one model.

    The request of turn t + 1 holds the model's own answer of turn t, without its reasoning; with ``witnesses`` it
    holds the witness reply instead, whatever the model said, so that an error is not carried forward and what is
    forgotten shows alone. An answer that is empty, because its reasoning never ended, is carried on as empty; after a
    response that failed a conversation cannot go on.

    Args:
        prompts: the conversations.
        samples: how often each is held.
        system_instruction: a system prompt put before every conversation's own.
        witnesses: replies that stand in the history instead of the model's.
        responses: what has been answered already. Of an answer whose history is not there, nothing is kept.
    """

    def __init__(
        self,
        prompts: PromptSet,
        samples: int = 1,
        system_instruction: str | None = None,
        witnesses: Witnesses | None = None,
        responses: Mapping[Place, Response] | None = None,
    ):
        self.prompts = prompts
        self.samples = samples
        self._instruction = system_instruction
        self._witnesses = witnesses
        self.responses: dict[Place, Response] = dict(responses or {})
        for answer in self.answers():
            if not self._founded(answer):
                self.responses.pop(answer.place, None)

    def answers(self) -> Iterator[Answer]:
        """Every answer there is to be, in the set's order: prompt by prompt, sample by sample, turn by turn."""
        for prompt in self.prompts.prompts:
            for sample in range(self.samples):
                for turn in range(1, len(prompt.turns) + 1):
                    yield Answer(prompt, sample, turn)

    def _answered(self, place: Place) -> bool:
        response = self.responses.get(place)
        return response is not None and response.error is None

    def _founded(self, answer: Answer) -> bool:
        """Whether the answers that ``answer`` builds on are there."""
        key, sample, turn = answer.place
        return turn == 1 or self._witnesses is not None or self._answered((key, sample, turn - 1))

    def in_order(self) -> list[Response | None]:
        """The response to each of :meth:`answers`; None where there is none."""
        return [self.responses.get(answer.place) for answer in self.answers()]

    def open_requests(self) -> list[Request]:
        """What can be asked now: the first turn of each conversation that has no answer.

        With witnesses every turn without an answer, since none waits for another.
        """
        requests: list[Request] = []
        waiting: set[tuple[str, int]] = set()
        for answer in self.answers():
            conversation = str(answer.prompt.key), answer.sample
            if self._answered(answer.place) or (self._witnesses is None and conversation in waiting):
                continue
            waiting.add(conversation)
            requests.append(self.request(answer))
        return requests

    def remaining(self) -> int:
        """How many answers are still to be given."""
        return sum(not self._answered(answer.place) for answer in self.answers())

    def request(self, answer: Answer) -> Request:
        """What the model is asked: all messages before its answer."""
        prompt, sample, turn = answer
        system = "\n\n".join(part for part in (self._instruction, prompt.system) if part)
        messages = [Message("system", system)] if system else []
        for number, said in enumerate(self._history(answer), start=1):
            messages += [Message("user", prompt.turns[number - 1].user), Message("assistant", said or "")]
        messages.append(Message("user", prompt.turns[turn - 1].user))
        return Request(prompt.key, tuple(messages), sample, turn)

    def _history(self, answer: Answer) -> list[str | None]:
        """The replies before ``answer`` as its messages have them; None where there is none."""
        key, sample, turn = answer.place
        if self._witnesses is not None:
            return [self._witnesses[key, earlier] for earlier in range(1, turn)]
        return [_carried(self.responses.get((key, sample, earlier))) for earlier in range(1, turn)]

    def follow(self, response: Response) -> Request | None:
        """Take in ``response``; the request of the next turn, or None when the conversation is over or cannot go on.

        It touches nothing but the conversation of ``response``, so it may be called from any thread.
        """
        self.responses[response.place] = response
        prompt = self.prompts.by_key[str(response.key)]
        if self._witnesses is not None or response.error is not None or response.turn == len(prompt.turns):
            return None
        return self.request(Answer(prompt, response.sample, response.turn + 1))

    def item(self, answer: Answer) -> Item:
        """What is scored for ``answer``: its reply after those before it, or the reason why there is none."""
        response, history = self.responses.get(answer.place), self._history(answer)
        absence = None
        if None in history:
            absence = f"no response: turn {history.index(None) + 1} has none"
        elif response is None:
            absence = "no response"
        elif response.error is not None:
            absence = f"no response: {response.error}"
        elif not response.reasoning_closed:
            absence = "no answer: the reasoning never ended"
        text = response.response if response is not None and absence is None else ""
        return Item(answer.prompt, (*(said or "" for said in history), text), answer.sample, absence)

    def items(self) -> list[Item]:
        """What is scored, one a place, in the set's order."""
        return [self.item(answer) for answer in self.answers()]


def _carried(response: Response | None) -> str | None:
    """What later turns hold of a response; None where there is nothing they could be built on."""
    if response is None or response.error is not None:
        return None
    return response.response if response.reasoning_closed else ""
