"""Words the notices about waiting followers. No I/O.

Notices quote followers: personal data is masked, since group robots belong to other companies, and
robots' markup (<at user_id="all">, <@all>) is neutralised.
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
class WaitingFollower:
    """A waiting follower as notices describe them. `waiting_since` in seconds since 1970."""

    conversation: str
    account: str
    brand: str
    follower: str  # a pseudonym
    reason: str
    title: str
    summary: str
    waiting_since: float
    urgent: bool
    link: str
    zone: ZoneInfo


def build_subject(waiting: Sequence[WaitingFollower]) -> str:
    """One line: whether one is urgent, the brands, and how many wait."""
    brands = "、".join(dict.fromkeys(each.brand for each in waiting))
    urgent = URGENT if any(each.urgent for each in waiting) else ""
    return f"{urgent}{WAITING}{brands}：{len(waiting)} 位用户在等"


def build_text(waiting: Sequence[WaitingFollower], now: float, limit: int) -> str:
    """The notice in at most `limit` bytes: a paragraph per follower, urgent ones first, then how
    many more wait.
    """
    ordered = sorted(waiting, key=lambda each: (not each.urgent, each.waiting_since))
    head, paragraphs = build_subject(waiting), list[str]()
    for each in ordered:
        paragraph = _build_paragraph(each, now, each.summary)
        remaining = len(ordered) - len(paragraphs) - 1
        tail = MORE.format(more=remaining) if remaining else ""
        if _total_bytes(head, *paragraphs, paragraph, tail) > limit:
            break
        paragraphs.append(paragraph)
    if not paragraphs:  # the first summary is too long for this target
        paragraphs = [_build_paragraph(ordered[0], now, "")]
    remaining = len(ordered) - len(paragraphs)
    return "\n\n".join([head, *paragraphs, *([MORE.format(more=remaining)] if remaining else [])])


def as_json(waiting: Sequence[WaitingFollower]) -> dict[str, Any]:
    """The notice as JSON for webhooks."""
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
                "opened_at": each.waiting_since,
                "urgent": each.urgent,
                "link": each.link,
            }
            for each in waiting
        ],
    }


def _build_paragraph(each: WaitingFollower, now: float, summary: str) -> str:
    since = datetime.fromtimestamp(each.waiting_since, each.zone)
    minutes = int(max(now - each.waiting_since, 0) // 60)
    waited = f"，已等 {minutes} 分钟" if minutes else ""
    lines = [
        f"{URGENT if each.urgent else ''}账号：{each.brand}（{each.account}）",
        f"用户：{each.follower}｜{since:%m-%d %H:%M} 起等待{waited}",
        summary,
        each.link,
    ]
    return "\n".join(line for line in lines if line)


def neutralise_markup(words: str) -> str:
    """Replace angle brackets by full-width ones, so that no robot reads markup."""
    return words.replace("<", "＜").replace(">", "＞")


def _total_bytes(*parts: str) -> int:
    return sum(len(part.encode()) + 2 for part in parts if part)
