"""What the CMS teaches is found and said, in every worker, over HTTP."""

from typing import Any

import httpx
import pytest

from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification
from app.knowledge.entries.repository import EntryStore
from app.knowledge.search.query import Query
from app.simulator.phones.phone import Phone
from app.worker.assembly import WorkerParts
from tests.conftest import Open
from tests.service import Service, client, until, working

FACT: dict[str, Any] = {
    "question": "多久发货？",
    "variants": ["什么时候能发出", "下单后几天寄出"],
    "answer": "付款后 48 小时内发货。",
}
BILL = {"question": "可以开发票吗", "answer": "可以开电子发票。"}
QUESTION = {"account": "default", "openid": "mei", "text": "什么时候能发出"}


async def teach(http: httpx.AsyncClient, *facts: dict[str, Any]) -> list[str]:
    taught = await http.post("/api/v1/knowledge/entries", json={"entries": list(facts)})
    assert taught.status_code == 200, taught.text
    return [entry["id"] for entry in taught.json()["entries"]]


async def search(http: httpx.AsyncClient, *queries: str) -> list[dict[str, Any]]:
    request = {"account": "default", "queries": list(queries), "top_k": 2}
    answered = await http.post("/api/v1/knowledge/search", json=request)
    assert answered.status_code == 200, answered.text
    results: list[dict[str, Any]] = answered.json()["results"]
    return results


async def test_what_was_taught_is_found_at_once(huiyin: Service) -> None:
    async with client(huiyin) as http:
        [ship, bill] = await teach(http, FACT, BILL)

        [first, second, stranger] = await search(http, "下单几天寄出", "开发票吗", "zebra quagga")

    assert [hit["id"] for hit in first["hits"]] == [ship, bill]
    assert (first["answerable"], second["answerable"], stranger["answerable"]) == (
        True,
        True,
        False,
    )
    assert second["hits"][0] | {"score": 0} == BILL | {"id": bill, "kind": "entry", "score": 0}


async def test_a_follower_hears_it(huiyin: Service) -> None:
    async with client(huiyin) as http:
        [ship] = await teach(http, FACT)

        preview = (await http.post("/api/v1/replies", json=QUESTION)).json()
        async with huiyin.wechat() as wechat:
            outcome = await Phone(wechat, "mei").say("什么时候能发出")

    assert (preview["reply"], preview["source"], preview["citations"]) == (
        FACT["answer"],
        "knowledge",
        [ship],
    )
    assert outcome.reply is not None
    assert outcome.reply.content == FACT["answer"]


async def test_the_same_question_is_changed_and_not_doubled(huiyin: Service) -> None:
    async with client(huiyin) as http:
        first = await teach(http, FACT)
        again = await teach(http, FACT | {"answer": "24 小时内发货。", "variants": []})
        page = (await http.get("/api/v1/knowledge/entries")).json()

    assert first == again
    assert page == {
        "entries": [{"id": first[0], "question": FACT["question"], "variants": [],
                     "answer": "24 小时内发货。"}],
        "total": 1,
        "next": None,
    }  # fmt: skip


async def test_doubles_are_named_and_whether_they_contradict(huiyin: Service) -> None:
    facts = [
        FACT | {"id": "old", "question": "请问你们的东西下单以后一般多久可以寄出"},
        {"id": "other", "question": "请问你们的东西下单以后一般多久可以寄出呢", "answer": "三天。"},
        FACT | {"id": "copy", "question": "请问你们的东西下单以后一般多久可以寄出呀"},
        BILL | {"id": "bill"},
    ]
    async with client(huiyin) as http:
        taught = await http.post("/api/v1/knowledge/entries", json={"entries": facts})

    alike = {
        entry["id"]: {other["id"]: other["same_answer"] for other in entry["alike"]}
        for entry in taught.json()["entries"]
    }
    assert alike["old"] == {"other": False, "copy": True}
    assert alike["other"] == {"old": False, "copy": False}
    assert alike["bill"] == {}


