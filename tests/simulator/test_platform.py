"""The stand-in for api.weixin.qq.com, over real HTTP, with a clock that the test turns."""

import httpx
import pytest

from app.kit.http_clients import open_async_client
from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount
from app.simulator.families.customer_messages import SEND
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.gateway.faults import FaultKind, Odds
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.simulator.calling import ACCOUNT, CREDENTIAL, calling
from tests.support.serve import serving


async def test_failures_are_served_in_order_and_then_it_works_again() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.fail_next(SEND, -1, times=2)
        caller.platform.fail_next(SEND, 45009)
        errcodes = [await caller.text("mei") for _ in range(4)]

    assert errcodes == [-1, -1, 45009, 0]
    assert caller.platform.calls == {STABLE_TOKEN: 1, SEND: 4}


async def test_what_a_phone_does_opens_the_windows_at_the_platform() -> None:
    unserved = CallbackAccount("wx1", "token", "/wechat/brand")
    async with (
        calling() as caller,
        WeChat(account=unserved, bases=["http://127.0.0.1:1"]) as wechat,
    ):
        for openid, message in {
            "says": messages.text("在吗"),
            "taps": messages.menu_tap("继续", "1"),
            "clicks": messages.click("MENU"),
            "views": messages.view("https://example.com"),
            "follows": messages.subscribe("poster"),
            "leaves": messages.unsubscribe(),
        }.items():
            await Phone(wechat, openid, caller.platform).send(message)
        caller.clock.now += 60
        openids = ("says", "taps", "clicks", "views", "follows", "leaves")
        errcodes = {openid: await caller.text(openid) for openid in openids}

    assert errcodes == {
        "says": 0,
        "taps": 45015,
        "clicks": 45015,
        "views": 40003,
        "follows": 45015,
        "leaves": 45015,
    }


@pytest.mark.parametrize(
    ("odds", "status", "body", "sent_count"),
    [
        (Odds(errcodes={45009: 1.0}), 200, '{"errcode": 45009', 0),
        (Odds(bad_gateway=1.0), 502, "<html>502 Bad Gateway", 0),
        (Odds(cut=1.0), 200, '{"errcode": ', 0),
        (Odds(deaf=1.0), 200, '{"errcode": ', 1),
        (Odds(), 200, '{"errcode": 0', 1),
    ],
)
async def test_a_fault_by_chance_is_one_that_callers_meet(
    odds: Odds, status: int, body: str, sent_count: int
) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.faults.odds = odds
        message = {"touser": "mei", "msgtype": "text", "text": {"content": "您好"}}
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", json=message)

    assert (answer.status_code, answer.text[: len(body)]) == (status, body)
    assert len(caller.platform.sent["mei"]) == sent_count
    assert caller.platform.faulted.total() == (0 if odds == Odds() else 1)


async def test_an_api_that_hangs_is_left_by_its_caller() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.faults.odds = Odds(hangs=1.0)
        with pytest.raises(httpx.ReadTimeout):
            await caller.http.post(f"{SEND}?access_token={caller.token}", json={}, timeout=0.1)

    assert caller.platform.sent == {}


async def test_an_api_that_is_down_refuses_connections_and_comes_back_where_it_was() -> None:
    platform = Platform([ACCOUNT])
    async with open_async_client() as http:
        async with serving(platform.app) as base:
            pass
        with pytest.raises(httpx.ConnectError):
            await http.post(base + STABLE_TOKEN, json=CREDENTIAL)
        async with serving(platform.app, int(base.rpartition(":")[2])) as again:
            answer = await http.post(base + STABLE_TOKEN, json=CREDENTIAL)

    assert (again, answer.json()["expires_in"]) == (base, 7200)


@pytest.mark.parametrize(
    ("kind", "status", "body", "sent"),
    [
        ("bad_gateway", 502, "<html>502", 0),
        ("not_json", 200, "<html>", 0),
        ("cut", 200, '{"errcode": ', 0),
        ("deaf", 200, '{"errcode": ', 1),
    ],
)
async def test_a_planned_fault_meets_the_next_call(
    kind: FaultKind, status: int, body: str, sent: int
) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.fail_next(SEND, kind)
        message = {"touser": "mei", "msgtype": "text", "text": {"content": "您好"}}
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", json=message)

    assert (answer.status_code, answer.text[: len(body)]) == (status, body)
    assert len(caller.platform.sent["mei"]) == sent


async def test_a_connection_may_break_within_the_answer() -> None:
    async with calling() as caller:
        caller.platform.fail_next(SEND, "drops")
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.text("mei")


async def test_a_fault_may_come_late() -> None:
    async with calling() as caller:
        caller.platform.fail_next(SEND, 40001, seconds=30)
        with pytest.raises(httpx.ReadTimeout):
            await caller.http.post(f"{SEND}?access_token={caller.token}", json={}, timeout=0.1)


async def test_nothing_fails_where_nothing_answers() -> None:
    with pytest.raises(ValueError, match="nothing answers at /cgi-bin/poem"):
        Platform([ACCOUNT]).fail_next("/cgi-bin/poem", -1)


@pytest.mark.parametrize(
    ("method", "path", "errcode"),
    [("GET", "/cgi-bin/poem", 40066), ("GET", SEND, 43002), ("POST", "/cgi-bin/token", 43001)],
)
async def test_a_wrong_address_or_method_is_named(method: str, path: str, errcode: int) -> None:
    async with calling() as caller:
        answer = await caller.http.request(method, path)

    assert answer.json()["errcode"] == errcode
