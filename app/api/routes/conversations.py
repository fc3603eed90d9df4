"""REST for agents: list, read, take, answer, return and close conversations."""

import asyncio
import time
import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Header, Query

from app.api.parameters import RecordId
from app.api.schemas.conversations import (
    AgentReplyRequest,
    AgentRequest,
    ConversationEventsResponse,
    ConversationListResponse,
    ConversationResponse,
    ConversationSummary,
    EarlierTurnResponse,
    MarkReadRequest,
    MessageResponse,
    ReturnToBotRequest,
    TakeRequest,
    message_response,
    summarise_conversation,
)
from app.deps import AppState, State, api_router
from app.inbox.queries import ConversationFilter, Inbox, PageCursor
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inbox.states import Conversation, ConversationMessage
from app.redis import keys
from app.redis.client import RedisClient

router = api_router("/api/v1/conversations", "conversations", "conversations")
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\w-]{1,64}$")]
Limit = Annotated[int, Query(ge=1, le=100)]
CURSOR = r"^([0-9]_)?[0-9]{1,12}(\.[0-9]{1,9})?_[0-9a-f]{32}$"  # \d: digits of all scripts
LOOK_AGAIN = 0.3  # seconds between two reads of events: no Redis connection is held meanwhile


async def check_account_filter(
    state: State,
    account: Annotated[str, Query(max_length=64, description="all accounts without it")] = "",
) -> str:
    """The account's name; "" for all accounts. Raises UnknownAccount."""
    return state.get_account(account).name if account else ""


AccountFilter = Annotated[str, Depends(check_account_filter)]


@router.get("")
async def list_conversations(
    service_state: State,
    account: AccountFilter,
    state: ConversationFilter = "",
    after: Annotated[str, Query(pattern=CURSOR)] | None = None,
    limit: Limit = 50,
) -> ConversationListResponse:
    """List conversations, the newest activity first; with `waiting`, the highest `priority` first.

    `missed` are closed ones that no agent ever took; `open` are waiting and taken ones.
    """
    cursor, now = _decode_cursor(after), time.time()
    rows = await Inbox(service_state.engine).page(account, state, cursor, limit + 1, now)
    return _list_response(rows, limit)


@router.get("/events")
async def wait_for_events(
    state: State,
    account: AccountFilter,
    after: Annotated[str, Query(pattern=r"^(\$|[0-9]{1,16}-[0-9]{1,16})$")] = "$",
    wait: Annotated[float, Query(ge=0, le=20)] = 4.0,
) -> ConversationEventsResponse:
    """Wait up to `wait` seconds for changes: which conversations, and what happened.

    Without `after`, changes from now on; afterwards send the last response's `next` as `after`.
    """
    return await _poll_events(state.redis, account, after, time.monotonic() + wait)


