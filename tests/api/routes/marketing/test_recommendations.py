"""Recommendations over HTTP: what a follower does counts at once, what was shown is recorded."""

import asyncio
import time
from typing import Any

from tests.service import Service, client

ITEMS = [
    {"id": "tea", "title": "龙井怎么泡", "tags": ["精选"], "link": "https://shop.example.com/tea"},
    {"id": "cup", "title": "挑一只茶杯"},
    {"id": "old", "title": "去年的活动", "expires": 1_700_000_000},
]


async def test_what_was_read_is_recommended_no_more_and_exposures_are_recorded(
    huiyin: Service,
) -> None:
    path = "/api/v1/recommendations/o-reader"
    view = {"id": "v1", "kind": "view", "time": time.time(), "openid": "o-reader", "item": "tea"}
    async with client(huiyin) as http:
        await http.post("/api/v1/items", json={"items": ITEMS})
        before = (await http.get(path, params={"count": 5})).json()
        stored = await http.post("/api/v1/events", json={"events": [view]})
        after = await read_until(http, path, {"cup"})
        exposures = (await http.get("/api/v1/events", params={"kind": "exposure"})).json()

    assert stored.json()["stored"] == 1
    strategies = {item["id"]: item["strategy"] for item in before["items"]}
    assert strategies.keys() == {"cup", "tea"}
    assert strategies["cup"] in {"newest", "explored"}  # a share is exploration
    assert strategies["tea"] in {"picked", "explored"}
    assert before["explanation"].startswith("没有这位粉丝的阅读记录")
    assert after["strategy"] in {"text", "newest", "explored"}
    recorded = [event for event in exposures["events"] if event["recommendation"] == before["id"]]
    assert {event["item"]: event["strategy"] for event in recorded} == strategies


async def test_a_new_item_counts_within_seconds(huiyin: Service) -> None:
    path = "/api/v1/recommendations/o-reader"
    pot = {"id": "pot", "title": "宜兴紫砂壶"}
    async with client(huiyin) as http:
        await http.post("/api/v1/items", json={"items": ITEMS})
        await read_until(http, path, {"cup", "tea"})
        await http.post("/api/v1/items", json={"items": [pot]})
        answer = await read_until(http, path, {"cup", "tea", "pot"})

    assert len(answer["items"]) == 3


async def read_until(http: Any, path: str, ids: set[str]) -> Any:
    """Ask, without recording, until these are the items recommended."""
    while True:
        answer = (await http.get(path, params={"record": False})).json()
        if {item["id"] for item in answer["items"]} == ids:
            return answer
        await asyncio.sleep(0.1)
