"""The inbox over REST: who takes, replies and gives back, with their names."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.db.tables import conversations
from app.dialogue.records.repository import TurnLog
from app.inbox.agent_replies import AgentReplies
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.redis import keys
from tests.conftest import Open
from tests.people import HALF_AN_HOUR, WISH, later_message, wish
from tests.service import Service, client

PATH = "/api/v1/conversations"


def office(running: Service) -> Handoffs:
    return Handoffs(running.redis, Conversations(running.engine))


@asynccontextmanager
async def a_wish(running: Service) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """The inbox, and where the conversation of a follower stands who waits for a person."""
    [hold] = await office(running).open([WISH], time.time())
    async with client(running) as http:
        yield http, f"{PATH}/{hold.conversation}"


async def do(http: httpx.AsyncClient, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answered = await http.post(path, json={"agent": "小王"} | body)
    return answered.status_code, answered.json()


async def test_the_list_shows_who_waits_and_why_and_no_openid(api_only: Service) -> None:
    async with a_wish(api_only) as (http, path):
        listed = await http.get(PATH)

    [conversation] = listed.json()["conversations"]
    opened_at = conversation["opened_at"]
    assert conversation == {
        "id": path.rpartition("/")[2],
        "account": "default",
        "state": "waiting",
        "desk": "inbox",
        "reason": "asked",
        "title": "转人工客服",
        "summary": "原因：用户要求人工",
        "priority": 0,
        "agent": "",
        "opened_at": opened_at,
        "taken_at": None,
        "last_active_at": opened_at,
        "until": opened_at + HALF_AN_HOUR,
        "closed_at": None,
        "end_reason": "",
        "unread": 1,
    }
    assert (listed.json()["next"], "mei" in listed.text) == (None, False)


async def test_pages_hold_the_newest_activity_first_and_each_conversation_once(
    api_only: Service,
) -> None:
    now = time.time()
    for number in range(5):
        await office(api_only).open([wish(f"o{number}")], now - number)
    async with client(api_only) as http:
        pages, after = [], None
        for _ in range(3):
            params = {"limit": 2} | ({"after": after} if after else {})
            page = (await http.get(PATH, params=params)).json()
            pages.append([round(now - c["opened_at"]) for c in page["conversations"]])
            after = page["next"]

    assert (pages, after) == ([[0, 1], [2, 3], [4]], None)


async def test_conversations_are_found_by_state_and_account(api_only: Service) -> None:
    now, at = time.time(), office(api_only)
    await at.open([wish("missed")], now - HALF_AN_HOUR)
    [hold] = await at.open([wish("taken")], now - 3)
    await at.take(hold.conversation, "小王", now - 3)
    [closed] = await at.open([wish("closed")], now - 2)
    await at.close(closed.conversation, "小王", now - 2)
    await at.open([wish("waiting")], now - 1)
    async with client(api_only) as http:
        states = {}
        for state in ("open", "waiting", "taken", "closed", "missed", ""):
            page = await http.get(PATH, params={"state": state, "account": "default"})
            states[state] = [c["state"] for c in page.json()["conversations"]]
        elsewhere = await http.get(PATH, params={"account": "coffee"})

    assert states == {
        "open": ["waiting", "taken"],
        "waiting": ["waiting"],
        "taken": ["taken"],
        "closed": ["closed", "closed"],
        "missed": ["closed"],
        "": ["waiting", "closed", "taken", "closed"],
    }
    assert elsewhere.status_code == 404


async def test_one_conversation_shows_what_was_said_before_and_since(api_only: Service) -> None:
    received = time.time() - 60
    turn = {
        "account": "default", "openid": "mei", "text": "到哪了", "answer": "请留下订单号。",
        "source": "template", "model": "fake-1", "latency_ms": 1.0, "intent": None,
        "confidence": None, "sentiment": None,
    }  # fmt: skip
    log = TurnLog(api_only.engine)
    await log.write([turn | {"id": f"wx1:0{n}", "received": received + n} for n in range(3)])
    await log.write([turn | {"id": WISH.delivery, "text": "转人工", "received": received + 9}])
    async with a_wish(api_only) as (http, path):
        _, reply = await do(http, f"{path}/reply", text="您好，我来看看。")
        whole = (await http.get(path, params={"turns": 2})).json()

    assert whole["openid"] == "mei"
    assert whole["earlier_turns"] == [
        {"text": "到哪了", "answer": "请留下订单号。", "source": "template", "at": received + n}
        for n in (1, 2)
    ]
    assert [(m["who"], m["name"], m["text"], m["state"]) for m in whole["messages"]] == [
        ("follower", "", "转人工", ""),
        ("agent", "小王", "您好，我来看看。", "queued"),
    ]
    assert (whole["messages"][1], whole["older"]) == (reply, None)


async def test_older_messages_are_paged_back_to_and_reading_marks_nothing(
    api_only: Service,
) -> None:
    async with a_wish(api_only) as (http, path):
        [hold] = await office(api_only).active_handoffs([keys.user("default", "mei")], time.time())
        assert hold is not None
        for number in range(4):
            text = later_message(number, f"第{number}条")
            await office(api_only).add_follower_messages([(hold, (text,))], time.time())
        last = (await http.get(path, params={"limit": 3})).json()
        first = (await http.get(path, params={"limit": 3, "older": last["older"]})).json()
        _, marked = await do(http, f"{path}/read", up_to=last["messages"][1]["number"])

    assert [m["text"] for m in last["messages"]] == ["第1条", "第2条", "第3条"]
    assert [m["text"] for m in first["messages"]] == ["转人工", "第0条"]
    assert (last["unread"], first["unread"], marked["unread"]) == (5, 5, 1)
    assert (first["earlier_turns"], first["older"]) == ([], None)


async def test_two_agents_take_at_the_same_moment_and_force_takes_over(api_only: Service) -> None:
    async with a_wish(api_only) as (http, path):
        responses = await asyncio.gather(
            do(http, f"{path}/take", agent="小王"), do(http, f"{path}/take", agent="小李")
        )
        [(_, won)] = [response for response in responses if response[0] == 200]
        [lost] = [response for response in responses if response[0] == 409]
        loser = {"小王": "小李", "小李": "小王"}[won["agent"]]
        again = await do(http, f"{path}/take", agent=won["agent"])
        spoke = await do(http, f"{path}/reply", agent=loser, text="您好")
        forced = await do(http, f"{path}/take", agent=loser, force=True)
        [hold] = await office(api_only).active_handoffs([keys.user("default", "mei")], time.time())
        whole = (await http.get(path)).json()

    refusal = {
        "detail": f"{won['agent']} has this conversation; take it with force to take it over",
        "code": "conversation_taken",
    }
    assert (won["state"], lost[1], spoke[0]) == ("taken", refusal, 409)
    assert (again[0], forced[0], hold and hold.agent) == (200, 200, loser)
    assert [(m["kind"], m["name"]) for m in whole["messages"][1:]] == [
        ("taken", won["agent"]),
        ("taken", loser),
    ]


async def click(http: httpx.AsyncClient, path: str, text: str) -> httpx.Response:
    """Sends with one and the same key."""
    return await http.post(
        f"{path}/reply",
        json={"agent": "小王", "text": text},
        headers={"Idempotency-Key": "click-1"},
    )


async def test_a_double_click_sends_once_even_where_the_second_comes_too_late(
    api_only: Service,
) -> None:
    async with a_wish(api_only) as (http, path):
        twice = await asyncio.gather(*(click(http, path, "您好" * 1000) for _ in range(2)))
        other = await click(http, path, "再见")
        await do(http, f"{path}/close")
        late = await click(http, path, "您好" * 1000)
        queued = await AgentReplies(api_only.engine).lease_replies(time.time())

    answers = [(each.status_code, each.json()) for each in (*twice, late)]
    assert answers == [(202, twice[0].json())] * 3
    assert (other.status_code, [reply.text for reply in queued]) == (422, ["您好" * 1000])


async def test_after_give_back_with_a_last_word_the_bot_answers(api_only: Service) -> None:
    async with a_wish(api_only) as (http, path):
        await do(http, f"{path}/take")
        other = await do(http, f"{path}/return", agent="小李")
        back = await do(http, f"{path}/return", text="祝您愉快。")
        late = await do(http, f"{path}/reply", text="对了")
        holds = await office(api_only).active_handoffs([keys.user("default", "mei")], time.time())
        queued = await AgentReplies(api_only.engine).lease_replies(time.time())

    assert (other[0], back[0], back[1]["end_reason"], holds) == (409, 200, "returned", [None])
    assert late == (
        409,
        {
            "detail": "the conversation is over: take it first, then reply",
            "code": "conversation_taken",
        },
    )
    assert [reply.text for reply in queued] == ["祝您愉快。"]


async def test_anybody_may_close_and_asking_twice_changes_nothing(api_only: Service) -> None:
    async with a_wish(api_only) as (http, path):
        await do(http, f"{path}/take")
        first = await do(http, f"{path}/close", agent="小李")
        second = await do(http, f"{path}/close", agent="小陈")
        whole = (await http.get(path)).json()

    assert first == second
    assert (first[1]["state"], first[1]["end_reason"]) == ("closed", "closed")
    assert [(m["kind"], m["name"]) for m in whole["messages"][1:]] == [
        ("taken", "小王"),
        ("closed", "小李"),
    ]


async def test_a_missed_conversation_is_taken_up_the_next_morning(api_only: Service) -> None:
    [missed] = await office(api_only).open([WISH], time.time() - 40_000)
    async with client(api_only) as http:
        response = await do(http, f"{PATH}/{missed.conversation}/take")
        sent = await do(http, f"{PATH}/{missed.conversation}/reply", text="早上好")

    assert (response[0], response[1]["state"], sent[0]) == (200, "taken", 202)


async def test_of_a_follower_who_left_nobody_reads_any_more(api_only: Service) -> None:
    async with a_wish(api_only) as (http, path):
        await office(api_only).erase("default", "mei", time.time())
        read = await http.get(path)
        tried = [await do(http, f"{path}/{act}", text="好") for act in ("take", "reply", "return")]

    assert [read.status_code, *(status for status, _ in tried)] == [404] * 4


async def test_news_come_to_whoever_waits(open_service: Open) -> None:
    async with open_service(workers=0) as running, client(running) as http:
        nothing = (await http.get(f"{PATH}/events", params={"wait": 0})).json()
        listening = asyncio.create_task(
            http.get(f"{PATH}/events", params={"wait": 8, "after": nothing["next"]})
        )
        [hold] = await office(running).open([WISH], time.time())
        first = (await listening).json()
        await office(running).close(hold.conversation, "小王", time.time())
        params = {"after": first["next"], "account": "default"}
        second = (await http.get(f"{PATH}/events", params=params)).json()
        later = params | {"after": second["next"], "wait": 0.01}
        third = (await http.get(f"{PATH}/events", params=later)).json()
        elsewhere = await http.get(f"{PATH}/events", params=params | {"account": "coffee"})

    events = [(event["conversation"], event["what"]) for page in (first, second)
            for event in page["events"]]  # fmt: skip
    assert nothing["events"] == []
    assert events == [(hold.conversation, "opened"), (hold.conversation, "closed")]
    assert third == {"events": [], "next": second["next"]}
    assert elsewhere.status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("take", {}),
        ("take", {"agent": " "}),
        ("take", {"agent": "王" * 65}),
        ("take", {"agent": "王\u0000"}),
        ("reply", {"agent": "小王", "text": " \n"}),
        ("reply", {"agent": "小王", "text": "好" * 3001}),
        ("reply", {"agent": "小王", "text": "好\u0007"}),
        ("read", {"agent": "小王", "up_to": -1}),
        ("return", {"agent": "小王", "text": ""}),
    ],
)
async def test_what_does_not_fit_is_refused(shared_api: Service, path: str, body: Any) -> None:
    async with a_wish(shared_api) as (http, at):
        refused = await http.post(f"{at}/{path}", json=body)

    assert refused.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 101},
        {"limit": 0},
        {"after": "yesterday"},
        {"after": "1_" + "g" * 32},
        {"state": "lost"},
    ],
)
async def test_a_page_that_cannot_be_is_refused(shared_api: Service, query: dict[str, Any]) -> None:
    async with client(shared_api) as http:
        refused = await http.get(PATH, params=query)

    assert refused.status_code == 422


async def test_a_table_that_is_gone_is_a_refusal_and_nothing_of_it_shown(api_only: Service) -> None:
    async with client(api_only) as http, api_only.engine.begin() as connection:
        await connection.run_sync(conversations.drop)
        await connection.commit()
        listed = await http.get(PATH)

    assert (listed.status_code, listed.json()) == (
        500,
        {"detail": "the database refused this request; the log says why", "code": "row_refused"},
    )


async def test_without_the_key_nobody_reads_conversations(api_only: Service) -> None:
    async with client(api_only, key=None) as http:
        refused = [await http.get(PATH), await http.post(f"{PATH}/{'0' * 32}/take", json={})]

    assert [each.status_code for each in refused] == [401, 401]
