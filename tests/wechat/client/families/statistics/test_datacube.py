"""Statistics of followers, messages and callbacks, against the simulator."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.simulator.statistics.store import StatisticsStore
from app.wechat.client.core import PlatformAnswer
from app.wechat.client.errors import InvalidField
from app.wechat.client.families.statistics.datacube import (
    CallbackCount,
    CallbackCounts,
    Datacube,
    FollowerChange,
    FollowerChanges,
    FollowerTotal,
    FollowerTotals,
    MessageCount,
    MessageCounts,
    MessageSpread,
    MessageSpreadRow,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

DAY = date(2023, 11, 13)  # a Monday
MONTH = date(2023, 11, 1)
TWO_O_CLOCK = 1_699_855_200.0  # on DAY in China, 14:00
CALLBACKS: dict[str, Any] = {
    "ref_date": "2023-11-13", "callback_count": 9, "fail_count": 1,
    "total_time_cost": 900, "max_time_cost": 300,
}  # fmt: skip
CALLBACK_ROW = CallbackCount(
    ref_date=DAY, callback_count=9, fail_count=1, total_time_cost=900, max_time_cost=300
)

Call = Callable[[Datacube], Awaitable[PlatformAnswer]]


def make_busy_platform() -> Platform:
    """On DAY: oMei comes by a search, oAn by a code, oMei leaves; oAn writes 6 texts, oMei one."""
    clock = Clock(TWO_O_CLOCK)
    platform = make_platform(clock)
    platform.interacted("oAn", "subscribe", source=30)
    for _ in range(6):
        platform.received("oAn", "text")
    platform.received("oMei", "text")
    platform.received("oMei", "image")
    platform.unsubscribed("oMei")
    clock.turn(2 * 86_400)
    platform.interacted("oBao", "subscribe")
    return platform


def count_messages(ref_date: date, ref_hour: int | None = None) -> MessageCounts:
    """What the platform counts of the messages of DAY."""
    texts = MessageCount(ref_date=ref_date, ref_hour=ref_hour, msg_type=1, msg_user=2, msg_count=7)
    images = MessageCount(ref_date=ref_date, ref_hour=ref_hour, msg_type=2, msg_user=1, msg_count=1)
    return MessageCounts(rows=(texts, images))


def count_senders(ref_date: date) -> MessageSpread:
    """One follower wrote up to five messages, one up to ten."""
    some = MessageSpreadRow(ref_date=ref_date, count_interval=1, msg_user=1)
    more = MessageSpreadRow(ref_date=ref_date, count_interval=2, msg_user=1)
    return MessageSpread(rows=(some, more))


CALLS: list[tuple[Call, PlatformAnswer]] = [
    (
        lambda datacube: datacube.get_follower_changes(SHOP, DAY, DAY),
        FollowerChanges(
            rows=(
                FollowerChange(ref_date=DAY, user_source=1, new_user=1, cancel_user=1),
                FollowerChange(ref_date=DAY, user_source=30, new_user=1, cancel_user=0),
            )
        ),
    ),
    (
        lambda datacube: datacube.get_follower_totals(SHOP, date(2023, 11, 12), DAY),
        FollowerTotals(
            rows=(
                FollowerTotal(ref_date=date(2023, 11, 12), cumulate_user=0),
                FollowerTotal(ref_date=DAY, cumulate_user=1),
            )
        ),
    ),
    (lambda datacube: datacube.get_messages(SHOP, DAY, DAY), count_messages(DAY)),
    (lambda datacube: datacube.get_messages_by_hour(SHOP, DAY), count_messages(DAY, 1400)),
    (lambda datacube: datacube.get_messages_by_week(SHOP, DAY, DAY), count_messages(DAY)),
    (lambda datacube: datacube.get_messages_by_month(SHOP, MONTH, DAY), count_messages(MONTH)),
    (lambda datacube: datacube.get_message_spread(SHOP, DAY, DAY), count_senders(DAY)),
    (lambda datacube: datacube.get_message_spread_by_week(SHOP, DAY, DAY), count_senders(DAY)),
    (
        lambda datacube: datacube.get_message_spread_by_month(SHOP, MONTH, DAY),
        count_senders(MONTH),
    ),
    (
        lambda datacube: datacube.get_callbacks(SHOP, DAY, DAY),
        CallbackCounts(rows=(CALLBACK_ROW,)),
    ),
    (
        lambda datacube: datacube.get_callbacks_by_hour(SHOP, DAY),
        CallbackCounts(rows=(CALLBACK_ROW.model_copy(update={"ref_hour": 900}),)),
    ),
]


async def test_followers_and_their_messages_are_counted(redis_url: str) -> None:
    platform = make_busy_platform()
    platform.account().store(StatisticsStore).rows |= {
        "getinterfacesummary": [CALLBACKS, CALLBACKS | {"ref_date": "2023-11-01"}],
        "getinterfacesummaryhour": [CALLBACKS | {"ref_hour": 900}],
    }

    async with open_client(redis_url, platform) as client:
        results = [await call(Datacube(client)) for call, _ in CALLS]

    assert results == [answer for _, answer in CALLS]


@pytest.mark.parametrize(
    ("call", "days"),
    [
        (lambda datacube, end: datacube.get_follower_changes(SHOP, DAY, end), 7),
        (lambda datacube, end: datacube.get_messages_by_week(SHOP, DAY, end), 30),
        (lambda datacube, end: datacube.get_message_spread(SHOP, DAY, end), 15),
    ],
)
async def test_each_span_has_its_own_bound(
    redis_url: str, call: Callable[[Datacube, date], Awaitable[PlatformAnswer]], days: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=f"a span of 1 to {days} days; this has 31"):
            await call(Datacube(client), date(2023, 12, 13))

    assert platform.calls.total() == 0
