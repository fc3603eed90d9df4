"""Robots of groups, webhooks and mail, over real sockets."""

import asyncio
import base64
import hashlib
import hmac
from typing import Any

import pytest

from app.kit.http_clients import open_async_client
from app.notices import mail, robots, wording
from app.notices.robots import BIGGEST, NoticeFailed, Robots
from app.notices.targets import Kind, Mailbox, Robot
from tests.notices.people import MEI, NOON
from tests.support import robots as simulator
from tests.support.robots import MailServer

SECRET = "SEC0123456789abcdef"
WORDS = wording.build_text([MEI], NOON, 2_048)


def robot(kind: Kind, base: str, secret: str = "") -> Robot:
    return Robot("id", kind, f"{base}/hook?access_token=tok", secret)


async def send(to: Robot, within: float = 5.0) -> None:
    async with open_async_client() as http:
        await Robots(http, within).send(to, [MEI], NOON)


async def test_wecom_gets_a_text() -> None:
    group = simulator.Robot()
    async with group.serving() as base:
        await send(robot("wecom", base))

    assert group.bodies == [{"msgtype": "text", "text": {"content": WORDS}}]
    assert group.queries == [{"access_token": "tok"}]


async def test_dingtalk_is_signed_in_the_address() -> None:
    group = simulator.Robot()
    async with group.serving() as base:
        await send(robot("dingtalk", base, SECRET))

    timestamp = str(int(NOON * 1000))
    line = f"{timestamp}\n{SECRET}".encode()
    signed = base64.b64encode(hmac.new(SECRET.encode(), line, hashlib.sha256).digest()).decode()
    assert group.bodies == [{"msgtype": "text", "text": {"content": WORDS}}]
    assert group.queries == [{"access_token": "tok", "timestamp": timestamp, "sign": signed}]


async def test_feishu_is_signed_in_the_body() -> None:
    group = simulator.Robot([{"code": 0, "msg": "success", "data": {}}])
    async with group.serving() as base:
        await send(robot("feishu", base, SECRET))

    timestamp = str(int(NOON))
    key = f"{timestamp}\n{SECRET}".encode()
    signed = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert group.bodies == [
        {"msg_type": "text", "content": {"text": WORDS}, "timestamp": timestamp, "sign": signed}
    ]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
async def test_a_robot_without_a_signing_secret_gets_no_signature(kind: Kind) -> None:
    group = simulator.Robot([{"StatusCode": 0}])
    async with group.serving() as base:
        await send(robot(kind, base))

    assert "sign" not in group.queries[0] | group.bodies[0]


async def test_a_webhook_is_signed_as_the_one_for_orders() -> None:
    shop = simulator.Robot(["taken"], status=202)
    async with shop.serving() as base:
        await send(robot("webhook", base, SECRET))

    timestamp = str(int(NOON))
    signed = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + shop.raw[0], hashlib.sha256)
    assert shop.bodies == [wording.as_json([MEI])]
    assert shop.headers[0]["x-huiyin-timestamp"] == timestamp
    assert shop.headers[0]["x-huiyin-signature"] == signed.hexdigest()


@pytest.mark.parametrize(
    ("kind", "status", "answer", "why", "pause"),
    [
        ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook url"},
         "refused it with code 93000: the key is wrong, or the robot was removed", 0.0),
        ("wecom", 200, {"errcode": 45009}, "refused it with code 45009: too many messages a minute",
         60.0),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "sign not match"},
         "refused it with code 310000: its signing secret, keywords or addresses don't let us in",
         0.0),
        ("dingtalk", 200, {"errcode": 130101}, "refused it with code 130101: too many messages a "
         "minute", 600.0),
        ("feishu", 200, {"code": 19021, "msg": "sign match fail"},
         "refused it with code 19021: its signing secret is wrong, or the server's clock", 0.0),
        ("feishu", 400, {"code": 9499, "msg": "Bad Request"}, "refused it with code 9499", 0.0),
        ("feishu", 200, {"StatusCode": 11232}, "refused it with code 11232: too many messages at "
         "once", 60.0),
        ("wecom", 200, {"ok": True}, "answered with status 200 and not as agreed", 0.0),
        ("wecom", 200, [0], "answered with status 200 and not as agreed", 0.0),
        ("wecom", 502, "<html>", "answered with status 502 and not as agreed", 0.0),
        ("wecom", 429, "", "answered with status 429 and not as agreed", 60.0),
        ("wecom", 500, {"errcode": 0}, "answered with status 500", 0.0),
        ("webhook", 401, {}, "answered with status 401", 0.0),
        ("webhook", 302, {}, "answered with status 302", 0.0),
        ("wecom", 200, "x" * (BIGGEST + 1), f"answered with more than {BIGGEST} bytes", 0.0),
    ],
)  # fmt: skip
async def test_what_a_robot_does_not_take_is_told_by_its_code(
    kind: Kind, status: int, answer: Any, why: str, pause: float
) -> None:
    group = simulator.Robot([answer], status=status)
    async with group.serving() as base:
        with pytest.raises(NoticeFailed) as failed:
            await send(robot(kind, base, SECRET))

    assert (str(failed.value), failed.value.pause) == (why, pause)


