"""Followers who do what the script says, against a small server and the platform's stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount, to_xml
from app.simulator.clock import Running
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.bench.conversation.reading import read
from tests.bench.conversation.script import Act, Doing
from tests.bench.conversation.traffic import Traffic
from tests.bench.conversation.values import Record
from tests.support.serve import serving

ACCOUNT = CallbackAccount("wx1", "token", "/wechat/brand")
NOTE = "还在写：weixin://bizmsgmenu?msgmenucontent=看答案&msgmenuid=1"


@dataclass
class Echo:
    """Answers each text with itself, a question with a note and a tap with what was asked."""

    messages: list[dict[str, str]] = field(default_factory=list)

    async def endpoint(self, request: Request) -> Response:
        root = ElementTree.fromstring(await request.body())
        fields = {element.tag: element.text or "" for element in root}
        self.messages.append(fields)
        content = fields.get("Content") or fields["MsgType"]
        if content.endswith("？"):
            content = NOTE
        elif "bizmsgmenuid" in fields:
            content = "答案"
        return Response(to_xml({
            "ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"],
            "CreateTime": 1, "MsgType": "text", "Content": content,
        }))  # fmt: skip


@asynccontextmanager
async def living(echo: Echo, *doings: Doing) -> AsyncIterator[Traffic]:
    app = Starlette(routes=[Route(ACCOUNT.path, echo.endpoint, methods=["POST"])])
    platform, clock = Platform([PlatformAccount(appid="wx1", secret="secret")]), Running()
    async with serving(app) as base, WeChat(account=ACCOUNT, bases=[base], clock=clock) as wechat:
        phones = [Phone(wechat, openid, platform) for openid in ("mei", "lan")]
        traffic = Traffic(phones, platform, clock, 1, lambda: None)
        await traffic.day(sorted(doings, key=lambda d: d.at), 0.2)
        await traffic.over()
        yield traffic


async def test_what_the_script_says_is_done_and_heard() -> None:
    echo = Echo()
    talk = Doing(0.0, 0, (Act("say", "你好"), Act("say", "再见", pause=0.01, waits=True)))
    click = Doing(0.1, 1, (Act("click", "MENU"), Act("image", together=2)))

    async with living(echo, talk, click) as traffic:
        texts = sorted((each.user, each.text, each.delivery) for each in traffic.phone_texts)

    assert [message["MsgType"] for message in echo.messages] == [
        "text",
        "text",
        "event",
        "image",
        "image",
    ]
    assert texts == [
        ("lan", "event", 1), ("lan", "image", 1), ("lan", "image", 1), ("mei", "你好", 1),
        ("mei", "再见", 1),
    ]  # fmt: skip
    assert len(traffic.messages_by_id) == 4


async def test_a_link_that_is_shown_is_tapped() -> None:
    echo = Echo()

    async with living(echo, Doing(0.0, 0, (Act("say", "多久发货？"),))) as traffic:
        [question] = [each for each in traffic.messages_by_id.values() if not each.carrier]
        records = {question.id: Record("答案", "generated", 6000.0)}
        fates = read([*traffic.messages_by_id.values()], traffic.phone_texts, records)

    assert [(fate.kind, fate.arrivals[0].way) for fate in fates if not fate.message.carrier] == [
        ("once", "rode")
    ]


async def test_who_unsubscribes_says_no_farewell() -> None:
    echo = Echo()
    leaving = Doing(0.0, 0, (Act("say", "你好"), Act("unsubscribe")))

    async with living(echo, leaving, Doing(0.0, 1, (Act("say", "在"),))) as traffic:
        await traffic.farewell()

    assert [
        message["FromUserName"] for message in echo.messages if message.get("Content") == "在吗"
    ] == ["lan"]
    assert traffic.left.keys() == {"mei"}
