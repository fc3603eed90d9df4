"""Who asks the account what it recommends is shown items, with a card whose taps count."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import httpx

from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.dialogue.factories import get_shipped_intent
from tests.service import client, until

TEA = {"id": "tea", "title": "明前龙井", "link": "https://shop.example.com/tea"}


class Adviser(FakeClassifier):
    """Reads 推荐 as a wish for a recommendation."""

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        return [
            replace(each, intent=get_shipped_intent("ask_recommendation"), in_scope=True)
            if "推荐" in text and isinstance(each, Classification)
            else each
            for text, each in zip(texts, await super().classify(texts), strict=True)
        ]


async def read_event(http: httpx.AsyncClient, kind: str) -> Any:
    """The first event of a kind, once there is one."""

    async def is_stored() -> bool:
        return bool((await http.get("/api/v1/events", params={"kind": kind})).json()["events"])

    await until(is_stored)
    return (await http.get("/api/v1/events", params={"kind": kind})).json()["events"][0]


async def test_a_follower_is_shown_an_item_once_the_account_has_some(open_service: Open) -> None:
    async with open_service(classifier=Adviser()) as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        before = (await mei.say("有什么推荐")).reply
        async with client(running) as http:
            await http.post("/api/v1/items", json={"items": [TEA]})
            await http.get("/api/v1/recommendations/mei", params={"record": False})
            after = (await mei.say("有啥推荐")).reply
            exposures = (await http.get("/api/v1/events", params={"kind": "exposure"})).json()

    assert (before is not None and before.kind, after is not None and after.kind) == (
        "text", "news",
    )  # fmt: skip
    assert [event["item"] for event in exposures["events"]] == ["tea"]


async def test_a_tap_on_the_card_is_a_click_of_its_recommendation(open_service: Open) -> None:
    settings = {"link_domains": ["shop.example.com"], "public_url": "https://wx.example.com"}
    async with (
        open_service(classifier=Adviser(), **settings) as running,
        running.wechat() as wechat,
        client(running) as http,
        httpx.AsyncClient(base_url=running.bases[0]) as phone,
    ):
        await http.post("/api/v1/items", json={"items": [TEA]})
        await http.get("/api/v1/recommendations/mei", params={"record": False})
        card = (await Phone(wechat, "mei").say("有什么推荐")).reply
        assert card is not None
        path = (ElementTree.fromstring(card.raw).findtext("Articles/item/Url") or "").removeprefix(
            "https://wx.example.com"
        )
        tap = await phone.get(path, headers={"User-Agent": "MicroMessenger/8.0.50"})
        exposure, click = await read_event(http, "exposure"), await read_event(http, "click")

    assert (tap.status_code, tap.headers["location"]) == (302, TEA["link"])
    shared = ("pseudonym", "item", "recommendation", "strategy")
    assert [click[name] for name in shared] == [exposure[name] for name in shared]
