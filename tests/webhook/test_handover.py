"""A person takes over and gives back, from the follower's message to the agent's reply."""

import asyncio
from typing import Any

import httpx
import pytest

from app.delivery.outbox import Outbox
from app.dialogue.wording.handover_texts import RIDES
from app.messages.values import as_plain_text
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, GatedClassifier, Service, client, until

CONVERSATIONS = "/api/v1/conversations"
AGENT = {"agent": "小王"}


async def waiting(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    conversations: list[dict[str, Any]] = (
        await http.get(CONVERSATIONS, params={"state": "waiting"})
    ).json()["conversations"]
    return conversations


async def outbox_texts(running: Service) -> list[str]:
    pending = await Outbox(running.engine).read_pending([("default", "mei")])
    return [as_plain_text(parcel.message) for parcel in pending.get(("default", "mei"), [])]


@pytest.mark.timeout(40)
async def test_the_bot_is_silent_while_a_person_has_it_and_speaks_when_it_is_given_back(
    open_service: Open,
) -> None:
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        mei = Phone(wechat, "mei")
        outcome = await mei.say("转人工")
        [conversation] = await waiting(http)
        one = f"{CONVERSATIONS}/{conversation['id']}"
        meanwhile = await mei.say(SHIPPING)
        again = [await mei.say(text) for text in ("还没人吗", "转人工")]
        take_response = await http.post(f"{one}/take", json=AGENT)
        silent = await mei.say("在吗")

        replied = await http.post(f"{one}/reply", json=AGENT | {"text": "我是小王，已为您加急。"})

        async def is_kept() -> bool:
            return await outbox_texts(running) == ["我是小王，已为您加急。"]

        await until(is_kept)
        rode = await mei.say("好的")
        returned = await http.post(f"{one}/return", json=AGENT)
        back = await mei.say(SHIPPING)
        conversation_body = (await http.get(one)).json()

    assert outcome.reply is not None
    assert outcome.reply.content.startswith("好的，我转给回音的同事，看到就回您。")
    assert [r.status_code for r in (take_response, replied, returned)] == [200, 202, 200]
    contents = [o.reply.content if o.reply else None for o in (meanwhile, silent, rode, back)]
    assert contents == [SHIPPED, None, "我是小王，已为您加急。", SHIPPED]
    follower_texts = [m["text"] for m in conversation_body["messages"] if m["who"] == "follower"]
    assert follower_texts == ["转人工", SHIPPING, "还没人吗", "转人工", "在吗", "好的"]
    assert [o.reply and o.reply.content for o in again] == [
        "您的问题已经转给同事，还没有人接起。前面没有其他人在等。同事看到就回您。" + RIDES.first
    ] * 2


async def has_begun(classifier: GatedClassifier) -> bool:
    return bool(classifier.history)


@pytest.mark.timeout(40)
async def test_who_asks_for_a_person_in_the_moment_of_the_return_waits_for_one_again(
    open_service: Open,
) -> None:
    gated = GatedClassifier()
    gated.gate.set()
    async with (
        open_service(classifier=gated) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        mei = Phone(wechat, "mei")
        await mei.say("转人工")
        [conversation] = await waiting(http)
        one = f"{CONVERSATIONS}/{conversation['id']}"
        await http.post(f"{one}/take", json=AGENT)
        gated.gate.clear()
        gated.history.clear()
        saying = asyncio.create_task(mei.say("我要转人工"))
        await until(lambda: has_begun(gated))
        await http.post(f"{one}/return", json=AGENT)
        gated.gate.set()
        outcome = await saying
        [next_conversation] = await waiting(http)

    assert outcome.reply is not None
    assert outcome.reply.content.startswith("好的，我转给回音的同事，看到就回您。")
    assert next_conversation["id"] != conversation["id"]
