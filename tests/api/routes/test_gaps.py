"""What nothing answered becomes an entry, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db import tables
from app.inference.fakes import FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt, Unavailable, Writer
from app.knowledge.gaps.service import UnansweredQuestion
from app.messages.values import Text, to_json
from app.simulator.phones.phone import Phone
from app.worker.assembly import WorkerParts
from tests.conftest import Open
from tests.service import Service, client, until, working

GAPS = "/api/v1/knowledge/gaps"
PARKING = "门店的停车场怎么收费"
PARKINGS = (PARKING, PARKING + "呢", PARKING + "呀", PARKING, PARKING)
MILK = "你们家的奶都是从哪里来的"
APPROVED = {
    "question": PARKING,
    "variants": ["停车多少钱"],
    "answer": "凭小票免费两小时。",
    "approved_by": "王小明",
}


@dataclass
class Shopkeeper(FakeWriter):
    """Knows of parking, and nothing of milk."""

    answer: str | Exception = "有停车场[k1]。"

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        if MILK in prompt.messages[-1].text:
            raise Unavailable("the shop is shut")
        return await super().write(prompt)


@dataclass
class Thinking(Shopkeeper):
    """Writes once `done` is set."""

    start: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        self.start.set()
        await self.done.wait()
        return await super().write(prompt)


@asynccontextmanager
async def opened(
    open_service: Open, writer: Writer | None = None
) -> AsyncIterator[tuple[Service, WorkerParts, httpx.AsyncClient]]:
    """The service, its only worker and a CMS."""
    async with open_service(workers=0) as running:
        parts = running.parts(writer=writer)
        async with working(parts.worker), client(running) as http:
            yield running, parts, http


async def ask(worker: WorkerParts, *texts: str) -> None:
    """Followers ask, and nothing answers."""
    for text in texts:
        worker.gaps.note("default", UnansweredQuestion(text))
    await worker.gaps.record()


async def listed(http: httpx.AsyncClient, **filters: Any) -> list[dict[str, Any]]:
    response = await http.get(GAPS, params=filters)
    assert response.status_code == 200, response.text
    clusters: list[dict[str, Any]] = response.json()["clusters"]
    return clusters


async def taught(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await http.get("/api/v1/knowledge/entries")).json()["entries"]
    return entries


async def test_questions_of_one_meaning_are_offered_together_the_most_asked_first(
    open_service: Open,
) -> None:
    async with opened(open_service) as (_, worker, http):
        entry = {"id": "park", "question": "停车场怎么收", "answer": "有。"}
        await http.post("/api/v1/knowledge/entries", json={"entries": [entry]})
        await ask(worker, MILK, *PARKINGS)

        [parking, milk] = await listed(http)
        first = await listed(http, limit=1)

    assert first == [parking]
    assert (parking["question"], parking["count"], len(parking["gaps"])) == (PARKING, 5, 3)
    assert sorted(parking["variants"]) == sorted({*PARKINGS} - {PARKING})
    assert parking["gaps"][0] == parking["id"]
    assert parking["first"] <= parking["last"]
    near = parking["nearest"]
    assert near == {"id": "park", "question": "停车场怎么收", "score": near["score"]}
    assert (milk["question"], milk["variants"], milk["nearest"]) == (MILK, [], None)


async def test_an_approved_answer_is_said_and_who_approved_it_is_kept(open_service: Open) -> None:
    async with opened(open_service) as (running, worker, http):
        await ask(worker, MILK, *PARKINGS)
        [parking, milk] = await listed(http)
        await ask(worker, PARKING + "啊")  # arrives between list and approval

        approved = await http.post(
            f"{GAPS}/{parking['id']}/approve", json=APPROVED | {"gaps": parking["gaps"]}
        )
        left = await listed(http)
        async with running.wechat() as wechat:
            outcome = await Phone(wechat, "mei").say(PARKING)
        async with running.engine.connect() as connection:
            [approval] = (await connection.execute(select(tables.gap_approvals))).all()

    entry = approved.json()
    assert (approved.status_code, left) == (200, [milk])
    assert entry == {key: entry.get(key) for key in ("id", "question", "variants", "answer")}
    assert outcome.reply is not None
    assert outcome.reply.content == APPROVED["answer"]
    assert (
        approval.account,
        approval.gap,
        approval.entry,
        approval.question,
        approval.answer,
        approval.approved_by,
    ) == (
        "default",
        parking["id"],
        entry["id"],
        PARKING,
        to_json(Text(content=APPROVED["answer"])),
        "王小明",
    )


async def test_an_approval_leaves_an_entry_that_says_something_else_alone(
    open_service: Open,
) -> None:
    async with opened(open_service) as (_, worker, http):
        other = {"question": MILK, "answer": "来自内蒙古。"}
        await http.post("/api/v1/knowledge/entries", json={"entries": [other]})
        await ask(worker, PARKING)
        [parking] = await listed(http)
        where = f"{GAPS}/{parking['id']}/approve"

        refused = await http.post(where, json=APPROVED | {"question": MILK})
        [entry] = await taught(http)
        same = await http.post(where, json=APPROVED | other)

    assert (refused.status_code, entry["answer"], same.status_code) == (409, other["answer"], 200)


async def test_the_approved_answer_may_be_a_picture(open_service: Open) -> None:
    picture = {"type": "image", "media_id": "MEDIA_1-a"}
    async with opened(open_service) as (_, worker, http):
        await ask(worker, PARKING)
        [parking] = await listed(http)

        approved = await http.post(
            f"{GAPS}/{parking['id']}/approve", json=APPROVED | {"answer": picture}
        )

        assert await taught(http) == [approved.json()]
    assert approved.json()["answer"] == picture


async def test_an_entry_gets_the_questions_as_variants(open_service: Open) -> None:
    async with opened(open_service) as (_, worker, http):
        entry = {"id": "park", "question": "停车", "variants": ["停车？"], "answer": "有。"}
        await http.post("/api/v1/knowledge/entries", json={"entries": [entry]})
        await ask(worker, *PARKINGS)
        [parking] = await listed(http)
        where = f"{GAPS}/{parking['id']}/add-to"

        unknown = await http.post(where, json={"entry": "nobody", "gaps": parking["gaps"]})
        added = await http.post(where, json={"entry": "park", "gaps": parking["gaps"]})
        again = await http.post(where, json={"entry": "park", "gaps": parking["gaps"]})

        assert await listed(http) == []
        assert await taught(http) == [added.json()]
    texts = added.json()["variants"]
    assert (unknown.status_code, added.status_code, again.status_code) == (404, 200, 404)
    assert (texts[0], sorted(texts[1:])) == ("停车？", sorted({*PARKINGS}))


async def test_what_was_dismissed_is_offered_no_more(open_service: Open) -> None:
    async with opened(open_service) as (_, worker, http):
        await ask(worker, MILK, *PARKINGS)
        [parking, milk] = await listed(http)

        gone = await http.post(f"{GAPS}/{parking['id']}/dismiss", json={"gaps": parking["gaps"]})
        await ask(worker, *PARKINGS)
        left = await listed(http)
        twice = await http.post(f"{GAPS}/{parking['id']}/dismiss", json={})

    assert (gone.status_code, left, twice.status_code) == (204, [milk], 404)
    assert twice.json() == {
        "detail": f"account 'default' has no open question '{parking['id']}': list them again",
        "code": "unknown_gap",
    }


async def test_a_draft_is_marked_and_said_to_nobody(open_service: Open) -> None:
    async with opened(open_service, Shopkeeper()) as (_, worker, http):
        entry = {"id": "park", "question": "停车", "answer": "有。"}
        await http.post("/api/v1/knowledge/entries", json={"entries": [entry]})
        await ask(worker, MILK, PARKING)
        ids = {each["question"]: each["id"] for each in await listed(http)}

        drafted = await http.post(f"{GAPS}/{ids[PARKING]}/draft", json={})
        nothing = await http.post(f"{GAPS}/{ids[MILK]}/draft", json={})
        unknown = await http.post(f"{GAPS}/{'0' * 16}/draft", json={})

        assert await taught(http) == [entry | {"variants": []}]
    draft = drafted.json()
    [passage] = draft.pop("passages")
    assert draft == {
        "answer": "有停车场。",
        "ai_generated": True,
        "label": "内容由 AI 生成，须经人工审核",
        "agent": "",
    }
    assert passage == {"id": "park", "question": "停车", "score": passage["score"]}
    assert (nothing.status_code, unknown.status_code) == (503, 404)


async def test_while_a_draft_is_written_the_cms_is_answered(open_service: Open) -> None:
    writer = Thinking()
    async with opened(open_service, writer) as (_, worker, http):
        entry = {"id": "park", "question": "停车", "answer": "有。"}
        await http.post("/api/v1/knowledge/entries", json={"entries": [entry]})
        await ask(worker, PARKING)
        [parking] = await listed(http)
        drafting = asyncio.create_task(http.post(f"{GAPS}/{parking['id']}/draft", json={}))
        await asyncio.wait_for(writer.start.wait(), 10)

        response = await http.post("/api/v1/knowledge/search", json={"queries": ["停车"]})
        still_thinking = not drafting.done()
        writer.done.set()
        drafted = await drafting

    assert (response.status_code, still_thinking, drafted.status_code) == (200, True, 200)


async def test_without_a_generator_a_draft_is_refused(open_service: Open) -> None:
    async with opened(open_service) as (_, worker, http):
        await ask(worker, PARKING)
        [parking] = await listed(http)

        refused = await http.post(f"{GAPS}/{parking['id']}/draft", json={})

    assert (refused.status_code, refused.json()) == (
        503,
        {
            "detail": "no generator is configured: write the answer yourself",
            "code": "drafting_failed",
        },
    )


async def test_masked_questions_are_read_by_the_worker_within_seconds(open_service: Open) -> None:
    async with opened(open_service) as (running, worker, http):
        await ask(worker, "打 13812345678 没人接怎么办", "打 13987654321 没人接怎么办")

        async def read() -> bool:
            return await worker.gaps.store.stale("fake-1", 1) == []

        await until(read)
        page = (await http.get(GAPS)).json()
        texts = await _gap_texts(running)

    assert [each["question"] for each in page["clusters"]] == texts == ["打 [手机号] 没人接怎么办"]
    assert page["waiting"] == 0


async def test_thousands_that_are_answered_by_now_are_closed_in_one_listing(
    open_service: Open,
) -> None:
    letters = [chr(0x4E00 + 40 * n) * 3 for n in range(300)]  # far from each other
    async with opened(open_service) as (_, worker, http):
        await ask(worker, *letters)
        facts = [
            {"id": f"e{n}", "question": text, "answer": "好"} for n, text in enumerate(letters)
        ]
        for at in range(0, 300, 150):
            await http.post("/api/v1/knowledge/entries", json={"entries": facts[at : at + 150]})

        left = await listed(http, limit=1)

    assert left == []


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("approve", {}),
        ("approve", APPROVED | {"approved_by": " "}),
        ("approve", APPROVED | {"gaps": ["a b"]}),
        ("approve", APPROVED | {"answer": "好" * 683}),
        ("add-to", {}),
        ("dismiss", {"gaps": "all"}),
    ],
)
async def test_what_does_not_fit_is_refused(
    shared_api: Service, action: str, body: dict[str, Any]
) -> None:
    async with client(shared_api) as http:
        refused = await http.post(f"{GAPS}/{'0' * 16}/{action}", json=body)

    assert refused.status_code == 422


async def test_an_account_nobody_described_has_no_questions(api_only: Service) -> None:
    async with client(api_only) as http:
        refused = await http.get(GAPS, params={"account": "coffee"})

    assert refused.status_code == 404


async def _gap_texts(running: Service) -> list[str]:
    async with running.engine.connect() as connection:
        return list((await connection.execute(select(tables.gaps.c.text))).scalars())
