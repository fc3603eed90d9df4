"""Sessions at the platform's desk, against the simulator."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from app.simulator.families.desk import AGENT_SPEAKS, FOLLOWER_SPEAKS, DeskStore, accept
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.desk.kf_accounts import KfAccounts
from app.wechat.client.families.desk.kf_sessions import (
    AgentSession,
    AgentSessions,
    DeskMessage,
    DeskMessages,
    DeskSession,
    KfSessions,
    QueuedFollower,
    QueuedFollowers,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_000
LIN, WANG = "lin@shop", "wang@shop"


@contextlib.asynccontextmanager
async def a_desk(redis_url: str) -> AsyncIterator[tuple[KfSessions, DeskStore]]:
    """A desk with Lin, who is online, and Wang, who is not."""
    platform = make_platform()
    async with open_client(redis_url, platform) as client:
        agents = KfAccounts(client)
        await agents.add(SHOP, LIN, "小林")
        await agents.add(SHOP, WANG, "小王")
        accept(platform.account(), LIN, "lin-2026")
        yield KfSessions(client), platform.account().store(DeskStore)


async def test_a_follower_is_given_to_an_agent_and_comes_back(redis_url: str) -> None:
    async with a_desk(redis_url) as (sessions, desk):
        desk.waiting["oMei"] = NOW
        waiting = await sessions.list_waiting(SHOP)
        await sessions.open(SHOP, LIN, "oMei")
        session = await sessions.get(SHOP, "oMei")
        of_lin = await sessions.list_of_agent(SHOP, LIN)
        await sessions.close(SHOP, LIN, "oMei")
        afterwards = await sessions.get(SHOP, "oMei")
        nobody = await sessions.list_waiting(SHOP)

    queued = QueuedFollower(openid="oMei", latest_time=NOW)
    assert waiting == QueuedFollowers(count=1, waitcaselist=(queued,))
    assert session == DeskSession(kf_account=LIN, createtime=NOW)
    assert of_lin == AgentSessions(sessionlist=(AgentSession(openid="oMei", createtime=NOW),))
    assert (afterwards, nobody) == (DeskSession(), QueuedFollowers(count=0))


async def test_who_is_not_bound_or_not_online_takes_nobody(redis_url: str) -> None:
    async with a_desk(redis_url) as (sessions, desk):
        with pytest.raises(ApiError) as unbound:
            await sessions.open(SHOP, WANG, "oMei")
        desk.agents[LIN].is_online = False
        with pytest.raises(ApiError) as offline:
            await sessions.open(SHOP, LIN, "oMei")
        with pytest.raises(ApiError) as no_session:
            await sessions.close(SHOP, LIN, "oMei")

    assert (unbound.value.code, offline.value.code, no_session.value.code) == (65402, 65415, 65413)


async def test_what_was_said_is_read_page_by_page(redis_url: str) -> None:
    async with a_desk(redis_url) as (sessions, desk):
        desk.record("oMei", LIN, "什么时候发货？", NOW, FOLLOWER_SPEAKS)
        desk.record("oMei", LIN, "今天。", NOW + 5, AGENT_SPEAKS)
        first = await sessions.list_records(SHOP, NOW, NOW + 60, number=1)
        second = await sessions.list_records(SHOP, NOW, NOW + 60, msgid=first.msgid)

    question = DeskMessage(
        openid="oMei", opercode=2003, text="什么时候发货？", time=NOW, worker=LIN
    )
    answer = DeskMessage(openid="oMei", opercode=2002, text="今天。", time=NOW + 5, worker=LIN)
    assert first == DeskMessages(recordlist=(question,), number=1, msgid=2)
    assert second == DeskMessages(recordlist=(answer,), number=1, msgid=3)


async def test_records_are_of_one_day_at_most(redis_url: str) -> None:
    async with a_desk(redis_url) as (sessions, _):
        with pytest.raises(InvalidField, match="endtime: at most a day after starttime") as long:
            await sessions.list_records(SHOP, NOW, NOW + 86_401)
        with pytest.raises(InvalidField, match="number: from 1 to 10000"):
            await sessions.list_records(SHOP, NOW, NOW, number=10_001)
        with pytest.raises(InvalidField, match="openid: must not be empty"):
            await sessions.get(SHOP, "")

    assert long.value.code == 65417
