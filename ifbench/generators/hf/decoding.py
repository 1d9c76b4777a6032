"""What the hf engine adds to ``generate`` between two tokens: when a row stops, and how its token is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ifbench.generators.base import Sampling
from ifbench.generators.chat import Prompt

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Row:
    """A prompt in a batch: the tokens its answer has from earlier batches, and the seconds these took."""

    prompt: Prompt
    made: list[int] = field(default_factory=list[int])
    seconds: float = 0.0

    @property
    def ids(self) -> list[int]:
        """The tokens to go on from."""
        return self.prompt.ids + self.made

    @property
    def left(self) -> int:
        """How many tokens the answer may still get."""
        return self.prompt.limit - len(self.made)


_HALF = "\N{REPLACEMENT CHARACTER}"


def whole(text: str) -> str:
    """``text`` without the character at its end whose last bytes were not made."""
    return text.rstrip(_HALF)


def before_stop(text: str, stops: Sequence[str]) -> str:
    """``text`` up to where the first of ``stops`` begins in it."""
    return text[: min((place for stop in stops if (place := text.find(stop)) >= 0), default=len(text))]


class Growing:
    """The text of an answer while it is made, token by token, looked through for what ends it.

    What a token adds is seen by decoding it with the few before it: a token may hold a part of a character or of a
    stop text, and how it looks may depend on the one before. So each step costs the same, however long the answer.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str], stops: Sequence[str], made: Sequence[int] = ()):
        self._decode, self._stops = decode, stops
        self._tokens = list(made)
        self._tail = ""
        self._keep = max(map(len, stops)) - 1
        self._context = self._read = 0

    def add(self, token: int) -> bool:
        """Whether ``token`` completes a stop text."""
        self._tokens.append(token)
        seen = self._decode(self._tokens[self._context : self._read])
        told = self._decode(self._tokens[self._context :])
        text = self._tail + told[len(seen) :]
        if len(told) > len(seen) and not told.endswith(_HALF):
            self._tail = text[max(0, len(text) - self._keep) :]
            self._context, self._read = self._read, len(self._tokens)
        return any(stop in text for stop in self._stops)


class Stops:
    """Stops each row at its own limit or stop text, and the whole batch when at most ``late`` rows are still going.

    Limits differ within a batch because the place where the context ends depends on the length of the prompt.

    ``texts`` are the rows' answers, where stop texts are to be looked for. ``stopped`` says of each row how many tokens
    it had in this batch when one was complete, and None where there was none.
    """

    def __init__(
        self,
        batch: Sequence[Row],
        ends: Sequence[int],
        width: int,
        late: int,
        device: torch.device,
        texts: Sequence[Growing] = (),
    ):
        import torch

        self._limits = torch.tensor([row.left for row in batch], device=device)
        self._ends = torch.tensor(ends, device=device)
        self._ended = torch.zeros_like(self._limits, dtype=torch.bool)
        self._width, self._late, self._texts = width, late, texts
        self.stopped: list[int | None] = [None] * len(batch)

    def __call__(self, input_ids: torch.Tensor, _scores: object, **_: object) -> torch.Tensor:
        """True for every row that has ended; called by ``generate`` after each token."""
        import torch

        made = input_ids.shape[1] - self._width
        self._ended |= torch.isin(input_ids[:, -1], self._ends)
        if self._texts:
            self._look(input_ids[:, -1].tolist(), made)
        self._ended |= self._limits <= made
        going = len(self._ended) - int(self._ended.sum())
        return torch.ones_like(self._ended) if going <= self._late else self._ended

    def _look(self, tokens: list[int], made: int) -> None:
        """End the rows whose newest token completes a stop text."""
        for place, (ended, text) in enumerate(zip(self._ended.tolist(), self._texts, strict=True)):
            if not ended and text.add(tokens[place]):
                self.stopped[place] = made
                self._ended[place] = True


class PositionsWithin:
    """Keeps positions below the context's end.

    Rows that have ended step on until the whole batch has. What they compute is thrown away, but a position beyond
    the last one is an error in models that look positions up, and changes every row in those that scale by length.
    """

    def __init__(self, context: int):
        self._last = context - 1

    def __call__(self, _module: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """The arguments of the model's next forward pass."""
        positions = kwargs.get("position_ids")
        if positions is not None:
            kwargs["position_ids"] = positions.clamp(max=self._last)
        return args, kwargs


class Draws:
    """Draws each row's next token by inverse transform, and leaves only that one for the greedy choice to find.

    Row and step have one uniform number, made beforehand from the row's seed: torch's own sampling has one generator
    for the whole batch, so that an answer would depend on its neighbours.
    """

    def __init__(self, batch: Sequence[Row], sampling: Sampling, width: int, device: torch.device):
        import torch

        self._sampling, self._width = sampling, width
        uniform = torch.zeros(len(batch), max(row.left for row in batch))
        for place, row in enumerate(batch):
            own = torch.Generator().manual_seed(sampling.seed_of(row.prompt.request))
            uniform[place, : row.left] = torch.rand(row.prompt.limit, generator=own)[len(row.made) :]
        self._uniform = uniform.to(device)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores, rows by vocabulary, that are 0 for the token drawn and minus infinity for all others."""
        import torch

        drawn = self._uniform[:, input_ids.shape[1] - self._width, None]
        scaled = scores.float() / self._sampling.temperature
        if 0 < self._sampling.top_k < scores.shape[-1]:
            # Of the chances that remain top_p takes its share; equals of the last one stay.
            scaled = scaled.masked_fill(scaled < scaled.topk(self._sampling.top_k).values[:, -1:], float("-inf"))
        chances = torch.softmax(scaled, dim=-1)
        order = None
        if self._sampling.top_p < 1:
            # A token stays while those before it have less than top_p together; the first always does.
            chances, order = chances.sort(dim=-1, descending=True, stable=True)
            chances = chances.masked_fill(chances.cumsum(-1) - chances >= self._sampling.top_p, 0)
        summed = chances.cumsum(-1)
        # Rounding may put a draw at the very end; the last token that has a chance takes it.
        total = summed[:, -1:]
        chosen = torch.searchsorted(summed, drawn * total, right=True)
        chosen = torch.minimum(chosen, torch.searchsorted(summed, total.contiguous()))
        if order is not None:
            chosen = order.gather(-1, chosen)
        return torch.full_like(scores, float("-inf")).scatter(-1, chosen, 0)
