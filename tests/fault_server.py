"""A server on loopback that speaks enough of OpenAI's protocol, and fails as it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def completion(content: Any = "fine", finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion with usage; ``message`` are further fields of its message."""
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"content": content, **message}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    }


@dataclass
class Reply:
    """What the server does with one request.

    ``body`` is JSON or bytes. ``cut`` closes the connection after so many bytes of it, -1 before anything is sent. ``when`` is waited for before
    anything is sent; when the server goes meanwhile, nothing is.
    """

    body: Any = field(default_factory=completion)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: int | None = None
    when: threading.Event | None = None


NEVER = threading.Event()
"""For a reply that never comes."""

NOW = "Fri, 20 Nov 2026 10:00:00 GMT"
"""What the server says in its Date headers."""

Script = Callable[[str, int], Reply]
"""The reply to a request, given its last message and how many times that was asked before."""


class FaultServer:
    """Answers as ``script`` says; ``models`` is the reply to GET /v1/models.

    ``bodies`` and ``headers`` are those of the chat completions that were asked for, in order; ``most`` is how many of
    them were open at a time at most.
    """

    def __init__(self, script: Script | None = None, models: Reply | None = None):
        self.script: Script = script or (lambda _text, _tries: Reply())
        self.models = models or Reply({"object": "list", "data": [{"id": "m", "created": 5, "max_model_len": 64}]})
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.most = self._open = 0
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def gone(self) -> bool:
        return self._stopping.is_set()

    def texts(self) -> list[str]:
        """The last message of every request so far, tries included."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def go(self) -> None:
        """Go away: nothing listens any more, and connections that are open are cut. A second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._server.shutdown()
        with self._lock:
            for connection in self._sockets:
                _cut(connection)
        self._server.server_close()
        self._thread.join()

    def reply_to(self, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Reply:
        with self._lock:
            self.paths.append(path)
            if body is None:
                return self.models if path.partition("?")[0] == "/v1/models" else Reply({"detail": "Not Found"}, 404)
            if path.partition("?")[0] != "/v1/chat/completions":
                return Reply({"detail": "Not Found"}, 404)
            text = body["messages"][-1]["content"]
            tries = self._asked[text]
            self._asked[text] += 1
            self.bodies.append(body)
            self.headers.append(headers)
        return self.script(text, tries)

    def enter(self, number: int) -> None:
        with self._lock:
            self._open += number
            self.most = max(self.most, self._open)

    def wait(self, event: threading.Event) -> None:
        while not (self._stopping.is_set() or event.wait(0.01)):
            pass

    def keep(self, connection: socket.socket, here: bool) -> None:
        with self._lock:
            (self._sockets.add if here else self._sockets.discard)(connection)
            if self._stopping.is_set() and here:
                _cut(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 256
    owner: FaultServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the other side cut is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.owner.keep(self.connection, True)

    def finish(self) -> None:
        self.server.owner.keep(self.connection, False)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Its clock stands still."""
        return NOW

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def _answer(self, body: dict[str, Any] | None) -> None:
        owner = self.server.owner
        owner.enter(1)
        try:
            reply = owner.reply_to(self.path, body, {name.lower(): value for name, value in self.headers.items()})
            if reply.when is not None:
                owner.wait(reply.when)
        finally:
            # Before the answer is out, since the next request may come in at once.
            owner.enter(-1)
        gone = reply.when is not None and owner.gone
        self.close_connection = self.close_connection or gone or reply.cut is not None
        if gone or reply.cut == -1:
            return
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw[: reply.cut])
        self.wfile.flush()


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed by the other side
