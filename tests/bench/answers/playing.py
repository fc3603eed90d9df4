"""Followers who write what the corpus says, each with an id of their own, and what they read."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.messages.texts import STILL_WRITING_MENU
from app.simulator.accounts.state import Sent
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests.bench.answers.corpus import Case
from tests.bench.answers.stage import Stage

AT_ONCE = 8  # followers
LATE_WITHIN = 20.0  # seconds: an answer that missed the delivery comes as a service message
LOOK_EVERY = 0.1  # seconds
_STILL_WRITING = f"msgmenuid={STILL_WRITING_MENU}"


@dataclass(frozen=True)
class MessageReply:
    """One message and what was read in answer to it; `delivery` names its record."""

    message: str
    delivery: str
    reply: str


@dataclass(frozen=True)
class Conversation:
    """A case as one follower of an account played it."""

    case: Case
    account: str
    openid: str
    replies: tuple[MessageReply, ...]


async def play(
    stage: Stage,
    account: str,
    cases: Iterable[Case],
    on_progress: Callable[[], None] = lambda: None,
) -> list[Conversation]:
    """Every case by a follower of its own, AT_ONCE of them at once; `on_progress` after each."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> Conversation:
        async with room:
            conversation = await _converse(stage, account, case)
        on_progress()
        return conversation

    return await asyncio.gather(*(one(case) for case in cases))


async def _converse(stage: Stage, account: str, case: Case) -> Conversation:
    openid = "o" + secrets.token_hex(13)
    phone = Phone(stage.wechats[account], openid, stage.platform)
    replies = [await _exchange(stage, phone, text) for text in case.turns]
    return Conversation(case, account, openid, tuple(replies))


async def _exchange(stage: Stage, phone: Phone, text: str) -> MessageReply:
    began = time.time()
    stamped = phone.wechat.stamp(messages.text(text), phone.openid)
    outcome = await phone.send(stamped)
    answer = [outcome.reply.content] if outcome.reply and outcome.reply.content else []
    if not answer or _STILL_WRITING in answer[0]:
        await _late(stage, phone.openid, began)
    answer += [_text(sent) for sent in _sent(stage, phone.openid, began)]
    delivery = f"{phone.wechat.account.appid}:{stamped['MsgId']}"
    return MessageReply(text, delivery, "\n".join(filter(None, answer)))


async def _late(stage: Stage, openid: str, began: float) -> None:
    until = time.monotonic() + LATE_WITHIN
    while not _sent(stage, openid, began) and time.monotonic() < until:  # noqa: ASYNC110 - no event
        await asyncio.sleep(LOOK_EVERY)


def _sent(stage: Stage, openid: str, began: float) -> Sequence[Sent]:
    return [sent for sent in stage.platform.log if sent.openid == openid and sent.at >= began]


def _text(sent: Sent) -> str:
    message: dict[str, Any] = sent.message
    if message["msgtype"] == "msgmenu":
        menu = message["msgmenu"]
        items = [f"{number}. {item['content']}" for number, item in enumerate(menu["list"], 1)]
        return "\n".join([menu.get("head_content", ""), *items, menu.get("tail_content", "")])
    return str(message["text"]["content"]) if message["msgtype"] == "text" else ""
