"""Somebody in need writes to the account: what they read, and how soon people hear of it."""

import itertools
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.inference.fakes import FakeClassifier
from app.inference.ports import CareKind, Suspicion
from app.safety.care_texts import TEXTS
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import client, until

CONVERSATIONS = "/api/v1/conversations"
HINTED = "今晚的月亮是最后一个了"
CAKES = "中秋礼盒已经上架。"

pytestmark = pytest.mark.timeout(40)


async def waiting(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    conversations: list[dict[str, Any]] = (
        await http.get(CONVERSATIONS, params={"state": "waiting"})
    ).json()["conversations"]
    return conversations


async def said_to(phone: Phone, text: str) -> str:
    outcome = await phone.say(text)
    assert outcome.reply is not None
    return outcome.reply.content or ""


def is_cared_for(answer: str, kind: CareKind) -> bool:
    return any(answer.startswith(text) for text in TEXTS[kind])


def raised(kind: str) -> float:
    return REGISTRY.get_sample_value("huiyin_care_total", {"kind": kind}) or 0.0


async def test_a_crisis_gets_its_text_and_stands_first_among_those_who_wait(
    open_service: Open,
) -> None:
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        answers = [
            await said_to(Phone(wechat, "mei"), "不如死了算了"),
            await said_to(Phone(wechat, "lan"), "用了你们的面霜脸又红又肿"),
            await said_to(Phone(wechat, "lei"), "转人工"),
        ]
        listed = await waiting(http)
        pages = [listed[0]]
        page = (await http.get(CONVERSATIONS, params={"state": "waiting", "limit": 1})).json()
        while page["next"]:
            query = {"state": "waiting", "limit": 1, "after": page["next"]}
            page = (await http.get(CONVERSATIONS, params=query)).json()
            pages += page["conversations"]

    assert is_cared_for(answers[0], "suicide")
    assert is_cared_for(answers[1], "adverse_reaction")
    assert "同事" in answers[0].removeprefix(answers[0][:100])
    assert [(c["reason"], c["priority"], c["title"]) for c in listed] == [
        ("care", 2, "需要关怀：轻生"),
        ("care", 1, "需要关怀：不良反应"),
        ("asked", 0, "转人工客服"),
    ]
    assert [c["id"] for c in pages] == [c["id"] for c in listed]


async def test_who_waits_already_or_has_a_person_reads_it_too_and_goes_to_the_head(
    open_service: Open,
) -> None:
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        mei, lei = Phone(wechat, "mei"), Phone(wechat, "lei")
        await said_to(mei, "转人工")
        await said_to(lei, "转人工")
        before = [c["id"] for c in await waiting(http)]
        while_waiting = await said_to(mei, "老公打我")
        after = await waiting(http)
        one = f"{CONVERSATIONS}/{after[0]['id']}"
        await http.post(f"{one}/take", json={"agent": "小王"})
        while_taken = await said_to(mei, "我不想活了")
        again = await mei.say("我不想活了")
        whole = (await http.get(one)).json()

    assert is_cared_for(while_waiting, "violence")
    assert is_cared_for(while_taken, "suicide")
    assert again.reply is None  # they have read it, and a person has them
    assert [c["id"] for c in after] == before[::-1]
    prefix = "【危急】遭受暴力，请立即查看\n原因：用户要求人工\n"
    assert [after[0]["summary"].startswith(prefix), "【" in after[1]["summary"]] == [True, False]
    assert [(c["reason"], c["priority"]) for c in after] == [("care", 2), ("asked", 0)]
    followers = [m["text"] for m in whole["messages"] if m["who"] == "follower"]
    assert followers == ["转人工", "老公打我", "我不想活了", "我不想活了"]


async def test_what_no_stem_finds_the_head_does_even_where_a_rule_answers(
    open_service: Open,
) -> None:
    reader = FakeClassifier(suspicions={HINTED: Suspicion("suicide", 0.99, 0.9)})
    keyword = {"name": "月亮", "words": ["月亮"], "match": "contains", "reply": CAKES}
    book = {"revision": 0, "rules": {"keywords": [keyword]}}
    async with (
        open_service(classifier=reader) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        by_head = await said_to(Phone(wechat, "mei"), HINTED)
        put = await http.put("/api/v1/rules", json=book)

        followers = (Phone(wechat, f"o{number}") for number in itertools.count())

        async def is_in_force() -> bool:
            return await said_to(next(followers), "月亮") == CAKES

        await until(is_in_force)
        despite_rule = await said_to(Phone(wechat, "lei"), HINTED)

    assert put.status_code == 200, put.text
    assert is_cared_for(by_head, "suicide")
    assert is_cared_for(despite_rule, "suicide")


async def test_the_text_comes_even_where_the_model_fails(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat:
        answer = await said_to(Phone(wechat, "mei"), "我想喝毒药自杀")

    assert is_cared_for(answer, "suicide")


async def test_the_operator_hears_of_it_without_a_word_of_the_message(open_service: Open) -> None:
    counted = raised("violence")
    with capture_logs() as logs:
        async with open_service() as running, running.wechat() as wechat:
            await said_to(Phone(wechat, "mei"), "老公打我，救救我")

    [log_entry] = [entry for entry in logs if entry["event"] == "care"]
    assert (log_entry["kind"], log_entry["urgency"], log_entry["account"]) == (
        "violence",
        "life",
        "default",
    )
    assert log_entry["conversation"]
    assert not any("老公" in str(value) or value == "mei" for value in log_entry.values())
    assert raised("violence") == counted + 1


@pytest.mark.parametrize("text", ["笑死我了", "再不发货我死给你看", "老公打我电话", "过敏能用吗"])
async def test_a_look_alike_is_answered_as_ever(open_service: Open, text: str) -> None:
    async with open_service() as running, running.wechat() as wechat, client(running) as http:
        answer = await said_to(Phone(wechat, "mei"), text)
        listed = await waiting(http)

    assert not any(is_cared_for(answer, kind) for kind in TEXTS)
    assert listed == []