@router.get("/{conversation}")
async def read_conversation(
    conversation: RecordId,
    state: State,
    turns: Annotated[int, Query(ge=0, le=50)] = 10,
    older: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> ConversationResponse:
    """Read a conversation: the bot's turns before the handoff, and the last messages since.

    `older`, from the last response, pages back. Marks nothing as read.
    """
    inbox = Inbox(state.engine)
    stored_conversation, unread = await inbox.one(conversation, time.time())
    messages = await inbox.read_messages(conversation, older, limit + 1)
    earlier_turns = turns if older is None else 0
    return ConversationResponse(
        **summarise_conversation(stored_conversation, unread),
        openid=stored_conversation.openid,
        earlier_turns=await _read_earlier_turns(inbox, stored_conversation, earlier_turns),
        messages=[message_response(each) for each in messages[-limit:]],
        older=messages[-limit].number if len(messages) > limit else None,
    )


@router.post("/{conversation}/take")
async def take_conversation(
    conversation: RecordId, by: TakeRequest, state: State
) -> ConversationSummary:
    """Assign the conversation to an agent; the bot is silent from now on.

    409 when another agent has the conversation, unless `force` is set. Reopens a closed one.
    """
    pending_change = _make_handoffs(state).take(conversation, by.agent, time.time(), force=by.force)
    return await _summarise(state, await pending_change)


@router.post("/{conversation}/reply", status_code=202)
async def reply_to_follower(
    conversation: RecordId, request: AgentReplyRequest, state: State, key: Key = None
) -> MessageResponse:
    """Queue a reply for the follower; also takes a waiting conversation.

    409 when another agent has it. Requests with the same Idempotency-Key send one reply.
    """
    message_key = f"reply:{key or uuid.uuid4().hex}"
    message = ConversationMessage(
        key=message_key, who="agent", text=request.text, name=request.agent, state="queued"
    )
    return message_response(await _make_handoffs(state).reply(conversation, message, time.time()))


@router.post("/{conversation}/read")
async def mark_read(
    conversation: RecordId, by: MarkReadRequest, state: State
) -> ConversationSummary:
    """Mark messages up to this number as read."""
    return await _summarise(
        state, await _make_handoffs(state).mark_read(conversation, by.up_to, time.time())
    )


@router.post("/{conversation}/return")
async def return_to_bot(
    conversation: RecordId, by: ReturnToBotRequest, state: State
) -> ConversationSummary:
    """End the handoff, with a farewell if one is sent. 409 when another agent has it."""
    pending_change = _make_handoffs(state).return_to_bot(
        conversation, by.agent, by.text or "", time.time()
    )
    return await _summarise(state, await pending_change)


@router.post("/{conversation}/close")
async def close_conversation(
    conversation: RecordId, by: AgentRequest, state: State
) -> ConversationSummary:
    """Close the conversation, whichever agent has it; the bot answers the next message."""
    return await _summarise(
        state, await _make_handoffs(state).close(conversation, by.agent, time.time())
    )


def _make_handoffs(state: AppState) -> Handoffs:
    return Handoffs(state.redis, Conversations(state.engine))


async def _summarise(state: AppState, conversation: Conversation) -> ConversationSummary:
    _, unread = await Inbox(state.engine).one(conversation.id, time.time())
    return ConversationSummary(**summarise_conversation(conversation, unread))


def _list_response(
    rows: Sequence[tuple[Conversation, int]], limit: int
) -> ConversationListResponse:
    """The first `limit` rows; one more row says that another page follows."""
    summaries = [
        ConversationSummary(**summarise_conversation(listed_conversation, unread))
        for listed_conversation, unread in rows[:limit]
    ]
    following = _encode_cursor(rows[limit - 1][0]) if rows[limit:] else None
    return ConversationListResponse(conversations=summaries, next=following)


async def _read_earlier_turns(
    inbox: Inbox, conversation: Conversation, limit: int
) -> list[EarlierTurnResponse]:
    earlier_turns = await inbox.earlier_turns(conversation, limit) if limit else []
    return [
        EarlierTurnResponse(text=turn.message, answer=turn.answer, source=turn.source, at=turn.at)
        for turn in earlier_turns
    ]


def _encode_cursor(conversation: Conversation) -> str:
    return f"{conversation.priority}_{conversation.last_active_at!r}_{conversation.id}"


def _decode_cursor(cursor: str | None) -> PageCursor | None:
    if cursor is None:
        return None
    *priority, last, id_ = cursor.split("_")  # a cursor of an earlier version has no priority
    return PageCursor(int(priority[0]) if priority else 0, float(last), id_)


async def _poll_events(
    redis: RedisClient, account: str, after: str, until: float
) -> ConversationEventsResponse:
    if after == "$":
        newest = await redis.xrevrange(keys.CONVERSATION_EVENTS, count=1)
        after = newest[0][0] if newest else "0-0"
    while True:
        streams = await redis.xread({keys.CONVERSATION_EVENTS: after}, count=100)
        changes = [each for _, entries in streams or [] for each in entries]
        after = changes[-1][0] if changes else after
        mine = [{"id": id_} | what for id_, what in changes if account in ("", what["account"])]
        remaining = until - time.monotonic()
        if mine or remaining <= 0:
            return ConversationEventsResponse(events=mine, next=after)
        await asyncio.sleep(min(LOOK_AGAIN, remaining))
