"""Who asks the account what it recommends is shown items, with a card."""

from collections.abc import Sequence
from dataclasses import replace

from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.dialogue.factories import get_shipped_intent
from tests.service import client

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
