"""The simulator against small servers that behave well, badly, or not at all."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from app.simulator.callback import wire
from app.simulator.callback.wechat import Mode, WeChat
from app.simulator.callback.wire import CallbackAccount, Reply
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests import pace
from tests.support.serve import serving

ACCOUNT = CallbackAccount(
    appid="wx0123456789abcdef",
    token="token",
    path="/wechat/brand",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
HELLO = wire.to_xml(
    {
        "ToUserName": "mei",
        "FromUserName": ACCOUNT.username,
        "CreateTime": 1700000000,
        "MsgType": "text",
        "Content": "您好",
    }
)

Answer = Callable[[int], Awaitable[Response]]


@dataclass
class Server:
    """Answers its n-th request, from 1, with `answer(n)`; keeps what it was sent."""

    answer: Answer
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    async def endpoint(self, request: Request) -> Response:
        self.queries.append(dict(request.query_params))
        self.bodies.append((await request.body()).decode())
        return await self.answer(len(self.bodies))

    @asynccontextmanager
    async def pushed_to(self, mode: Mode = Mode.PLAIN) -> AsyncIterator[WeChat]:
        app = Starlette(routes=[Route(ACCOUNT.path, self.endpoint, methods=["GET", "POST"])])
        async with (
            serving(app) as base,
            WeChat(account=ACCOUNT, bases=[base], mode=mode, hang_up_after=0.2) as wechat,
        ):
            yield wechat


async def hello(_: int) -> Response:
    return Response(HELLO)


async def silence(_: int) -> Response:
    await asyncio.sleep(0.5)
    return Response("success")


async def test_an_answer_ends_the_first_delivery() -> None:
    server = Server(hello)

    async with server.pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert outcome.reply == Reply("text", "您好", HELLO)
    assert (outcome.answered_in, outcome.fault, len(outcome.deliveries)) == (1, False, 1)


@pytest.mark.parametrize("body", ["success", ""])
async def test_nothing_to_say_is_a_proper_answer(body: str) -> None:
    async def nothing(_: int) -> Response:
        return Response(body)

    async with Server(nothing).pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert (outcome.reply, outcome.answered_in, outcome.fault) == (None, 1, False)


async def test_a_silent_server_gets_one_message_three_times_and_the_follower_a_fault() -> None:
    server = Server(silence)

    async with server.pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert [(d.status, d.cut) for d in outcome.deliveries] == [(None, True)] * 3
    assert (outcome.reply, outcome.answered_in, outcome.fault) == (None, None, True)
    assert len({re.findall("<MsgId>(.*)</MsgId>", body)[0] for body in server.bodies}) == 1
    assert len({query["signature"] for query in server.queries}) == 3
    assert 0.6 <= outcome.seconds < pace.seconds(1.0)


async def test_an_answer_to_the_second_delivery_counts() -> None:
    async def second(number: int) -> Response:
        return await (silence if number == 1 else hello)(number)

    async with Server(second).pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert outcome.reply == Reply("text", "您好", HELLO)
    assert (outcome.answered_in, [d.cut for d in outcome.deliveries]) == (2, [True, False])


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (JSONResponse({"reply": "您好"}), "not XML"),
        (Response("Internal Server Error", 500), "status 500"),
        (Response("<html/>"), "the root is <html>, not <xml>"),
        (Response(HELLO.replace("mei", "lei")), "from and to the wrong people"),
        (Response(HELLO.replace("您好", "")), "no Content"),
        (Response(HELLO.replace("您好", "您" * 683)), "a text of 2049 bytes"),
        (Response(HELLO.replace("[text]", "[poem]")), "no such MsgType"),
    ],
)
async def test_an_abnormal_answer_is_a_fault_at_once(response: Response, fault: str) -> None:
    async def abnormal(_: int) -> Response:
        return response

    async with Server(abnormal).pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert (outcome.reply, outcome.fault) == (None, True)
    assert [str(d.fault).partition(":")[0] for d in outcome.deliveries] == [fault]


async def test_a_server_that_is_down_is_tried_three_times() -> None:
    async with WeChat(account=ACCOUNT, bases=["http://127.0.0.1:1"]) as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert [(d.status, d.cut) for d in outcome.deliveries] == [(None, False)] * 3


async def test_a_chunked_answer_is_read_whole() -> None:
    async def chunked(_: int) -> Response:
        return StreamingResponse(iter([HELLO[:50], HELLO[50:]]))

    async with Server(chunked).pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert outcome.reply == Reply("text", "您好", HELLO)


def sealed_hello(account: CallbackAccount) -> str:
    encrypt = wire.seal(HELLO, account)
    signature = wire.sign(account.token, "1700000000", "nonce", encrypt)
    return wire.to_xml(
        {"Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": 1700000000, "Nonce": "nonce"}
    )


async def test_safe_mode_shows_the_server_nothing_but_the_cipher_and_takes_nothing_else() -> None:
    async def sealed_then_plain(number: int) -> Response:
        return Response(sealed_hello(ACCOUNT) if number == 1 else HELLO)

    server = Server(sealed_then_plain)
    async with server.pushed_to(Mode.SAFE) as wechat:
        sealed, plain = [await Phone(wechat, "mei").say("在吗") for _ in range(2)]

    root = ElementTree.fromstring(server.bodies[0])
    query, encrypt = server.queries[0], root.findtext("Encrypt", "")
    signed = wire.sign(ACCOUNT.token, query["timestamp"], query["nonce"], encrypt)
    assert ([e.tag for e in root], query["msg_signature"]) == (["ToUserName", "Encrypt"], signed)
    assert "<Content><![CDATA[在吗]]></Content>" in wire.unseal(encrypt, ACCOUNT)
    assert sealed.reply == Reply("text", "您好", HELLO)
    assert [d.fault for d in plain.deliveries] == ["no Encrypt"]


async def test_compatible_mode_sends_both_bodies_and_takes_either() -> None:
    async def sealed_then_plain(number: int) -> Response:
        return Response(sealed_hello(ACCOUNT) if number == 1 else HELLO)

    server = Server(sealed_then_plain)
    async with server.pushed_to(Mode.COMPATIBLE) as wechat:
        outcomes = [await Phone(wechat, "mei").say("在吗") for _ in range(2)]

    assert [o.reply for o in outcomes] == [Reply("text", "您好", HELLO)] * 2
    assert all("在吗" in body and "<Encrypt>" in body for body in server.bodies)


@pytest.mark.parametrize(
    ("forger", "fault"),
    [
        (replace(ACCOUNT, token="guess"), "MsgSignature does not match"),
        (replace(ACCOUNT, appid="wx1"), f"sealed for b'wx1', not for {ACCOUNT.appid}"),
    ],
)
async def test_a_sealed_reply_of_someone_else_is_a_fault(
    forger: CallbackAccount, fault: str
) -> None:
    async def forged(_: int) -> Response:
        return Response(sealed_hello(forger))

    async with Server(forged).pushed_to(Mode.SAFE) as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert [d.fault for d in outcome.deliveries] == [fault]


async def test_copies_delivered_at_once_are_one_message_signed_afresh() -> None:
    server = Server(hello)

    async with server.pushed_to() as wechat:
        made = await Phone(wechat, "mei").deliver_at_once(
            {**messages.text("在吗"), "MsgId": 7, "CreateTime": 1700000000}, copies=3
        )

    assert [d.reply for d in made] == [Reply("text", "您好", HELLO)] * 3
    assert (
        server.bodies
        == [
            f"<xml><ToUserName><![CDATA[{ACCOUNT.username}]]></ToUserName>"
            "<FromUserName><![CDATA[mei]]></FromUserName><CreateTime>1700000000</CreateTime>"
            "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[在吗]]></Content>"
            "<MsgId>7</MsgId></xml>"
        ]
        * 3
    )
    assert len({query["nonce"] for query in server.queries}) == 3


async def test_deliveries_go_round_several_servers() -> None:
    first, second = Server(silence), Server(hello)

    async with first.pushed_to() as one, second.pushed_to() as other:
        wechat = replace(one, bases=[*one.bases, *other.bases])
        async with wechat:
            outcome = await Phone(wechat, "mei").say("在吗")

    assert (outcome.answered_in, len(first.bodies), len(second.bodies)) == (2, 1, 1)


async def test_a_spoilt_signature_arrives_wrong() -> None:
    server = Server(hello)

    async with server.pushed_to() as wechat, replace(wechat, spoil=frozenset({"signature"})) as bad:
        await Phone(bad, "mei").say("在吗")

    query = server.queries[0]
    right = wire.sign(ACCOUNT.token, query["timestamp"], query["nonce"])
    assert query["signature"] == right + "0"


async def test_the_handshake_wants_its_echo_back() -> None:
    async def echo(number: int) -> Response:
        return Response(server.queries[0]["echostr"] if number == 1 else "success")

    server = Server(echo)
    async with server.pushed_to() as wechat:
        verified = [await wechat.verify_url() for _ in range(2)]

    assert verified == [True, False]


async def test_a_hundred_followers_share_a_few_connections() -> None:
    async def nothing(_: int) -> Response:
        return Response("success")

    server = Server(nothing)
    async with server.pushed_to() as wechat, replace(wechat, connections=8) as narrow:
        phones = [Phone(narrow, f"follower-{number}") for number in range(100)]
        outcomes = await asyncio.gather(*(phone.say("在吗") for phone in phones))

    assert {(o.answered_in, o.fault) for o in outcomes} == {(1, False)}
    assert len({re.findall("<MsgId>(.*)</MsgId>", body)[0] for body in server.bodies}) == 100


async def test_a_delivery_and_its_repeat_may_arrive_together_at_two_servers() -> None:
    async def nothing(_: int) -> Response:
        return Response("success")

    first, second = Server(nothing), Server(hello)
    async with (
        first.pushed_to() as one,
        second.pushed_to() as other,
        replace(one, bases=[*one.bases, *other.bases]) as both,
    ):
        outcome = await Phone(both, "mei").send(messages.text("在吗"), together=2)

    assert outcome.reply == Reply("text", "您好", HELLO)
    assert (outcome.answered_in, len(outcome.deliveries)) == (2, 2)
    assert first.bodies == second.bodies


async def test_a_proxy_goes_to_the_next_server_where_one_refuses() -> None:
    server = Server(hello)
    async with server.pushed_to() as wechat:
        bases = ["http://127.0.0.1:1", *wechat.bases]
        async with (
            replace(wechat, bases=bases, balanced=True) as behind_a_proxy,
            replace(wechat, bases=bases) as alone,
        ):
            outcomes = [await Phone(each, "mei").say("在吗") for each in (behind_a_proxy, alone)]

    assert [outcome.answered_in for outcome in outcomes] == [1, 2]


async def test_a_delivery_that_failed_at_once_is_repeated_when_its_time_has_come() -> None:
    async with WeChat(account=ACCOUNT, bases=["http://127.0.0.1:1"], apart=0.1) as wechat:
        outcome = await Phone(wechat, "mei").say("在吗")

    assert len(outcome.deliveries) == 3
    assert outcome.seconds >= 0.2


async def test_deliveries_that_come_together_are_followed_by_the_third() -> None:
    server = Server(silence)

    async with server.pushed_to() as wechat:
        outcome = await Phone(wechat, "mei").send(messages.text("在吗"), together=2)

    assert [delivery.cut for delivery in outcome.deliveries] == [True] * 3
    assert outcome.fault


async def test_a_link_in_an_answer_can_be_tapped() -> None:
    server = Server(hello)
    link = "weixin://bizmsgmenu?msgmenucontent=%E7%9C%8B%E7%AD%94%E6%A1%88&msgmenuid=7"

    async with server.pushed_to() as wechat:
        await Phone(wechat, "mei").tap_link(f"还在写：{link}")

    sent = {e.tag: e.text for e in ElementTree.fromstring(server.bodies[0])}
    assert {name: sent[name] for name in ("MsgType", "Content", "bizmsgmenuid")} == {
        "MsgType": "text",
        "Content": "看答案",
        "bizmsgmenuid": "7",
    }


async def test_a_text_without_a_link_cannot_be_tapped() -> None:
    async with WeChat(account=ACCOUNT, bases=["http://127.0.0.1:1"]) as wechat:
        with pytest.raises(IndexError):
            await Phone(wechat, "mei").tap_link("没有链接")


def test_a_cdata_section_cannot_be_broken_out_of() -> None:
    content = "a]]></Content><MsgType>event</MsgType><![CDATA["

    parsed = ElementTree.fromstring(wire.to_xml(messages.text(content)))

    assert [(e.tag, e.text) for e in parsed] == [("MsgType", "text"), ("Content", content)]


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 2048])
def test_what_is_sealed_opens_again(length: int) -> None:
    message = "回" * length

    sealed = wire.seal(message, ACCOUNT)

    assert wire.unseal(sealed, ACCOUNT) == message
