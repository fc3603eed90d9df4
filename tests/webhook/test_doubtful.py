"""Doubtful answers are collected, and what a person answered is offered: through the webhook."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.db import tables
from app.dialogue.gaps.agent_answers import READ_WITHIN
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import Service, client, until

GAPS = "/api/v1/knowledge/gaps"
QUESTION = "发货要多久呀"


async def listed(http: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    response = await http.get(GAPS, params=query)
    clusters: list[dict[str, Any]] = response.json()["clusters"]
    return clusters


async def offered(http: httpx.AsyncClient, reason: str) -> dict[str, Any]:
    """The one question that is offered for this reason, once it is."""
    clusters: list[dict[str, Any]] = []

    async def is_offered() -> bool:
        clusters[:] = await listed(http, reason=reason)
        return bool(clusters)

    await until(is_offered)
    [cluster] = clusters
    return cluster


@pytest.mark.parametrize(
    ("then", "reason"), [("不对", "rejected"), (QUESTION, "rejected"), ("转人工", "handed_over")]
)
async def test_a_question_is_offered_once_its_answer_was_called_none(
    huiyin: Service, then: str, reason: str
) -> None:
    async with huiyin.wechat() as wechat, client(huiyin) as http:
        mei = Phone(wechat, "mei")
        await mei.say(QUESTION)
        await mei.say(then)

        cluster = await offered(http, reason)

    assert cluster["question"] == QUESTION
    assert cluster["reasons"][reason] == 1
    assert cluster["count"] == (2 if then == QUESTION else 1)


async def backdate_messages(running: Service) -> None:
    """Let all messages be old enough for an agent to have read them."""
    at = tables.conversation_messages.c.at
    async with running.engine.begin() as connection:
        await connection.execute(update(tables.conversation_messages).values(at=at - READ_WITHIN))


async def test_what_an_agent_answered_becomes_an_entry(open_service: Open) -> None:
    answer = "付款后三天内发货。"
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        mei = Phone(wechat, "mei")
        await mei.say(QUESTION)
        await mei.say("转人工")
        [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]
        await backdate_messages(running)
        for text in ("您好，在的", answer):
            reply = {"agent": "小王", "text": text}
            await http.post(f"/api/v1/conversations/{waiting['id']}/reply", json=reply)

        async def is_learnt() -> bool:
            return (await offered(http, "handed_over"))["answer"] is not None

        await until(is_learnt)
        cluster = await offered(http, "handed_over")
        draft = (await http.post(f"{GAPS}/{cluster['id']}/draft", json={})).json()
        approved = {"question": QUESTION, "answer": draft["answer"], "approved_by": "王小明"}
        entry = await http.post(f"{GAPS}/{cluster['id']}/approve", json=approved)
        left = await listed(http)

    assert cluster["answer"] | {"at": 0} == {"text": answer, "agent": "小王", "at": 0}
    assert draft == {
        "answer": answer,
        "ai_generated": False,
        "label": "同事的回答，须经人工审核",
        "passages": [],
        "agent": "小王",
    }
    assert (entry.status_code, entry.json()["answer"], left) == (200, answer, [])


async def test_an_answer_to_one_follower_alone_is_not_offered(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        mei = Phone(wechat, "mei")
        await mei.say(QUESTION)
        await mei.say("转人工")
        [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]
        conversation = f"/api/v1/conversations/{waiting['id']}"
        reply = {"agent": "小王", "text": "已寄出，请留意 13812345678 的来电。"}
        await http.post(f"{conversation}/reply", json=reply)

        async def is_sent() -> bool:
            messages = (await http.get(conversation)).json()["messages"]
            return any(each["state"] == "kept" for each in messages)

        await until(is_sent)
        cluster = await offered(http, "handed_over")

    assert cluster["answer"] is None
