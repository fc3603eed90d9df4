"""Rules over HTTP: read, written by two, tried before they are saved, and on a worker's shelf."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.accounts import load
from app.api.routes.rules import preview_response
from app.api.schemas.rules import EXAMPLE, RulesPreviewRequest
from app.db.account_documents import AccountDocuments, CachedDocument
from app.rules import rulebook as rules_rulebook
from tests.service import Service, client

DOCUMENT = json.loads((Path(__file__).parents[3] / "docs/rules.example.json").read_text("utf-8"))
RULES = DOCUMENT["rules"]
HOLIDAY = "2026-10-01T20:00"
NOTHING = {
    "rule": None, "reply": "", "ask": "", "to_person": False, "open": True, "outside": "",
}  # fmt: skip


def revised(reply: str, revision: int) -> dict[str, Any]:
    return {"revision": revision, "rules": {"welcome": {"default": reply}}}


async def test_before_the_first_book_there_is_an_empty_one(api_only: Service) -> None:
    async with client(api_only) as http:
        read = (await http.get("/api/v1/rules")).json()

    assert (read["account"], read["revision"], read["rules"]["keywords"]) == ("default", 0, [])


@pytest.mark.parametrize("document", [DOCUMENT, {"revision": 0, "rules": EXAMPLE}])
async def test_the_examples_work_as_they_are(api_only: Service, document: dict[str, Any]) -> None:
    async with client(api_only) as http:
        response = await http.put("/api/v1/rules", json=document)
        read = (await http.get("/api/v1/rules", params={"account": "default"})).json()
        again = await http.put("/api/v1/rules", json=read)

    assert (response.status_code, response.json()) == (200, read)
    assert again.json() == read | {"revision": 2}


async def test_of_two_editors_the_second_is_told(api_only: Service) -> None:
    async with client(api_only) as http:
        await http.put("/api/v1/rules", json=revised("您好", 0))
        both = await asyncio.gather(
            http.put("/api/v1/rules", json=revised("甲", 1)),
            http.put("/api/v1/rules", json=revised("乙", 1)),
        )
        read = (await http.get("/api/v1/rules")).json()

    [first, refused] = sorted(both, key=lambda answer: answer.status_code)
    assert (first.status_code, refused.status_code) == (200, 409)
    assert refused.json() == {
        "detail": "revision 1 is not the latest any more: read it again, then change",
        "code": "stale_revision",
    }
    assert read == first.json()


@pytest.mark.parametrize(
    "rules",
    [
        {"welcome": {"default": "{名字}"}},
        {"keywords": [{"name": "坏", "words": ["("], "match": "pattern", "reply": "好"}]},
        {"hours": {"weekly": {"mon": ["9-18"]}}},
        {"unheard": 1},
        [],
        None,
    ],
)
async def test_a_bad_book_is_refused_and_the_good_one_stays(api_only: Service, rules: Any) -> None:
    async with client(api_only) as http:
        await http.put("/api/v1/rules", json=revised("您好", 0))
        refused = await http.put("/api/v1/rules", json={"revision": 1, "rules": rules})
        read = (await http.get("/api/v1/rules")).json()

    assert refused.status_code == 422
    assert (read["revision"], read["rules"]["welcome"]["default"]) == (1, "您好")


async def test_a_fault_is_told_with_its_place(api_only: Service) -> None:
    async with client(api_only) as http:
        refused = await http.put("/api/v1/rules", json=revised("{名字}好", 0))

    [fault] = refused.json()["detail"]
    assert (fault["loc"], fault["msg"]) == (
        ["body", "rules", "welcome", "default"],
        "rules.welcome.default: {名字} is no slot; these are: {brand}, {hours}, {items}",
    )


async def test_half_a_character_is_refused_and_not_stumbled_over(api_only: Service) -> None:
    async with client(api_only) as http:
        body = json.dumps(revised("\ud800", 0))
        refused = await http.put(
            "/api/v1/rules", content=body, headers={"Content-Type": "application/json"}
        )

    assert refused.status_code == 422


async def test_an_account_nobody_described_is_not_found(api_only: Service) -> None:
    params = {"account": "coffee"}
    async with client(api_only) as http:
        answers = [
            await http.get("/api/v1/rules", params=params),
            await http.put("/api/v1/rules", json=params | revised("您好", 0)),
            await http.post("/api/v1/rules/preview", json=params | {"kind": "scan"}),
        ]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_a_saved_book_is_tried(api_only: Service) -> None:
    async with client(api_only) as http:
        await http.put("/api/v1/rules", json=DOCUMENT)
        request = {"kind": "text", "text": "「人工」", "at": HOLIDAY}
        preview = (await http.post("/api/v1/rules/preview", json=request)).json()

    assert preview == {
        "rule": {"part": "keywords", "rule": "转人工", "matched": "人工"},
        "reply": "同事下班了，10月8日 09:00 上班。请先留下订单号和问题，上班后第一时间回复您。",
        "ask": "",
        "to_person": True,
        "open": False,
        "opens": "2026-10-08T09:00:00+08:00",
        "outside": "现在是休息时间，我先为您解答；需要同事处理的，10月8日 09:00 上班后回复您。",
        "revision": 1,
    }


async def test_a_draft_is_tried_and_not_saved(api_only: Service) -> None:
    draft = {"welcome": {"default": "{brand}欢迎您，{hours}有人。"}}
    async with client(api_only) as http:
        request = {"kind": "subscribe", "at": "2026-10-01T12:00:00Z", "rules": draft}
        preview = (await http.post("/api/v1/rules/preview", json=request)).json()
        read = (await http.get("/api/v1/rules")).json()

    assert preview == NOTHING | {
        "rule": {"part": "default", "rule": "", "matched": ""},
        "reply": "回音欢迎您，每日 0:00-24:00有人。",
        "opens": "2026-10-01T20:00:00+08:00",
        "revision": None,
    }
    assert read["revision"] == 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("text", {"text": "公司采购"}),
        ("voice", {"text": "几天发货。"}),
        ("text", {"text": "月亮"}),
        ("click", {"key": "ORDER"}),
        ("click", {"key": "NOWHERE"}),
        ("subscribe", {"scene": "table_7"}),
        ("scan", {"scene": "table_7"}),
        ("scan", {}),
    ],
)
async def test_a_preview_is_what_the_rules_say(
    shared_api: Service, kind: str, fields: dict[str, str]
) -> None:
    request = {"kind": kind, "at": HOLIDAY, "rules": RULES} | fields
    account = load(shared_api.settings)["default"]

    async with client(shared_api) as http:
        preview = (await http.post("/api/v1/rules/preview", json=request)).json()

    rulebook, now = (
        rules_rulebook.read_rulebook(RULES),
        datetime.fromisoformat(HOLIDAY + "+08:00").timestamp(),
    )
    ruled = rulebook.answer(kind, "".join(fields.values()), now)
    assert preview == preview_response(
        rulebook, RulesPreviewRequest.model_validate(request), account
    ).model_dump(mode="json")
    assert (preview["rule"] and preview["rule"]["rule"], preview["ask"]) == (
        ruled and ruled.rule,
        ruled.ask if ruled else "",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "image"},
        {"kind": "click", "text": "发货"},
        {"text": "好" * 2001},
        {"at": "1066-10-14T00:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": "tomorrow"},
        {"rules": {"zone": "Mars"}},
    ],
)
async def test_a_question_that_does_not_fit_is_refused(
    shared_api: Service, change: dict[str, Any]
) -> None:
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/rules/preview", json={"kind": "text"} | change)

    assert refused.status_code == 422


async def test_a_book_of_another_version_can_be_written_over(api_only: Service) -> None:
    await AccountDocuments(api_only.engine, rules_rulebook.NAME).write(
        "default", {"horoscope": []}, over=0
    )
    async with client(api_only) as http:
        refused = await http.get("/api/v1/rules")
        mended = await http.put("/api/v1/rules", json=revised("您好", 1))

    assert (refused.status_code, mended.status_code, mended.json()["revision"]) == (409, 200, 2)
    assert refused.json()["detail"].startswith(
        "revision 1 can't be read by this version; write anew over it: "
    )


async def test_what_is_written_is_on_a_workers_shelf_at_its_next_look(api_only: Service) -> None:
    shelf = CachedDocument(
        AccountDocuments(api_only.engine, rules_rulebook.NAME),
        rules_rulebook.read_rulebook,
        rules_rulebook.EMPTY,
    )
    async with client(api_only) as http:
        await http.put("/api/v1/rules", json=revised("您好", 0))

    before = shelf.of("default").answer("subscribe", "", 0)
    await shelf.refresh()
    after = shelf.of("default").answer("subscribe", "", 0)

    assert (before, after) == (
        None,
        rules_rulebook.RuleAnswer(part="default", rule="", matched="", reply="您好"),
    )
