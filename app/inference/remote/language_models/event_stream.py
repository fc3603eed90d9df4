"""Reads the JSON objects of a response body: server-sent events, or one whole JSON.

The first byte tells which, since servers and gateways send either under any Content-Type. Reads
events more leniently than their standard; all sizes are bounded.
"""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from app.inference.remote.endpoints.faults import EndpointFault

MAX_BODY = 16 * 1024 * 1024  # bytes: thoughts of many thousand tokens, each in a chunk of 300
MAX_LINE = 1024 * 1024  # bytes of an event, and of a whole JSON
MAX_LINES = 200_000  # of an answer: even an empty line costs microseconds
END = "[DONE]"

JsonObject = dict[str, Any]
ENDED: JsonObject = {}

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLANK = b" \t\r\n\xef\xbb\xbf"  # with the byte order mark


async def read_objects(body: AsyncIterator[bytes]) -> AsyncGenerator[JsonObject, None]:
    """Yield every JSON object of `body`, and ENDED at the end mark; reads the body to its end.

    Skips what is no object. The data of an event named `error` is yielded as `{"error": …}`.
    Raises EndpointFault for a cut or invalid object, and beyond the limits.
    """
    chunks = limit_bytes(body, MAX_BODY)
    head = b""
    async for chunk in chunks:
        head = (head + chunk).lstrip(_BLANK)
        if head:
            break
    read = _read_whole if head[:1] in {b"{", b"["} else _read_events
    async for value in read(_prepend_chunk(head, chunks)):
        yield value


async def limit_bytes(body: AsyncIterator[bytes], most: int) -> AsyncGenerator[bytes, None]:
    """Yield the chunks of `body`. Raises EndpointFault once they exceed `most` bytes."""
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > most:
            raise EndpointFault(f"answered with more than {most} bytes", retry=False)
        yield chunk


async def _prepend_chunk(head: bytes, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield head
    async for chunk in chunks:
        yield chunk


async def _read_whole(chunks: AsyncIterator[bytes]) -> AsyncGenerator[JsonObject, None]:
    """Read a body that isn't streamed: one JSON, or one JSON object per line."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_LINE:
            raise EndpointFault(f"answered with a JSON of more than {MAX_LINE} bytes", retry=False)
    text = body.decode("utf-8", "replace")
    try:
        values = [json.loads(text)]
    except (ValueError, RecursionError):
        values = [_parse_object(line) for line in text.splitlines()]
    for value in values:
        whole = next(iter(value), None) if isinstance(value, list) else value  # Gemini's errors
        if isinstance(whole, dict):
            yield whole


async def _read_events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[JsonObject, None]:
    """Read server-sent events. Each `data:` line is an event, with or without a blank line after.

    Only an object that is incomplete in its line is continued, up to a blank line.
    """
    event, parts = "", list[str]()
    async for line in _split_lines(chunks):
        field, value = _split_field(line)
        if value == END:
            yield ENDED
        elif field == "event":
            event = value
        elif field == "data" and (parts or _is_cut(value)):
            parts.append(value)
        elif field == "data" or not line:
            event_object = _parse_object("\n".join(parts) or value)
            if event == "error":
                event_object = {"error": event_object or value}
            if event_object is not None:
                yield event_object
            event, parts = "", []
    _parse_object("\n".join(parts))


async def _split_lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """Yield lines without their ends (CR, LF or CRLF). U+2028 and U+0085 don't end a line."""
    line, lines, ended_by_cr = bytearray(), 0, False
    async for chunk in chunks:
        first, *others = _LINE_END.split(chunk.removeprefix(b"\n") if ended_by_cr else chunk)
        ended_by_cr = chunk.endswith(b"\r")
        line += first
        lines += len(others)
        if len(line) > MAX_LINE or lines > MAX_LINES:
            raise EndpointFault(
                f"sent a line of more than {MAX_LINE} bytes, or {MAX_LINES} lines", retry=False
            )
        for other in others:
            yield line.decode("utf-8", "replace").strip()
            line = bytearray(other)
    yield line.decode("utf-8", "replace").strip()


def _split_field(line: str) -> tuple[str, str]:
    """Split an event's line into field and value. Bare objects are data; a comment has no field."""
    if line.startswith("{") or line == END:
        return "data", line
    field, _, value = line.partition(":")
    return field.strip(), value.strip()


def _is_cut(data: str) -> bool:
    """Whether `data` begins an object that doesn't end in this line."""
    return data.startswith("{") and not data.endswith("}")


def _parse_object(data: str) -> JsonObject | None:
    """Parse an object; None for anything else, such as a ping. Raises EndpointFault."""
    if not data.startswith("{"):
        return None
    try:
        value: JsonObject = json.loads(data)
    except (ValueError, RecursionError):
        raise EndpointFault("sent what is no JSON") from None
    return value
