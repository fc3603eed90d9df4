"""Reads HTTP responses of endpoints: classes of status codes, bounded bodies, Retry-After."""

import asyncio
import contextlib
import email.utils
import zlib
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.language_models.event_stream import limit_bytes

# Statuses after which the same request may be sent again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
# Statuses caused by the request's content; others are caused by the endpoint or its key.
OF_THE_REQUEST = frozenset({400, 413, 422})
OF_THE_ADDRESS = frozenset({301, 302, 303, 307, 308, 404, 405})
MAX_ERROR = 16 * 1024  # bytes read of an error's body
ERROR_WITHIN = 1.0  # seconds for reading it: the status says most
MAX_REST = 3600.0  # seconds: a longer Retry-After is cut to this
UNPACKED = 64 * 1024  # bytes decompressed at a time


def parse_retry_after(header: str, now: float) -> float:
    """Seconds until a Retry-After (seconds or a date), at most an hour; 0 if it is invalid."""
    try:
        seconds = (
            float(header)
            if header.strip().isdecimal()
            else email.utils.parsedate_to_datetime(header).timestamp() - now
        )
    except (ValueError, OverflowError):
        return 0.0
    return min(MAX_REST, max(0.0, seconds))


async def read_error(response: httpx.Response) -> bytes:
    """As much of an error's body as comes within the limits; raises nothing."""
    body = b""
    with contextlib.suppress(TimeoutError, EndpointFault, httpx.HTTPError):
        async with asyncio.timeout(ERROR_WITHIN):
            async for chunk in limit_bytes(read_body(response), MAX_ERROR):
                body += chunk
    return body


async def read_body(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the body's bytes; gzip and deflate, which gateways apply unasked, are decompressed.

    Raises EndpointFault for other encodings and broken data.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        async for chunk in response.aiter_raw():
            yield chunk
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        async for chunk in _unpack_chunks(response.aiter_raw()):
            yield chunk
    else:
        raise EndpointFault(f"answered packed ({encoding[:20]!r}), unasked", retry=False)


async def _unpack_chunks(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as its head says
    try:
        async for chunk in chunks:
            while chunk:
                yield unpacker.decompress(chunk, UNPACKED)
                chunk = unpacker.unconsumed_tail
    except zlib.error:
        raise EndpointFault("answered packed, and it can't be unpacked") from None
