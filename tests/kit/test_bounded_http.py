"""The bounds of HTTP, over real sockets: heads, bodies, seconds and connections."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.kit.bounded_http import Bounds, bounded_protocol, raise_file_limit
from app.simulator.callback.connections import Answer, Connections
from tests import pace
from tests.support.serve import serving

KIB = 1024
QUICK = Bounds(head_seconds=0.3, body_seconds=0.3)  # for what is cut
STEADY = Bounds(head_seconds=30, body_seconds=30)  # for what isn't cut by time
SILENT = 1_200


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body; /refuse answers before it has read one."""
    if scope["type"] == "lifespan":
        return
    size, more = 0, scope["path"] != "/refuse"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = str(size).encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def bounded(bounds: Bounds) -> AsyncIterator[str]:
    async with serving(app, http=bounded_protocol(bounds)) as base:
        yield base


@asynccontextmanager
async def connected(
    base: str, sent: bytes = b""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    where = urlsplit(base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(sent)
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def answered(base: str, sent: bytes) -> bytes:
    """All that the server answers until it closes the connection."""
    async with asyncio.timeout(10), connected(base, sent) as (reader, _):
        return await reader.read()


def head(size: int, *, end: bytes = b"\r\n\r\n") -> bytes:
    """A head whose target and headers have `size` bytes, without the colons and line ends."""
    return b"GET / HTTP/1.1\r\nA: " + b"a" * (size - 2) + end


@pytest.mark.parametrize(
    ("size", "first_line"),
    [
        (16 * KIB, b"HTTP/1.1 200 OK"),
        (16 * KIB + 1, b"HTTP/1.1 431 Request Header Fields Too Large"),
    ],
)
async def test_a_head_over_its_bound_is_refused(size: int, first_line: bytes) -> None:
    async with bounded(STEADY) as base, asyncio.timeout(10), connected(base, head(size)) as (r, _):
        line = await r.readline()

    assert line.rstrip() == first_line


@pytest.mark.parametrize(
    "begin", [b"GET /?", b"GET / HTTP/1.1\r\nA: ", b"GET / HTTP/1.1\r\n"],
    ids=["line", "header", "headers"],
)  # fmt: skip
async def test_an_endless_head_is_cut_and_not_kept(begin: bytes) -> None:
    endless = b"A: b\r\n" * 10_000 if begin.endswith(b"\n") else b"a" * 60_000
    sent = len(begin)
    async with bounded(STEADY) as base, connected(base, begin) as (_, writer):
        with contextlib.suppress(OSError):
            while sent < 200 * KIB * KIB:
                writer.write(endless)
                await writer.drain()
                sent += len(endless)

    assert sent < 20 * KIB * KIB  # what fits into the buffers of both sockets


async def test_endless_trailers_are_cut() -> None:
    begin = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    sent = 0
    async with bounded(STEADY) as base, connected(base, begin) as (_, writer):
        with contextlib.suppress(OSError):
            while sent < 200 * KIB * KIB:
                writer.write(b"A: b\r\n" * 10_000)
                await writer.drain()
                sent += 60_000

    assert sent < 20 * KIB * KIB


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b""),
        (b"GET / HT", b"HTTP/1.1 408"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"HTTP/1.1 408"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", b"HTTP/1.1 408"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", b"HTTP/1.1 408"),
    ],
    ids=["silent", "half a line", "half a head", "half a body", "half a chunk"],
)
async def test_who_stops_in_the_middle_is_cut_off(sent: bytes, status: bytes) -> None:
    async with bounded(QUICK) as base:
        answer = await answered(base, sent)

    assert answer[:12] == status


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nA: ",
        b"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n",
        b"POST /refuse HTTP/1.1\r\nContent-Length: 100000\r\n\r\n",
        b"POST /refuse HTTP/1.1\r\nContent-Length: 0\r\n\r\n\r\n",
    ],
    ids=["head", "body", "body of who is refused", "blank lines"],
)
async def test_who_sends_byte_by_byte_is_cut_off(begin: bytes) -> None:
    trickle = b"\r\n" if begin.endswith(b"\r\n\r\n\r\n") else b"a"
    async with bounded(QUICK) as base, asyncio.timeout(20), connected(base, begin) as (_, writer):
        with contextlib.suppress(OSError):
            while True:
                writer.write(trickle)
                await writer.drain()
                await asyncio.sleep(0.02)

    assert writer.is_closing()


async def test_a_large_body_has_as_long_as_its_rate_allows() -> None:
    slow = Bounds(body_seconds=0.2, body_rate=50_000)
    parts = [b"a" * 20_000] * 10  # 4 s at that rate; sent in about 1 s
    begin = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n"

    async with bounded(slow) as base, asyncio.timeout(10), connected(base, begin) as (r, writer):
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.1)
        answer = await r.read()

    assert answer.endswith(b"200000")


async def test_requests_on_one_connection_are_answered_one_after_another() -> None:
    two = head(4_000) + b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    last = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"

    async with bounded(Bounds(head_seconds=1)) as base:
        answer = await answered(base, two * 10 + last)

    assert answer.count(b"HTTP/1.1 200 OK") == 21


async def test_beyond_the_bound_who_has_been_silent_longest_goes() -> None:
    few = Bounds(head_seconds=30, connections=3)
    async with bounded(few) as base, contextlib.AsyncExitStack() as stack:
        readers = [(await stack.enter_async_context(connected(base)))[0] for _ in range(4)]
        async with asyncio.timeout(10):
            gone = await readers[0].read()
        still_there = [not reader.at_eof() for reader in readers[1:]]

    assert (gone, still_there) == (b"", [True, True, True])


async def test_silent_connections_do_not_stop_a_request() -> None:
    room = raise_file_limit(4 * SILENT) // 2 - 200  # both ends of each are in this process
    silent = min(SILENT, room)
    bounds = Bounds(head_seconds=60, connections=silent // 4)
    async with bounded(bounds) as base, contextlib.AsyncExitStack() as stack:
        for _ in range(silent):
            await stack.enter_async_context(connected(base))
        line = Connections()
        began = time.perf_counter()
        answer = await line.ask("POST", f"{base}/?a=b", b"hello")
        seconds = time.perf_counter() - began
        await line.close()

    assert (answer, seconds < pace.seconds(2)) == (Answer(200, b"5"), True)
