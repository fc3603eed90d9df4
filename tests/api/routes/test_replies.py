"""REST for the CMS, over HTTP, with a worker behind it."""

from typing import Any

import pytest

from app.dialogue.wording import kind_texts
from app.messages.texts import FAILED
from app.redis import keys
from app.settings import Limits, Timing
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, Service, client

UNDERSTOOD = {
    "intent": "ask_ship_time",
    "title": "买家咨询发货时间",
    "group": "发货",
    "confidence": 0.9,
    "in_scope": True,
    "sentiment": {"label": "neutral", "score": 0.8},
    "model": "fake-1",
}
QUESTION = {"account": "default", "openid": "mei", "text": SHIPPING}


@pytest.mark.parametrize("key", [None, "wrong", "钥匙".encode().decode("latin-1")])
@pytest.mark.parametrize("path", ["intents", "replies"])
async def test_without_the_key_nobody_is_let_in(
    shared_api: Service, path: str, key: str | None
) -> None:
    async with client(shared_api, key=None) as http:
        headers = [] if key is None else [(b"Authorization", f"Bearer {key}".encode("latin-1"))]

        refused = await http.post(f"/api/v1/{path}", json=QUESTION, headers=headers)

    wrong = "" if key is None else "the key is not this service's CMS_API_KEY; "
    assert (refused.status_code, refused.json(), refused.headers["WWW-Authenticate"]) == (
        401,
        {
            "detail": f"{wrong}send the header Authorization: Bearer CMS_API_KEY",
            "code": "unauthorized",
        },
        "Bearer",
    )


async def test_a_service_without_a_key_lets_nobody_in(open_service: Open) -> None:
    async with open_service(cms_api_key="") as running, client(running, key="x") as http:
        refused = await http.post("/api/v1/intents", json={"texts": ["好"]})

    assert refused.status_code == 401


async def test_intents_come_in_the_order_of_the_texts_and_null_where_the_model_failed(
    huiyin: Service,
) -> None:
    async with client(huiyin) as http:
        answered = await http.post("/api/v1/intents", json={"texts": [SHIPPING, "毒", "月亮"]})

    elsewhere = {"intent": "out_of_scope", "title": "超出服务范围", "group": "开放"}
    unsure = UNDERSTOOD | elsewhere | {"confidence": 0.2, "in_scope": False}
    assert (answered.status_code, answered.json()) == (
        200,
        {"results": [UNDERSTOOD, None, unsure]},
    )


async def test_256_texts_of_2000_characters_are_taken(huiyin: Service) -> None:
    texts = ["发货" * 1000] * 256

    async with client(huiyin) as http:
        answered = await http.post("/api/v1/intents", json={"texts": texts})

    assert (answered.status_code, answered.json()) == (200, {"results": [UNDERSTOOD] * 256})


@pytest.mark.parametrize(
    "body",
    [
        {"texts": ["好"] * 257},
        {"texts": ["好" * 2001]},
        {"texts": []},
        {"texts": [""]},
        {"texts": [3]},
        {"texts": "好"},
        {},
        [],
    ],
)
async def test_texts_that_do_not_fit_are_refused(shared_api: Service, body: Any) -> None:
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/intents", json=body)

    assert refused.status_code == 422


async def test_a_body_beyond_the_cap_is_refused(open_service: Open) -> None:
    async with (
        open_service(limits=Limits(rest_body_bytes=1_000)) as running,
        client(running) as http,
    ):
        refused = await http.post("/api/v1/intents", json={"texts": ["好" * 1_000]})

    assert refused.status_code == 413


async def test_a_preview_says_what_the_bot_would_say_and_why(huiyin: Service) -> None:
    async with client(huiyin) as http:
        answered = await http.post("/api/v1/replies", json=QUESTION)

    reply = answered.json()
    latency = reply.pop("latency_ms")
    why: dict[str, Any] = {
        "source": "knowledge_missing",
        "citations": [],
        "passages": [],
        "evidence": [],
        "items": [],
        "made_by": None,
    }
    assert (answered.status_code, reply) == (200, UNDERSTOOD | why | {"reply": SHIPPED})
    assert 0 < latency < 5_000


