"""How fast answers are generated with vLLM: our engine beside plain ``LLM.chat``, and conversations in two ways.

    python benchmarks/generation.py                                   the bundled model
    python benchmarks/generation.py --model FOLDER                    another checkpoint
    python benchmarks/generation.py --random-shape 8b                 random weights in a real shape, for a GPU
    python benchmarks/generation.py --json                            every round, as JSON

The ratio of our time to that of ``LLM.chat`` on the same prompts should be at most 1.05; that of conversations which
go on as soon as they can to conversations that wait for one another should be below 1 where a step costs the same for
one sequence as for many, as on a GPU. Needs vLLM (its CPU build will do).
README.md beside this file says what is and what is not in the time. The exit status is 1 when the texts differ.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
NANO = REPOSITORY / "data" / "models" / "nano-chat"
_WORKER = Path(__file__).with_name("generation_worker.py")
ENOUGH = 0.95
"""So many texts must be the same on both sides: sums in another order may turn an answer at a tie, but seldom."""

COMPARED = ("chat", "run", "conversations")
"""Our engine beside ``LLM.chat``; the same with every answer kept and scored; conversations in two ways."""

Row = dict[str, Any]

SHAPES: dict[str, Row] = {
    "100m": {"hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12, "num_attention_heads": 12},
    "1b": {
        "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16, "num_attention_heads": 32,
        "num_key_value_heads": 8, "vocab_size": 128256,
    },
    "8b": {
        "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "vocab_size": 128256,
    },
}  # fmt: skip
"""Llamas by their size: a small one, Llama 3.2 1B and Llama 3.1 8B."""

_TOPICS = ("rivers", "salt", "paper", "cats", "the moon", "bread", "trains", "winter", "glass", "a garden")
_WISHES = (
    "Write two sentences about {}.",
    "Tell me about {}.",
    "Name three colours of {}. Do not use commas.",
    "Write a short text about {} and end it with a question.",
    "Write about {} in lower case only.",
)


def conversations(number: int, seed: int) -> list[list[str]]:
    """What is asked in each conversation, turn by turn: one to eight turns."""
    rng = random.Random(seed)
    return [
        [rng.choice(_WISHES).format(f"{rng.choice(_TOPICS)} and {rng.choice(_TOPICS)}") for _ in range(1 + key % 8)]
        for key in range(number)
    ]


def random_checkpoint(shape: str, folder: Path) -> Path:
    """A Llama of that shape without weights, which vLLM makes up (``load_format="dummy"``), and a tokenizer."""
    for file in NANO.iterdir():
        if file.name.startswith(("tokenizer", "chat_template")):
            shutil.copy(file, folder)
    config = json.loads((NANO / "config.json").read_text("utf-8"))
    config |= {"num_key_value_heads": SHAPES[shape]["num_attention_heads"], "head_dim": None} | SHAPES[shape]
    config |= {"max_position_embeddings": 4096, "dtype": "bfloat16", "tie_word_embeddings": False}
    config["head_dim"] = config["hidden_size"] // config["num_attention_heads"]
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


class Worker:
    """One side in a process of its own."""

    def __init__(self, side: str, model: Path, log: Path, arguments: Row):
        command = [sys.executable, str(_WORKER), side, str(model), str(log), json.dumps(arguments)]
        paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1"}
        self.side, self.log = side, log
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )
        self.start_seconds: float = self._answer()["start"]

    def do(self, name: str, job: Row) -> Row:
        """The outcome of one job."""
        assert self._process.stdin is not None
        print(json.dumps({"do": name} | job), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Row:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            tail = self.log.read_text("utf-8", "replace")[-2000:]
            raise SystemExit(f"error: the side {self.side!r} ended; its log ends:\n{tail}")
        return json.loads(line)

    def close(self) -> None:
        """End the engine and wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()


def beside(sides: list[tuple[str, Worker, str]], jobs: list[Row]) -> Row:
    """Each job on both of ``sides`` (name, worker, what it does), taking turns at being first."""
    rounds: list[Row] = []
    for number, job in enumerate(jobs):
        order = sides if number % 2 == 0 else sides[::-1]
        outcomes = {name: worker.do(what, job) for name, worker, what in order}
        first, second = (outcomes[name] for name, *_ in sides)
        told = first["said"]
        if told.keys() != second["said"].keys():
            raise SystemExit("error: the two sides did not answer the same requests")
        rounds.append(
            {
                name: {measure: outcome[measure] for measure in ("wall", "cpu", "cached", "steps")}
                for name, outcome in outcomes.items()
            }
            | {
                "texts": len(told),
                "same": sum(text == second["said"][place] for place, text in told.items()),
                "characters": sum(map(len, told.values())),
            }
        )
        print(f"round {number + 1} of {len(jobs)} done", file=sys.stderr)
    (ours, *_), (theirs, *_) = sides
    ratios = {measure: [turn[ours][measure] / turn[theirs][measure] for turn in rounds] for measure in ("wall", "cpu")}
    best = {
        measure: min(turn[ours][measure] for turn in rounds) / min(turn[theirs][measure] for turn in rounds)
        for measure in ratios
    }
    return {"sides": [ours, theirs], "rounds": rounds, "ratios": ratios, "best": best}


