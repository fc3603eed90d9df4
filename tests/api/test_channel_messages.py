"""Real conversations of other channels over REST."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db import tables
from app.inference.fakes import FakeClassifier
from app.messages.phrases import as_shipped
from app.messages.values import Text, to_json
from app.privacy import consent
from app.redis import keys
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, GatedClassifier, Service, client, until

PATH = "/api/v1/replies"


def message(text: str = SHIPPING, **changed: Any) -> dict[str, Any]:
    return {"channel": "h5", "openid": "mei", "text": text, "remember": True} | changed


async def reply_to(http: httpx.AsyncClient, text: str = SHIPPING, **changed: Any) -> str:
    answered = await http.post(PATH, json=message(text, **changed))
    assert answered.status_code == 200, answered.text
    return str(answered.json()["reply"])


async def test_a_remembered_message_is_answered_with_a_session_and_a_record(
    huiyin: Service,
) -> None:
    async with client(huiyin) as http:
        answered = (await http.post(PATH, json=message())).json()
        previewed = (await http.post(PATH, json=message("你好", remember=False))).json()

        async def is_written() -> bool:
            return await huiyin.follower_messages() == [SHIPPING]

        await until(is_written)
    session = await huiyin.redis.get(keys.session("default:h5.mei"))

    assert (answered["reply"], answered["source"]) == (SHIPPED, "knowledge_missing")
    assert (answered["follower"], answered["card"]) == ("h5.mei", None)
    assert "id" not in previewed
    assert f'"text":"{SHIPPING}"' in session
    assert "你好" not in session


async def test_messages_of_one_follower_are_answered_one_at_a_time_in_order(
    open_service: Open,
) -> None:
    classifier = GatedClassifier()
    texts = [f"发货{number}" for number in range(4)]
    async with open_service(classifier=classifier, workers=2) as running, client(running) as http:
        asking = []
        for text in texts:
            asking.append(asyncio.create_task(reply_to(http, text)))

            async def waits() -> bool:
                return await running.mail("h5.mei") == len(asking)

            await until(waits)
        classifier.gate.set()
        replies = await asyncio.gather(*asking)
        session = await running.redis.get(keys.session("default:h5.mei"))

    assert replies == [SHIPPED] * 4
    assert [turn["text"] for turn in json.loads(session)["turns"]] == texts


async def test_the_same_message_sent_again_is_one_message(huiyin: Service) -> None:
    async with client(huiyin) as http:
        posts = [http.post(PATH, json=message(message="m-1")) for _ in range(3)]
        copies = [each.json() for each in await asyncio.gather(*posts)]
        again = (await http.post(PATH, json=message(message="m-1"))).json()
        other = (await http.post(PATH, json=message(message="m-1", openid="lei"))).json()

        async def are_written() -> bool:
            return len(await huiyin.follower_messages()) >= 2

        await until(are_written)
        turns = await huiyin.follower_messages()

    assert {(copy["id"], copy["reply"]) for copy in [*copies, again]} == {(again["id"], SHIPPED)}
    assert (other["id"] != again["id"], turns) == (True, [SHIPPING] * 2)


async def test_what_takes_too_long_is_read_by_its_id_and_then_not_said_again(
    open_service: Open,
) -> None:
    classifier = GatedClassifier()
    async with open_service(classifier=classifier) as running, client(running) as http:
        late = await http.post(PATH, json=message(wait=0.2))
        where = f"{PATH}/{late.json()['id']}"
        early = await http.get(where)
        classifier.gate.set()
        read = await http.get(where, params={"wait": 5})
        again = await http.get(where)
        after = await reply_to(http)

    assert (late.status_code, late.json()["state"]) == (202, "waiting")
    assert (early.status_code, early.json()) == (202, late.json())
    assert (read.status_code, read.json()["reply"]) == (200, SHIPPED)
    assert (again.json()["reply"], after) == (SHIPPED, SHIPPED)


async def test_a_reply_that_this_version_cannot_read_is_refused_and_not_confirmed(
    huiyin: Service,
) -> None:
    async with client(huiyin) as http:
        first = await http.post(PATH, json=message())
        [delivery] = [key async for key in huiyin.redis.scan_iter(keys.delivery("*"))]
        await huiyin.redis.hset(delivery, "reply", '{"type": "of a newer version"}')
        refused = await http.get(f"{PATH}/{first.json()['id']}")

    assert (refused.status_code, refused.json()["code"]) == (503, "versions_differ")


async def test_what_nobody_read_comes_with_the_next_answer(open_service: Open) -> None:
    classifier = GatedClassifier()
    async with open_service(classifier=classifier) as running, client(running) as http:
        late = await http.post(PATH, json=message(wait=0.0))
        classifier.gate.set()

        async def is_made() -> bool:
            return bool(await running.redis.scard(keys.unconfirmed("default:h5.mei")))

        await until(is_made)
        after = await reply_to(http)

    assert late.status_code == 202
    assert after == f"{SHIPPED}\n\n{SHIPPED}"


async def test_a_person_may_take_over_and_what_they_write_comes_with_the_next_call(
    huiyin: Service,
) -> None:
    async with client(huiyin) as http:
        called = await reply_to(http, "转人工")
        [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]
        conversation = f"/api/v1/conversations/{waiting['id']}"
        by = {"agent": "小王", "text": "您好，已经帮您催了。"}
        await http.post(f"{conversation}/reply", json=by)

        async def is_kept() -> bool:
            async with huiyin.engine.connect() as connection:
                stored = await connection.execute(select(tables.outbox.c.text))
                return to_json(Text(content=by["text"])) in stored.scalars()

        await until(is_kept)
        replied = (await http.post(PATH, json=message("在吗"))).json()
        await http.post(f"{conversation}/return", json={"agent": "小王"})
        after = await reply_to(http)

    assert "看到就回您" in called
    assert (replied["reply"], replied["source"]) == (by["text"], "person")
    assert after == SHIPPED


async def test_nobody_of_another_channel_is_taken_for_a_follower_of_wechat(
    open_service: Open,
) -> None:
    async with (
        open_service(consent=True) as running,
        client(running) as http,
        running.wechat() as wechat,
    ):
        ours = await Phone(wechat, "mei").say(SHIPPING)
        texts = [await reply_to(http), await reply_to(http, channel="mini"), await reply_to(http)]

    notice = as_shipped(consent.TEXT, brand="回音")
    first_reply = f"{SHIPPED}\n\n{notice}"
    assert ours.reply is not None
    assert [ours.reply.content, *texts] == [first_reply, first_reply, first_reply, SHIPPED]


async def test_what_is_kept_is_shown_and_erased(huiyin: Service) -> None:
    data = "/api/v1/followers/h5.mei/data"
    async with client(huiyin) as http:
        await reply_to(http)

        async def is_written() -> bool:
            return await huiyin.follower_messages() == [SHIPPING]

        await until(is_written)
        export = (await http.get(data)).json()
        erased = await http.delete(data)
        left = (await http.get(data)).json()
        by_themselves = await reply_to(http, "删除我的数据")

    assert [turn["text"] for turn in export["database"]["turns"]] == [SHIPPING]
    assert erased.status_code == 204
    assert (left["database"], left["session"], left["notice_shown"]) == ({}, None, None)
    assert by_themselves == as_shipped(consent.ERASED)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"channel": "H5"}, 422),
        ({"channel": "h.5"}, 422),
        ({"channel": "h5" * 8}, 422),
        ({"openid": "m.ei"}, 422),
        ({"openid": "m" * 61}, 200),
        ({"openid": "m" * 62}, 422),
        ({"text": ""}, 422),
        ({"wait": 31}, 422),
        ({"message": ""}, 422),
        ({"account": "coffee"}, 404),
    ],
)
async def test_what_could_not_be_kept_is_refused(
    huiyin: Service, changed: dict[str, Any], status: int
) -> None:
    async with client(huiyin) as http:
        answered = await http.post(PATH, json=message() | changed)

    assert answered.status_code == status


async def test_a_reply_that_nobody_asked_for_is_unknown(api_only: Service) -> None:
    async with client(api_only) as http:
        unknown = await http.get(f"{PATH}/h5-{'0' * 32}")
        malformed = await http.get(f"{PATH}/h5-1")

    assert (unknown.status_code, malformed.status_code) == (404, 422)


async def test_a_full_mailbox_is_told_so(open_service: Open) -> None:
    async with open_service(workers=0, limits={"mailbox": 1}) as running, client(running) as http:
        statuses = [(await http.post(PATH, json=message(wait=0.0))).status_code for _ in range(2)]

    assert statuses == [202, 503]


async def test_a_message_that_the_model_fails_on_is_answered_with_an_apology(
    open_service: Open,
) -> None:
    async with open_service(classifier=FakeClassifier()) as running, client(running) as http:
        answered = (await http.post(PATH, json=message("毒药"))).json()

    assert (answered["source"], answered["intent"]) == ("failure", None)
    assert "没能处理好" in answered["reply"]
