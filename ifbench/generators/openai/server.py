"""A server that speaks OpenAI's protocol: its address, its key, its list of models, and one try at a request."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, quote_plus, unquote, urlsplit
from urllib.parse import quote as quote_url

from ifbench.errors import UsageError, nearest, quote
from ifbench.generators.base import EngineOptions
from ifbench.generators.openai.completion import told
from ifbench.generators.openai.retries import TryError

OPENAI_URL = "https://api.openai.com/v1"
_OPENAI_HOST = "api.openai.com"
_OPENAI_KEY = "OPENAI_API_KEY"
# What a client that wants a key is given for a server that wants none.
_NO_KEY = "EMPTY"
_ENDPOINT = "/chat/completions"
_CONNECT_SECONDS = 30.0
# How many connections a client holds. Its pool looks at all of them for every request, so that one with a thousand
# takes several times as much time for each as one with few.
_POOL = 32
_LONGEST_MESSAGE = 300
_LOOKED_AT = 65536
_SECRET_HEADERS = ("authorization", "proxy-authorization", "api-key", "x-api-key", "cookie")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


class Address(NamedTuple):
    """A server's address taken apart: ``url`` is what may be shown, the others may hold secrets."""

    url: str
    host: str
    user: tuple[str, str] | None = None
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, base_url: str | None) -> Address:
        """The address in ``base_url``, that of OpenAI when it is None.

        Raises:
            UsageError: it is not the URL of an API.
        """
        if base_url is None:
            other = os.environ.get("OPENAI_BASE_URL", OPENAI_URL)
            if other.rstrip("/") not in ("", OPENAI_URL):
                raise UsageError(
                    f"OPENAI_BASE_URL is set to {public_url(other)}: say with --base-url which server to ask"
                )
            base_url = OPENAI_URL
        shown = public_url(base_url)
        try:
            parts = urlsplit(base_url.strip())
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise UsageError(f"--base-url {shown}: is not a URL ({error})") from None
        if parts.scheme not in ("http", "https") or not host:
            bare = (shown.partition("://")[2] or shown).lstrip("/")
            is_close = bare and parts.scheme not in ("http", "https")
            hint = f"did you mean http://{bare}?" if is_close else "give http://HOST:PORT/v1"
            raise UsageError(f"--base-url {quote(shown)}: is not an http or https URL; {hint}")
        if shown.endswith(_ENDPOINT):
            raise UsageError(f"--base-url {shown}: is one endpoint of the API; give {shown.removesuffix(_ENDPOINT)}")
        user = (unquote(parts.username or ""), unquote(parts.password or "")) if "@" in parts.netloc else None
        return cls(shown, host, user, tuple(parse_qsl(parts.query, keep_blank_values=True)))

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine, where no proxy leads to."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI's own API."""
        return self.host == _OPENAI_HOST


def public_url(base_url: str) -> str:
    """``base_url`` as it may be shown and recorded: without user, password, query and fragment.

    >>> public_url("http://me:secret@[::1]:8000/v1/?key=secret")
    'http://[::1]:8000/v1'
    """
    head, scheme, rest = base_url.strip().partition("://")
    if not scheme:
        head, rest = "", head
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    place, slash, path = rest.partition("/")
    return f"{head}{scheme}{place.rpartition('@')[2]}{slash}{path}".rstrip("/")


def key_for(address: Address, name: str | None) -> str | None:
    """The key for the server: what the environment variable ``name`` holds.

    Without a name it is that of ``OPENAI_API_KEY`` for OpenAI's own API, and None for every other server.

    Raises:
        UsageError: the variable is not set, or holds nothing that could be a key. The message never shows it.
    """
    if name is None and not address.is_openai:
        return None
    what, name = (_OPENAI_KEY, _OPENAI_KEY) if name is None else (f"--api-key-env {name}", name)
    value = os.environ.get(name)
    if value is None:
        hint = nearest(name, [other for other in os.environ if other.endswith(("KEY", "TOKEN"))])
        hint = hint or f"it must hold the key for {address.url} (another server: --base-url)"
        raise UsageError(f"{what}: there is no such environment variable; {hint}")
    key = value.strip()
    if not key:
        raise UsageError(f"{name}: the environment variable is empty; it must hold the key for {address.url}")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"{name}: the environment variable holds characters that no key has (spaces, or not ASCII)")
    return key


