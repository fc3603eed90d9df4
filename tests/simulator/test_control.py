"""What a developer does to the simulator by hand, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.kit.http_clients import open_async_client
from app.simulator.accounts.credentials import make_credentials, open_callback
from app.simulator.accounts.state import PlatformEvent
from app.simulator.callback.wire import CallbackAccount, unseal
from app.simulator.clock import CHINA, Running, seconds_until
from app.simulator.control.bodies import FollowerMessageRequest
from app.simulator.control.follower_routes import build_message
from app.simulator.control.routes import create_control
from app.simulator.families.customer_messages import SEND
from app.simulator.families.desk import DeskStore, StoredAgent
from app.simulator.families.qrcodes import SceneCodes, StoredScene
from app.simulator.families.subscribe_notices import NoticeStore
from app.simulator.families.templates import TemplateStore
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
    callback: CallbackAccount


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
            yield ControlSetup(http, platform, clock, brand, wechat.account)


async def test_a_follower_writes_to_the_accounts_server() -> None:
    async with controlled() as setup:
        answer = await setup.http.post("/messages", json={"openid": "mei", "text": "在吗"})

    outcome = answer.json()
    assert outcome == {
        "reply": None,
        "seconds": outcome["seconds"],
        "deliveries": 1,
        "fault": False,
        "reason": None,
    }
    assert [b"<Encrypt>" in body for body in setup.brand.bodies] == [True]


async def test_a_follower_subscribes_and_leaves() -> None:
    async with controlled() as setup:
        followers = setup.platform.account().followers
        subscribed = []
        for event in ("subscribe", "unsubscribe"):
            await setup.http.post("/followers", json={"openid": "mei", "event": event})
            subscribed.append(list(followers.find_subscribed()))

    assert subscribed == [["mei"], []]
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
        thread = find_thread(setup.platform.account(), 7, 0, setup.clock())
        (comment,), thread.is_open = thread.comments, False
        answers.append(
            await setup.http.post("/comments", json={"msg_data_id": 7, "content": "好茶"})
        )

    assert [answer.status_code for answer in answers] == [200, 404, 409]
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


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ({"text": "在吗"}, {"Content": "在吗"}),
        ({"kind": "voice", "text": "在吗"}, {"MsgType": "voice", "Recognition": "在吗"}),
        ({"kind": "image"}, {"MsgType": "image", "MediaId": "media-image"}),
        ({"kind": "location", "text": "西湖"}, {"MsgType": "location", "Label": "西湖"}),
        ({"kind": "link", "text": "茶"}, {"MsgType": "link", "Title": "茶"}),
    ],
)
def test_a_follower_sends_each_kind_of_message(
    message: dict[str, str], fields: dict[str, str]
) -> None:
    request = FollowerMessageRequest.model_validate({"openid": "mei", **message})

    built = build_message(request)

    assert {name: built[name] for name in fields} == fields


async def test_who_scans_a_code_follows_first_and_then_arrives_with_its_ticket() -> None:
    async with controlled() as setup:
        codes = setup.platform.account().store(SceneCodes).codes
        codes["old"] = StoredScene(scene="poster", expires_at=0)
        codes["new"] = StoredScene(scene="poster", expires_at=None)
        scan = {"openid": "mei", "event": "scan", "key": "poster"}
        statuses = [
            (await setup.http.post("/followers", json=body)).status_code
            for body in (scan, scan, {**scan, "key": "nowhere"})
        ]

    events = [read_fields(setup, body) for body in setup.brand.bodies]
    assert statuses == [200, 200, 404]
    assert [(event["Event"], event["EventKey"], event["Ticket"]) for event in events] == [
        ("subscribe", "qrscene_poster", "new"),
        ("SCAN", "poster", "new"),
    ]


def read_fields(setup: ControlSetup, body: bytes) -> dict[str, str | None]:
    """The fields of a message as the account's server decrypts them."""
    sealed = ElementTree.fromstring(body).findtext("Encrypt") or ""
    return {each.tag: each.text for each in ElementTree.fromstring(unseal(sealed, setup.callback))}


async def test_time_passes_until_the_next_morning() -> None:
    async with controlled() as setup:
        answer = await setup.http.post("/clock", json={"until": "08:30"})

    morning = datetime.fromtimestamp(answer.json()["now"], UTC).astimezone(CHINA)
    assert f"{morning:%H:%M}" == "08:30"


def test_the_next_time_of_a_day_is_within_a_day() -> None:
    now = datetime(2026, 12, 1, 8, 30, tzinfo=CHINA).timestamp()

    assert [seconds_until(now, at) for at in ("08:31", "08:30", "08:29")] == [60, 86_400, 86_340]


