"""REST for the people who answer followers: list, read, take, reply, give back."""

import asyncio
import time
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.conversations import (
    By,
    Earlier,
    GiveBack,
    News,
    Page,
    ReadUpTo,
    ReplyTo,
    Spoken,
    Summed,
    Take,
    Whole,
    spoken,
    summed,
)
from app.deps import Door, door
from app.inbox.queries import Inbox, Place, Wanted
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inbox.states import Conversation, Message
from app.redis import keys

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(
    prefix="/api/v1/conversations", tags=["conversations"], dependencies=[Security(_bearer)]
)
OpenDoor = Annotated[Door, Depends(door)]
Account = Annotated[str, Query(max_length=64, description="all accounts without it")]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\w-]{1,64}$")]
Limit = Annotated[int, Query(ge=1, le=100)]
CURSOR = r"^([0-9]_)?[0-9]{1,12}(\.[0-9]{1,9})?_[0-9a-f]{32}$"  # \d: digits of all scripts
LOOK_AGAIN = 0.3  # seconds; who waits for news holds no connection


@router.get("")
async def page(
    at: OpenDoor,
    account: Account = "",
    state: Wanted = "",
    after: Annotated[str, Query(pattern=CURSOR)] | None = None,
    limit: Limit = 50,
) -> Page:
    """The newest activity first; of those that wait, the ones of a higher `priority` before.

    `missed` ones are over and nobody came; `open` is all the rest that isn't over.
    """
    if account:
        accounts.get(at.accounts, account)
    now = time.time()
    found = await Inbox(at.engine).page(account, state, _place(after), limit + 1, now)
    shown = [Summed(**summed(held, unread)) for held, unread in found[:limit]]
    return Page(conversations=shown, next=_cursor(found[limit - 1][0]) if found[limit:] else None)


@router.get("/events")
async def events(
    at: OpenDoor,
    account: Account = "",
    after: Annotated[str, Query(pattern=r"^(\$|[0-9]{1,16}-[0-9]{1,16})$")] = "$",
    wait: Annotated[float, Query(ge=0, le=20)] = 4.0,
) -> News:
    """Wait up to `wait` seconds for something new: which conversation, and what happened to it.

    Without `after`, what happens from now on; then give the last answer's `next`.
    """
    if account:
        accounts.get(at.accounts, account)
    return await _news(at.redis, account, after, time.monotonic() + wait)


@router.get("/{conversation}")
async def read(
    conversation: Id,
    at: OpenDoor,
    turns: Annotated[int, Query(ge=0, le=50)] = 10,
    older: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Whole:
    """One conversation: the turns before a person came in, and the last messages since.

    `older`, from the answer before, pages back. Nothing is marked as read by it.
    """
    inbox, now = Inbox(at.engine), time.time()
    held, unread = await inbox.one(conversation, now)
    before = await inbox.before(held, turns) if older is None and turns else []
    said = await inbox.said(conversation, older, limit + 1)
    return Whole(
        **summed(held, unread),
        openid=held.openid,
        before=[Earlier(said=b.said, answer=b.answer, source=b.source, at=b.at) for b in before],
        messages=[spoken(each) for each in said[-limit:]],
        older=said[-limit].number if len(said) > limit else None,
    )


@router.post("/{conversation}/take")
async def take(conversation: Id, by: Take, at: OpenDoor) -> Summed:
    """From here on the bot is silent. 409 when another has it, unless `force` is set.

    One that is over, or was missed, is opened again.
    """
    taken = _handoffs(at).take(conversation, by.agent, time.time(), force=by.force)
    return await _shown(at, await taken)


@router.post("/{conversation}/reply", status_code=202)
async def reply(conversation: Id, said: ReplyTo, at: OpenDoor, key: Key = None) -> Spoken:
    """Queued for the follower; takes a waiting conversation. 409 when another has it.

    The same Idempotency-Key sends once, however often the button is clicked.
    """
    named = f"reply:{key or uuid.uuid4().hex}"
    queued = Message(key=named, who="agent", text=said.text, name=said.agent, state="queued")
    return spoken(await _handoffs(at).reply(conversation, queued, time.time()))


@router.post("/{conversation}/read")
async def mark(conversation: Id, by: ReadUpTo, at: OpenDoor) -> Summed:
    """Messages up to this one are no longer unread."""
    return await _shown(at, await _handoffs(at).read(conversation, by.up_to, time.time()))


@router.post("/{conversation}/return")
async def give_back(conversation: Id, by: GiveBack, at: OpenDoor) -> Summed:
    """The bot answers again, after a last word if there is one. 409 when another has it."""
    back = _handoffs(at).give_back(conversation, by.agent, by.text or "", time.time())
    return await _shown(at, await back)


@router.post("/{conversation}/close")
async def close(conversation: Id, by: By, at: OpenDoor) -> Summed:
    """End it, whoever has it; the bot answers what the follower writes next."""
    return await _shown(at, await _handoffs(at).close(conversation, by.agent, time.time()))


def _handoffs(at: Door) -> Handoffs:
    return Handoffs(at.redis, Conversations(at.engine))


async def _shown(at: Door, changed: Conversation) -> Summed:
    _, unread = await Inbox(at.engine).one(changed.id, time.time())
    return Summed(**summed(changed, unread))


def _cursor(held: Conversation) -> str:
    return f"{held.priority}_{held.last!r}_{held.id}"


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    *priority, last, id_ = cursor.split("_")  # a cursor of an earlier version has no priority
    return Place(int(priority[0]) if priority else 0, float(last), id_)


async def _news(redis: Any, account: str, after: str, until: float) -> News:
    if after == "$":
        newest = await redis.xrevrange(keys.NEWS, count=1)
        after = newest[0][0] if newest else "0-0"
    while True:
        found = await redis.xread({keys.NEWS: after}, count=100)
        told = [each for _, entries in found or [] for each in entries]
        after = told[-1][0] if told else after
        mine = [{"id": id_} | what for id_, what in told if account in ("", what["account"])]
        left = until - time.monotonic()
        if mine or left <= 0:
            return News(events=mine, next=after)
        await asyncio.sleep(min(LOOK_AGAIN, left))
