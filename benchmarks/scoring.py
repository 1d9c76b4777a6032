"""How fast we score, beside a peer: the same prompts and responses, one run, one core.

    python benchmarks/scoring.py                      IFEval beside lm-eval, IFBench beside lighteval
    python benchmarks/scoring.py --set ifbench        one of them
    python benchmarks/scoring.py --json               the same as JSON, with every disagreement
    python benchmarks/scoring.py --profile            where our own time goes, by constraint type

Every measurement is a fresh process over one file of responses: a cold pass, then the same pass again, warm.
README.md beside this file says what is and what is not in the time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peer
from material import SETS, Batch, PromptSet, Row, Unusable, disagreements, read_batch, read_prompts

OURS = "ifbench"
PASSES = ("cold", "warm")
_WORKER = Path(__file__).with_name("scoring_worker.py")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Bench:
    """One prompt set as it is measured: ``path`` holds the prompts as both sides read them."""

    set: PromptSet
    prompts: dict[str, Row]
    path: Path
    batches: Sequence[Batch]
    rounds: int
    core: int | None
    environment: Path

    def measure(self, side: str, batch: Batch, profile: bool = False) -> Row:
        """One worker over one file of responses."""
        if side == OURS:
            python, variables = sys.executable, dict(os.environ)
            paths = [str(peer.REPOSITORY), *filter(None, [variables.get("PYTHONPATH")])]
            variables["PYTHONPATH"] = os.pathsep.join(paths)
        else:
            python, variables = str(peer.interpreter(self.environment)), peer.variables(self.environment)
        job = {
            "side": side,
            "set": self.set.name,
            "core": self.core,
            "prompts": str(self.path),
            "keys": batch.keys,
            "responses": batch.responses,
            "profile": profile,
        }
        done = subprocess.run(
            [python, str(_WORKER)],
            input=json.dumps(job),
            env=variables | _ONE_THREAD | {"PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise Unusable(f"{side} failed on {batch.name}:\n{done.stderr.strip()}")
        return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Timings:
    """Seconds of one side: a list of rounds for each pass and clock, summed over the files of a round.

    ``starts`` has one entry a process: imports, prompts, language profiles. It is no part of the rest.
    """

    rounds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)

    def add(self, turn: int, outcome: Row) -> None:
        """Add one file's two passes to round ``turn``, counted from 0."""
        self.starts.append(outcome["start"])
        for name in PASSES:
            for clock, seconds in outcome[name].items():
                rounds = self.rounds.setdefault((name, clock), [])
                rounds.extend([0.0] * (turn + 1 - len(rounds)))
                rounds[turn] += seconds

    def best(self, name: str, clock: str = "wall") -> float:
        """The seconds of the quickest round."""
        return min(self.rounds[name, clock])


def compare(bench: Bench) -> Row:
    """All rounds: for every file our side, then the peer's, on the same core."""
    theirs = bench.set.peer.name
    timings = {OURS: Timings(), theirs: Timings()}
    versions: dict[str, Any] = {}
    bits, differing = 0, []
    load = [_load()]
    for turn in range(bench.rounds):
        for batch in bench.batches:
            outcomes = {side: bench.measure(side, batch) for side in timings}
            for side, outcome in outcomes.items():
                timings[side].add(turn, outcome)
                versions[side] = outcome["versions"]
            if turn == 0:
                bits += sum(len(row) for pair in outcomes[OURS]["bits"] for row in pair)
                differing += disagreements(batch, bench.prompts, bench.set.reason, *outcomes.values())
        print(f"{bench.set.name}: round {turn + 1} of {bench.rounds} done", file=sys.stderr)
    load.append(_load())
    number = sum(len(batch.responses) for batch in bench.batches)
    return {
        "set": bench.set.name,
        "left_out": bench.set.left_out,
        "machine": machine(bench.core) | {"load_before": load[0], "load_after": load[1]},
        "versions": versions,
        "responses": number,
        "unmatched": sum(batch.unmatched for batch in bench.batches),
        "files": [batch.name for batch in bench.batches],
        "rounds": bench.rounds,
        "sides": {side: _rates(timings[side], number) for side in timings},
        "ratio": {name: _ratio(timings[OURS], timings[theirs], name) for name in PASSES},
        "verdicts": {"bits": bits, "agreeing": bits - len(differing), "disagreements": differing},
    }


