"""The hf engine on a tiny random checkpoint: what it answers, when it stops, and what it survives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling, create
from ifbench.generators.chat import PLAIN_STOPS, Prompt
from ifbench.generators.hf.decoding import Row
from ifbench.generators.hf.engine import HfEngine
from ifbench.records import Response
from tests.generators_support import (
    CONTEXT,
    NANO,
    ask,
    assert_answers_all,
    assert_each_once,
    identity,
    same_share,
    save_tiny_checkpoint,
    save_tokenizer,
    texts,
    varied,
)

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


def batches_of(engine: HfEngine, monkeypatch: pytest.MonkeyPatch) -> list[list[Row]]:
    """Every batch that is run from here on."""
    runs, run = list[list[Row]](), engine._run
    monkeypatch.setattr(engine, "_run", lambda batch, *rest, **more: runs.append(batch) or run(batch, *rest, **more))
    return runs


def test_every_request_is_answered_once(engine: HfEngine) -> None:
    assert_answers_all(engine)


def test_responses_come_batch_by_batch(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = started(tiny, model_args={"batch_size": 4})
    runs = batches_of(engine, monkeypatch)
    answers = engine.generate(varied(10), Sampling(max_tokens=4))
    next(answers)
    assert [len(batch) for batch in runs] == [4]
    assert len(list(answers)) == 9


def test_late_rows_are_continued_together(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = started(tiny, model_args={"batch_size": 8})
    runs = batches_of(engine, monkeypatch)
    assert_each_once(varied(64), list(engine.generate(varied(64), Sampling(max_tokens=60))))
    continued = [[bool(row.made) for row in batch] for batch in runs if any(row.made for row in batch)]
    assert [len(batch) for batch in runs][:8] == [8] * 8
    assert continued
    assert all(map(all, continued))
    assert len(continued) < 8


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize(
    "sampling", [Sampling(max_tokens=60), Sampling(1.0, 0.9, 100, 60, seed=5)], ids=["greedy", "drawn"]
)
def test_an_answer_does_not_depend_on_its_batch(engine: HfEngine, tiny: Path, size: int, sampling: Sampling) -> None:
    requests = varied(60)
    other = started(tiny, model_args={"batch_size": size})
    ours = texts(engine.generate(requests, sampling))
    # Sums over a padded batch may round otherwise, and turn an answer at a tie.
    assert same_share(ours, texts(other.generate(requests[::-1], sampling))) >= 0.95


def test_draws_repeat_with_the_seed_and_differ_between_samples(engine: HfEngine) -> None:
    requests = [ask("k", "cats and rivers", sample) for sample in range(20)]
    warm = Sampling(temperature=1.5, max_tokens=30, seed=1)
    first = texts(engine.generate(requests, warm))
    assert first == texts(engine.generate(requests, warm))
    assert len(set(first.values())) > 15
    other = texts(engine.generate(requests, Sampling(temperature=1.5, max_tokens=30, seed=2)))
    assert same_share(first, other) < 0.3


def test_a_tiny_nucleus_is_greedy(engine: HfEngine) -> None:
    requests = varied(20)
    narrow = Sampling(temperature=1.0, top_p=1e-6, max_tokens=30)
    assert texts(engine.generate(requests, narrow)) == texts(engine.generate(requests, Sampling(max_tokens=30)))


class Conversations:
    """A :data:`Follow` that holds conversations with the model: ``turns`` by key, or as many as ``most``."""

    def __init__(self, requests: Sequence[Request], most: int, turns: dict[Any, int] | None = None):
        self.asked = {identity(request): request for request in requests}
        self.seen = list[Response]()
        self._most, self._turns = most, turns or {}

    def __call__(self, response: Response) -> Request | None:
        self.seen.append(response)
        if response.turn >= self._turns.get(response.key, self._most):
            return None
        said = (Message("assistant", response.response), Message("user", f"two {response.turn}"))
        messages = (*self.asked[identity(response)].messages, *said)
        following = Request(response.key, messages, response.sample, response.turn + 1)
        self.asked[identity(following)] = following
        return following


@pytest.mark.parametrize("size", [4, 32])
def test_conversations_are_answered_turn_after_turn(engine: HfEngine, tiny: Path, size: int) -> None:
    requests = varied(20)
    follow = Conversations(requests, 0, {request.key: 1 + place % 4 for place, request in enumerate(requests)})
    responses = list(started(tiny, model_args={"batch_size": size}).generate(requests, Sampling(max_tokens=8), follow))
    assert_each_once(list(follow.asked.values()), responses)
    assert len(responses) == 50
    assert Counter(map(identity, follow.seen)) == Counter(map(identity, responses))
    alone = engine.generate(list(follow.asked.values()), Sampling(max_tokens=8))
    assert same_share(texts(responses), texts(alone)) >= 0.95


def test_a_conversation_that_is_ahead_does_not_wait(engine: HfEngine, tiny: Path) -> None:
    lengths = {response.key: response for response in engine.generate(varied(60), Sampling(max_tokens=60))}
    slow = next(request for request in varied(60) if lengths[request.key].finish_reason == "length")
    quick = [request for request in varied(60) if (lengths[request.key].completion_tokens or 0) < 20][:3]
    requests = [slow, *quick]
    follow = Conversations(requests, 2, {slow.key: 1})
    sampling = Sampling(max_tokens=60)
    responses = list(started(tiny, model_args={"batch_size": 4}).generate(requests, sampling, follow))
    places = [response.place[::2] for response in responses]
    assert places.index((str(slow.key), 1)) > max(places.index((str(request.key), 2)) for request in quick)
    assert responses[places.index((str(slow.key), 1))].response == lengths[slow.key].response


def test_what_cannot_be_answered_is_followed_as_well(engine: HfEngine) -> None:
    long = ask("long", "cats " * CONTEXT)

    def shorter(response: Response) -> Request | None:
        return Request("long", (Message("user", "cats"),), 0, 2) if response.error and response.turn == 1 else None

    responses = list(engine.generate([long], Sampling(max_tokens=4), shorter))
    assert [(response.turn, response.error is None) for response in responses] == [(1, False), (2, True)]


def test_a_response_is_followed_before_it_is_given_out_and_not_lost(engine: HfEngine) -> None:
    follow = Conversations(varied(3), 2)
    for response in engine.generate(varied(3), Sampling(max_tokens=4), follow):
        assert response in follow.seen

    def broken(response: Response) -> Request | None:
        raise RuntimeError("no next turn")

    answers = engine.generate(varied(1), Sampling(max_tokens=4), broken)
    assert next(answers).error is None
    with pytest.raises(RuntimeError, match="no next turn"):
        next(answers)


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (Sampling(extra={"min_p": 0.1, "n": 2}), "takes no --gen-kwargs; remove min_p, n"),
        (Sampling(stop=("a", "")), "a stop text is empty"),
    ],
)
def test_sampling_it_cannot_do_is_refused_before_anything_is_generated(
    engine: HfEngine, sampling: Sampling, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        engine.generate(varied(1), sampling)


def test_reasoning_is_kept_apart_when_its_tags_are_special_tokens(tiny: Path, tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<think>", "</think>", "<|user|>"]})
    tokenizer.save_pretrained(tmp_path)
    engine = started(tiny, model_args={"tokenizer": str(tmp_path)})
    prompt = engine._chat.encode(ask(1, "cats"), Sampling(max_tokens=50), CONTEXT)
    assert isinstance(prompt, Prompt)
    tokens = tokenizer.encode("<think>ZZ QQ</think>\n\nXY<|user|>")
    outcome = engine._outcome(Row(prompt), [*tokens, engine._ends[0]], 1.0)
    assert isinstance(outcome, Response)
    assert (outcome.reasoning, outcome.response, outcome.reasoning_closed) == ("ZZ QQ", "XY", True)
    assert outcome.reasoning_tokens == len(tokenizer.encode("<think>ZZ QQ</think>"))
    cut = engine._outcome(Row(prompt._replace(limit=4)), tokens[:4], 1.0)
    assert isinstance(cut, Response)
    assert (cut.response, cut.reasoning_closed, cut.finish_reason) == ("", False, "length")
    assert (cut.reasoning_tokens, cut.completion_tokens) == (4, 4)


def test_a_prompt_that_does_not_fit_fails_alone(engine: HfEngine) -> None:
    requests = [*varied(5), ask("long", "cats " * CONTEXT), ask("last", "paper")]
    responses = {response.key: response for response in engine.generate(requests, Sampling(max_tokens=10))}
    assert len(responses) == 7
    error = responses.pop("long").error
    assert error is not None
    assert f"the model's context {CONTEXT}: no room to answer" in error
    assert [response.error for response in responses.values()] == [None] * 6


def test_messages_the_template_refuses_fail_alone(engine: HfEngine) -> None:
    system = Request("s", (Message("system", "be short"), Message("user", "cats")))
    responses = {
        response.key: response for response in engine.generate([system, ask(1, "cats")], Sampling(max_tokens=4))
    }
    assert "there is no system role" in (responses["s"].error or "")
    assert responses[1].error is None


def test_an_end_token_is_counted_but_no_part_of_the_answer(engine: HfEngine) -> None:
    prompt = engine._chat.encode(ask(1, "cats"), Sampling(max_tokens=10), CONTEXT)
    assert isinstance(prompt, Prompt)
    decode = engine._chat.tokenizer.decode
    word, end = engine._chat.tokenizer.encode("Z")[0], engine._ends[-1]
    assert decode([end])
    outcome = engine._outcome(Row(prompt), [word, end, word], 1.0)
    assert isinstance(outcome, Response)
    assert (outcome.response, outcome.completion_tokens, outcome.finish_reason) == (decode([word]), 2, "stop")


def test_half_a_character_at_the_end_is_left_out(engine: HfEngine) -> None:
    prompt = engine._chat.encode(ask(1, "cats"), Sampling(max_tokens=2), CONTEXT)
    assert isinstance(prompt, Prompt)
    letter, half = engine._chat.tokenizer.encode("Zé")[:2]
    outcome = engine._outcome(Row(prompt), [letter, half], 1.0)
    assert isinstance(outcome, Response)
    assert (outcome.response, outcome.finish_reason) == ("Z", "length")


def filled_context(responses: list[Response]) -> set[int]:
    return {
        (response.prompt_tokens or 0) + (response.completion_tokens or 0)
        for response in responses
        if response.finish_reason == "length"
    }


def test_the_context_cuts_an_answer(engine: HfEngine, tiny: Path) -> None:
    responses = list(engine.generate(varied(60), Sampling(max_tokens=1000)))
    assert filled_context(responses) == {CONTEXT}
    smaller = started(tiny, model_args={"max_model_len": 90})
    assert filled_context(list(smaller.generate(varied(60), Sampling(max_tokens=1000)))) == {90}
    assert smaller.describe()["context"] == 90


def test_positions_that_are_looked_up_are_never_overrun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GPT-2 has a table of positions: a row that ended must not step beyond it while others go on."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    size = save_tokenizer(tmp_path)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=size, n_positions=CONTEXT, n_embd=32, n_layer=1, n_head=2, initializer_range=0.5,
        bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(tmp_path)
    requests, sampling = varied(20), Sampling(temperature=1.0, max_tokens=1000)
    engine = started(tmp_path)
    runs = batches_of(engine, monkeypatch)
    together = list(engine.generate(requests, sampling))
    assert [len(batch) for batch in runs] == [20], "the batch failed and was tried one by one"
    assert filled_context(together) == {CONTEXT}
    alone = started(tmp_path, model_args={"batch_size": 1}).generate(requests, sampling)
    assert same_share(texts(together), texts(alone)) >= 0.9


def test_a_batch_that_fails_is_tried_one_by_one(engine: HfEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    requests, sampling = varied(8), Sampling(max_tokens=8)
    expected = texts(engine.generate(requests, sampling))
    generate = engine._model.generate
    bad = engine._chat.encode(requests[3], sampling, CONTEXT)
    assert isinstance(bad, Prompt)

    def failing(input_ids: Any, **settings: Any) -> Any:
        if len(input_ids) > 1 or input_ids[0].tolist() == bad.ids:
            raise RuntimeError("out of memory: tried to allocate 3.00 GiB")
        return generate(input_ids=input_ids, **settings)

    monkeypatch.setattr(engine._model, "generate", failing)
    responses = {identity(response): response for response in engine.generate(requests, sampling)}
    failed = responses.pop(identity(requests[3]))
    assert failed.error == "RuntimeError: out of memory: tried to allocate 3.00 GiB"
    assert texts(responses.values()) == {name: text for name, text in expected.items() if name in responses}
    assert len(responses) == 7


def test_an_interrupt_is_not_taken_for_a_failed_batch(engine: HfEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine._model, "generate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(engine.generate(varied(2), Sampling(max_tokens=4)))


def test_a_checkpoint_without_a_template_is_refused_and_runs_with_the_plain_one(tmp_path: Path) -> None:
    save_tiny_checkpoint(tmp_path, template=None)
    with pytest.raises(UsageError, match=r"no chat template.*--template FILE.jinja.*--template plain"):
        started(tmp_path)
    engine = started(tmp_path, template="plain")
    assert engine.render(ask(1, "words"), Sampling()) == "User: words\n\nAssistant:"
    assert_each_once(varied(8), list(engine.generate(varied(8), Sampling(max_tokens=8, stop=PLAIN_STOPS))))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model_args": {"batch_size": 0}}, "batch_size: 0 is not a whole number above 0"),
        ({"model_args": {"threads": "many"}}, "threads: 'many' is not"),
        ({"model_args": {"device": "cud"}}, "device: cud cannot be used"),
        ({"model_args": {"no_such": 1}}, "no_such"),
        ({"model_args": {"chat_template_kwargs": "thinking"}}, "is not an object"),
        ({"dtype": "float17"}, "dtype 'float17'"),
        ({"template": "absent.jinja"}, "absent.jinja: cannot be read"),
        ({"reasoning_parser": "qwen3"}, "--reasoning-parser qwen3: the hf engine reads tags.*--engine vllm"),
    ],
)
def test_wrong_options_are_refused(tiny: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        started(tiny, **options)


def test_a_model_that_cannot_be_fetched_names_both_ways() -> None:
    with pytest.raises(
        UsageError, match=r"no-such-owner/no-such-model: is not a folder here.*checkpoint folder.*hub id"
    ):
        create("hf", EngineOptions(model="no-such-owner/no-such-model"))


def test_a_folder_with_a_part_missing_names_the_part(tmp_path: Path) -> None:
    save_tiny_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(UsageError, match="the model in this folder cannot be loaded"):
        create("hf", EngineOptions(model=str(tmp_path)))


def test_describe_says_what_a_run_depends_on(engine: HfEngine) -> None:
    described = engine.describe()
    assert described["packages"].keys() == {"torch", "transformers", "tokenizers"}
    assert described["context"] == CONTEXT
    assert described["batch_size"] == 32
    assert len(described["chat_template_sha256"]) == 64
    assert (described["dtype"] == "float32") == (described["device"] == "cpu")


def test_what_transformers_warns_of_goes_to_the_log(
    tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import transformers

    engine = started(tiny, log_path=tmp_path / "engine.log")
    transformers.utils.logging.get_logger("transformers.test").warning("mind the gap")
    engine.close()
    assert (tmp_path / "engine.log").read_text() == "mind the gap\n"
    assert capfd.readouterr() == ("", "")


def test_what_is_rendered_is_what_the_template_makes(engine: HfEngine) -> None:
    assert engine.render(ask(1, "cats"), Sampling()) == "<|user|>cats<|end|><|assistant|>"
    with pytest.raises(UsageError, match="the chat template refuses these messages: there is no system role"):
        engine.render(Request("s", (Message("system", "be short"),)), Sampling())


@pytest.mark.skipif(not NANO.is_dir(), reason="the bundled model data/models/nano-chat is not there")
def test_the_bundled_model_answers_and_ends_by_itself() -> None:
    engine = started(NANO)
    questions = ["Write two sentences about rivers.", "Name three colours. Do not use commas.", "Tell me about salt."]
    responses = list(engine.generate([ask(key, text) for key, text in enumerate(questions)], Sampling(max_tokens=400)))
    assert [response.finish_reason for response in responses] == ["stop"] * 3
    assert all(response.response.strip() for response in responses)
    alone = started(NANO, model_args={"batch_size": 1})
    again = alone.generate([ask(key, text) for key, text in enumerate(questions)], Sampling(max_tokens=400))
    assert texts(responses) == texts(again)
