"""REST for the CMS: what the bot understands and what it would say."""

import time
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Response, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api import channel_messages
from app.api.schemas.replies import (
    Question,
    RememberedReply,
    Reply,
    ReplyPending,
    Texts,
    Understandings,
)
from app.api.worker_client import ask
from app.deps import Door, door
from app.jobs import Classify, Preview
from app.sessions import channels

# The gate checks the key; this tells the OpenAPI page of it.
_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1", tags=["cms"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
ReplyId = Annotated[str, Path(pattern=rf"^{channels.CHANNEL}-[0-9a-f]{{32}}$")]
Name = Annotated[str, Query(max_length=64)]
Wait = Annotated[float, Query(ge=0, le=30)]
T = TypeVar("T")


@router.post("/intents")
async def intents(asked: Texts, at: OpenDoor) -> Understandings:
    """Intent and sentiment of up to 256 texts, each of up to 2,000 characters."""
    return Understandings(results=await ask(at, lambda w: Classify(waiter=w, texts=asked.texts)))


@router.post("/replies", responses={202: {"model": ReplyPending}})
async def replies(
    asked: Question, at: OpenDoor, response: Response
) -> RememberedReply | Reply | ReplyPending:
    """A preview: what the bot would say to this follower now, and why. Nothing is sent or
    remembered.

    With `"remember": true` it is a real conversation, of a mini program or an H5 page: messages
    are answered one at a time and in order, with session, hand-over and notices as on WeChat. The
    answer is in the response where it is made within `wait` seconds; else the response is 202 with
    an id for `GET /api/v1/replies/ID`, and what nobody reads there comes with the next answer.
    """
    account = accounts.get(at.accounts, asked.account)
    if asked.remember:
        return _with_status(await channel_messages.converse(at, account, asked), response)
    started = time.perf_counter()
    openid = channels.follower(asked.channel, asked.openid) if asked.channel else asked.openid
    found = await ask(
        at,
        lambda waiter: Preview(waiter=waiter, account=account.name, openid=openid, text=asked.text),
    )
    found["latency_ms"] = round((time.perf_counter() - started) * 1000, 2)
    return Reply(**found)


@router.get("/replies/{reply}", responses={202: {"model": ReplyPending}})
async def reply(
    reply: ReplyId, at: OpenDoor, response: Response, account: Name = "default", wait: Wait = 0.0
) -> RememberedReply | ReplyPending:
    """The answer to a message that was remembered, for ten minutes; 202 while it isn't there."""
    known = accounts.get(at.accounts, account)
    return _with_status(await channel_messages.read(at, known, reply, wait), response)


def _with_status(found: T, response: Response) -> T:
    if isinstance(found, ReplyPending):
        response.status_code = 202
    return found