def _rates(timings: Timings, number: int) -> Row:
    return {
        name: {
            "responses_per_second": number / timings.best(name),
            "responses_per_cpu_second": number / timings.best(name, "cpu"),
            "seconds": timings.rounds[name, "wall"],
        }
        for name in PASSES
    } | {"start_seconds": min(timings.starts)}


def _ratio(ours: Timings, theirs: Timings, name: str) -> Row:
    """How many times as fast we are: best round over best round, the range of the rounds, and by processor time."""
    pairs = zip(theirs.rounds[name, "wall"], ours.rounds[name, "wall"], strict=True)
    return {
        "best": theirs.best(name) / ours.best(name),
        "rounds": [slow / quick for slow, quick in pairs],
        "cpu": theirs.best(name, "cpu") / ours.best(name, "cpu"),
    }


def _load() -> float | None:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def machine(core: int | None) -> Row:
    """What the figures were taken on."""
    described = Path("/proc/cpuinfo")
    names = described.read_text("utf-8").splitlines() if described.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in names if line.startswith("model name")), None)
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "core_used": core,
        "system": platform.system(),
    }


def print_comparison(found: Row) -> None:
    """The table, the agreement, and the facts."""
    here, sides, ratio, verdicts = found["machine"], found["sides"], found["ratio"], found["verdicts"]
    skipped = f"; {found['unmatched']} lines answer no prompt and are left out" if found["unmatched"] else ""
    print(f"{found['set']}: {found['responses']:,} responses, strict and loose{skipped}")
    print(f"files: {', '.join(found['files'])}")
    if found["left_out"]:
        print(f"without {', '.join(found['left_out'])}")
    pinned = "not pinned" if here["core_used"] is None else f"both on core {here['core_used']}"
    print(
        f"{here['processor']}, {here['cores']} cores, {pinned}; "
        f"load {here['load_before']} before, {here['load_after']} after"
    )
    for side, packages in found["versions"].items():
        print(f"{side}: " + ", ".join(f"{name} {number}" for name, number in packages.items()))
    rounds = found["rounds"]
    print(f"\n{'':<12}{'by the clock':>20}{'by CPU time':>20}")
    print(f"{'responses/s':<12}{'cold':>10}{'warm':>10}{'cold':>10}{'warm':>10}   best of {rounds} rounds")
    for side, passes in sides.items():
        clock, cpu = ([passes[name][f"responses_per_{unit}"] for name in PASSES] for unit in ("second", "cpu_second"))
        print(f"{side:<12}" + "".join(f"{rate:>10,.0f}" for rate in [*clock, *cpu]))
    best = [ratio[name][clock] for clock in ("best", "cpu") for name in PASSES]
    print(f"{'ratio':<12}" + "".join(f"{value:>10.2f}" for value in best))
    for name in PASSES:
        print(f"{name} ratio of each round: " + ", ".join(f"{value:.2f}" for value in ratio[name]["rounds"]))
    starts = ", ".join(f"{side} {passes['start_seconds']:.2f} s" for side, passes in sides.items())
    print(f"start-up, in none of the above: {starts} at best")
    print(f"verdicts: {verdicts['agreeing']:,} of {verdicts['bits']:,} agree")
    groups = Counter((row["id"], row["key"], row["reason"] or "no reason known") for row in verdicts["disagreements"])
    for (id, key, why), number in sorted(groups.items()):
        print(f"  {id}, key {key}: {number} differ: {why}")


def profiles(bench: Bench) -> Row:
    """Our own seconds by constraint type, cold, over all files."""
    kinds: dict[str, list[float]] = {}
    total = 0.0
    for batch in bench.batches:
        outcome = bench.measure(OURS, batch, profile=True)
        total += outcome["cold"]["wall"]
        for id, (seconds, number) in outcome["kinds"].items():
            spent = kinds.setdefault(id, [0.0, 0])
            spent[0] += seconds
            spent[1] += number
    return {"set": bench.set.name, "seconds": total, "kinds": dict(sorted(kinds.items(), key=lambda kind: -kind[1][0]))}


