"""A group's robot and a webhook on a real socket, and a mail server that keeps what it gets."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.serve import serving


@dataclass
class Robot:
    """Answers each request with the next of `answers`, the last one over and over."""

    answers: list[Any] = field(default_factory=lambda: [{"errcode": 0, "errmsg": "ok"}])
    status: int = 200
    bodies: list[Any] = field(default_factory=list)  # bodies, from JSON
    queries: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its base address."""
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST"])])
        async with serving(app) as base:
            yield base

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        self.raw.append(body)
        self.bodies.append(json.loads(body))
        self.queries.append(dict(request.query_params))
        self.headers.append(dict(request.headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, str):
            return Response(answer, self.status)
        return JSONResponse(answer, self.status)


@dataclass
class MailServer:
    """Speaks as much SMTP as smtplib does. `refuses`: who gets no mail."""

    user: str = ""
    password: str = ""
    refuses: frozenset[str] = frozenset()
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Its port."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        letter = _Letter()
        writer.write(b"220 mail\r\n")
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            writer.write(f"{self._reply(verb.upper(), rest, letter)}\r\n".encode())
            if verb.upper() == "DATA":
                data = await reader.readuntil(b"\r\n.\r\n")
                mail = message_from_bytes(data[:-5], policy=policy.default)
                self.mails.append((letter.sender, letter.to, mail))
                writer.write(b"250 taken\r\n")
            if verb.upper() == "QUIT":
                break
        writer.close()
        await writer.wait_closed()

    def _reply(self, verb: str, rest: str, letter: "_Letter") -> str:
        address = rest.partition("<")[2].partition(">")[0]
        match verb:
            case "EHLO":
                return "250-mail\r\n250 " + ("AUTH PLAIN" if self.user else "8BITMIME")
            case "AUTH":
                credentials = base64.b64decode(rest.split()[-1]).decode().split("\0")[1:]
                return "235 in" if credentials == [self.user, self.password] else "535 who are you"
            case "MAIL":
                letter.sender = address
            case "RCPT" if address in self.refuses:
                return "550 nobody"
            case "RCPT":
                letter.to.append(address)
        return {"DATA": "354 go", "QUIT": "221 bye"}.get(verb, "250 ok")


@dataclass
class _Letter:
    """Who sends it, and to whom."""

    sender: str = ""
    to: list[str] = field(default_factory=list)
