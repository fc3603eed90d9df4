"""The frequency cap: who was sent what this month, and whether one more goes."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.db.tables import marketing_messages
from app.publishing.frequency.cap import FrequencyCap, FrequencyCapReached, SentBefore
from app.publishing.frequency.ledger import FrequencyLedger
from app.publishing.frequency.policy import NAME, FrequencyRules
from app.publishing.sending.audiences import Recipients
from app.simulator.clock import Clock
from tests.publishing.factories import NOW
from tests.publishing.sending.senders import ACCOUNT

DAY = 86_400.0
VIP = Recipients(101, 3, frozenset({"oAn", "oBo", "oChen"}))
ALL = Recipients(None, 10)


def open_cap(engine: AsyncEngine, clock: Clock | None = None) -> FrequencyCap:
    return FrequencyCap(
        FrequencyLedger(engine, "lotus"), AccountDocuments(engine, NAME), clock or Clock(NOW)
    )


async def fill(cap: FrequencyCap, openid: str, count: int) -> None:
    for number in range(count):
        await cap.reserve_one(ACCOUNT, openid, f"fill-{openid}-{number}", "template")


def test_a_small_share_over_the_cap_does_not_stop_a_mass_send() -> None:
    rules = FrequencyRules(monthly=4, tolerance=0.1)

    assert (rules.allows(3), rules.allows(4)) == (True, False)
    assert [rules.find_fault(capped, 20) for capped in (0, 2)] == ["", ""]
    assert rules.find_fault(3, 20) == (
        "20 位粉丝中有 3 位本月已收到 4 条营销消息，超过允许的比例 10%：请换一个标签，"
        "改到下个月，或者调整频次上限（/api/v1/frequency-cap）。"
    )
    assert rules.find_fault(1, 1) != ""


async def test_a_follower_gets_four_messages_of_all_kinds_in_a_month(engine: AsyncEngine) -> None:
    clock = Clock(NOW)
    cap = open_cap(engine, clock)
    await cap.count_mass(ACCOUNT, ALL, "m1")
    await cap.count_mass(ACCOUNT, VIP, "m2")
    await cap.reserve_one(ACCOUNT, "oAn", "t1", "template")
    await cap.reserve_one(ACCOUNT, "oAn", "c1", "customer_service")

    with pytest.raises(FrequencyCapReached, match="本月已收到 4 条营销消息，上限是 4 条"):
        await cap.reserve_one(ACCOUNT, "oAn", "t2", "template")
    await cap.reserve_one(ACCOUNT, "oDing", "t2", "template")
    clock.turn(31 * DAY)
    await cap.reserve_one(ACCOUNT, "oAn", "t2", "template")


async def test_a_message_of_one_name_is_sent_once(engine: AsyncEngine) -> None:
    cap = open_cap(engine)
    await cap.reserve_one(ACCOUNT, "oAn", "t1", "template")

    with pytest.raises(SentBefore, match="编号为 t1 的消息已经给这位粉丝发过"):
        await cap.reserve_one(ACCOUNT, "oAn", "t1", "template")
    await cap.ledger.forget(ACCOUNT.name, "t1", "oAn")
    await cap.reserve_one(ACCOUNT, "oAn", "t1", "template")


async def test_a_mass_send_counts_those_over_the_cap(engine: AsyncEngine) -> None:
    cap = open_cap(engine)
    await fill(cap, "oAn", 3)
    await cap.count_mass(ACCOUNT, ALL, "m1")
    await cap.count_mass(ACCOUNT, ALL, "m1")  # repeated after a crash

    assert await cap.find_fault(ACCOUNT, VIP, "m2") == FrequencyRules().find_fault(1, 3)
    assert await cap.find_fault(ACCOUNT, ALL, "m2") == ""
    assert await cap.count_capped_followers(ACCOUNT.name) == 1
    for number in range(2, 5):
        await cap.count_mass(ACCOUNT, ALL, f"m{number}")
    assert await cap.find_fault(ACCOUNT, ALL, "m5") == FrequencyRules().find_fault(10, 10)
    assert await cap.find_fault(ACCOUNT, ALL, "m4") == ""


async def test_an_account_may_have_a_cap_of_its_own(engine: AsyncEngine) -> None:
    cap = open_cap(engine)
    await cap.documents.write(ACCOUNT.name, {"monthly": 1, "tolerance": 1.0}, 0)
    await fill(cap, "oAn", 1)

    assert await cap.find_fault(ACCOUNT, VIP, "m1") == ""
    with pytest.raises(FrequencyCapReached):
        await cap.reserve_one(ACCOUNT, "oAn", "another", "template")


async def test_a_service_without_a_key_of_pseudonyms_erases_followers_all_the_same(
    engine: AsyncEngine,
) -> None:
    await FrequencyLedger(engine, "").erase(ACCOUNT.name, "oAn")

    async with engine.connect() as connection:
        assert (await connection.execute(select(marketing_messages))).all() == []


async def test_the_ledger_knows_pseudonyms_and_forgets_who_left(engine: AsyncEngine) -> None:
    clock = Clock(NOW)
    cap = open_cap(engine, clock)
    await fill(cap, "oAn", 1)
    await fill(cap, "oBo", 1)
    await cap.ledger.erase(ACCOUNT.name, "oAn")
    async with engine.connect() as connection:
        followers = list(
            (await connection.execute(select(marketing_messages.c.follower))).scalars()
        )
    await cap.ledger.drop_old(NOW + 100 * DAY)
    async with engine.connect() as connection:
        left = (await connection.execute(select(marketing_messages))).all()

    assert [follower[:2] for follower in followers] == ["f-"]
    assert left == []