@pytest.mark.parametrize(
    ("text", "reply", "source"),
    [("毒", FAILED.first, "failure"), ("  ", kind_texts.EMPTY.first, "kind")],
)
async def test_a_preview_of_what_cannot_be_read_has_no_intent(
    huiyin: Service, text: str, reply: str, source: str
) -> None:
    async with client(huiyin) as http:
        answered = (await http.post("/api/v1/replies", json=QUESTION | {"text": text})).json()

    del answered["latency_ms"]
    nothing = dict.fromkeys([*UNDERSTOOD, "made_by"]) | {
        "citations": [],
        "passages": [],
        "evidence": [],
        "items": [],
    }
    assert answered == nothing | {"reply": reply, "source": source, "model": "fake-1"}


async def test_a_preview_is_not_remembered(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await http.post("/api/v1/replies", json=QUESTION)

    left = [key async for key in huiyin.redis.scan_iter(keys.session("*"))]

    assert (left, await huiyin.mail("mei"), await huiyin.follower_messages()) == ([], 0, [])


async def test_a_preview_for_an_account_nobody_described_is_not_found(shared_api: Service) -> None:
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/replies", json=QUESTION | {"account": "coffee"})

    assert (refused.status_code, refused.json()) == (
        404,
        {"detail": "no account is named 'coffee'", "code": "unknown_account"},
    )


@pytest.mark.parametrize(
    "change",
    [{"openid": "a b"}, {"openid": ""}, {"openid": "a" * 65}, {"text": ""}, {"text": "好" * 2001}],
)
async def test_a_question_that_does_not_fit_is_refused(
    shared_api: Service, change: dict[str, str]
) -> None:
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/replies", json=QUESTION | change)

    assert refused.status_code == 422


@pytest.mark.parametrize(("path", "body"), [("intents", {"texts": ["好"]}), ("replies", QUESTION)])
async def test_without_a_worker_the_cms_hears_so(open_service: Open, path: str, body: Any) -> None:
    async with (
        open_service(workers=0, timing=Timing(rest_within=0.2)) as running,
        client(running) as http,
    ):
        refused = await http.post(f"/api/v1/{path}", json=body)

    assert (refused.status_code, refused.json()) == (
        503,
        {"detail": "no worker answered in time; is one running?", "code": "overloaded"},
    )


async def test_an_ask_nobody_waits_for_any_more_does_not_stay(open_service: Open) -> None:
    timing = Timing(rest_within=0.2)
    async with open_service(workers=0, timing=timing) as running, client(running) as http:
        for _ in range(3):
            await http.post("/api/v1/intents", json={"texts": ["好"]})

        async with open_service(workers=1) as later, client(later) as again:
            answered = await again.post("/api/v1/intents", json={"texts": [SHIPPING]})
            waiting = await later.redis.xlen(keys.REQUEST_STREAM)

    assert (answered.json(), waiting) == ({"results": [UNDERSTOOD]}, 0)


async def test_the_openapi_page_has_examples_for_what_is_sent(huiyin: Service) -> None:
    async with client(huiyin) as http:
        schemas = (await http.get("/openapi.json")).json()["components"]["schemas"]

    assert [schemas[name]["examples"] for name in ("ClassifyRequest", "ReplyRequest")] == [
        [{"texts": ["什么时候发货？", "我要退货"]}],
        [
            {"account": "default", "openid": "oPreview", "text": "什么时候发货？"},
            {
                "account": "default",
                "channel": "h5",
                "openid": "u-1024",
                "text": "什么时候发货？",
                "remember": True,
                "message": "m-77",
            },
        ],
    ]