def measure(args: argparse.Namespace, model: Path, logs: Path) -> Row:
    """The comparisons asked for, the engines started once."""
    arguments: Row = {"max_num_seqs": args.max_num_seqs} if args.max_num_seqs else {}
    if args.random_shape:
        arguments["load_format"] = "dummy"
    # Two engines share the memory of a GPU.
    arguments["gpu_memory_utilization"] = args.gpu_memory_utilization
    job: Row = {"max_tokens": args.max_tokens, "ignore_eos": bool(args.random_shape)}
    jobs = [job | {"conversations": conversations(args.requests, seed)} for seed in range(args.rounds)]
    warm_up = job | {"conversations": conversations(32, 1000)}
    ours = Worker("ours", model, logs / "ours.log", dict(arguments))
    found: Row = {"requests": args.requests, "starts": {"ours": ours.start_seconds}}
    try:
        if "chat" in args.only:
            theirs = Worker("chat", model, logs / "chat.log", dict(arguments))
            found["starts"]["LLM.chat"] = theirs.start_seconds
            try:
                for worker in (ours, theirs):
                    worker.do("single", warm_up)
                ours.do("run", warm_up)
                found["chat"] = beside([("ours", ours, "single"), ("LLM.chat", theirs, "single")], jobs)
                found["run"] = beside([("a whole run", ours, "run"), ("LLM.chat", theirs, "single")], jobs)
            finally:
                theirs.close()
        if "conversations" in args.only:
            ours.do("continuous", warm_up)
            modes = [("continuous", ours, "continuous"), ("turn by turn", ours, "turns")]
            found["conversations"] = beside(modes, jobs)
    finally:
        ours.close()
    return found


def show(found: Row) -> None:
    """The seconds of every round, the ratios, and whether the texts are the same."""
    starts = ", ".join(f"{side} {seconds:.0f} s" for side, seconds in found["starts"].items())
    print(f"{found['requests']:,} conversations; start-up, in none of the below: {starts}")
    for name in COMPARED:
        if name not in found:
            continue
        compared = found[name]
        first, second = compared["sides"]
        rounds = compared["rounds"]
        texts, same = (sum(turn[count] for turn in rounds) for count in ("texts", "same"))
        print(f"\n{first} beside {second}: {rounds[0]['texts']:,} answers a round")
        for side in (first, second):
            for measured, label in (("wall", "by the clock"), ("cpu", "by CPU time")):
                shown = ", ".join(f"{turn[side][measured]:.2f}" for turn in rounds)
                print(f"  {side:<14} s {label}: {shown}")
            print(f"  {side:<14} prompt tokens cached: {rounds[0][side]['cached']:,} in the first round")
            if name == "conversations":
                print(f"  {side:<14} engine steps: {rounds[0][side]['steps']:,} in the first round")
        for measured, label in (("wall", "by the clock"), ("cpu", "by CPU time")):
            ratios = compared["ratios"][measured]
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(
                f"  ratio {label}: {compared['best'][measured]:.2f} best of each, {median(ratios):.2f} median ({each})"
            )
        print(f"  the same text: {same:,} of {texts:,}")


def main() -> int:
    """Run what the command line asks for; the exit status is 1 when the texts differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--model", type=Path, default=NANO, help="a checkpoint (default: data/models/nano-chat)")
    model.add_argument("--random-shape", choices=list(SHAPES), help="random weights in this shape instead")
    parser.add_argument("--requests", type=int, default=256, help="conversations a round (default: 256)")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--max-tokens", type=int, default=64, help="the longest answer (default: 64)")
    parser.add_argument("--max-num-seqs", type=int, help="sequences in a batch (default: vLLM's)")
    parser.add_argument("--gpu-memory-utilization", type=float, default=0.42, help="for each of the two engines")
    parser.add_argument("--only", choices=("chat", "conversations"), nargs="+", default=("chat", "conversations"))
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    if args.requests < 1 or args.rounds < 1:
        parser.error("--requests and --rounds must be 1 or more")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        checkpoint = random_checkpoint(args.random_shape, folder) if args.random_shape else args.model
        found = measure(args, checkpoint, folder)
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    compared = [found[name] for name in COMPARED if name in found]
    same = all(turn["same"] >= ENOUGH * turn["texts"] for each in compared for turn in each["rounds"])
    if not same:
        print("error: the two sides said different things", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
