"""The gate before the REST interface: key first, then a bounded body, then parsing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GUARDED = "/api/"


@dataclass(frozen=True, slots=True)
class Gate:
    """ASGI middleware: FastAPI would parse a stranger's body before it asks for the key."""

    app: ASGIApp
    key: str
    limit: int  # bytes of a body
    larger: Mapping[str, int] = field(default_factory=dict)  # by path, where files are sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """401 without the key, 413 over the limit, with or without Content-Length."""
        if scope["type"] != "http" or not scope["path"].startswith(GUARDED):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not self._knows(headers.get(b"authorization", b"")):
            refusal = JSONResponse(
                {"detail": "send the header Authorization: Bearer CMS_API_KEY"},
                401,
                {"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)
            return
        limit = self.larger.get(scope["path"], self.limit)
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await JSONResponse({"detail": _too_large(limit)}, 413)(scope, receive, send)
            return
        await self.app(scope, _counted(receive, limit), send)

    def _knows(self, authorization: bytes) -> bool:
        scheme, _, given = authorization.partition(b" ")
        fits = secrets.compare_digest(given.strip(), self.key.encode())
        return bool(self.key) and scheme.lower() == b"bearer" and fits


def _too_large(limit: int) -> str:
    return f"the body is over {limit} bytes; send less at a time"


def _counted(receive: Receive, limit: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return counted
