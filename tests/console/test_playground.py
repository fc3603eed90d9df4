"""The playground: what an answer rests on, links that are tapped, entries added in place."""

import html
import json
import re
from typing import Any

import httpx
import pytest

from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, Service, client

TEA: dict[str, Any] = {
    "id": "tea",
    "question": "龙井茶多少钱一斤",
    "variants": ["龙井怎么卖"],
    "answer": "680 元。",
}
EGGS = {"id": "eggs", "question": "茶叶蛋怎么卖", "answer": "3 元一个。"}


async def teach(running: Service, *entries: dict[str, Any]) -> None:
    async with client(running) as http:
        taught = await http.post("/api/v1/knowledge/entries", json={"entries": [*entries]})
    assert taught.status_code == 200


async def typed(http: httpx.AsyncClient, text: str, **more: str) -> dict[str, Any]:
    sent = {"openid": "p", "text": text} | more
    answered: dict[str, Any] = (await http.post("/playground/messages", json=sent)).json()
    return answered


async def test_the_entry_its_score_and_the_runner_up_are_shown(huiyin: Service) -> None:
    await teach(huiyin, TEA, EGGS)
    async with client(huiyin, key=None) as http:
        answered = await typed(http, TEA["question"])

    entries = answered["evidence"]["entries"]
    scores = [entry.pop("score") for entry in entries]
    assert answered["reply"] == TEA["answer"]
    assert entries == [
        {"id": "tea", "question": TEA["question"], "answer": TEA["answer"], "is_cited": True,
         "is_text": True},
        {"id": "eggs", "question": EGGS["question"], "answer": EGGS["answer"], "is_cited": False,
         "is_text": True},
    ]  # fmt: skip
    assert scores[0] > scores[1] >= 0


async def test_what_was_not_used_is_shown_as_such(huiyin: Service) -> None:
    await teach(huiyin, TEA)
    async with client(huiyin, key=None) as http:
        answered = await typed(http, SHIPPING)

    assert answered["reply"] == SHIPPED
    assert [entry["is_cited"] for entry in answered["evidence"]["entries"]] == [False]


async def test_a_picture_is_searched_for_nothing(huiyin: Service) -> None:
    await teach(huiyin, TEA)
    async with client(huiyin, key=None) as http:
        answered = await typed(http, "", kind="image")

    assert answered["evidence"] == {"entries": [], "passages": []}


async def test_a_tapped_link_is_a_message_of_its_words(huiyin: Service) -> None:
    await teach(huiyin, TEA)
    async with client(huiyin, key=None) as http:
        answered = await typed(http, TEA["question"], kind="tap", menu="<1>")

    assert (answered["reply"], answered["why"]["citations"]) == (TEA["answer"], ["tea"])


async def test_an_entry_added_in_place_answers_at_once(huiyin: Service) -> None:
    entry = {"question": " 茶室能带狗吗 ", "answer": "院子里可以。"}
    async with client(huiyin, key=None) as http:
        added = await http.post("/playground/entries", json=entry)
        answered = await typed(http, "茶室能带狗吗")

    assert (added.status_code, added.json()["alike"]) == (200, [])
    assert answered["reply"] == "院子里可以。"
    assert answered["why"]["citations"] == [added.json()["id"]]


@pytest.mark.parametrize("id", [{"id": "tea"}, {"id": None}])
async def test_an_entry_changed_in_place_keeps_its_other_ways_to_ask(
    huiyin: Service,
    id: dict[str, str | None],  # noqa: A002
) -> None:
    async with client(huiyin) as http:
        taught = await http.post("/api/v1/knowledge/entries", json={"entries": [TEA | id]})
        [entry] = taught.json()["entries"]
        change = {"id": entry["id"], "question": TEA["question"], "answer": "720 元。"}
        await http.post("/playground/entries", json=change)
        read = (await http.get(f"/api/v1/knowledge/entries/{entry['id']}")).json()

    assert (read["variants"], read["answer"]) == (TEA["variants"], "720 元。")


@pytest.mark.parametrize(
    "entry",
    [{"question": "好"}, {"question": " ", "answer": "好"}, {"question": "好", "answer": ""},
     {"id": "a b", "question": "好", "answer": "好"}, {"question": "好\x00", "answer": "好"},
     {"question": "好", "answer": "好" * 800}],
)  # fmt: skip
async def test_what_cannot_be_an_entry_is_refused(
    shared_api: Service, entry: dict[str, str]
) -> None:
    async with client(shared_api, key=None) as http:
        refused = await http.post("/playground/entries", json=entry)

    assert refused.status_code == 422


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://192.0.2.7:8000"])
async def test_a_page_from_elsewhere_may_not_ask(shared_api: Service, origin: str) -> None:
    async with client(shared_api, key=None) as http:
        headers = {"Origin": origin}
        answers = [
            await http.post("/playground/messages", json={"openid": "p"}, headers=headers),
            await http.post("/playground/entries", json=TEA, headers=headers),
        ]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_it_suggests_what_the_account_answers(open_service: Open) -> None:
    async with open_service() as running, client(running, key=None) as http:
        before = await http.get("/playground")
        await teach(running, TEA, EGGS, {"question": "长" * 21, "answer": "太长。"})
        after = await http.get("/playground")

    assert suggested(before)[0] == "什么时候发货？"
    assert suggested(after) == [EGGS["question"], TEA["question"]]


async def test_a_recommendation_is_suggested_and_shown_with_strategy_and_reason(
    open_service: Open,
) -> None:
    item = {"id": "pu-erh", "title": "勐海普洱茶饼", "link": "https://shop.example.com/pu-erh"}
    async with open_service() as running, client(running, key=None) as http:
        async with client(running) as cms:
            await cms.post("/api/v1/items", json={"items": [item]})
            await cms.get("/api/v1/recommendations/p", params={"record": False})
        page = await http.get("/playground")
        answered = await typed(http, "有没有普洱茶饼")

    assert suggested(page)[0] == "有什么推荐"
    assert answered["why"]["items"] == [
        {"id": "pu-erh", "title": "勐海普洱茶饼", "strategy": "question",
         "reason": "和你问的“普洱茶饼”有关"}
    ]  # fmt: skip


def suggested(page: httpx.Response) -> list[str]:
    match = re.search(r'<meta name="suggestions" content="([^"]*)">', page.text)
    assert match is not None
    questions: list[str] = json.loads(html.unescape(match[1]))
    return questions
