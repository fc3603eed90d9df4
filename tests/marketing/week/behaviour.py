"""Followers of a tea shop whose behaviour is known: what they like, and what makes them tap.

Half of them like tea, half like cups: they read that kind three times as often. A title that asks
is read by 1.8 times as many, whatever it is about. Nothing else matters.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

FOLLOWERS = 300
ITEMS = 40
DAY = 86_400.0  # seconds
SLEEPERS = 75  # the last ones did nothing for 40 days
READ_RATE, LIKED, OTHER, QUESTION = 0.18, 1.5, 0.5, 1.8
CONTROL_RATE, QUESTION_RATE = 0.20, 0.50  # of taps on the week's two texts
HOURS = (9, 12, 20)
TOPICS = (
    ("tea", "龙井", ("{}新茶到了", "{}的三种泡法", "茶园里的{}", "存放{}的方法")),
    ("cup", "紫砂", ("{}壶开壶记", "养一把{}壶", "{}泥料三种", "{}壶的口盖")),
)


def name_follower(number: int) -> str:
    """The openid of a follower."""
    return f"oFollower{number:03}"


def likes_tea(number: int) -> bool:
    """Whether a follower likes tea; the others like cups."""
    return number % 2 == 0


@dataclass(frozen=True)
class PastItem:
    """An item of the last weeks, as it was stored."""

    row: dict[str, Any]
    topic: str
    asks: bool


def make_items(now: float) -> list[PastItem]:
    """Items of two topics; every second one of each asks."""
    items = []
    for number in range(ITEMS):
        topic, word, titles = TOPICS[number % 2]
        asks = number // 2 % 2 == 0
        title = titles[number // 4 % len(titles)].format(word)
        title = f"{title}，您试过吗？" if asks else f"{title}，一篇说清"
        hour = HOURS[number % 3]
        published = now - (3 + number) * DAY
        published += (hour - time.localtime(published).tm_hour) * 3_600
        row = {
            "id": f"{topic}{number}", "kind": "article", "title": title, "tags": [word],
            "link": f"https://shop.example.com/{topic}{number}", "published": published,
        }  # fmt: skip
        items.append(PastItem(row, topic, asks))
    return items


def make_events(items: list[PastItem], now: float, seed: int) -> list[dict[str, Any]]:
    """Who was shown each item, and who read it."""
    random = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    for item in items:
        at = item.row["published"] + 1_800
        for number in range(FOLLOWERS):
            if number >= FOLLOWERS - SLEEPERS and at > now - 40 * DAY:
                continue
            event = {"openid": name_follower(number), "item": item.row["id"], "time": at}
            place = f"{item.row['id']}-{number}"
            events.append(event | {"id": f"x-{place}", "kind": "exposure"})
            liked = LIKED if (item.topic == "tea") == likes_tea(number) else OTHER
            if random.random() < READ_RATE * liked * (QUESTION if item.asks else 1.0):
                events.append(event | {"id": f"v-{place}", "kind": "view", "time": at + 60})
    return events


def choose_tappers(openids: list[str], rate: float, seed: int) -> list[str]:
    """Who taps the link in a message that they were sent."""
    random = np.random.default_rng(seed)
    return [openid for openid in sorted(openids) if random.random() < rate]
