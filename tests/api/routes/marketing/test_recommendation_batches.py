"""A segment's followers get items in one go: computed, grouped, approved by a person, and sent."""

import csv
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.marketing.events.repository import Events
from app.marketing.recommend.batches.exposing import BatchExposures
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.privacy.pseudonym import make_pseudonym
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Running
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.conftest import Open
from tests.marketing.audience.profile_rows import store_profiles
from tests.marketing.week.steps import API, approve_and_send, finish_job, send
from tests.publishing.sending.senders import FONT
from tests.service import ACCOUNT, CMS_KEY, Service, client
from tests.support.serve import serving

FOLLOWERS = [f"o{number:02}" for number in range(12)]
ITEMS = [
    {"id": name, "title": title, "link": f"https://shop.example.com/{name}", "text": f"{title}。"}
    for name, title in [("tea", "明前龙井"), ("cup", "青瓷杯"), ("pot", "紫砂壶"), ("old", "旧茶")]
]
RECOMMENDATIONS = f"{API}/recommendations/batches"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A running service with twelve followers on the simulated platform, all in one segment."""

    running: Service
    platform: Platform
    http: httpx.AsyncClient
    segment: str

    async def compute(self, **body: Any) -> dict[str, Any]:
        """A batch, once it is computed."""
        place = "recommendations/batches"
        return await finish_job(self.http, place, place, segment=self.segment, **body)

    async def list_items(self, batch: str) -> dict[str, list[dict[str, Any]]]:
        """The items of each follower, by pseudonym."""
        page = (await self.http.get(f"{RECOMMENDATIONS}/{batch}/followers")).json()
        return {each["pseudonym"]: each["items"] for each in page["followers"]}

    async def list_exposures(self) -> dict[str, list[str]]:
        """The items that were recorded as shown, by pseudonym."""
        query: dict[str, str | int] = {"kind": "exposure", "limit": 1_000}
        events = (await self.http.get(f"{API}/events", params=query)).json()["events"]
        items: dict[str, list[str]] = {}
        for event in sorted(events, key=lambda event: event["item"]):
            items.setdefault(event["pseudonym"], []).append(event["item"])
        return items


@asynccontextmanager
async def open_shop(open_service: Open) -> AsyncIterator[Shop]:
    """Who wrote within 48 hours: o00 and o01. All of them read the old tea."""
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret")], clock=Running())
    for openid in FOLLOWERS:
        platform.interacted(openid, "subscribe")
    views = [
        {"id": f"v-{openid}", "kind": "view", "time": time.time(), "openid": openid, "item": "old"}
        for openid in FOLLOWERS
    ]
    async with (
        serving(platform.app) as base,
        open_service(
            wechat_api_base=base, wechat_secret=SecretStr("secret"), cover_font=FONT,
            link_domains=["shop.example.com"], public_url="https://wx.example.com",
        ) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):  # fmt: skip
        platform.connect(wechat)
        for openid in FOLLOWERS[:2]:
            platform.interacted(openid, "message")
            await Phone(wechat, openid).say("你好")
        await send(http, "items", items=ITEMS)
        await send(http, "events", events=views)
        pseudonyms = [make_pseudonym(openid, CMS_KEY) for openid in FOLLOWERS]
        await store_profiles(running.engine, "default", pseudonyms)
        rule = {"author": "小林", "name": "全部粉丝", "rule": "阅读数 >= 0"}
        segment = (await send(http, "audience/segments", **rule))["id"]
        yield Shop(running=running, platform=platform, http=http, segment=segment)


async def test_a_group_gets_its_item_by_tag_and_nobody_twice(open_service: Open) -> None:
    async with open_shop(open_service) as shop:
        first = await shop.compute(count=1, groups=1, campaign="spring")
        file = await shop.http.get(f"{RECOMMENDATIONS}/{first['id']}/export")
        place = f"recommendations/batches/{first['id']}/posts"
        await finish_job(shop.http, place, place)
        [group] = (await shop.http.get(f"{RECOMMENDATIONS}/{first['id']}")).json()["groups"]
        before = await shop.list_exposures()
        post = await approve_and_send(shop.http, shop.platform, group["post"])
        recorder = BatchExposures(
            groups=BatchGroups(shop.running.engine), events=Events(shop.running.engine)
        )
        await recorder.record_sent()
        await recorder.record_sent()
        exposures, rows = await shop.list_exposures(), await shop.list_items(first["id"])
        second = await shop.list_items((await shop.compute(count=3))["id"])

    members = {name for name, items in rows.items() if items[0]["item"] == group["item"]}
    assert first["result"]["followers"] == first["result"]["with_items"] == len(rows) == 12
    assert len(list(csv.reader(file.text.splitlines()))) == 1 + 12
    assert (post["channel"], post["tag_ids"]) == ("mass", [group["tag_id"]])
    assert before == {}
    assert group["title"] == next(each["title"] for each in ITEMS if each["id"] == group["item"])
    assert first["result"]["empty_because"] == ""
    assert exposures == {name: [group["item"]] for name in members}
    assert len(members) == group["followers"] >= 4
    assert all(
        "old" not in ids and (name not in members or group["item"] not in ids)
        for name, items in second.items()
        for ids in [{each["item"] for each in items}]
    )


async def test_messages_reach_who_wrote_of_late_once_and_within_the_cap(
    open_service: Open,
) -> None:
    async with open_shop(open_service) as shop:
        cap = {"rules": {"monthly": 1}, "revision": 0}
        await shop.http.put(f"{API}/frequency-cap", json=cap)
        batch = await shop.compute(count=2, groups=0, campaign="spring")
        path = f"recommendations/batches/{batch['id']}/messages"
        own = await shop.http.post(f"{API}/{path}", json={"by": "小林"})
        results = [await finish_messages(shop, batch["id"]) for _ in range(2)]
        others = await shop.compute(count=1, groups=0)
        results.append(await finish_messages(shop, others["id"]))
        exposures, rows = await shop.list_exposures(), await shop.list_items(batch["id"])
        cards = [shop.platform.sent[openid][-1] for openid in FOLLOWERS[:2]]

    assert (own.status_code, own.json()["code"]) == (403, "self_approval")
    assert results == [
        {"sent": 2, "outside_window": 10}, {"sent_before": 2, "outside_window": 10},
        {"frequency_cap_reached": 2, "outside_window": 10},
    ]  # fmt: skip
    names = [make_pseudonym(openid, CMS_KEY) for openid in FOLLOWERS[:2]]
    assert exposures == {name: sorted(each["item"] for each in rows[name]) for name in names}
    assert [card["msgtype"] for card in cards] == ["news", "news"]
    assert all("https://wx.example.com/l/" in str(card) for card in cards)


async def finish_messages(shop: Shop, batch: str) -> Any:
    """What came of sending a batch, approved by 王敏."""
    place = f"recommendations/batches/{batch}/messages"
    job = await finish_job(shop.http, place, place, by="王敏")
    return job["result"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "batches", {"author": "林", "segment": "0" * 32}, 404, "unknown_segment"),
        ("POST", "batches", {"author": "林", "segment": "x"}, 422, "invalid_request"),
        ("GET", f"batches/{'0' * 32}", None, 404, "unknown_job"),
        ("POST", f"batches/{'0' * 32}/posts", {"author": "林"}, 403, "tags_not_allowed"),
        ("POST", f"batches/{'0' * 32}/messages", {"by": "林"}, 403, "messages_not_allowed"),
        ("GET", f"batches/{'0' * 32}/posts/{'0' * 32}", None, 404, "unknown_job"),
    ],
)
async def test_bad_requests_are_refused(
    shared_api: Service, method: str, path: str, body: Any, status: int, code: str
) -> None:
    async with client(shared_api) as http:
        response = await http.request(method, f"{API}/recommendations/{path}", json=body)

    assert (response.status_code, response.json()["code"]) == (status, code)
