"""A small HTTP/1.1 client over asyncio streams, with connections that are kept alive.

A benchmark's client shares the machine with the server it measures, and httpx would use more of it
than the server's own HTTP does.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

# A server closes an idle connection, uvicorn by default after 5 s. Well before that a connection
# is no longer trusted, so that a lost answer is always the server's doing.
IDLE_FOR_SECONDS = 2.0


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass(frozen=True)
class Stream:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_since: float = 0.0

    @property
    def usable(self) -> bool:
        age = asyncio.get_running_loop().time() - self.idle_since
        return age < IDLE_FOR_SECONDS and not self.reader.at_eof()


class Connections:
    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[Stream]] = defaultdict(list)

    async def ask(self, method: str, url: str, body: bytes = b"") -> Answer:
        """Send one request. Whoever cancels it, as a timeout does, cuts the connection."""
        where = urlsplit(url)
        server = (where.hostname or "", where.port or 80)
        stream = await self._open(server)
        try:
            stream.writer.write(_request(method, f"{where.path}?{where.query}", server, body))
            answer, keep = await _answer(stream.reader)
        except BaseException:
            stream.writer.transport.abort()
            raise
        if keep:
            now = asyncio.get_running_loop().time()
            self._idle[server].append(Stream(stream.reader, stream.writer, idle_since=now))
        else:
            stream.writer.close()
        return answer

    async def close(self) -> None:
        idle = [stream for streams in self._idle.values() for stream in streams]
        self._idle.clear()
        for stream in idle:
            stream.writer.close()
        await asyncio.gather(*(s.writer.wait_closed() for s in idle), return_exceptions=True)

    async def _open(self, server: tuple[str, int]) -> Stream:
        idle = self._idle[server]
        while idle:
            stream = idle.pop()
            if stream.usable:
                return stream
            stream.writer.close()
        return Stream(*await asyncio.open_connection(*server))


def _request(method: str, target: str, server: tuple[str, int], body: bytes) -> bytes:
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: {server[0]}:{server[1]}\r\n"
        "User-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """The answer, and whether the connection may carry another one."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).lower().splitlines()
    named = (line.partition(b":") for line in lines)
    headers = {name: value.strip() for name, _, value in named}
    status = int(first.split()[1])
    keep = headers.get(b"connection") != b"close"
    if status in (204, 304):
        return Answer(status, b""), keep
    if b"content-length" in headers:
        return Answer(status, await reader.readexactly(int(headers[b"content-length"]))), keep
    if headers.get(b"transfer-encoding") == b"chunked":
        return Answer(status, await _chunks(reader)), keep
    return Answer(status, await reader.read()), False


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body
