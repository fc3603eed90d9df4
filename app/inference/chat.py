"""One streamed request in OpenAI's protocol: pieces of the answer as they come."""

import email.utils
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import httpx
from httpx_sse import EventSource, SSEError, aconnect_sse

from app.inference.endpoints import Endpoint
from app.inference.ports import Prompt

# A request that was refused in this way changed nothing: it may be sent again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
TEMPERATURE = 0.3  # facts are given: what is wanted is plain words
END = "[DONE]"
LONGEST = 1024 * 1024  # bytes of an answer that comes as a whole

Piece = tuple[str, str | None]  # text, and at the end why it ends: stop, length, ...


class Failed(Exception):
    """An endpoint didn't answer. The message tells why and never holds what was sent."""

    def __init__(
        self, why: str, *, again: bool = True, blame: bool = True, rest: float = 0.0
    ) -> None:
        super().__init__(why)
        self.again = again  # the same request may succeed here
        self.blame = blame  # it is the endpoint's fault, not the request's
        self.rest = rest  # seconds it wants to be left alone


async def pieces(
    http: httpx.AsyncClient, endpoint: Endpoint, prompt: Prompt, connect: float
) -> AsyncGenerator[Piece, None]:
    """Whoever reads keeps the time: a server may be silent for ever. Raises Failed.

    Over httpx-sse, not the official client: that one has no deadline for a whole answer either,
    its retries know no budget, and it brings a second HTTP library beside ours.
    """
    try:
        async with aconnect_sse(
            http, "POST", f"{endpoint.base_url.rstrip('/')}/chat/completions",
            json=_body(endpoint, prompt), headers=_headers(endpoint),
            timeout=httpx.Timeout(None, connect=connect, pool=connect),
        ) as source:  # fmt: skip
            _check(source.response)
            if source.response.headers.get("content-type", "").startswith("application/json"):
                yield _whole(await _body_of(source.response))
                return
            async for piece in _pieces(source):
                yield piece
    except httpx.InvalidURL as error:
        raise Failed(f"has no usable address ({error})", again=False) from None
    except SSEError:
        raise Failed("doesn't stream: no text/event-stream came back", again=False) from None
    except httpx.HTTPError as error:
        raise Failed(f"broke off ({type(error).__name__})") from None


async def _pieces(source: EventSource) -> AsyncGenerator[Piece, None]:
    async for event in source.aiter_sse():
        if event.data.strip() == END:
            return
        yield _piece(event.data)
    raise Failed("broke off before the end")


async def _body_of(answer: httpx.Response) -> bytes:
    """Of a server that doesn't stream, however often it is asked to."""
    found = b""
    async for part in answer.aiter_bytes():
        found += part
        if len(found) > LONGEST:
            raise Failed(f"answered with more than {LONGEST} bytes", again=False)
    return found


def _body(endpoint: Endpoint, prompt: Prompt) -> dict[str, Any]:
    messages = [{"role": m.role, "content": m.text} for m in prompt.messages]
    asked = {"model": endpoint.model, "messages": messages, "max_tokens": prompt.most_tokens}
    return {**asked, "temperature": TEMPERATURE, **endpoint.extra, "stream": True}


def _headers(endpoint: Endpoint) -> dict[str, str]:
    return {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if status == httpx.codes.OK:
        return
    passing = status in PASSING
    # 400, 413 and 422 speak of this prompt, the others of the endpoint or of its key.
    ours = status in {400, 413, 422}
    raise Failed(
        f"answered {status}", again=passing, blame=not ours,
        rest=retry_after(answer.headers.get("Retry-After", ""), time.time()),
    )  # fmt: skip


def retry_after(header: str, now: float) -> float:
    """Seconds; the header holds them, or a date. 0 for anything else."""
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - now)
    except ValueError:
        return 0.0


def _parsed(data: str | bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise Failed("sent what is no JSON") from None


def _whole(data: bytes) -> Piece:
    match _parsed(data):
        case {"choices": [{"finish_reason": "content_filter"}, *_]}:
            raise Failed("refused the content", again=False, blame=False)
        case {"choices": [{"message": {"content": str(text)}, **rest}, *_]}:
            return text, str(rest.get("finish_reason") or "stop")
        case _:
            raise Failed("sent JSON of another shape", again=False)


def _piece(data: str) -> Piece:
    match _parsed(data):
        case {"error": _}:
            raise Failed("broke off with an error")
        case {"choices": [{"finish_reason": "content_filter"}, *_]}:
            raise Failed("refused the content", again=False, blame=False)
        case {"choices": [{"delta": dict(delta), **rest}, *_]}:
            text, reason = delta.get("content"), rest.get("finish_reason")
            return text if isinstance(text, str) else "", str(reason) if reason else None
        case {"choices": [] | None} | {"usage": _}:
            return "", None
        case _:
            raise Failed("sent JSON of another shape", again=False)
