"""Messages of other channels over REST: queued like WeChat's messages, answered over HTTP."""

import asyncio
import contextlib
import hashlib
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.api.schemas.replies import RememberedReplyResponse, ReplyPendingResponse, ReplyRequest
from app.api.turn_client import queue_job
from app.db.engines import UNAVAILABLE
from app.delivery.outbox import Outbox
from app.delivery.stored_replies import parse_stored_reply
from app.deps import AppState
from app.errors import UnknownReply, VersionsDiffer
from app.jobs import MessageJob
from app.messages.values import RichMessage, as_plain_text
from app.redis import keys
from app.sessions import channels

LOOK_EVERY = 0.25  # seconds between two checks for the answer and for the caller's connection
STANDARD_CHANNEL = "rest"
EMPTY_EXPLANATION: dict[str, Any] = {
    "source": "failure", "citations": [], "passages": [], "evidence": [], "items": [],
    "made_by": None,
    "intent": None, "title": None, "group": None, "confidence": None, "in_scope": None,
    "sentiment": None,
    "latency_ms": 0.0, "model": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _AdmittedMessage:
    """An admitted message: `id` is for the caller, `delivery` is its key in the user queue."""

    id: str
    delivery: str
    follower: str
    user: str


async def answer_message(
    state: AppState, account: Account, request: ReplyRequest
) -> "RememberedReplyResponse | ReplyPendingResponse":
    """Queue a message and wait up to `request.wait` seconds for its reply; else reply pending,
    to be read by `read_reply` or with the next message.

    The same `message` id of the same follower is processed once. Raises Overloaded.
    """
    channel = request.channel or STANDARD_CHANNEL
    follower = channels.follower_id(channel, request.openid)
    message = _identify_message(account, channel, follower, request.message or uuid.uuid4().hex)
    job = MessageJob(
        id=message.delivery, account=account.name, openid=follower, kind="text",
        text=request.text, received=time.time(),
    )  # fmt: skip
    until = time.time() + min(request.wait, state.settings.timing.rest_within)
    async with queue_job(state, job, until) as admitted_job:
        if admitted_job.is_awaited:
            await _wait_for_answer(state, admitted_job.reply, until)
        if admitted_job.is_awaited and not admitted_job.reply.done():
            await state.user_queues.stop_waiting(job.id, admitted_job.waiter)
    return await _build_reply(state, message)


async def read_reply(
    state: AppState,
    account: Account,
    id: str,  # noqa: A002
    wait: float,
) -> "RememberedReplyResponse | ReplyPendingResponse":
    """The reply to an earlier message, waiting up to `wait` seconds. Raises UnknownReply."""
    delivery = _delivery_id(account, id)
    until = time.time() + wait
    while True:
        names = ("n", "reply", "user")
        n, answer, user = await state.redis.hmget(keys.delivery(delivery), *names)
        if n is None:
            raise UnknownReply(f"no reply {id!r}: replies are kept for ten minutes")
        if answer is not None or time.time() >= until or await state.hung_up():
            break
        await asyncio.sleep(LOOK_EVERY)
    _, follower = keys.split_user(user or "")
    return await _build_reply(state, _AdmittedMessage(id, delivery, follower, user or ""))


def _identify_message(
    account: Account, channel: str, follower: str, message: str
) -> _AdmittedMessage:
    digest = hashlib.sha256(f"{follower}\n{message}".encode()).hexdigest()[:32]
    user = keys.user(account.name, follower)
    return _AdmittedMessage(
        f"{channel}-{digest}", _delivery_id(account, f"{channel}-{digest}"), follower, user
    )


def _delivery_id(account: Account, id: str) -> str:  # noqa: A002
    return f"{account.appid}:{account.name}:{id}"


async def _wait_for_answer(state: AppState, future: "asyncio.Future[str]", until: float) -> None:
    """Wait until the answer came, `until` (Unix s) has passed, or the caller disconnected."""
    while not future.done() and (remaining := until - time.time()) > 0:
        await asyncio.wait({future}, timeout=min(LOOK_EVERY, remaining))
        if not future.done() and await state.hung_up():
            return


async def _build_reply(
    state: AppState, admitted_message: _AdmittedMessage
) -> "RememberedReplyResponse | ReplyPendingResponse":
    """Read the reply from Redis and confirm it, so that the next message doesn't repeat it.

    Raises VersionsDiffer where this version can't read it; it stays unconfirmed.
    """
    answer, explanation_json = await state.redis.hmget(
        keys.delivery(admitted_message.delivery), "reply", "why"
    )
    if answer is None:
        return ReplyPendingResponse(id=admitted_message.id, follower=admitted_message.follower)
    message = parse_stored_reply(admitted_message.delivery, answer)
    if answer and message is None:
        raise VersionsDiffer("a newer version wrote this reply: update this one, then ask again")
    if answer and admitted_message.user:
        state.reply_channel.confirm(admitted_message.delivery, admitted_message.user)
        with contextlib.suppress(*UNAVAILABLE):  # then the next message repeats the reply
            await Outbox(state.engine).mark_arrived(admitted_message.delivery)
    explanation = EMPTY_EXPLANATION | (json.loads(explanation_json) if explanation_json else {})
    reply_fields = {
        "reply": as_plain_text(message),
        "card": message if isinstance(message, RichMessage) else None,
    }
    return RememberedReplyResponse(
        **explanation
        | reply_fields
        | {"id": admitted_message.id, "follower": admitted_message.follower}
    )
