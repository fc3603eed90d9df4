"""A server that sends bytes as they are: what no framework would let a test send."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
Answer = Iterable[bytes]  # one write each


@dataclass
class RawServer:
    """What came, and what is answered: one connection a request."""

    answer: Callable[[Body], Answer]
    hold: bool = False  # whether the connection stays open after the answer
    base: str = ""  # http://127.0.0.1:port
    targets: list[str] = field(default_factory=list)  # of each request, as it was sent
    requests: list[Body] = field(default_factory=list)
    sent: int = 0  # bytes that the other side took

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lengths = [line for line in head.lower().split("\r\n") if "content-length" in line]
            size = int(lengths[0].split(":")[1]) if lengths else 0
            body = await reader.readexactly(size)
            self.targets.append(head.split(" ")[1])
            self.requests.append(json.loads(body) if body else {})
            for part in self.answer(self.requests[-1]):
                writer.write(part)
                await writer.drain()
                self.sent += len(part)
            if self.hold:
                await reader.read()
        except OSError:
            pass  # the other side has hung up, which some tests are about
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(
    answer: Callable[[Body], Answer], *, hold: bool = False
) -> AsyncIterator[RawServer]:
    """On a free port of this machine, for as long as the block lasts."""
    raw = RawServer(answer, hold)
    server = await asyncio.start_server(raw.handle, "127.0.0.1", 0)
    raw.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()


def respond(body: bytes | str, content_type: str = "text/event-stream", *more: str) -> bytes:
    """A whole response with status 200, without a length: it ends with the connection."""
    return status(200, body, f"Content-Type: {content_type}", *more)


def status(code: int, body: bytes | str, *headers: str) -> bytes:
    """A whole response."""
    lines = [f"HTTP/1.1 {code} Planned", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + (body if isinstance(body, bytes) else body.encode())