async def test_entries_are_read_by_page_changed_and_deleted_by_id(huiyin: Service) -> None:
    async with client(huiyin) as http:
        facts = [BILL | {"id": f"bill-{n}", "question": f"问题{n}"} for n in range(5)]
        await teach(http, *facts)
        first = (await http.get("/api/v1/knowledge/entries", params={"limit": 3})).json()
        rest = (await http.get("/api/v1/knowledge/entries", params={"after": first["next"]})).json()
        changed = await http.put("/api/v1/knowledge/entries/bill-1", json=FACT)
        gone = await http.delete("/api/v1/knowledge/entries/bill-2")
        twice = await http.delete("/api/v1/knowledge/entries/bill-2")
        read = await http.get("/api/v1/knowledge/entries/bill-1")
        missing = await http.get("/api/v1/knowledge/entries/bill-2")
        [hit] = await search(http, "什么时候能发出")

    assert [e["id"] for e in first["entries"]] == ["bill-0", "bill-1", "bill-2"]
    assert ([e["id"] for e in rest["entries"]], rest["next"], rest["total"]) == (
        ["bill-3", "bill-4"],
        None,
        5,
    )
    assert changed.json() == read.json() == FACT | {"id": "bill-1"}
    assert (gone.status_code, twice.status_code, missing.status_code) == (204, 404, 404)
    assert missing.json() == {
        "detail": "account 'default' has no entry 'bill-2'",
        "code": "unknown_entry",
    }
    assert hit["hits"][0]["id"] == "bill-1"


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [BILL] * 201,
        [{"question": "", "answer": "好"}],
        [{"question": "  ", "answer": "好"}],
        [{"question": "好", "answer": ""}],
        [{"question": "好", "answer": "好" * 683}],
        [{"question": "好", "answer": "好", "variants": ["好"] * 51}],
        [BILL | {"id": "a b"}],
    ],
)
async def test_what_does_not_fit_is_refused(shared_api: Service, entries: list[Any]) -> None:
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/knowledge/entries", json={"entries": entries})

    assert refused.status_code == 422


async def test_entries_are_kept_all_or_none(huiyin: Service) -> None:
    poison = BILL | {"question": "毒"}
    async with client(huiyin) as http:
        refused = await http.post("/api/v1/knowledge/entries", json={"entries": [FACT, poison]})
        page = (await http.get("/api/v1/knowledge/entries")).json()

    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "the model fails on '毒': leave it out",
    )
    assert page["total"] == 0


async def test_an_account_nobody_described_knows_nothing(huiyin: Service) -> None:
    async with client(huiyin) as http:
        refused = await http.get("/api/v1/knowledge/entries", params={"account": "coffee"})

    assert refused.status_code == 404


async def test_every_worker_knows_it_within_two_seconds_and_after_a_restart(
    open_service: Open,
) -> None:
    async with open_service(workers=1) as running, client(running) as http:
        other = running.parts()
        async with working(other.worker):
            await teach(http, FACT)

            await until(lambda: _knows(other), within=2)
            await http.delete(f"/api/v1/knowledge/entries/{(await _only(http))['id']}")
            await until(lambda: _knows(other, answerable=False), within=2)
            await teach(http, FACT)
        late = running.parts()
        async with working(late.worker):
            await until(lambda: _knows(late), within=2)


async def test_when_another_model_answers_entries_are_embedded_anew(open_service: Open) -> None:
    reader = FakeClassifier()
    async with open_service(classifier=reader) as running, client(running) as http:
        [ship] = await teach(http, FACT)
        store = EntryStore(running.engine)
        before = await store.since("default", 0)
        reader.name = "fake-2"

        async def embedded_anew() -> bool:
            return [each.model for each in await store.since("default", 0)] == ["fake-2"]

        await until(embedded_anew)
        [result] = await search(http, "什么时候能发出")

    assert [entry.model for entry in before] == ["fake-1"]
    assert (result["answerable"], result["hits"][0]["id"]) == (True, ship)


async def _knows(worker: WorkerParts, *, answerable: bool = True) -> bool:
    [classification] = await worker.classifier.classify(["什么时候能发出"])
    assert isinstance(classification, Classification)
    query = Query("什么时候能发出", classification.vector, classification.model)
    [result] = worker.knowledge.index("default").search([query], 1)
    return result.answerable is answerable


async def _only(http: httpx.AsyncClient) -> dict[str, Any]:
    [entry] = (await http.get("/api/v1/knowledge/entries")).json()["entries"]
    return dict(entry)


async def test_an_answer_may_be_a_card_and_comes_back_as_one(huiyin: Service) -> None:
    card = {"type": "image", "media_id": "MEDIA"}
    entry = {"question": "尺码表在哪", "answer": card}

    async with client(huiyin) as cms:
        learnt = await cms.post("/api/v1/knowledge/entries", json={"entries": [entry]})
        response = await cms.post("/api/v1/knowledge/search", json={"queries": ["尺码表在哪"]})
    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say("尺码表在哪")

    assert learnt.json()["entries"][0]["answer"] == card
    assert response.json()["results"][0]["hits"][0]["answer"] == card
    assert outcome.reply is not None
    assert (outcome.reply.kind, outcome.reply.content) == ("image", "MEDIA")
