"""What answers at api.weixin.qq.com: tokens and customer-service messages.

Errors come as WeChat sends them: HTTP 200 and an errcode. The clock is handed in, so that a test
lets 48 hours pass without waiting.
"""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.simulator.followers import Follower, Interaction
from tests.simulator.tokens import Tokens
from tests.simulator.wire import TEXT_BYTES

Body = dict[str, Any]  # JSON, whatever the caller sent

STABLE_TOKEN = "/cgi-bin/stable_token"
TOKEN = "/cgi-bin/token"
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"

ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid typing command",
    45080: "typing: no interaction within 30 seconds",
    45081: "typing: already typing",
    47001: "data format error",
    48001: "api unauthorized",
}

# \u4f60 in the JSON itself. In "\\u4f60" the backslash is escaped: that is a text about escapes.
UNICODE_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class Refused(Exception):
    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


class Platform:
    """The state behind the API; `app` is the API itself."""

    def __init__(
        self,
        secrets: Mapping[str, str],  # appid -> AppSecret
        *,
        unverified: frozenset[str] = frozenset(),  # appids that may not write to followers
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.delay = 0.0  # seconds before each answer
        self.sent: dict[str, list[Body]] = defaultdict(list)  # openid -> what reached the phone
        self.calls: Counter[str] = Counter()  # path -> requests, refused ones too
        self.tokens = Tokens(clock)
        self._secrets = secrets
        self._unverified = unverified
        self._followers: dict[str, Follower] = {}
        self._failures: dict[str, deque[int]] = defaultdict(deque)
        self.app = Starlette(
            routes=[
                self._route("POST", STABLE_TOKEN, self._stable_token),
                self._route("GET", TOKEN, self._token),
                self._route("POST", SEND, self._send),
                self._route("POST", TYPING, self._typing),
            ]
        )

    def interacted(self, openid: str, interaction: Interaction) -> None:
        follower = self._followers.setdefault(openid, Follower())
        follower.interact(interaction, self.clock())

    def unsubscribed(self, openid: str) -> None:
        self._followers.setdefault(openid, Follower()).leave()

    def fail_next(self, path: str, errcode: int, times: int = 1) -> None:
        if path not in (STABLE_TOKEN, TOKEN, SEND, TYPING):
            raise ValueError(f"nothing answers at {path}")
        self._failures[path].extend([errcode] * times)

    def is_typing(self, openid: str) -> bool:
        follower = self._followers.get(openid)
        return follower is not None and self.clock() < follower.typing_until

    async def _stable_token(self, request: Request) -> Body:
        asked = _parsed(await request.body())
        self._check_credential(asked, "client_credential")
        token, seconds = self.tokens.stable(
            asked["appid"], force_refresh=bool(asked.get("force_refresh"))
        )
        return {"access_token": token, "expires_in": seconds}

    async def _token(self, request: Request) -> Body:
        self._check_credential(dict(request.query_params), "client_credential")
        token, seconds = self.tokens.rotated(request.query_params["appid"])
        return {"access_token": token, "expires_in": seconds}

    async def _send(self, request: Request) -> Body:
        message, follower = await self._addressed(request)
        _check_message(message)
        _refuse(follower.spend(self.clock()))
        self.sent[message["touser"]].append(message)
        return {"errcode": 0, "errmsg": "ok"}

    async def _typing(self, request: Request) -> Body:
        asked, follower = await self._addressed(request)
        _refuse(follower.type(str(asked.get("command")), self.clock()))
        return {"errcode": 0, "errmsg": "ok"}

    async def _addressed(self, request: Request) -> tuple[Body, Follower]:
        """A request about a follower, once its token, rights, JSON and openid are found good."""
        appid = self.tokens.appid_of(request.query_params.get("access_token", ""))
        if isinstance(appid, int):
            raise Refused(appid)
        if appid in self._unverified:
            raise Refused(48001)
        asked = _parsed(await request.body())
        follower = self._followers.get(str(asked.get("touser")))
        if follower is None:
            raise Refused(40003)
        return asked, follower

    def _check_credential(self, asked: Mapping[str, Any], grant_type: str) -> None:
        if asked.get("grant_type") != grant_type:
            raise Refused(40002)
        if asked.get("appid") not in self._secrets:
            raise Refused(40013)
        if asked.get("secret") != self._secrets[asked["appid"]]:
            raise Refused(40125)

    def _route(self, method: str, path: str, answer: Callable[[Request], Awaitable[Body]]) -> Route:
        async def endpoint(request: Request) -> Response:
            self.calls[path] += 1
            await asyncio.sleep(self.delay)
            try:
                if self._failures[path]:
                    _refuse(self._failures[path].popleft())
                body = await answer(request)
            except Refused as refused:
                body = self._error(refused.errcode)
            return Response(
                json.dumps(body, ensure_ascii=False), media_type="application/json; encoding=utf-8"
            )

        return Route(path, endpoint, methods=[method])

    def _error(self, errcode: int) -> Body:
        rid = f"{int(self.clock()):08x}-{self.calls.total():08x}"
        return {"errcode": errcode, "errmsg": f"{ERRORS.get(errcode, 'error')} rid: {rid}"}


def _refuse(errcode: int) -> None:
    if errcode != 0:
        raise Refused(errcode)


def _parsed(body: bytes) -> Body:
    if UNICODE_ESCAPE.search(body):
        raise Refused(40033)
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise Refused(47001) from error
    if not isinstance(parsed, dict):
        raise Refused(47001)
    return parsed


def _check_message(message: Body) -> None:
    match message:
        case {"msgtype": "text", "text": {"content": str(content)}}:
            _refuse(0 if content else 44004)
            _refuse(0 if len(content.encode()) <= TEXT_BYTES else 45002)
        case {"msgtype": "image", "image": {"media_id": str(media_id)}}:
            _refuse(0 if media_id else 40007)
        case {"msgtype": "news", "news": {"articles": [*articles]}}:
            _refuse(0 if len(articles) == 1 else 45008)  # one article since 2018
        case {"msgtype": "msgmenu", "msgmenu": {"list": [{"id": str(), "content": str()}, *_]}}:
            pass
        case {"msgtype": "text" | "image" | "news" | "msgmenu"}:
            raise Refused(47001)
        case _:
            raise Refused(40008)
