"""What the hf engine does between two tokens: how one is drawn, and where a stop text ends an answer."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.generators import EngineOptions, Request, Sampling
from ifbench.generators.chat import Prompt
from ifbench.generators.hf.decoding import Draws, Growing, Row
from ifbench.generators.hf.engine import HfEngine
from ifbench.records import Response
from tests.generators_support import CONTEXT, ask, assert_each_once, identity, save_tiny_checkpoint, varied

pytestmark = [
    pytest.mark.hf,
    pytest.mark.skipif(
        find_spec("torch") is None or find_spec("transformers") is None,
        reason="torch and transformers are not installed (extra: cpu)",
    ),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def engine(tiny: Path) -> Iterator[HfEngine]:
    made = HfEngine(EngineOptions(model=str(tiny)))
    yield made
    made.close()


def started(model: Path, **options: Any) -> HfEngine:
    return HfEngine(EngineOptions(model=str(model), **options))


@pytest.mark.parametrize(
    ("top_p", "top_k", "wanted"),
    [
        (1.0, 0, (0.5, 0.3, 0.2)),
        (0.75, 0, (0.625, 0.375, 0.0)),
        (1.0, 2, (0.625, 0.375, 0.0)),
        (1.0, 1, (1.0, 0.0, 0.0)),
        (1.0, 100, (0.5, 0.3, 0.2)),
        # Of all chances the first has less than 0.6, of those that top_k leaves more.
        (0.6, 2, (1.0, 0.0, 0.0)),
        (0.9, 2, (0.625, 0.375, 0.0)),
    ],
)
def test_tokens_are_drawn_as_often_as_they_are_likely(top_p: float, top_k: int, wanted: tuple[float, ...]) -> None:
    import torch

    number = 4000
    rows = [Row(Prompt(ask(key, "a"), [1], 1)) for key in range(number)]
    draws = Draws(rows, Sampling(temperature=2.0, top_p=top_p, top_k=top_k), 1, torch.device("cpu"))
    scores = torch.tensor([[2 * math.log(0.3), 2 * math.log(0.5), 2 * math.log(0.2)]]).expand(number, 3)
    drawn = Counter(draws(torch.ones(number, 1, dtype=torch.long), scores).argmax(-1).tolist())
    for token, chance in zip((1, 0, 2), wanted, strict=True):
        assert abs(drawn[token] / number - chance) <= 4 * math.sqrt(chance * (1 - chance) / number)


def made_by(engine: HfEngine, requests: Sequence[Request], sampling: Sampling) -> dict[Any, list[int]]:
    """The tokens of each answer, without the one that ends it."""
    tokens, outcome = dict[Any, list[int]](), engine._outcome
    with pytest.MonkeyPatch.context() as patch:

        def kept(row: Row, new: list[int], *rest: Any) -> Any:
            ended = (place for place, token in enumerate(new) if token in engine._ends)
            tokens[identity(row.prompt.request)] = [*row.made, *new[: next(ended, None)]]
            return outcome(row, new, *rest)

        patch.setattr(engine, "_outcome", kept)
        list(engine.generate(requests, sampling))
    return tokens


def first_with(engine: HfEngine, tokens: list[int], stop: str) -> int:
    """How many of ``tokens`` it takes until ``stop`` is in their text."""
    return next(n for n in range(len(tokens) + 1) if stop in engine._chat.decode(tokens[:n]))


def stop_texts(engine: HfEngine, tokens: list[int], length: int) -> list[str]:
    """Every piece of the answer's text of so many characters that are whole."""
    text = engine._chat.decode(tokens)
    pieces = (text[start : start + length] for start in range(len(text) - length))
    return [piece for piece in pieces if "\ufffd" not in piece]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_stop_text_ends_an_answer_and_its_row(tiny: Path, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = started(tiny, model_args={"batch_size": 1})
    requests = varied(30)
    whole = made_by(engine, requests, Sampling(max_tokens=30))
    generate, steps = engine._model.generate, list[int]()

    def counted(input_ids: Any, **settings: Any) -> Any:
        output = generate(input_ids=input_ids, **settings)
        steps.append(output.shape[1] - input_ids.shape[1])
        return output

    monkeypatch.setattr(engine._model, "generate", counted)
    tried = across = 0
    for request in requests:
        tokens = whole[identity(request)]
        for stop in stop_texts(engine, tokens, length)[3:12:4]:
            number = first_with(engine, tokens, stop)
            (response,) = engine.generate([request], Sampling(max_tokens=30, stop=("never", stop)))
            before = engine._chat.decode(tokens).split(stop)[0]
            assert (response.response, response.finish_reason) == (before, "stop")
            assert (response.completion_tokens, steps[-1]) == (number, number)
            tried += 1
            across += stop not in engine._chat.decode(tokens[number - 1 : number])
    assert tried > 10
    assert across > 0 or length == 1


def test_stop_texts_hold_in_batches_that_are_left_and_continued(engine: HfEngine, tiny: Path) -> None:
    requests, stops = varied(40), ("a", "t")
    wanted = dict[Any, tuple[str, int]]()
    for place, tokens in made_by(engine, requests, Sampling(max_tokens=60)).items():
        text = engine._chat.decode(tokens)
        if found := [stop for stop in stops if stop in text]:
            number = min(first_with(engine, tokens, stop) for stop in found)
            wanted[place] = min((text.split(stop)[0] for stop in found), key=len), number
    assert len(wanted) > 10
    others = started(tiny, model_args={"batch_size": 8})
    responses = list(others.generate(requests, Sampling(max_tokens=60, stop=stops), lambda _: None))
    assert_each_once(requests, responses)
    same = sum(
        (response.response, response.completion_tokens) == wanted.get(identity(response)) for response in responses
    )
    assert same >= 0.9 * len(wanted)


def test_a_stop_text_may_begin_before_a_batch_was_left(tiny: Path) -> None:
    engine = started(tiny)
    (request,) = varied(1)
    prompt = engine._chat.encode(request, Sampling(max_tokens=30), CONTEXT)
    assert isinstance(prompt, Prompt)
    tokens = made_by(engine, [request], Sampling(max_tokens=30))[identity(request)]
    tried = 0
    for stop in stop_texts(engine, tokens, 3):
        number = first_with(engine, tokens, stop)
        (response,) = engine._run([Row(prompt, tokens[: number - 1])], Sampling(max_tokens=30, stop=(stop,)), 0)
        assert isinstance(response, Response)
        assert (response.completion_tokens, response.finish_reason) == (number, "stop")
        tried += stop not in engine._chat.decode(tokens[number - 1 :])
    assert tried > 0


def sentence_pieces() -> Any:
    """A tokenizer that marks spaces within words' tokens and writes what it does not know in bytes."""
    from tokenizers import Tokenizer, decoders, models

    words = ["\u2581", "\u2581a", "b", "\u2581cat", "ca", "s", *(f"<0x{number:02X}>" for number in range(256))]
    tokenizer = Tokenizer(models.BPE({word: place for place, word in enumerate(words)}, [], byte_fallback=True))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


@pytest.mark.parametrize("kind", ["bytes", "sentence pieces"])
def test_a_growing_text_finds_a_stop_text_with_the_token_that_completes_it(engine: HfEngine, kind: str) -> None:
    rng = random.Random(kind)
    decode = engine._chat.decode
    vocabulary = [
        engine._chat.tokenizer.encode(text) for text in ("cats", " two", "é", "日", "\n", "🙂", "a", "S", "T")
    ]
    if kind != "bytes":
        pieces = sentence_pieces()
        decode = pieces.decode
        written = ("é".encode(), "日".encode(), "🙂".encode(), b"\n", b"S", b"T")
        vocabulary = [[number] for number in range(6)] + [[6 + byte for byte in text] for text in written]
    found = 0
    for _ in range(300):
        tokens = [token for _ in range(12) for token in rng.choice(vocabulary)]
        start = rng.randrange(len(decode(tokens)))
        stop = decode(tokens)[start : start + rng.randrange(1, 5)]
        done = rng.randrange(len(tokens))
        wanted = next(n for n in range(len(tokens) + 1) if stop in decode(tokens[:n]))
        if "\ufffd" in stop or wanted <= done:
            continue
        growing = Growing(decode, ("never", stop), tokens[:done])
        assert next(done + n for n, token in enumerate(tokens[done:], 1) if growing.add(token)) == wanted
        found += 1
    assert found > 100
