"""REST for classification and replies: previews, and messages of other channels."""

import time
from typing import Annotated, TypeVar

from fastapi import Path, Query, Response

from app.accounts import Account
from app.api import channel_messages
from app.api.schemas.replies import (
    ClassifyRequest,
    ClassifyResponse,
    RememberedReplyResponse,
    ReplyPendingResponse,
    ReplyRequest,
    ReplyResponse,
)
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import ClassifyTexts, PreviewReply
from app.sessions import channels

router = api_router("/api/v1", "cms", "replies")
ReplyId = Annotated[str, Path(pattern=rf"^{channels.CHANNEL}-[0-9a-f]{{32}}$")]
Wait = Annotated[float, Query(ge=0, le=30)]
T = TypeVar("T")


@router.post("/intents")
async def classify_texts(request: ClassifyRequest, state: State) -> ClassifyResponse:
    """Classify up to 256 texts of up to 2,000 characters: intent and sentiment."""
    return ClassifyResponse(
        results=await call_worker(state, lambda w: ClassifyTexts(waiter=w, texts=request.texts))
    )


@router.post("/replies", responses={202: {"model": ReplyPendingResponse}})
async def reply_to_message(
    request: ReplyRequest, state: State, response: Response
) -> RememberedReplyResponse | ReplyResponse | ReplyPendingResponse:
    """Preview the bot's reply to this follower, and its explanation. Nothing is sent or stored.

    With `"remember": true` the message is real, from a mini program or an H5 page: messages are
    answered one at a time and in order, with session, handoff and notices as on WeChat. The
    response holds the reply if it is ready within `wait` seconds; else it is 202 with an id for
    `GET /api/v1/replies/ID`. A reply that isn't read there comes with the next one.
    """
    account = state.get_account(request.account)
    if not request.remember:
        return await _preview_reply(state, account, request)
    return _with_status(await channel_messages.answer_message(state, account, request), response)


@router.get("/replies/{reply}", responses={202: {"model": ReplyPendingResponse}})
async def read_reply(
    reply: ReplyId, state: State, response: Response, account: ServedAccount, wait: Wait = 0.0
) -> RememberedReplyResponse | ReplyPendingResponse:
    """Read the reply to a message sent with `remember`, kept for ten minutes; 202 if not ready."""
    return _with_status(await channel_messages.read_reply(state, account, reply, wait), response)


async def _preview_reply(state: AppState, account: Account, request: ReplyRequest) -> ReplyResponse:
    started_at, openid = time.perf_counter(), request.openid
    if request.channel:
        openid = channels.follower_id(request.channel, openid)
    result = await call_worker(
        state,
        lambda w: PreviewReply(waiter=w, account=account.name, openid=openid, text=request.text),
    )
    result["latency_ms"] = round((time.perf_counter() - started_at) * 1000, 2)
    return ReplyResponse(**result)


def _with_status(body: T, response: Response) -> T:
    if isinstance(body, ReplyPendingResponse):
        response.status_code = 202
    return body
