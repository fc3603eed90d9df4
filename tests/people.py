"""Conversations for tests: a follower who wants a person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from redis.asyncio import Redis

from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inbox.states import ConversationMessage, NewConversation
from app.resources import open_database
from tests.service import settings_for

NOON = 1_764_000_000.0  # seconds since 1970
HALF_AN_HOUR = 1800.0
WISH = NewConversation(
    account="default",
    openid="mei",
    delivery="wx1:1",
    desk="inbox",
    reason="asked",
    title="转人工客服",
    summary="原因：用户要求人工",
    messages=(ConversationMessage(key="wx1:1", who="follower", text="转人工"),),
)


def wish(openid: str, delivery: str = "") -> NewConversation:
    """The same wish of another follower."""
    key = delivery or f"wx1:{openid}"
    return replace(
        WISH,
        openid=openid,
        delivery=key,
        messages=(ConversationMessage(key=key, who="follower", text="转人工"),),
    )


def later_message(number: int, text: str = "在吗") -> ConversationMessage:
    """A later message of the follower's."""
    return ConversationMessage(key=f"wx1:later-{number}", who="follower", text=text)


def answer(text: str, key: str = "reply:1", agent: str = "小王") -> ConversationMessage:
    """An agent's."""
    return ConversationMessage(key=key, who="agent", text=text, name=agent, state="queued")


@asynccontextmanager
async def an_office(redis_url: str, database_url: str) -> AsyncIterator[Handoffs]:
    """Where hand-overs are kept: real Redis, real PostgreSQL."""
    async with (
        open_database(settings_for(redis_url, Path(), database_url=database_url)) as engine,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        yield Handoffs(redis, Conversations(engine))
