"""Followers who do what the script says, and what their phones show."""

import asyncio
import hashlib
import itertools
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from app.simulator.callback.wechat import Outcome
from app.simulator.callback.wire import Fields
from app.simulator.clock import Running
from app.simulator.phones import messages, taps
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.bench.conversation.script import Act, Day, Doing
from tests.bench.conversation.values import FollowerMessage, PhoneText

READS_FOR = (1.0, 8.0)  # seconds, until a link is tapped
FAREWELL = "在吗"


@dataclass
class Traffic:
    """What was asked and heard so far; `clock` is WeChat's own."""

    phones: Sequence[Phone]
    platform: Platform
    clock: Running
    seed: int
    on_message: Callable[[], None]  # after each message
    messages_by_id: dict[str, FollowerMessage] = field(default_factory=dict)
    replied: list[PhoneText] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)  # openid -> when
    faulted: int = 0  # 该公众号提供的服务出现故障
    _sending: "set[asyncio.Task[None]]" = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(time.time_ns())
    )

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def phone_texts(self) -> list[PhoneText]:
        """Replies and customer-service messages."""
        sent = self.platform.log
        return [
            *self.replied,
            *(PhoneText(s.openid, self.clock.real(s.at), _text(s.message)) for s in sent),
        ]

    async def day(self, doings: Day, seconds: float) -> None:
        """Returns when the day is over; some conversations may still go on."""
        began = time.monotonic()
        for doing in doings:
            await asyncio.sleep(doing.at - (time.monotonic() - began))
            self._start(self._do(doing))
        await asyncio.sleep(seconds - (time.monotonic() - began))

    async def over(self) -> None:
        """No conversation goes on."""
        while self._sending:
            await asyncio.wait(set(self._sending))

    async def farewell(self) -> None:
        """Everybody who is still there writes once more: what was kept for them can ride."""
        for who, phone in enumerate(self.phones):
            if (
                phone.openid
                in {each.user for each in self.messages_by_id.values()} - self.left.keys()
            ):
                self._start(self._act(who, Act("say", FAREWELL)))
                await asyncio.sleep(0.02)
        await self.over()

    def _start(self, what: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(what)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    async def _do(self, doing: Doing) -> None:
        last: asyncio.Task[None] | None = None
        for act in doing.acts:
            if act.waits and last:
                await last
            await asyncio.sleep(act.pause)
            last = self._start(self._act(doing.who, act))

    async def _act(self, who: int, act: Act) -> None:
        phone = self.phones[who]
        if act.verb == "unsubscribe":
            self.left[phone.openid] = time.time()
            await phone.unsubscribe()
        else:
            await self._send(phone, _message(act), act)

    async def _send(self, phone: Phone, message: Fields, act: Act) -> None:
        number, now = next(self._numbers), time.time()
        event = message["MsgType"] == "event"
        stamped: Fields = {
            **message, "CreateTime": int(self.clock()), **({} if event else {"MsgId": number}),
        }  # fmt: skip
        id_ = f"{phone.wechat.account.appid}:{_event_key(phone, stamped) if event else number}"
        self.messages_by_id[id_] = FollowerMessage(
            id_, phone.openid, now, carrier=act.verb == "tap"
        )
        outcome = await phone.send(stamped, act.together)
        self._note(id_, outcome, act.together)
        self.on_message()
        for tap in taps.in_text(outcome.reply.content) if outcome.reply else []:
            await asyncio.sleep(self._random.uniform(*READS_FOR))
            again = messages.menu_tap(tap.content, tap.menu_id)
            await self._send(phone, again, Act("tap"))
            break

    def _note(self, id: str, outcome: Outcome, together: int) -> None:  # noqa: A002
        message = self.messages_by_id[id]
        reached = any(delivery.status for delivery in outcome.deliveries)
        failed = tuple(delivery.fault for delivery in outcome.deliveries if delivery.fault)
        self.messages_by_id[id] = replace(message, reached=reached, failed=failed)
        self.faulted += outcome.fault
        for number, delivery in enumerate(outcome.deliveries, 1):
            if delivery.reply:  # those that came together are the same delivery twice
                count = max(number - together + 1, 1)
                phone_text = PhoneText(message.user, time.time(), delivery.reply.content, id, count)
                self.replied.append(phone_text)


def _message(act: Act) -> Fields:
    match act.verb:
        case "click":
            return messages.click(act.text)
        case "image":
            return messages.image()
        case "subscribe":
            return messages.subscribe()
        case "tap":
            return messages.menu_tap(act.text, "1")
        case _:
            return messages.text(act.text)


def _event_key(phone: Phone, stamped: Fields) -> str:
    """The record names an event by the digest of what tells it apart."""
    parts = (
        phone.openid,
        stamped["CreateTime"],
        str(stamped["Event"]).lower(),
        stamped["EventKey"],
    )
    key = ":".join(quote(str(part), safe="") for part in parts)
    return hashlib.sha256(key.encode()).hexdigest()


def _text(message: dict[str, Any]) -> str:
    if message["msgtype"] == "msgmenu":
        menu = message["msgmenu"]
        items = (item["content"] for item in menu["list"])
        return "\n".join([menu.get("head_content", ""), *items, menu.get("tail_content", "")])
    return str(message["text"]["content"]) if message["msgtype"] == "text" else ""
