"""A shop's own system behind its webhook: knows orders, and who they belong to.

It refuses what isn't signed as agreed, and misbehaves on request.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

PATH = "/huiyin"
FRESH = 300  # seconds that a signature is good for


class Cms:
    """The state behind the webhook; `app` is the webhook itself."""

    def __init__(
        self,
        secret: str,
        orders: Mapping[tuple[str, str], Mapping[str, Any]],  # openid, number -> as it is told
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.secret = secret
        self.delay = 0.0  # seconds before each answer
        self.instead: Response | None = None  # what is answered in the place of the truth
        self.queries: list[Any] = []  # what was asked and signed well
        self._orders = orders
        self._clock = clock
        self.app = Starlette(
            routes=[
                Route(PATH, self._answer, methods=["POST"]),
                Route("/elsewhere", self._elsewhere, methods=["GET", "POST"]),
            ]
        )
        self.visited = 0  # the address that a redirect leads to

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        if not self._is_signed(request, body):
            return Response(status_code=401)
        query = json.loads(body)
        self.queries.append(query)
        await asyncio.sleep(self.delay)
        if self.instead is not None:
            return self.instead
        order = self._orders.get((query["openid"], query["number"]))
        reply_body = json.dumps({"order": order}, ensure_ascii=False)
        return Response(reply_body, media_type="application/json")

    async def _elsewhere(self, request: Request) -> Response:
        self.visited += 1
        return Response("{}", media_type="application/json")

    def _is_signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-huiyin-timestamp", "")
        if not timestamp.isdigit() or abs(self._clock() - int(timestamp)) > FRESH:
            return False
        signed = hmac.digest(self.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
        return hmac.compare_digest(signed.hex(), request.headers.get("x-huiyin-signature", ""))


def redirected() -> Response:
    """What would lead a careless caller away."""
    return RedirectResponse("/elsewhere", status_code=307)
