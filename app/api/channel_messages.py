"""Messages of other channels: in the follower's mailbox as WeChat's are, answered over HTTP."""

import asyncio
import contextlib
import hashlib
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.api.schemas.replies import Question, RememberedReply, ReplyPending
from app.db.engines import UNAVAILABLE
from app.delivery.outbox import Parcels
from app.deps import Door
from app.errors import Overloaded, UnknownReply
from app.jobs import Talk
from app.messages.values import RichMessage, as_plain_text, from_json
from app.redis import keys
from app.sessions import channels

LOOK_EVERY = 0.25  # seconds between two looks whether the caller still listens, or the answer came
STANDARD_CHANNEL = "rest"
NOTHING: dict[str, Any] = {
    "source": "failure", "cited": [], "passages": [], "evidence": [], "made_by": None,
    "intent": None, "title": None, "group": None, "confidence": None, "in_scope": None,
    "sentiment": None,
    "latency_ms": 0.0, "model": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that was let in: `id` is the caller's, `delivery` the mailbox's."""

    id: str
    delivery: str
    follower: str
    user: str


async def converse(at: Door, account: Account, asked: Question) -> "RememberedReply | ReplyPending":
    """The answer; what isn't made within `wait` seconds comes by `read`, or with the next one.

    The same `message` of the same follower is one message, however often it is sent. Raises
    Overloaded.
    """
    channel = asked.channel or STANDARD_CHANNEL
    follower = channels.follower(channel, asked.openid)
    sent = _sent(account, channel, follower, asked.message or uuid.uuid4().hex)
    until = time.time() + min(asked.wait, at.settings.timing.rest_within)
    token, future = at.answers.expect()
    waiter = f"{at.answers.api} {token} {until}"
    talk = Talk(
        id=sent.delivery, account=account.name, openid=follower, kind="text", text=asked.text,
        received=time.time(),
    )  # fmt: skip
    try:
        admitted = await at.mailboxes.admit(
            sent.delivery, sent.user, talk.model_dump_json(), waiter, time.time()
        )
        if admitted.what == "full":
            raise Overloaded("too many messages are waiting; try again in a few seconds")
        if admitted.what == "wait":
            await _wait(at, future, until)
            if not future.done():
                await at.mailboxes.stop_waiting(sent.delivery, waiter)
    finally:
        future.cancel()
    return await _reply(at, sent)


async def read(
    at: Door,
    account: Account,
    id: str,  # noqa: A002
    wait: float,
) -> "RememberedReply | ReplyPending":
    """The answer to an earlier message, waited for. Raises UnknownReply."""
    delivery = _delivery(account, id)
    until = time.time() + wait
    while True:
        names = ("n", "reply", "user")
        n, answer, user = await at.redis.hmget(keys.delivery(delivery), *names)
        if n is None:
            raise UnknownReply(f"no reply {id!r}: replies are kept for ten minutes")
        if answer is not None or time.time() >= until or await at.hung_up():
            break
        await asyncio.sleep(LOOK_EVERY)
    _, follower = keys.split(user or "")
    return await _reply(at, _Sent(id, delivery, follower, user or ""))


def _sent(account: Account, channel: str, follower: str, message: str) -> _Sent:
    digest = hashlib.sha256(f"{follower}\n{message}".encode()).hexdigest()[:32]
    user = keys.user(account.name, follower)
    return _Sent(f"{channel}-{digest}", _delivery(account, f"{channel}-{digest}"), follower, user)


def _delivery(account: Account, id: str) -> str:  # noqa: A002
    return f"{account.appid}:{account.name}:{id}"


async def _wait(at: Door, future: "asyncio.Future[str]", until: float) -> None:
    """Until the answer is there, the time is over, or nobody listens any more."""
    while not future.done() and (left := until - time.time()) > 0:
        await asyncio.wait({future}, timeout=min(LOOK_EVERY, left))
        if not future.done() and await at.hung_up():
            return


async def _reply(at: Door, sent: _Sent) -> "RememberedReply | ReplyPending":
    """As it stands; one that is given here doesn't come with the next message as well."""
    answer, why = await at.redis.hmget(keys.delivery(sent.delivery), "reply", "why")
    if answer is None:
        return ReplyPending(id=sent.id, follower=sent.follower)
    if answer and sent.user:
        at.answers.carried(sent.delivery, sent.user)
        with contextlib.suppress(*UNAVAILABLE):  # then it comes once more, with the next one
            await Parcels(at.engine).drop(sent.delivery)
    told = NOTHING | (json.loads(why) if why else {})
    message = from_json(answer)
    said = {
        "reply": as_plain_text(message),
        "card": message if isinstance(message, RichMessage) else None,
    }
    return RememberedReply(**told | said | {"id": sent.id, "follower": sent.follower})
