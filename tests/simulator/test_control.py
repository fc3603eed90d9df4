"""What a developer does to the simulator by hand, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.kit.http_clients import open_async_client
from app.simulator.accounts.credentials import make_credentials, open_callback
from app.simulator.accounts.state import PlatformEvent
from app.simulator.clock import Running
from app.simulator.control.routes import create_control
from app.simulator.families.customer_messages import SEND
from app.simulator.platform import Platform
from app.simulator.publishing.articles import StoredDraft, publish
from app.simulator.publishing.comment_threads import find_thread
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from app.simulator.statistics.store import ArticleVisit, StatisticsStore
from tests.support.serve import serving


@dataclass
class BrandServer:
    """An account's server that takes everything and says nothing."""

    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        return Response("success")

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/wechat/brand", self.take, methods=["POST"])])


@dataclass(frozen=True)
class ControlSetup:
    """A simulator, its control over HTTP, and the account's server."""

    http: httpx.AsyncClient
    platform: Platform
    clock: Running
    brand: BrandServer


@asynccontextmanager
async def controlled() -> AsyncIterator[ControlSetup]:
    brand, clock = BrandServer(), Running()
    credentials = make_credentials("service", verified=True, callback_url="")
    async with serving(brand.app) as brand_base:
        account = replace(credentials.account, callback_url=f"{brand_base}/wechat/brand")
        credentials = replace(credentials, account=account)
        platform = Platform([account], clock=clock)
        async with (
            open_callback(credentials) as wechat,
            serving(create_control(platform, wechat, clock)) as base,
            open_async_client(base_url=base) as http,
        ):
            platform.connect(wechat)
            yield ControlSetup(http, platform, clock, brand)


async def test_a_follower_writes_to_the_accounts_server() -> None:
    async with controlled() as setup:
        answer = await setup.http.post("/messages", json={"openid": "mei", "text": "在吗"})

    outcome = answer.json()
    assert outcome == {
        "reply": None,
        "seconds": outcome["seconds"],
        "deliveries": 1,
        "fault": False,
    }
    assert [b"<Encrypt>" in body for body in setup.brand.bodies] == [True]


async def test_a_follower_subscribes_and_leaves() -> None:
    async with controlled() as setup:
        followers = setup.platform.account().followers
        seen = []
        for event in ("subscribe", "unsubscribe"):
            await setup.http.post("/followers", json={"openid": "mei", "event": event})
            seen.append(list(followers.find_subscribed()))

    assert seen == [["mei"], []]
    assert len(setup.brand.bodies) == 2


async def test_events_are_pushed_once_their_time_has_come() -> None:
    async with controlled() as setup:
        appid = setup.platform.account().account.appid
        fields = {"MsgType": "event", "Event": "PUBLISHJOBFINISH"}
        event = PlatformEvent(setup.clock() + 60, appid, "mei", fields)
        setup.platform.state.schedule(event)
        answers = [
            (await setup.http.post("/clock", json={"seconds": seconds})).json()["pushed_events"]
            for seconds in (0, 60, 60)
        ]

    assert (answers, len(setup.brand.bodies)) == ([0, 1, 0], 1)
    assert setup.platform.state.events == [event]


async def test_calls_fail_as_they_are_told() -> None:
    async with controlled() as setup:
        statuses = [
            (await setup.http.post("/faults", json={"path": path, "kind": kind})).status_code
            for path, kind in ((SEND, 45009), (SEND, "cut"), (SEND, "sing"), ("/poem", -1))
        ]
        planned = [setup.platform.faults.take_planned(SEND) for _ in range(3)]

    assert statuses == [204, 204, 422, 404]
    assert [fault and fault.kind for fault in planned] == [45009, "cut", None]


async def test_messages_that_reached_phones_are_listed() -> None:
    async with controlled() as setup:
        setup.platform.state.deliver("mei", {"msgtype": "text"})
        setup.platform.state.deliver("lan", {"msgtype": "image"})
        answer = await setup.http.get("/sent", params={"openid": "mei"})

    assert [(sent["openid"], sent["message"]) for sent in answer.json()] == [
        ("mei", {"msgtype": "text"})
    ]


def test_the_callback_is_an_address_of_http() -> None:
    credentials = make_credentials("service", verified=True, callback_url="https://brand.example")

    with pytest.raises(ValueError, match="isn't http://HOST:PORT/PATH"):
        open_callback(credentials)


async def test_the_next_mass_sends_are_planned() -> None:
    async with controlled() as setup:
        answer = await setup.http.post(
            "/mass-sends", json={"status": "err(10001)", "reprints": {"1": False}}
        )
        plans = setup.platform.account().store(JobPlans).mass_sends

    assert answer.status_code == 204
    assert plans == [MassPlan(status="err(10001)", reprints={1: False})]


async def test_the_next_publications_are_planned() -> None:
    async with controlled() as setup:
        answer = await setup.http.post(
            "/publications", json={"status": 4, "event": "missing", "times": 2}
        )
        plans = setup.platform.account().store(JobPlans).publications

    assert answer.status_code == 204
    assert plans == [PublishPlan(status=4, event="missing")] * 2


def publish_article(setup: ControlSetup) -> None:
    """An article that takes comments, with msg_data_id 7."""
    draft = StoredDraft(articles=[{"need_open_comment": 1}], urls=["/"], created_at=0, updated_at=0)
    state = setup.platform.account()
    publish(state, draft, msg_data_id=7, published_at=0, mass=False)


async def test_a_follower_comments_on_an_article() -> None:
    async with controlled() as setup:
        publish_article(setup)
        answers = [
            await setup.http.post("/comments", json={"msg_data_id": number, "content": "好茶"})
            for number in (7, 8)
        ]
        (comment,) = find_thread(setup.platform.account(), 7, 0, setup.clock()).comments

    assert [answer.status_code for answer in answers] == [200, 404]
    assert (answers[0].json(), comment.content) == (
        {"user_comment_id": comment.comment_id},
        "好茶",
    )


async def test_a_follower_reads_an_article() -> None:
    async with controlled() as setup:
        publish_article(setup)
        visit: dict[str, Any] = {"openid": "mei", "scene": "朋友圈", "likes": True}
        answers = [
            await setup.http.post("/visits", json=visit | place)
            for place in ({"msg_data_id": 7}, {"msg_data_id": 7, "index": 1}, {"msg_data_id": 8})
        ]
        await setup.http.put("/statistics", json={"late_days": ["2026-03-01"], "delayed": True})
        statistics = setup.platform.account().store(StatisticsStore)

    assert [answer.status_code for answer in answers] == [204, 404, 404]
    assert statistics.visits == [ArticleVisit(msgid="7_1", at=statistics.visits[0].at, **visit)]
    assert (statistics.late_days, statistics.delayed) == (["2026-03-01"], True)
