"""Somebody who waits, for tests."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from app.notices.wording import WaitingFollower

NOON = 1_764_561_600.0  # 2025-12-01 12:00 in China
MEI = WaitingFollower(
    conversation="c1", account="tea", brand="青禾茶铺", follower="f-0123456789abcdef",
    reason="asked", title="转人工客服", summary="原因：用户要求人工｜情绪：平静\n用户：转人工",
    waiting_since=NOON, urgent=False, link="https://bot.example/api/v1/conversations/c1",
    zone=ZoneInfo("Asia/Shanghai"),
)  # fmt: skip


def waiting(number: int, **changed: Any) -> WaitingFollower:
    """Another one."""
    named = {"conversation": f"c{number}", "follower": f"f-{number}", "link": f"https://b/{number}"}
    return replace(MEI, **(named | changed))
