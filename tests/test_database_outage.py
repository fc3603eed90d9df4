"""PostgreSQL goes away, hangs, and comes back."""

import asyncio

import pytest

from app.sessions import keys
from tests.conftest import Open
from tests.postgres import PostgresServer
from tests.service import PATIENT, SHIPPED, until
from tests.simulator.phone import Phone
from tests.simulator.wechat import Outcome, WeChat


def content(outcome: Outcome) -> str | None:
    return outcome.reply.content if outcome.reply else None


async def talk(wechat: WeChat, openid: str, ended: asyncio.Event) -> list[Outcome]:
    """One follower who goes on asking until `ended`."""
    outcomes: list[Outcome] = []
    while not ended.is_set():
        outcomes.append(await Phone(wechat, openid).say(f"发货 {openid} {len(outcomes)}"))
        await asyncio.sleep(0.1)
    return outcomes


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seconds", [2, 8])
async def test_after_an_outage_every_message_is_answered_once(
    own_postgres: PostgresServer, open_service: Open, seconds: float
) -> None:
    ended, followers = asyncio.Event(), [f"follower{n}" for n in range(8)]
    async with (
        open_service(database_url=own_postgres.url(), workers=2, timing=PATIENT) as running,
        running.wechat() as wechat,
    ):
        conversations = [asyncio.create_task(talk(wechat, who, ended)) for who in followers]
        await asyncio.sleep(1)
        async with own_postgres.away():
            await asyncio.sleep(seconds)
        await asyncio.sleep(2)
        ended.set()
        outcomes = [each for said in await asyncio.gather(*conversations) for each in said]

        async def is_recorded() -> bool:
            return not await running.redis.llen(keys.RECORDS)

        await until(is_recorded, 20)
        recorded = await running.said()
        pending = await running.redis.xlen(keys.TALK)

    questions = sorted(
        f"发货 {who} {n}"
        for who, said in zip(followers, conversations, strict=True)
        for n in range(len(said.result()))
    )
    assert [each for each in outcomes if content(each) != SHIPPED] == []
    assert recorded == questions
    assert pending == 0
