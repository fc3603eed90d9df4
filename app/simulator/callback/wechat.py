"""WeChat's servers as an account's server meets them: they push, wait five seconds and hang up."""

import asyncio
import contextlib
import itertools
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from app.simulator.callback.connections import Answer, Connections
from app.simulator.callback.wire import (
    Abnormal,
    CallbackAccount,
    Fields,
    FieldValue,
    Reply,
    is_sealed,
    read_answer,
    read_sealed_answer,
    seal,
    sign,
    to_xml,
)

# What a connection does when the server refuses, resets or closes it, or does not speak HTTP.
NO_ANSWER = (OSError, EOFError, ValueError, IndexError, asyncio.LimitOverrunError)


class Mode(StrEnum):
    PLAIN = "plain"
    COMPATIBLE = "compatible"  # both bodies in one; either reply will do
    SAFE = "safe"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One POST of a message and what came of it."""

    status: int | None  # None: no answer
    body: bytes
    seconds: float
    cut: bool  # WeChat hung up; without a status and not cut, the server did
    reply: Reply | None
    fault: str | None  # why WeChat does not take it

    @property
    def proper(self) -> bool:
        return self.fault is None


@dataclass(frozen=True)
class Outcome:
    """One message and all its deliveries."""

    reply: Reply | None
    answered_in: int | None  # which delivery, from 1; None if none was answered properly
    seconds: float  # from the first POST to the answer, or to giving up
    deliveries: tuple[Delivery, ...]

    @property
    def fault(self) -> bool:
        """The follower reads 该公众号提供的服务出现故障，请稍后再试."""
        return self.answered_in is None


@dataclass(kw_only=True)
class WeChat:
    """Pushes one account's messages to its server, from any number of followers at once."""

    account: CallbackAccount
    bases: Sequence[str]  # several api processes: each POST goes to the next
    mode: Mode = Mode.PLAIN
    hang_up_after: float = 5.0  # seconds
    deliveries: int = 3
    apart: float = 0.0  # seconds at least from one delivery to the next, also after a failed one
    balanced: bool = False  # a proxy in front goes to the next server where one refuses connections
    connections: int = 128  # open at once; a POST beyond them waits, and its clock too
    spoil: frozenset[str] = frozenset()  # query parameters that arrive wrong
    clock: Callable[[], float] = time.time

    _line: Connections = field(default_factory=Connections, init=False, repr=False)
    _room: asyncio.Semaphore = field(init=False, repr=False)
    _bases: "itertools.cycle[str]" = field(init=False, repr=False)
    _msg_ids: "itertools.count[int]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.connections)
        self._bases = itertools.cycle(self.bases)
        self._msg_ids = itertools.count(time.time_ns())  # 64 bits, never the same in two runs

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._line.close()

    def stamp(self, message: Fields, openid: str) -> dict[str, FieldValue]:
        """The message in its envelope. Its own CreateTime or MsgId, if it has one, stands."""
        stamped = {
            "ToUserName": self.account.username,
            "FromUserName": openid,
            "CreateTime": int(self.clock()),
            **message,
        }
        if message.get("MsgType") != "event":
            stamped.setdefault("MsgId", next(self._msg_ids))
        return stamped

    async def push(self, stamped: Fields, together: int = 1) -> Outcome:
        """Deliver until the server answers. An abnormal answer is an answer: WeChat stops there.

        The first `together` of the deliveries arrive at the same moment, as they do when the
        network kept one back.
        """
        began = time.perf_counter()
        made = await self.deliver_at_once(stamped, together)
        while len(made) < self.deliveries and not any(d.status for d in made):
            await asyncio.sleep(began + len(made) * self.apart - time.perf_counter())
            made.append(await self.deliver(stamped))
        number, last = _telling(made)
        return Outcome(
            reply=last.reply,
            answered_in=number if last.proper else None,
            seconds=time.perf_counter() - began,
            deliveries=tuple(made),
        )

    async def deliver_at_once(self, stamped: Fields, copies: int) -> list[Delivery]:
        return await asyncio.gather(*(self.deliver(stamped) for _ in range(copies)))

    async def deliver(self, stamped: Fields) -> Delivery:
        return await self.post(*self.request(stamped), openid=str(stamped["FromUserName"]))

    def request(self, stamped: Fields) -> tuple[dict[str, str], bytes]:
        """The query and the body of one delivery, freshly signed."""
        return self.request_of(to_xml(stamped).encode(), stamped)

    def request_of(self, body: bytes, stamped: Fields) -> tuple[dict[str, str], bytes]:
        """The same for any `body`; `stamped` is the plain copy in compatible mode."""
        query = self._signed(openid=str(stamped["FromUserName"]))
        if self.mode is Mode.PLAIN:
            return query, body
        encrypt = seal(body, self.account)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": sign(self.account.token, query["timestamp"], query["nonce"], encrypt),
        }
        around = stamped if self.mode is Mode.COMPATIBLE else {"ToUserName": self.account.username}
        return query, to_xml({**around, "Encrypt": encrypt}).encode()

    async def post(self, query: Mapping[str, str], body: bytes, openid: str) -> Delivery:
        """Any query with any body, hostile ones too."""
        async with self._room:
            began = time.perf_counter()
            try:
                async with asyncio.timeout(self.hang_up_after):
                    answer = await self._ask(query, body)
            except NO_ANSWER as error:
                cut = isinstance(error, TimeoutError)
                fault = "no answer in time" if cut else f"no answer: {error!r}"
                return Delivery(
                    status=None, body=b"", seconds=time.perf_counter() - began,
                    cut=cut, reply=None, fault=fault,
                )  # fmt: skip
            seconds = time.perf_counter() - began
        reply, abnormal = self._read(answer, openid)
        return Delivery(
            status=answer.status, body=answer.body, seconds=seconds,
            cut=False, reply=reply, fault=abnormal,
        )  # fmt: skip

    async def _ask(self, query: Mapping[str, str], body: bytes) -> Answer:
        first = next(self._bases)
        others = [base for base in self.bases if base != first] if self.balanced else []
        for base in (first, *others[:-1]) if others else ():
            with contextlib.suppress(ConnectionRefusedError):
                return await self._line.ask("POST", self._url(base, query), body)
        last = others[-1] if others else first
        return await self._line.ask("POST", self._url(last, query), body)

    async def verify_url(self) -> bool:
        """The handshake of the settings page: the server must echo what it was sent."""
        echo = str(secrets.randbelow(10**19))
        url = self._url(next(self._bases), {**self._signed(), "echostr": echo})
        try:
            async with asyncio.timeout(self.hang_up_after):
                return await self._line.ask("GET", url) == Answer(200, echo.encode())
        except NO_ANSWER:
            return False

    def _signed(self, **query: str) -> dict[str, str]:
        # Signed when it is sent, however far the clock of the messages has been turned.
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        signature = sign(self.account.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce, **query}

    def _url(self, base: str, query: Mapping[str, str]) -> str:
        sent = {name: f"{value}0" if name in self.spoil else value for name, value in query.items()}
        return f"{base}{self.account.path}?{urlencode(sent)}"

    def _read(self, answer: Answer, openid: str) -> tuple[Reply | None, str | None]:
        sealed = self.mode is Mode.SAFE or (self.mode is Mode.COMPATIBLE and is_sealed(answer.body))
        read = read_sealed_answer if sealed else read_answer
        try:
            return read(answer.status, answer.body, self.account, openid), None
        except Abnormal as abnormal:
            return None, str(abnormal)


def _telling(made: Sequence[Delivery]) -> tuple[int, Delivery]:
    """The delivery that the follower hears of, from 1: one with words before one without."""
    worth = [(d.reply is not None, d.proper, d.status is not None) for d in made]
    best = max(range(len(made)), key=lambda at: (worth[at], at))
    return best + 1, made[best]
