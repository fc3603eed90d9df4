"""The ledger counts as the platform does: the same doings and messages, side by side."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from app.jobs import MessageKind
from app.redis import keys
from app.simulator.accounts.followers import Follower, Interaction
from app.wechat.client.follower_quota import QuotaLedger

DOINGS: dict[MessageKind, Interaction] = {
    "text": "message", "click": "click", "subscribe": "subscribe", "scan": "scan", "tap": "click",
}  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from([*DOINGS, "send"]), st.sampled_from([0.0, 1.0, 59.0, 61.0, 172_801])),
    max_size=30,
)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Book:
    """A ledger, and the platform's own account of the same follower."""

    redis: Redis
    clock: Clock = field(default_factory=Clock)
    follower: Follower = field(default_factory=Follower)

    @property
    def ledger(self) -> QuotaLedger:
        return QuotaLedger(self.redis, self.clock)

    async def does(self, kind: MessageKind) -> None:
        self.follower.interact(DOINGS[kind], self.clock.now)
        async with self.redis.pipeline() as pipe:
            self.ledger.record_activity(pipe, "shop:oMei", kind, self.clock.now)
            await pipe.execute()

    async def send(self) -> tuple[bool, bool]:
        """Whether the ledger would, and whether the platform did."""
        allowed = await self.ledger.allows("shop:oMei")
        success = self.follower.spend(self.clock.now) == 0
        if success:
            await self.ledger.record_sent("shop:oMei")
        return allowed, success


@contextlib.asynccontextmanager
async def a_book(redis_url: str) -> AsyncIterator[Book]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.flushdb()
        yield Book(redis)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_it_allows_what_the_platform_takes(
    redis_url: str, steps: list[tuple[MessageKind | Literal["send"], float]]
) -> None:
    async with a_book(redis_url) as book:
        await book.does("text")
        sent = []
        for step, pause in steps:
            book.clock.now += pause
            if step == "send":
                sent.append(await book.send())
            else:
                await book.does(step)

    assert [allowed for allowed, _ in sent] == [success for _, success in sent]


async def test_what_the_platform_says_corrects_it_until_the_follower_does_something(
    redis_url: str,
) -> None:
    async with a_book(redis_url) as book:
        ledger = book.ledger
        answers = [await ledger.allows("shop:oMei")]
        for correct in (ledger.mark_used_up, ledger.mark_closed):
            await correct("shop:oMei")
            answers.append(await ledger.allows("shop:oMei"))
            await book.does("text")
            answers.append(await ledger.allows("shop:oMei"))
        life = await book.redis.ttl(keys.quota("shop:oMei"))

    assert answers == [True, False, True, False, True]
    assert 0 < life <= 48 * 3600