async def test_who_is_not_there_or_says_nothing_is_told_without_an_address() -> None:
    hung_up = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    faults = []
    async with server:
        for base in ("http://127.0.0.1:9", f"http://127.0.0.1:{port}"):
            with pytest.raises(NoticeFailed) as failed:
                await send(robot("wecom", base), within=0.3)
            faults.append(str(failed.value))
        await hung_up.wait()

    assert faults[0] == "ConnectError"
    assert faults[1] in {"ReadTimeout", "didn't answer in time"}


def test_signatures_are_what_other_languages_make_of_them() -> None:
    # printf '1599360473000\nSEC' | openssl dgst -sha256 -hmac SEC -binary | base64
    dingtalk = robots.dingtalk_sign("SEC", "1599360473000")
    # printf '' | openssl dgst -sha256 -hmac "$(printf '1599360473\nSEC')" -binary | base64
    feishu = robots.feishu_sign("SEC", "1599360473")

    assert (dingtalk, feishu) == (
        "55oKSgVwKOyb9IAZyUszlLILUyQZG0/i+6BFw8M/1wk=",
        "4JWgcpNmrcsrGNgV/GWd+prGAlJRbFPZbsD5UJ6/bmE=",
    )


# --- Mail ---------------------------------------------------------------------------------------


def mailbox(port: int, *, tls: Any = "none", user: str = "", password: str = "") -> Mailbox:
    to = ("desk@shop.example", "boss@shop.example")
    return Mailbox(
        id="id",
        host="127.0.0.1",
        port=port,
        to=to,
        sender="bot@shop.example",
        tls=tls,
        user=user,
        password=password,
    )


async def test_mail_arrives_as_plain_text_for_all_of_them() -> None:
    post = MailServer(user="bot", password="p@ss")
    async with post.serving() as port:
        await mail.send_mail(mailbox(port, user="bot", password="p@ss"), [MEI], NOON)

    [(sender, to, message)] = post.mails
    assert (sender, to) == ("bot@shop.example", ["desk@shop.example", "boss@shop.example"])
    assert message["Subject"] == "【等待人工】青禾茶铺：1 位用户在等"
    assert message["Date"] == "Mon, 01 Dec 2025 04:00:00 +0000"
    assert message.get_content().strip() == WORDS


@pytest.mark.parametrize(
    ("post", "changed", "why"),
    [
        (MailServer(user="bot", password="p@ss"), {"user": "bot", "password": "wrong"},
         "SMTPAuthenticationError 535"),
        (MailServer(), {"user": "bot", "password": "p"}, "SMTPNotSupportedError"),
        (MailServer(), {"tls": "starttls"}, "SMTPNotSupportedError"),
        (MailServer(refuses=frozenset({"desk@shop.example", "boss@shop.example"})), {},
         "SMTPRecipientsRefused"),
    ],
)  # fmt: skip
async def test_mail_that_is_not_taken_says_so_without_a_password_or_address(
    post: MailServer, changed: dict[str, Any], why: str
) -> None:
    async with post.serving() as port:
        with pytest.raises(NoticeFailed) as failed:
            await mail.send_mail(mailbox(port, **changed), [MEI], NOON)

    assert (str(failed.value), post.mails) == (why, [])


async def test_a_mail_server_that_is_away_is_a_failure_like_others() -> None:
    with pytest.raises(NoticeFailed, match="ConnectionRefusedError"):
        await mail.send_mail(mailbox(9), [MEI], NOON)