async def test_a_follower_agrees_to_notices_and_one_off_messages() -> None:
    async with controlled() as setup:
        state = setup.platform.account()
        state.store(NoticeStore).templates["notice"] = {}
        bodies: tuple[dict[str, Any], ...]
        bodies = ({"template_id": "notice"}, {"scene": 7}, {"template_id": "other"}, {})
        statuses = [
            (await setup.http.post("/consents", json={"openid": "mei", **body})).status_code
            for body in bodies
        ]

    assert statuses == [204, 204, 404, 422]
    assert state.store(NoticeStore).consents == {"mei notice": 1}
    assert state.store(TemplateStore).consents == ["mei 7"]


async def test_an_invited_person_becomes_an_agent() -> None:
    async with controlled() as setup:
        agent = StoredAgent(name="lin@shop", nickname="林", number=1, invited="lin")
        setup.platform.account().store(DeskStore).agents["lin@shop"] = agent
        statuses = [
            (
                await setup.http.post("/agents", json={"kf_account": name, "wechat_name": "lin"})
            ).status_code
            for name in ("lin@shop", "wang@shop")
        ]

    assert (statuses, agent.wechat_name, agent.is_online) == ([204, 404], "lin", True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/messages", {"openid": "mei", "content": "在吗"}),
        ("/followers", {"openid": "mei", "event": "dance"}),
        ("/clock", {"seconds": 1, "until": "08:30"}),
        ("/clock", {"until": "8"}),
        ("/clock", {"seconds": -1}),
        ("/faults", {"path": SEND, "kind": "cut", "time": 3}),
        ("/publications", {"event": "late"}),
        ("/publications", {"times": 0}),
        ("/mass-sends", {"status": "fine"}),
        ("/mass-sends", {"event": "misnamed"}),
    ],
)
async def test_a_wrong_order_names_its_field(path: str, body: dict[str, Any]) -> None:
    async with controlled() as setup:
        answer = await setup.http.post(path, json=body)

    assert answer.status_code == 422
    assert [(each["loc"][0], bool(each["msg"])) for each in answer.json()["detail"]] == [
        ("body", True)
    ]


async def test_a_server_that_is_away_is_named() -> None:
    credentials = make_credentials(
        "service", verified=True, callback_url="http://127.0.0.1:9/wechat/brand"
    )
    platform, clock = Platform([credentials.account]), Running()
    async with (
        open_callback(credentials) as wechat,
        serving(create_control(platform, wechat, clock)) as base,
        open_async_client(base_url=base) as http,
    ):
        answer = await http.post("/messages", json={"openid": "mei", "text": "在吗"})

    outcome = answer.json()
    assert (outcome["fault"], outcome["deliveries"]) == (True, 3)
    assert outcome["reason"].startswith("no answer: ConnectionRefusedError")


async def test_articles_events_and_interfaces_are_listed() -> None:
    async with controlled() as setup:
        state = setup.platform.account()
        draft = StoredDraft(articles=[{"title": "春茶"}], urls=["/"], created_at=0, updated_at=0)
        message = publish(state, draft, msg_data_id=7, published_at=0, mass=False)
        event = PlatformEvent(setup.clock() + 60, state.account.appid, "mei", {"Event": "X"})
        setup.platform.state.schedule(event)
        articles = (await setup.http.get("/articles")).json()
        events = (await setup.http.get("/events")).json()
        interfaces = (await setup.http.get("/interfaces")).json()

    assert articles == [
        {
            "article_id": message.article_id, "msg_data_id": 7, "index": 0, "title": "春茶",
            "url": message.urls[0], "published_at": 0, "is_mass_sent": False, "is_gone": False,
        }
    ]  # fmt: skip
    assert events == [
        {"at": event.at, "is_pushed": False, "openid": "mei", "fields": {"Event": "X"}}
    ]
    assert [each for each in interfaces if each["path"] == SEND] == [
        {
            "family": "customer_messages", "method": "POST", "path": SEND,
            "right": "customer_message", "is_allowed": True, "calls_a_day": 500_000,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "status", "location"),
    [
        ("http://mp.weixin.qq.com/s/one?openid=mei", 307, "/s/one?openid=mei"),
        ("http://mmbiz.qpic.cn/mmbiz_jpg/a/0", 307, "/mmbiz_jpg/a/0"),
        ("s/one", 422, None),
    ],
)
async def test_an_address_of_the_platform_opens_here(
    url: str, status: int, location: str | None
) -> None:
    async with controlled() as setup:
        answer = await setup.http.get("/open", params={"url": url})

    assert (answer.status_code, answer.headers.get("location")) == (status, location)
