"""What answers at api.weixin.qq.com: tokens and customer-service messages.

Errors come as WeChat sends them: HTTP 200 and an errcode. The clock is handed in, so that a test
lets 48 hours pass without waiting.
"""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.simulator.errcodes import ERRORS
from app.simulator.faults import Faults
from app.simulator.followers import Follower, Interaction
from app.simulator.tokens import TokenStore
from app.simulator.wire import TEXT_BYTES

Body = dict[str, Any]  # JSON, whatever the caller sent

STABLE_TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
TOKEN = "/cgi-bin/token"  # noqa: S105 - a path
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"

HANG_FOR = 30.0  # seconds: callers give up long before

# \u4f60 in the JSON itself. In "\\u4f60" the backslash is escaped: that is a text about escapes.
UNICODE_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class Refused(Exception):
    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass(frozen=True)
class Sent:
    """What reached a phone, and when by the platform's clock."""

    at: float
    openid: str
    message: Body


class Platform:
    """The state behind the API; `app` is the API itself."""

    def __init__(
        self,
        secrets: Mapping[str, str],  # appid -> AppSecret
        *,
        unverified: frozenset[str] = frozenset(),  # appids that may not write to followers
        faults: Faults | None = None,  # by chance, beside those that `fail_next` orders
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.faulted: Counter[str | int] = Counter()  # what chance did
        self.delay = 0.0  # seconds before each answer
        self.sent: dict[str, list[Body]] = defaultdict(list)  # openid -> what reached the phone
        self.log: list[Sent] = []  # the same of all followers, in the order of their arrival
        self.typed: list[tuple[float, str]] = []  # when, and to whom, 对方正在输入 was shown
        self.calls: Counter[str] = Counter()  # path -> requests, refused ones too
        self.tokens = TokenStore(clock)
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
        parameters = _parsed(await request.body())
        self._check_credential(parameters, "client_credential")
        token, seconds = self.tokens.stable(
            parameters["appid"], force_refresh=bool(parameters.get("force_refresh"))
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
        self.log.append(Sent(self.clock(), message["touser"], message))
        return {"errcode": 0, "errmsg": "ok"}

    async def _typing(self, request: Request) -> Body:
        parameters, follower = await self._addressed(request)
        _refuse(follower.type(str(parameters.get("command")), self.clock()))
        if parameters["command"] == "Typing":
            self.typed.append((self.clock(), parameters["touser"]))
        return {"errcode": 0, "errmsg": "ok"}

    async def _addressed(self, request: Request) -> tuple[Body, Follower]:
        """A request about a follower, once its token, rights, JSON and openid are found good."""
        appid = self.tokens.appid_of(request.query_params.get("access_token", ""))
        if isinstance(appid, int):
            raise Refused(appid)
        if appid in self._unverified:
            raise Refused(48001)
        parameters = _parsed(await request.body())
        follower = self._followers.get(str(parameters.get("touser")))
        if follower is None:
            raise Refused(40003)
        return parameters, follower

    def _check_credential(self, parameters: Mapping[str, Any], grant_type: str) -> None:
        if parameters.get("grant_type") != grant_type:
            raise Refused(40002)
        if parameters.get("appid") not in self._secrets:
            raise Refused(40013)
        if parameters.get("secret") != self._secrets[parameters["appid"]]:
            raise Refused(40125)

    def _route(self, method: str, path: str, answer: Callable[[Request], Awaitable[Body]]) -> Route:
        async def endpoint(request: Request) -> Response:
            self.calls[path] += 1
            await asyncio.sleep(self.delay + self.faults.seconds())
            fault = self.faults.draw()
            if fault:
                self.faulted[fault] += 1
            match fault:
                case "bad_gateway":
                    return Response("<html>502 Bad Gateway</html>", 502, media_type="text/html")
                case "hangs":
                    return StreamingResponse(_hanging())
                case "cut":
                    return StreamingResponse(_cut())
                case "deaf":
                    await self._answered(request, path, answer)
                    return StreamingResponse(_cut())
                case errcode:
                    return _json(
                        self._error(errcode)
                        if errcode
                        else await self._answered(request, path, answer)
                    )

        return Route(path, endpoint, methods=[method])

    async def _answered(
        self, request: Request, path: str, answer: Callable[[Request], Awaitable[Body]]
    ) -> Body:
        try:
            if self._failures[path]:
                _refuse(self._failures[path].popleft())
            return await answer(request)
        except Refused as refused:
            return self._error(refused.errcode)

    def _error(self, errcode: int) -> Body:
        rid = f"{int(self.clock()):08x}-{self.calls.total():08x}"
        return {"errcode": errcode, "errmsg": f"{ERRORS.get(errcode, 'error')} rid: {rid}"}


def _json(body: Body) -> Response:
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, media_type="application/json; encoding=utf-8")


async def _hanging() -> AsyncIterator[bytes]:
    yield b'{"errcode": '
    await asyncio.sleep(HANG_FOR)


async def _cut() -> AsyncIterator[bytes]:
    yield b'{"errcode": '


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
