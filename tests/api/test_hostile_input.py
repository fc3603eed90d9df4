"""No input makes a REST route fail: what can't be kept is refused, and said to be."""

import asyncio
import time
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr

from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inference.fakes import FakeWriter
from app.main import create_app
from app.simulator.accounts.state import PlatformAccount
from app.simulator.platform import Platform
from tests.api.hostile import Hostile, operations
from tests.conftest import Open
from tests.people import WISH
from tests.service import ACCOUNT, Service, client
from tests.support.serve import serving

AT_ONCE = 16
ENTRY = {"entries": [{"id": "shipping", "question": "多久发货", "answer": "两天。"}]}
POST = {"author": "小林", "articles": [{"source": "# 春茶上新\n\n正文"}]}
MARKETING_IDS = ("batch", "draft", "experiment", "night", "proposal", "segment", "training")
FILE = {"files": ("faq.csv", "问题,答案\n能开发票吗,可以。\n")}


async def known_ids(running: Service, http: httpx.AsyncClient) -> dict[str, str]:
    """Things that exist, by the names that paths have for them."""
    [hold] = await Handoffs(running.redis, Conversations(running.engine)).open([WISH], time.time())
    assert (await http.post("/api/v1/knowledge/entries", json=ENTRY)).is_success
    filed = await http.post("/api/v1/knowledge/imports", files=FILE)
    post = await http.post("/api/v1/posts", json=POST)
    return {
        "conversation": hold.conversation,
        "entry": "shipping",
        "id": filed.json()["id"],
        "document": "none",
        "gap": "0" * 16,
        "openid": "oFan",
        "reply": "h5.0-0",
        "phrase": "dialogue.forgotten",
        "post": post.json()["id"],
        "brief": "0" * 32,
        "channel": "0" * 16,
        "content": "0" * 16,
        "job": "0" * 32,
        "short_key": "none",
        "item": "none",
        "kind": "clusters",
        "work": "posts",
        **dict.fromkeys(MARKETING_IDS, "0" * 32),
    }


async def answer(http: httpx.AsyncClient, request: Hostile) -> httpx.Response:
    pairs = {k: v.encode("utf-8", "surrogatepass") for k, v in request.query.items()}
    headers = {"Content-Type": "application/json", "Connection": "close"} | dict(request.headers)
    return await http.request(
        request.method, f"{request.path}?{urlencode(pairs)}", headers=headers,
        content=request.body, timeout=90,
    )  # fmt: skip


def fault(request: Hostile, answered: httpx.Response) -> str:
    """What is wrong with the answer; "" when nothing is."""
    wrong = answered.status_code >= 500
    wrong |= request.is_unstorable and answered.status_code != 422
    summary = f"{request.method} {request.path[:90]} {request.place} = {str(request.value)[:40]!a}"
    return f"{summary}: {answered.status_code} {answered.text[:120]}" if wrong else ""


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_no_input_makes_a_route_fail(open_service: Open) -> None:
    faults: list[str] = []
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret")])
    secret = SecretStr("secret")
    async with (
        serving(platform.app) as base,
        open_service(writer=FakeWriter(), wechat_api_base=base, wechat_secret=secret) as running,
        client(running) as http,
    ):
        ids = await known_ids(running, http)
        named = operations(create_app(running.settings), ids)
        requests = [request for operation in named for request in operation.hostile()]
        for start in range(0, len(requests), AT_ONCE):
            some = requests[start : start + AT_ONCE]
            answers = await asyncio.gather(*(answer(http, each) for each in some))
            faults += filter(None, map(fault, some, answers))
        alive = await http.get("/api/v1/knowledge/entries")

    assert len(requests) > 1_000
    assert faults == []
    assert alive.status_code == 200
