"""Statistics of followers, messages and callbacks, against the simulator."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from app.simulator.families.statistics import StatisticsStore
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

DAY = date(2023, 11, 13)
MESSAGES: dict[str, Any] = {"ref_date": "2023-11-13", "msg_type": 1, "msg_user": 2, "msg_count": 5}
SPREAD: dict[str, Any] = {"ref_date": "2023-11-13", "count_interval": 1, "msg_user": 2}
CALLBACKS: dict[str, Any] = {
    "ref_date": "2023-11-13", "callback_count": 9, "fail_count": 1,
    "total_time_cost": 900, "max_time_cost": 300,
}  # fmt: skip
MESSAGE_ROW = MessageCount(ref_date=DAY, msg_type=1, msg_user=2, msg_count=5)
SPREAD_ROW = MessageSpreadRow(ref_date=DAY, count_interval=1, msg_user=2)
CALLBACK_ROW = CallbackCount(
    ref_date=DAY, callback_count=9, fail_count=1, total_time_cost=900, max_time_cost=300
)

Call = Callable[[Datacube], Awaitable[PlatformAnswer]]
CALLS: list[tuple[str, dict[str, Any], Call, PlatformAnswer]] = [
    (
        "getusersummary",
        {"ref_date": "2023-11-13", "user_source": 30, "new_user": 4, "cancel_user": 1},
        lambda datacube: datacube.get_follower_changes(SHOP, DAY, DAY),
        FollowerChanges(
            rows=(FollowerChange(ref_date=DAY, user_source=30, new_user=4, cancel_user=1),)
        ),
    ),
    (
        "getusercumulate",
        {"ref_date": "2023-11-13", "cumulate_user": 1200},
        lambda datacube: datacube.get_follower_totals(SHOP, DAY, DAY),
        FollowerTotals(rows=(FollowerTotal(ref_date=DAY, cumulate_user=1200),)),
    ),
    (
        "getupstreammsg",
        MESSAGES,
        lambda datacube: datacube.get_messages(SHOP, DAY, DAY),
        MessageCounts(rows=(MESSAGE_ROW,)),
    ),
    (
        "getupstreammsghour",
        MESSAGES | {"ref_hour": 1400},
        lambda datacube: datacube.get_messages_by_hour(SHOP, DAY),
        MessageCounts(rows=(MESSAGE_ROW.model_copy(update={"ref_hour": 1400}),)),
    ),
    (
        "getupstreammsgweek",
        MESSAGES,
        lambda datacube: datacube.get_messages_by_week(SHOP, DAY, DAY),
        MessageCounts(rows=(MESSAGE_ROW,)),
    ),
    (
        "getupstreammsgmonth",
        MESSAGES,
        lambda datacube: datacube.get_messages_by_month(SHOP, DAY, DAY),
        MessageCounts(rows=(MESSAGE_ROW,)),
    ),
    (
        "getupstreammsgdist",
        SPREAD,
        lambda datacube: datacube.get_message_spread(SHOP, DAY, DAY),
        MessageSpread(rows=(SPREAD_ROW,)),
    ),
    (
        "getupstreammsgdistweek",
        SPREAD,
        lambda datacube: datacube.get_message_spread_by_week(SHOP, DAY, DAY),
        MessageSpread(rows=(SPREAD_ROW,)),
    ),
    (
        "getupstreammsgdistmonth",
        SPREAD,
        lambda datacube: datacube.get_message_spread_by_month(SHOP, DAY, DAY),
        MessageSpread(rows=(SPREAD_ROW,)),
    ),
    (
        "getinterfacesummary",
        CALLBACKS,
        lambda datacube: datacube.get_callbacks(SHOP, DAY, DAY),
        CallbackCounts(rows=(CALLBACK_ROW,)),
    ),
    (
        "getinterfacesummaryhour",
        CALLBACKS | {"ref_hour": 900},
        lambda datacube: datacube.get_callbacks_by_hour(SHOP, DAY),
        CallbackCounts(rows=(CALLBACK_ROW.model_copy(update={"ref_hour": 900}),)),
    ),
]


@pytest.mark.parametrize(("name", "row", "call", "answer"), CALLS, ids=[c[0] for c in CALLS])
async def test_the_rows_of_a_span_are_told(
    redis_url: str, name: str, row: dict[str, Any], call: Call, answer: PlatformAnswer
) -> None:
    platform = make_platform()
    platform.account().store(StatisticsStore).rows[name] = [row, row | {"ref_date": "2023-11-01"}]

    async with open_client(redis_url, platform) as client:
        result = await call(Datacube(client))

    assert result == answer


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