def print_profile(found: Row) -> None:
    """Constraint types, dearest first."""
    total = found["seconds"]
    print(f"{found['set']:<46}{'number':>8}{'ms':>9}{'share':>8}{'µs each':>9}")
    rest = total
    for id, (seconds, number) in found["kinds"].items():
        rest -= seconds
        print(f"{id:<46}{number:>8.0f}{seconds * 1e3:>9.1f}{seconds / total:>8.1%}{seconds / number * 1e6:>9.1f}")
    print(f"{'(outside constraints)':<46}{'':>8}{rest * 1e3:>9.1f}{rest / total:>8.1%}")
    print(f"{'all':<46}{'':>8}{total * 1e3:>9.1f}")


def arguments() -> argparse.Namespace:
    """The command line."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [None]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "responses", nargs="*", type=Path, help="response files to one --set; default: those of the reference folder"
    )
    parser.add_argument("--set", choices=[*SETS, "all"], default="all", help="which prompt set (default: all)")
    parser.add_argument(
        "--reference",
        type=Path,
        default=peer.REPOSITORY.parent / "shared" / "reference",
        help="a folder with ifeval/ and ifbench/: prompts.jsonl, responses.*.jsonl (default: ../shared/reference)",
    )
    parser.add_argument("--prompts", type=Path, help="prompts of one --set; default: the reference's")
    parser.add_argument("--stress", action="store_true", help="the reference's stress.jsonl.gz in place of responses")
    parser.add_argument("--rounds", type=int, help="default: 3 for ifeval, 9 for ifbench")
    parser.add_argument("--core", type=int, default=allowed[0], help="the core that both sides run on")
    parser.add_argument(
        "--envs",
        type=Path,
        default=peer.REPOSITORY / "build" / "peers",
        help="the folder of the peers' environments, made when absent (default: build/peers)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--profile", action="store_true", help="our own time by constraint type; needs no peer")
    args = parser.parse_args()
    if args.rounds is not None and args.rounds < 1:
        parser.error("--rounds must be 1 or more")
    if args.set == "all" and (args.responses or args.prompts):
        parser.error("response files and --prompts belong to one set: name it by --set")
    if args.stress and args.responses:
        parser.error("--stress stands in place of response files")
    return args


def prepare(known: PromptSet, args: argparse.Namespace, scratch: Path) -> Bench:
    """Read a set's prompts and responses, and write the prompts into ``scratch`` as both sides shall read them."""
    folder = args.reference / known.name
    prompts = read_prompts(args.prompts or folder / "prompts.jsonl", known.left_out)
    files = [folder / "stress.jsonl.gz"] if args.stress else args.responses or sorted(folder.glob("responses.*.jsonl"))
    if not files:
        raise Unusable(f"{folder}: no responses.*.jsonl here; name response files, or --reference")
    path = scratch / f"{known.name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in prompts.values()), "utf-8")
    batches = [read_batch(file, prompts) for file in files]
    environment = args.envs.absolute() / known.peer.name
    return Bench(known, prompts, path, batches, args.rounds or known.rounds, args.core, environment)


def run(bench: Bench, args: argparse.Namespace) -> Row:
    """What the command line asks for, over one set."""
    if args.profile:
        return profiles(bench)
    peer.make(bench.set.peer, bench.environment)
    return compare(bench)


def main() -> int:
    """Run what the command line asks for; the exit status is 2 when it cannot be run."""
    args = arguments()
    chosen = SETS.values() if args.set == "all" else [SETS[args.set]]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            found = [run(prepare(known, args, Path(scratch)), args) for known in chosen]
    except (Unusable, peer.EnvironmentFailed) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({outcome["set"]: outcome for outcome in found}, indent=2, ensure_ascii=False))
        return 0
    for number, outcome in enumerate(found):
        print("\n" * bool(number), end="")
        (print_profile if args.profile else print_comparison)(outcome)
    return 0


if __name__ == "__main__":
    sys.exit(main())
