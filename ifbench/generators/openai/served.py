"""Whether a server is there and has the model, found out before anything is asked of it."""

from __future__ import annotations

from typing import Any
from urllib.request import getproxies

from ifbench.errors import UsageError, nearest
from ifbench.generators.openai.retries import Patience, TryError
from ifbench.generators.openai.server import Server

# A server that is starting, or too busy just now.
_LATER = frozenset({408, 429, 502, 503, 504})
_LISTED = 5


async def served_model(server: Server, model: str, patience: Patience) -> dict[str, Any] | None:
    """How the server's list describes ``model``: its id, and ``max_model_len`` in tokens where the server says so.

    None when the server does not say which models it has. What the server is too busy for is asked again.

    Raises:
        UsageError: there is no server, it is not an API, or it does not have the model.
        TryError: it refuses the key, or the account.
    """
    url = server.address.url

    async def attempt() -> list[dict[str, Any]]:
        try:
            return await server.models()
        except TryError as error:
            error.again = error.status in _LATER
            raise

    try:
        entries = await patience.run(attempt)
    except TryError as error:
        if error.status in (401, 402):
            raise
        if error.status is None or error.status in (301, 302, 303, 307, 308) or error.status in _LATER:
            raise UsageError(f"{url}: {error}{await _hint(server, error)}") from None
        hint = await _hint(server, error)
        if hint:
            raise UsageError(f"{url}: {error}{hint}") from None
        # No list, or none for this key: the first completion will tell.
        return None
    return _entry(url, model, entries) if entries else None


async def _hint(server: Server, error: TryError) -> str:
    """What to do about an answer that is none, as the end of a sentence; "" when it says nothing by itself."""
    url, text = server.address.url, str(error).lower()
    scheme, _, place = url.partition("://")
    if scheme == "https" and "ssl" in text:
        return f"; if it speaks no TLS, give http://{place}"
    if scheme == "http" and "https" in text and error.status is not None:
        return f"; give https://{place}"
    if error.status is None and error.unheard and "not json" not in text:
        proxy = not server.address.is_loopback and scheme in getproxies()
        return "; is the server running, and is this its address?" + (" (a proxy is set for it)" if proxy else "")
    others = () if url.endswith("/v1") else (f"{url}/v1", f"{scheme}://{place.partition('/')[0]}/v1")
    for other in others:
        try:
            if await server.models(f"{other}/models"):
                return f"; did you mean --base-url {other}?"
        except TryError:
            continue
    return "; is this the address of the API? It mostly ends in /v1" if error.status is None else ""


def _entry(url: str, model: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The entry for ``model``. Some servers list it with a prefix or a tag that they do not ask for, or without one
    that they understand.
    """
    by_name: dict[str, dict[str, Any]] = {}
    for entry in entries:
        aliases = entry.get("aliases")
        for name in (entry["id"], *(aliases if isinstance(aliases, list) else [])):
            by_name[str(name)] = entry
    for name in (model, f"{model}:latest", f"models/{model}", model.rpartition(":")[0]):
        if name in by_name:
            entry = by_name[name]
            length = entry.get("max_model_len")
            return {"id": str(entry["id"]), **({"max_model_len": length} if isinstance(length, int) else {})}
    names = sorted(by_name)
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    hint = nearest(model, names) or f"it has {', '.join(names[:_LISTED])}{more}"
    raise UsageError(
        f"{url}: has no model {model!r}; {hint} (one that it serves unlisted: --model-args check_model=false)"
    )
