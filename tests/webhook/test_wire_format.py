"""From the bytes of an endpoint to what a follower reads: nothing of the wire goes through."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from app.inference import writers
from app.messages import ai_label
from app.settings import Settings
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import client
from tests.support.raw_http import RawServer, raw_server, respond

QUESTION = "停车场都能停些什么车呀面包车呢"
ENTRY = {"id": "park", "question": "停车场能停什么车", "answer": "地下二层可以停面包车。"}
REPLY = "地下二层可以停面包车。"


def whole(content: str) -> bytes:
    """ASCII: half a surrogate pair goes as an escape."""
    message = {"message": {"content": content}, "finish_reason": "stop"}
    return respond(json.dumps({"choices": [message]}), "application/json")


@asynccontextmanager
async def shop_with(open_service: Open, response: bytes) -> AsyncIterator[tuple[Phone, RawServer]]:
    async with AsyncExitStack() as stack:
        raw = await stack.enter_async_context(raw_server(lambda _: [response]))
        settings = Settings(_env_file=None, llm_base_url=f"{raw.base}/v1", llm_model="m")
        writer = await writers.open_writer(settings)
        assert writer is not None
        stack.push_async_callback(writer.close)
        running = await stack.enter_async_context(open_service(writer=writer))
        http = await stack.enter_async_context(client(running))
        await http.post("/api/v1/knowledge/entries", json={"entries": [ENTRY]})
        wechat = await stack.enter_async_context(running.wechat())
        yield Phone(wechat, "mei"), raw


async def ask(phone: Phone) -> str:
    outcome: Any = await phone.say(QUESTION)
    return str(outcome.reply.content)


@pytest.mark.parametrize(
    "content",
    [
        "地下二层\ud83d可以停面包车[k1]。",
        "地下二层\x08可以停面包车[k1]。\ufffe",
        f"<thinking>用户问停车。</thinking>{REPLY}[k1]<|im_end|>",
        f'<tool_call>{{"name": "search"}}</tool_call>{REPLY}[k1]\n用户：那货车呢？',
    ],
)
async def test_only_the_reply_reaches_a_follower(open_service: Open, content: str) -> None:
    async with shop_with(open_service, whole(content)) as (phone, raw):
        reply = await ask(phone)

    assert (reply, len(raw.requests)) == (f"{REPLY}{ai_label.LABEL}", 1)


@pytest.mark.parametrize(
    "response",
    [
        whole('{"name": "search", "arguments": {"q": "停车"}}'),
        whole("<think>用户问停车，我先"),
        whole("\ud83d"),
        respond("data: " + "x" * 2 * 1024 * 1024),
    ],
)
async def test_where_no_reply_is_what_may_be_meant_stands_behind_the_words_that_say_so(
    open_service: Open, response: bytes
) -> None:
    async with shop_with(open_service, response) as (phone, _):
        reply = await ask(phone)

    sentence, link = reply.split("\n\n")[:2]
    assert "停车场能停什么车" not in sentence
    assert "停车场能停什么车</a>" in link