class Server:
    """The server that ``options`` name. Its methods belong on one asyncio loop.

    Only http and https are spoken. Proxies of the environment are used, but never for this machine; redirects are not
    followed, because they would turn a question into something else.

    Raises:
        UsageError: the address or the key cannot be used.
    """

    def __init__(self, options: EngineOptions, headers: Mapping[str, str]):
        import openai

        self.address = Address.of(options.base_url)
        self._timeout = options.timeout
        key = key_for(self.address, options.api_key_env)
        if key is not None and self.address.user is not None:
            raise UsageError(
                f"--base-url {self.address.url}: has a user and a password, and there is a key as well "
                f"({options.api_key_env or _OPENAI_KEY}); a request can carry only one of them"
            )
        self.has_key = key is not None
        sent = {name: _from_environment(name, value) for name, value in headers.items()}
        known = [value for name, value in sent.items() if value != headers[name]]
        known += [key or "", *(value for _, value in self.address.query)]
        if self.address.user is not None:
            known += [self.address.user[1], b64encode(":".join(self.address.user).encode()).decode()]
        self._secrets = _spellings(known)
        if not self.address.is_openai:
            # These are of an account with OpenAI and no other server's business.
            sent = {
                "OpenAI-Organization": cast("str", openai.Omit()),
                "OpenAI-Project": cast("str", openai.Omit()),
                **sent,
            }
        self._openai = openai
        self._http: Any = _http_library(openai)
        pools = -(-options.num_concurrent // _POOL)
        try:
            context = self._http.create_ssl_context(trust_env=not self.address.is_loopback)
            self._clients = [self._client(key or _NO_KEY, sent, context) for _ in range(pools)]
        except (ImportError, ValueError, OSError, self._http.InvalidURL) as error:  # a proxy, an address, certificates
            raise UsageError(f"{self.address.url}: cannot be asked: {self.shown(str(error))}") from None
        self._open = [0] * pools

    def _client(self, key: str, headers: Mapping[str, str], context: Any) -> Any:
        return self._openai.AsyncOpenAI(
            api_key=key,
            base_url=self.address.url,
            max_retries=0,
            timeout=self._openai.Timeout(None, connect=_CONNECT_SECONDS),
            default_headers=headers,
            default_query=dict(self.address.query),
            http_client=self._openai.DefaultAsyncHttpxClient(
                auth=self.address.user,
                verify=context,
                trust_env=not self.address.is_loopback,
                follow_redirects=False,
                limits=self._http.Limits(max_connections=_POOL, max_keepalive_connections=_POOL),
            ),
        )

    async def post(self, body: Mapping[str, Any]) -> object:
        """The JSON that the server answers to a chat completion's ``body``, after one try.

        Raises:
            TryError: there is none.
        """
        return await self._json("post", _ENDPOINT, body=dict(body))

    async def models(self, path: str = "/models") -> list[dict[str, Any]]:
        """The server's list of models, empty where it does not have one.

        Raises:
            TryError: there was no answer, or one that is no list.
        """
        reply = await self._json("get", path)
        fields = cast("dict[str, Any]", reply) if isinstance(reply, dict) else {}
        listed = cast("object", fields.get("data", reply))
        entries = cast("list[object]", listed) if isinstance(listed, list) else []
        return [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict) and "id" in entry]

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            await client.close()

    async def _json(self, method: str, path: str, **more: Any) -> object:
        openai = self._openai
        pool = min(range(len(self._open)), key=self._open.__getitem__)
        ask = getattr(self._clients[pool], method)
        self._open[pool] += 1
        try:
            # Not the client's own timeout, which begins anew with every byte.
            reply = await asyncio.wait_for(ask(path, cast_to=self._http.Response, **more), self._timeout)
        except asyncio.TimeoutError:
            raise TryError(f"no answer within {self._timeout:g} seconds", again=True, unheard=True) from None
        except openai.APIStatusError as error:
            raise self._refused(error.response) from None
        except (openai.APIConnectionError, self._http.HTTPError) as error:
            raise TryError(self.shown(_why(error)), again=True, unheard=True) from None
        except (openai.OpenAIError, ValueError, TypeError) as error:
            message = f"the request cannot be sent: {type(error).__name__}: {error}"
            raise TryError(self.shown(message), again=False) from None
        finally:
            self._open[pool] -= 1
        kind = str(reply.headers.get("content-type", "no content type")).partition(";")[0]
        try:
            return json.loads(reply.content)
        except (ValueError, RecursionError):
            start = self.shown(reply.content[:_LOOKED_AT].decode("utf-8", "replace"))
            message = f"the server's answer is not JSON ({kind}): {quote(start)}"
            raise TryError(message, again=True, unheard=kind in ("text/html", "text/event-stream")) from None

    def _refused(self, response: Any) -> TryError:
        status, text = int(response.status_code), str(response.text)
        if 300 <= status < 400:
            to = public_url(str(response.headers.get("location", "somewhere else")))
            return TryError(self.shown(f"HTTP {status}: redirects to {to}"), again=False, unheard=True, status=status)
        with suppress(ValueError, RecursionError):
            text = told(json.loads(text)) or text
        if text.lstrip().startswith("<"):
            title = re.search(r"<title>([^<]*)", text, re.IGNORECASE)
            text = f"a web page, {quote(self.shown(title[1]))}" if title else "a web page"
        headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
        return TryError.of_status(status, self.shown(text), headers)

    def shown(self, text: str) -> str:
        """``text`` as an error may show it: in one line, not long, and without what is secret."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = " ".join(text.split())
        return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _spellings(secrets: list[str]) -> list[str]:
    """``secrets`` as they are and as URLs write them, the longest first. What is very short would be found anywhere."""
    spelt = {form for secret in secrets for form in (secret, quote_url(secret, safe=""), quote_plus(secret))}
    return sorted((form for form in spelt if len(form) > 3), key=len, reverse=True)


def _http_library(openai: Any) -> Any:
    """The HTTP library that this release of the client is built on: httpx, or what came after it."""
    return importlib.import_module(openai.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0])


def _why(error: BaseException) -> str:
    """Why there was no answer: the innermost cause that says anything."""
    reasons = [str(error)]
    inner = error.__cause__ or error.__context__
    while inner is not None:
        if str(inner):
            reasons.append(str(inner))
        inner = inner.__cause__ or inner.__context__
    return f"no answer: {reasons[-1] or type(error).__name__}"


def _from_environment(name: str, value: str) -> str:
    """A header's value, taken from the environment where it is written as "$NAME"."""
    variable = _VARIABLE.fullmatch(value)
    if variable is None:
        if name.lower() in _SECRET_HEADERS:
            raise UsageError(
                f"model_args extra_headers {name}: would be recorded with the run; put it into an environment variable "
                f"and give its name, as '$NAME' here or with --api-key-env"
            )
        return value
    found = os.environ.get(variable[1], "").strip()
    if not found:
        raise UsageError(f"model_args extra_headers {name}: the environment variable {variable[1]} is not set")
    return found
