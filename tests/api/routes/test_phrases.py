"""Operators' own words over HTTP, and what followers read then."""

import asyncio
import time
from typing import Any

import pytest

from app.dialogue.wording import catalogue
from app.inference.fakes import INTENTS
from app.messages.texts import BUSY
from app.simulator.callback.wechat import WeChat
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.pace import seconds
from tests.service import SHIPPING, Service, client, until

PATH = "/api/v1/phrases"
LIVE_WITHIN = 2.0  # seconds, as the README says


async def test_all_that_is_ours_is_listed_with_its_slots(huiyin: Service) -> None:
    async with client(huiyin) as http:
        listed = (await http.get(PATH)).json()

    phrases = {phrase.pop("id"): phrase for phrase in listed["phrases"]}
    assert listed["account"] == "default"
    assert set(phrases) == set(catalogue.PHRASES) | {f"intent.{name}" for name in INTENTS}
    assert phrases["order.signed"] == {
        "title": "订单已签收",
        "default": ["订单 {number} 已签收。"],
        "own": None,
        "slots": ["brand", "hours", "opens", "number"],
        "needed": [],
    }
    assert phrases["intent.ask_ship_time"] == {
        "title": "买家咨询发货时间",
        "default": ["{brand}请您留下订单号。"],
        "own": None,
        "slots": ["brand", "hours", "opens"],
        "needed": [],
    }


async def reply_to(wechat: WeChat, text: str) -> str:
    """By a follower of their own."""
    outcome = await Phone(wechat, f"o{time.time_ns()}").say(text)
    return str(outcome.reply and outcome.reply.content)


async def live(wechat: WeChat, text: str, answer: str) -> float:
    """Seconds until `text` is answered so."""
    began = time.monotonic()

    async def is_said() -> bool:
        return await reply_to(wechat, text) == answer

    await until(is_said)
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("phrase", "text"), [("intent.ask_ship_time", SHIPPING), ("kind.empty", "  ")]
)
async def test_own_words_are_said_within_two_seconds_and_reset_as_soon(
    huiyin: Service, phrase: str, text: str
) -> None:
    async with client(huiyin) as http, huiyin.wechat() as wechat:
        before = await reply_to(wechat, text)
        body = {"texts": ["{brand}：马上就好。"]}
        changed = await http.put(f"{PATH}/{phrase}", json=body)
        after = await live(wechat, text, "回音：马上就好。")
        reset = await http.delete(f"{PATH}/{phrase}")
        again = await live(wechat, text, before)

    assert (changed.status_code, changed.json()["own"]) == (200, ["{brand}：马上就好。"])
    assert (reset.status_code, reset.json()["own"]) == (200, None)
    assert max(after, again) < LIVE_WITHIN + seconds(1.0)  # a busy machine is later


async def test_what_the_api_says_by_itself_is_worded_by_the_operator_too(
    open_service: Open,
) -> None:
    async with open_service(workers=0, limits={"mailbox": 1}) as running:
        phrase = f"{PATH}/{BUSY.id}"
        async with client(running) as http, running.wechat() as wechat:
            await http.put(phrase, json={"texts": ["{brand}这会儿有点忙，稍后再聊。"]})
            first = asyncio.create_task(Phone(wechat, "mei").say("在吗"))

            async def waits() -> bool:
                return await running.mail("mei") == 1

            await until(waits)

            async def is_said() -> bool:
                outcome = await Phone(wechat, "mei").say("有人吗")
                content = outcome.reply and outcome.reply.content
                return content == "回音这会儿有点忙，稍后再聊。"

            await until(is_said)
            first.cancel()


@pytest.mark.parametrize(
    ("phrase", "texts", "status", "detail"),
    [
        (
            "order.signed",
            ["{number} 签收", "{num}"],
            422,
            "variant 2: {num} is no slot of this phrase; it has {brand}, {hours}, {opens},"
            " {number}",
        ),
        (
            "safety.caring",
            [" "],
            422,
            "variant 1: it is empty; DELETE brings back what is shipped",
        ),
        (
            "safety.caring",
            [],
            422,
            "write at least one variant; DELETE brings back what is shipped",
        ),
        (
            "intent.nothing",
            ["好"],
            404,
            "no phrase is named 'intent.nothing'; GET /api/v1/phrases lists them",
        ),
        ("hello", ["好"], 404, "no phrase is named 'hello'; GET /api/v1/phrases lists them"),
    ],
)
async def test_what_could_not_be_said_is_refused_in_a_sentence(
    huiyin: Service, phrase: str, texts: list[str], status: int, detail: str
) -> None:
    async with client(huiyin) as http:
        refused = await http.put(f"{PATH}/{phrase}", json={"texts": texts})

    assert (refused.status_code, refused.json()) == (
        status,
        {"detail": detail, "code": {404: "unknown_phrase", 422: "bad_phrase"}[status]},
    )


async def test_an_account_has_words_of_its_own_and_others_keep_theirs(api_only: Service) -> None:
    async with client(api_only) as http:
        unknown = await http.put(f"{PATH}/kind.empty", json={"account": "coffee", "texts": ["好"]})
        changed = [
            http.put(f"{PATH}/kind.{kind}", json={"texts": [f"{kind}收到。"]})
            for kind in ("image", "video", "file")
        ]
        own_texts = [each.json()["own"] for each in await asyncio.gather(*changed)]
        previews = [
            (await http.post(f"{PATH}/preview", json={"id": f"kind.{kind}"})).json()
            for kind in ("image", "video", "file")
        ]

    assert unknown.status_code == 404
    assert own_texts == [["image收到。"], ["video收到。"], ["file收到。"]]
    assert [each["texts"][0]["text"] for each in previews] == [own for [own] in own_texts]


@pytest.mark.parametrize(
    ("text", "beginning", "codes"),
    [
        ("{brand}，{number} 到了", "回音，77 到了", []),
        ("{opens}见", "今天", []),
        ("{x}", "{x}", ["unknown_slot"]),
        ("", "", ["empty"]),
        ("{number}" * 200, "77" * 200, []),
        ("{number}" + "长" * 682, "77" + "长" * 682, ["too_long"]),
        ("看这里：https://a.example/b", "看这里：https://a.example/b", []),
        ("点击链接查看", "点击链接查看", ["link_promised"]),
        ("我们会尽快联系", "我们会尽快联系", []),
        ("一起去赌博吧", "一起去赌博吧", ["forbidden_word"]),
    ],
)
async def test_a_preview_shows_what_a_follower_would_read_and_what_is_wrong(
    shared_api: Service, text: str, beginning: str, codes: list[str]
) -> None:
    body: dict[str, Any] = {"id": "order.signed", "texts": [text], "values": {"number": "77"}}
    async with client(shared_api) as http:
        previewed = (await http.post(f"{PATH}/preview", json=body)).json()

    [preview] = previewed["texts"]
    assert preview["text"].startswith(beginning)
    assert preview["bytes"] == len(preview["text"].encode())
    assert [warning["code"] for warning in preview["warnings"]] == codes
