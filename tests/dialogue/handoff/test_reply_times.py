"""What a follower reads of when a person replies."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue.handoff import reply_times
from app.inbox.service import QueuePosition
from app.rules.presence import Presence

SHOP = Account(
    name="shop", appid="wx1", token="token", brand="青禾茶铺", service_hours="每日 9:00–18:00"
)
OPEN = Presence(open=True, are_hours_known=True)
AWAY = Presence(open=False, are_hours_known=True, next="明天 09:00")
NEVER = Presence(open=False, are_hours_known=True)
UNKNOWN = Presence()
VERIFIED = replace(SHOP, verified=True)
RIDES = "回复会在您下次发消息时送达，您可以过会儿再来问一声。"


@pytest.mark.parametrize(
    ("account", "presence", "minutes", "line"),
    [
        (VERIFIED, OPEN, None, "同事看到就回您。"),
        (VERIFIED, OPEN, 5, "同事一般 5 分钟内回复您。"),
        (VERIFIED, AWAY, 5, "现在不在服务时间，同事明天 09:00 上班后回您。"),
        (VERIFIED, NEVER, 5, "现在没有人值守，您的留言已经记下。"),
        (VERIFIED, UNKNOWN, 5, "同事看到就回您（服务时间：看心情）。"),
        (SHOP, OPEN, None, "同事看到就回您。" + RIDES),
        (SHOP, AWAY, None, "现在不在服务时间，同事明天 09:00 上班后回您。" + RIDES),
    ],
)
def test_the_follower_reads_when_a_person_replies_and_nothing_that_isnt_known(
    account: Account, presence: Presence, minutes: int | None, line: str
) -> None:
    assert reply_times.describe_reply_time(account, "看心情", presence, minutes) == line


@pytest.mark.parametrize(
    ("hours", "of_people"),
    [
        ("运河街店 每天 8:30-21:00，东塔广场店 每天 10:00 起", False),
        ("报名处 8:30-18:30，练车 6:30-20:30", False), ("营业到很晚", False),
        ("前台 24 小时，客服 8:00-23:00", True), ("工作日 9 点以后", True), ("看心情", True),
    ],
)  # fmt: skip
def test_a_shops_hours_are_not_told_as_those_of_people(hours: str, *, of_people: bool) -> None:
    reply_time = reply_times.describe_reply_time(
        VERIFIED, hours, UNKNOWN, None
    ) + reply_times.at_desk(NEVER, hours)

    assert (hours in reply_time) is of_people
    assert reply_time.startswith("同事看到就回您")


@pytest.mark.parametrize("hours", ["", " "])
def test_no_hours_are_named_where_none_are_written(hours: str) -> None:
    assert reply_times.describe_reply_time(VERIFIED, hours, UNKNOWN, None) == "同事看到就回您。"


@pytest.mark.parametrize(
    ("presence", "line"),
    [
        (OPEN, "请发一条消息说说您的问题，我马上为您转接。"),
        (AWAY, "现在不在服务时间，请在明天 09:00 之后再回复「人工」，我马上为您转接。"),
        (NEVER, "现在不在服务时间，请在服务时间（看心情）内再回复「人工」，我马上为您转接。"),
    ],
)
def test_who_is_to_reach_wechats_desk_reads_how(presence: Presence, line: str) -> None:
    assert reply_times.at_desk(presence, "看心情") == line


@pytest.mark.parametrize(
    ("place", "presence", "words"),
    [
        (QueuePosition(0.0, 0), OPEN, "您的问题已经转给同事，还没有人接起。前面没有其他人在等。"),
        (
            QueuePosition(-185.0, 2),
            OPEN,
            "您的问题已经转给同事，还没有人接起，已经等了 3 分钟。前面还有 2 位在等。",
        ),
        (QueuePosition(-60.0, 0), UNKNOWN,
         "您的问题已经转给同事，还没有人接起，已经等了 1 分钟。前面没有其他人在等。"),
        (None, OPEN, "您的问题已经转给同事，还没有人接起。"),
        (QueuePosition(-185.0, 2), AWAY, "您的问题已经记下。"),
    ],
)  # fmt: skip
def test_who_waits_reads_what_has_become_of_it(
    place: QueuePosition | None, presence: Presence, words: str
) -> None:
    assert reply_times.describe_wait(place, presence, 20.0) == words
