"""What agents are told of those who wait. No I/O.

Followers' words are in it: personal data in them is masked, since group robots are another
company's, and nothing in them acts as a robot's markup (<at user_id="all">, <@all>).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

URGENT = "【紧急】"
WAITING = "【等待人工】"
MORE = "另有 {more} 位在等。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits. `opened` in seconds since 1970."""

    conversation: str
    account: str
    brand: str
    follower: str  # a pseudonym
    reason: str
    title: str
    summary: str
    opened: float
    urgent: bool
    link: str
    zone: ZoneInfo


def subject(waiting: Sequence[Waiting]) -> str:
    """One line: how many, of which brand, and whether one can't wait."""
    brands = "、".join(dict.fromkeys(each.brand for each in waiting))
    urgent = URGENT if any(each.urgent for each in waiting) else ""
    return f"{urgent}{WAITING}{brands}：{len(waiting)} 位用户在等"


def text(waiting: Sequence[Waiting], now: float, limit: int) -> str:
    """At most `limit` bytes: whole paragraphs, the urgent ones first, then how many more wait."""
    ordered = sorted(waiting, key=lambda each: (not each.urgent, each.opened))
    head, shown = subject(waiting), list[str]()
    for each in ordered:
        paragraph = _paragraph(each, now, each.summary)
        left = len(ordered) - len(shown) - 1
        tail = MORE.format(more=left) if left else ""
        if _size(head, *shown, paragraph, tail) > limit:
            break
        shown.append(paragraph)
    if not shown:  # a summary that is too long for this robot
        shown = [_paragraph(ordered[0], now, "")]
    left = len(ordered) - len(shown)
    return "\n\n".join([head, *shown, *([MORE.format(more=left)] if left else [])])


def as_json(waiting: Sequence[Waiting]) -> dict[str, Any]:
    """For webhooks."""
    return {
        "type": "waiting",
        "conversations": [
            {
                "id": each.conversation,
                "account": each.account,
                "follower": each.follower,
                "reason": each.reason,
                "title": each.title,
                "summary": each.summary,
                "opened": each.opened,
                "urgent": each.urgent,
                "link": each.link,
            }
            for each in waiting
        ],
    }


def _paragraph(each: Waiting, now: float, summary: str) -> str:
    since = datetime.fromtimestamp(each.opened, each.zone)
    minutes = int(max(now - each.opened, 0) // 60)
    waited = f"，已等 {minutes} 分钟" if minutes else ""
    lines = [
        f"{URGENT if each.urgent else ''}账号：{each.brand}（{each.account}）",
        f"用户：{each.follower}｜{since:%m-%d %H:%M} 起等待{waited}",
        summary,
        each.link,
    ]
    return "\n".join(line for line in lines if line)


def harmless(words: str) -> str:
    """Words that no robot takes for its markup."""
    return words.replace("<", "＜").replace(">", "＞")


def _size(*parts: str) -> int:
    return sum(len(part.encode()) + 2 for part in parts if part)
