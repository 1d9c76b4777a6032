"""Runs that break off: what was written is valid, the exit code says what happened, and a second call completes them."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import read_jsonl, write_jsonl
from tests.fault_server import FaultServer, Reply, completion
from tests.test_prompts import ifeval_row

pytest.importorskip("openai", reason="the openai package is not installed (extra: openai)")

PROMPTS = 6
PATIENCE = 120.0


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "set.jsonl", [ifeval_row(key) for key in range(PROMPTS)])


class Server:
    """Answers each prompt with itself; from the fourth answer on only after it was let go."""

    def __init__(self, padding: int = 0):
        self.held, self.padding = threading.Event(), padding
        self.answers = 0
        self.faults = FaultServer(self._reply)

    def _reply(self, text: str, _tries: int) -> Reply:
        self.answers += 1
        return Reply(
            completion(f"An answer to {text}" + " x" * self.padding), when=self.held if self.answers > 3 else None
        )


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.faults.go()


def command(server: Server, prompts: Path, run: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "ifbench", "run", "--engine", "openai", "--model", "m", "--base-url", server.faults.url,
        "--set", str(prompts), "--output-path", str(run), "--num-concurrent", "1", "--format", "json", *more,
    ]  # fmt: skip


def finish(arguments: list[str], **details: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, check=False, **details)


def lines(run: Path) -> list[dict[str, Any]]:
    file = run / "responses.jsonl"
    return list(read_jsonl(file)) if file.exists() else []


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not come so far"
        time.sleep(0.02)


def undisturbed(server: Server, prompts: Path, run: Path) -> None:
    server.held.set()
    assert finish(command(server, prompts, run)).returncode == 0


def same_scores(one: Path, other: Path) -> None:
    assert (one / "verdicts.jsonl").read_bytes() == (other / "verdicts.jsonl").read_bytes()
    metrics = [json.loads((run / "results.json").read_text())["metrics"] for run in (one, other)]
    assert metrics[0] == metrics[1]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_run_ended_by_a_signal_goes_on(
    tmp_path: Path, prompts: Path, server: Server, number: signal.Signals, code: int
) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(command(server, prompts, run), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: (run / "responses.jsonl").exists() and (run / "responses.jsonl").read_bytes().count(b"\n") == 3)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (code, "")
    assert [row["key"] for row in lines(run)] == [0, 1, 2]
    if number != signal.SIGKILL:
        assert "same --output-path" in err
        assert "Traceback" not in err
        assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    asked = len(server.faults.bodies)
    server.held.set()
    again = finish(command(server, prompts, run))
    assert again.returncode == 0, again.stderr
    assert len(server.faults.bodies) - asked == 3, "only what was missing was asked"
    undisturbed(server, prompts, tmp_path / "other")
    same_scores(run, tmp_path / "other")


def small_disk(folder: Path) -> None:
    """Make ``folder`` a file system of 64 KiB, or skip."""
    folder.mkdir()
    mount = shutil.which("mount")
    made = (
        mount
        and subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True).returncode
        == 0
    )
    if not made:
        pytest.skip("mounting a small file system is not allowed here")


def test_a_full_disk(tmp_path: Path, prompts: Path) -> None:
    server = Server(padding=12_000)
    server.held.set()
    disk = tmp_path / "disk"
    small_disk(disk)
    try:
        broken = finish(command(server, prompts, disk / "run"))
        assert broken.returncode == 1
        assert broken.stderr.splitlines()[-1].endswith(
            "No space left on device; the responses so far are kept: run again with the same --output-path to go on"
        )
        assert "Traceback" not in broken.stderr
        kept = [row["key"] for row in lines(disk / "run")]
        assert kept == [0, 1]
        assert json.loads((disk / "run" / "run.json").read_text())["settings"]["model"] == "m"
        shutil.copytree(disk / "run", tmp_path / "run")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert finish(command(server, prompts, tmp_path / "run")).returncode == 0
    undisturbed(server, prompts, tmp_path / "other")
    same_scores(tmp_path / "run", tmp_path / "other")
    server.faults.go()


def test_a_file_that_may_not_grow(tmp_path: Path, prompts: Path) -> None:
    server = Server(padding=4_000)
    server.held.set()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    broken = finish(command(server, prompts, tmp_path / "run"), preexec_fn=limit)
    assert broken.returncode == 1, broken.stderr
    assert "File too large; the responses so far are kept" in broken.stderr
    assert [row["key"] for row in lines(tmp_path / "run")] == [0, 1]
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    assert manifest["status"] == "interrupted"
    assert "File too large" in manifest["reason"]
    assert finish(command(server, prompts, tmp_path / "run")).returncode == 0
    server.faults.go()


def test_a_folder_that_cannot_be_written(tmp_path: Path, prompts: Path, server: Server) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    target = folder / "run"
    if os.access(folder, os.W_OK):  # the superuser may write anywhere, but not here
        target = Path("/proc/run")
    answer = finish(command(server, prompts, target))
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"ifbench: {target}: cannot be written: ")
    assert answer.stderr.endswith("choose another --output-path\n")
    assert server.faults.bodies == []


def test_changed_settings_are_refused(tmp_path: Path, prompts: Path, server: Server) -> None:
    undisturbed(server, prompts, tmp_path / "run")
    answer = finish(command(server, prompts, tmp_path / "run", "--max-tokens", "7", "--n", "2"))
    assert answer.returncode == 2
    assert "  sampling.max_tokens: 2048 before, 7 now" in answer.stderr
    assert "  samples: 1 before, 2 now" in answer.stderr


def test_failures_are_recorded_and_tried_again(tmp_path: Path, prompts: Path) -> None:
    healed = threading.Event()

    def reply(text: str, _tries: int) -> Reply:
        return Reply({"error": {"message": "too long"}}, 400) if "2" in text and not healed.is_set() else Reply()

    faults = FaultServer(reply)
    server = Server()
    server.faults.go()
    server.faults = faults
    first = finish(command(server, prompts, tmp_path / "run"))
    assert first.returncode == 3
    results = json.loads(first.stdout)
    assert (results["responses"]["failed"], results["metrics"]["prompt_strict"]["n"]) == (1, PROMPTS)
    healed.set()
    asked = len(faults.bodies)
    assert finish(command(server, prompts, tmp_path / "run")).returncode == 0
    assert len(faults.bodies) - asked == 1
    faults.go()


def test_a_password_in_the_address_is_not_kept(tmp_path: Path, prompts: Path, server: Server) -> None:
    server.held.set()
    arguments = command(server, prompts, tmp_path / "run")
    arguments = [part.replace("http://", "http://me:hunter2@") for part in arguments]
    arguments = [part.replace("/v1", "/v1?key=hunter2") if "hunter2" in part else part for part in arguments]
    answer = finish(arguments)
    assert answer.returncode == 0, answer.stderr
    for file in (tmp_path / "run").iterdir():
        assert b"hunter2" not in file.read_bytes(), file
    assert (
        json.loads((tmp_path / "run" / "run.json").read_text())["settings"]["engine_options"]["base_url"]
        == server.faults.url
    )
