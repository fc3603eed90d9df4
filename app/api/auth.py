"""ASGI middleware before REST, its pages and the metrics: checks the API key, limits bodies.

The key (CMS_API_KEY) comes as `Authorization: Bearer KEY`; `app.kit.authorization` compares it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import refusal_response
from app.errors import TooLarge, Unauthorized
from app.kit.authorization import shows_key

GUARDED = "/api/"
# Paths opened by browsers and Prometheus: these also take the key as a Basic password.
PAGES = ("/docs", "/redoc", "/openapi.json", "/metrics")
PAGE_HEADERS = [
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


@dataclass(frozen=True, slots=True)
class ApiKeyMiddleware:
    """Checks the key before FastAPI sees the request, which would parse the body first."""

    app: ASGIApp
    key: str
    limit: int  # bytes of a body
    limits_by_path: Mapping[str, int] = field(default_factory=dict)  # bytes, for uploads of files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 without the key, 413 for a body over the limit; else pass the request on."""
        path = scope["path"] if scope["type"] == "http" else ""
        is_page = path.startswith(PAGES)
        if not (is_page or path.startswith(GUARDED)):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        authorization = headers.get(b"authorization", b"")
        if not shows_key(authorization, self.key, basic=is_page):
            await _unauthorized_response(is_page, is_wrong=bool(authorization))(
                scope, receive, send
            )
            return
        if is_page:
            await self.app(scope, receive, _with_page_headers(send))
            return
        limit = self.limits_by_path.get(scope["path"], self.limit)
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await refusal_response(TooLarge(_too_large(limit)))(scope, receive, send)
            return
        await self.app(scope, _limit_body(receive, limit), send)


def _unauthorized_response(is_page: bool, *, is_wrong: bool) -> Response:
    detail = "send the header Authorization: Bearer CMS_API_KEY"
    if is_wrong:
        detail = f"the key is not this service's CMS_API_KEY; {detail}"
    scheme = "Bearer"
    if is_page:
        detail += "; a browser asks for it as the password of any user"
        scheme = 'Basic realm="CMS_API_KEY as password", charset="UTF-8"'
    return refusal_response(Unauthorized(detail), {"WWW-Authenticate": scheme})


def _with_page_headers(send: Send) -> Send:
    async def with_page_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *PAGE_HEADERS]}
        await send(message)

    return with_page_headers


def _too_large(limit: int) -> str:
    return f"the body is over {limit} bytes; send less at a time"


def _limit_body(receive: Receive, limit: int) -> Receive:
    read = 0

    async def receive_limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return receive_limited
