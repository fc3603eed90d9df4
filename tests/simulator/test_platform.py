"""The stand-in for api.weixin.qq.com, over real HTTP, with a clock that the test turns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.kit.http_clients import open_async_client
from app.simulator import messages
from app.simulator.clock import Clock
from app.simulator.faults import Faults, Odds
from app.simulator.followers import Interaction
from app.simulator.phone import Phone
from app.simulator.platform import SEND, STABLE_TOKEN, TOKEN, TYPING, Platform
from app.simulator.wechat import WeChat
from app.simulator.wire import CallbackAccount
from tests.support.serve import serving

CREDENTIAL = {"grant_type": "client_credential", "appid": "wx1", "secret": "secret"}


@dataclass
class Caller:
    """A brand's server that calls the API."""

    http: httpx.AsyncClient
    clock: Clock
    platform: Platform
    token: str = field(default="")

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        return dict((await self.http.post(path, json=body)).json())

    async def log_in(self, **other: Any) -> str:
        self.token = (await self.post(STABLE_TOKEN, **{**CREDENTIAL, **other}))["access_token"]
        return self.token

    async def send(self, **message: Any) -> int:
        return int((await self.post(f"{SEND}?access_token={self.token}", **message))["errcode"])

    async def text(self, openid: str, content: str = "您好") -> int:
        return await self.send(touser=openid, msgtype="text", text={"content": content})

    async def typing(self, openid: str, command: str = "Typing") -> int:
        answer = await self.post(
            f"{TYPING}?access_token={self.token}", touser=openid, command=command
        )
        return int(answer["errcode"])


@asynccontextmanager
async def calling(
    unverified: frozenset[str] = frozenset(), faults: Faults | None = None
) -> AsyncIterator[Caller]:
    clock = Clock()
    platform = Platform({"wx1": "secret"}, unverified=unverified, faults=faults, clock=clock)
    async with (
        serving(platform.app) as base,
        open_async_client(base_url=base) as http,
    ):
        caller = Caller(http, clock, platform)
        await caller.log_in()
        yield caller


async def test_a_stable_token_stays_the_same_until_its_last_five_minutes() -> None:
    async with calling() as caller:
        first = await caller.post(STABLE_TOKEN, **CREDENTIAL)
        caller.clock.now += 6899
        later = await caller.post(STABLE_TOKEN, **CREDENTIAL)
        caller.clock.now += 1
        renewed = await caller.post(STABLE_TOKEN, **CREDENTIAL)

    assert first == {"access_token": caller.token, "expires_in": 7200}
    assert later == {"access_token": caller.token, "expires_in": 301}
    assert (renewed["access_token"] == caller.token, renewed["expires_in"]) == (False, 7200)


async def test_a_token_works_until_it_expires() -> None:
    async with calling() as caller:
        caller.clock.now += 7199
        caller.platform.interacted("mei", "message")
        in_time = await caller.text("mei")
        caller.clock.now += 1
        too_late = await caller.text("mei")

    assert (in_time, too_late) == (0, 42001)


async def test_a_forced_refresh_kills_the_old_token_but_not_twice_in_thirty_seconds() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        old = caller.token
        same = await caller.log_in(force_refresh=True)
        caller.clock.now += 30
        new = await caller.log_in(force_refresh=True)
        caller.token = old
        with_old = await caller.text("mei")

    assert (same == old, new == old, with_old) == (True, False, 40001)


async def test_the_old_kind_of_token_leaves_its_predecessor_five_minutes() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.token = (await caller.http.get(TOKEN, params=CREDENTIAL)).json()["access_token"]
        await caller.http.get(TOKEN, params=CREDENTIAL)
        caller.clock.now += 299
        within = await caller.text("mei")
        caller.clock.now += 1
        after = await caller.text("mei")

    assert (within, after) == (0, 42001)


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [({"grant_type": "x"}, 40002), ({"appid": "x"}, 40013), ({"secret": "x"}, 40125)],
)
async def test_a_wrong_credential_is_named(wrong: dict[str, str], errcode: int) -> None:
    async with calling() as caller:
        answer = await caller.post(STABLE_TOKEN, **{**CREDENTIAL, **wrong})

    assert answer["errcode"] == errcode
    assert " rid: " in answer["errmsg"]


@pytest.mark.parametrize(
    ("interaction", "count", "seconds"),
    [("message", 5, 48 * 3600), ("click", 3, 60), ("subscribe", 3, 60), ("scan", 3, 60)],
)
async def test_a_window_has_a_count_and_an_end(
    interaction: Interaction, count: int, seconds: int
) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", interaction)
        while_open = [await caller.text("mei") for _ in range(count + 1)]
        caller.clock.now += seconds
        await caller.log_in()
        closed = await caller.text("mei")

    assert (while_open, closed) == ([0] * count + [45047], 45015)


async def test_windows_do_not_add_up_and_each_doing_renews_its_own() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.interacted("mei", "click")
        first = [await caller.text("mei") for _ in range(6)]
        caller.platform.interacted("mei", "click")
        second = [await caller.text("mei") for _ in range(4)]

    assert (first, second) == ([0] * 5 + [45047], [0] * 3 + [45047])


async def test_who_unsubscribes_cannot_be_written_to() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.unsubscribed("mei")
        errcodes = [await caller.text("mei"), await caller.text("nobody")]

    assert errcodes == [45015, 40003]


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": "您" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "\\u4f60"}}, 0),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "text", "text": "您好"}, 47001),
        ({"msgtype": "image", "image": {"media_id": "m"}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}, {"title": "二"}]}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}]}}, 0),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "继续"}]}}, 0),
    ],
)
async def test_a_message_is_checked_and_kept(message: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        answer = await caller.send(touser="mei", **message)

    expected = [{"touser": "mei", **message}] if errcode == 0 else []
    assert (answer, caller.platform.sent["mei"]) == (errcode, expected)


@pytest.mark.parametrize(
    ("body", "errcode"), [(b"{", 47001), (b"[]", 47001), (b'{"touser": "\\u6885"}', 40033)]
)
async def test_json_that_wechat_cannot_use_is_refused(body: bytes, errcode: int) -> None:
    async with calling() as caller:
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", content=body)

    assert answer.json()["errcode"] == errcode


async def test_an_unverified_account_may_not_write_first() -> None:
    async with calling(unverified=frozenset({"wx1"})) as caller:
        caller.platform.interacted("mei", "message")
        errcode = await caller.text("mei")

    assert errcode == 48001


async def test_failures_are_served_in_order_and_then_it_works_again() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.fail_next(SEND, -1, times=2)
        caller.platform.fail_next(SEND, 45009)
        errcodes = [await caller.text("mei") for _ in range(4)]

    assert errcodes == [-1, -1, 45009, 0]
    assert caller.platform.calls == {STABLE_TOKEN: 1, SEND: 4}


async def test_typing_shows_for_fifteen_seconds_or_until_the_message() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        errcodes_before = [await caller.typing("mei"), await caller.typing("mei")]
        await caller.text("mei")
        after_message = caller.platform.is_typing("mei")
        errcodes = [await caller.typing("mei", "Sing"), await caller.typing("mei")]
        caller.clock.now += 31
        long_after = await caller.typing("mei")

    assert (errcodes_before, after_message, errcodes) == ([0, 45081], False, [45072, 0])
    assert long_after == 45080


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


async def test_who_comes_back_may_be_written_to_three_times_again() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.unsubscribed("mei")
        caller.platform.interacted("mei", "subscribe")
        errcodes = [await caller.text("mei") for _ in range(4)]

    assert errcodes == [0, 0, 0, 45047]


async def test_what_was_sent_and_typed_is_logged_in_its_order() -> None:
    async with calling() as caller:
        began = caller.clock.now
        for openid in ("mei", "lan"):
            caller.platform.interacted(openid, "message")
        await caller.typing("mei")
        caller.clock.turn(2)
        await caller.text("lan", "您好")
        caller.clock.turn(2)
        await caller.text("mei", "久等了")
        await caller.typing("lan", "CancelTyping")

    assert [
        (s.at - began, s.openid, s.message["text"]["content"]) for s in caller.platform.log
    ] == [
        (2, "lan", "您好"),
        (4, "mei", "久等了"),
    ]
    assert caller.platform.typed == [(began, "mei")]


@pytest.mark.parametrize(
    ("odds", "status", "body", "kept"),
    [
        (Odds(errcodes={45009: 1.0}), 200, '{"errcode": 45009', 0),
        (Odds(bad_gateway=1.0), 502, "<html>502 Bad Gateway", 0),
        (Odds(cut=1.0), 200, '{"errcode": ', 0),
        (Odds(deaf=1.0), 200, '{"errcode": ', 1),
        (Odds(), 200, '{"errcode": 0', 1),
    ],
)
async def test_a_fault_by_chance_is_one_that_callers_meet(
    odds: Odds, status: int, body: str, kept: int
) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.faults.odds = odds
        message = {"touser": "mei", "msgtype": "text", "text": {"content": "您好"}}
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", json=message)

    assert (answer.status_code, answer.text[: len(body)]) == (status, body)
    assert len(caller.platform.sent["mei"]) == kept
    assert caller.platform.faulted.total() == (0 if odds == Odds() else 1)


async def test_an_api_that_hangs_is_left_by_its_caller() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.faults.odds = Odds(hangs=1.0)
        with pytest.raises(httpx.ReadTimeout):
            await caller.http.post(f"{SEND}?access_token={caller.token}", json={}, timeout=0.1)

    assert caller.platform.sent == {}


async def test_an_api_that_is_down_refuses_connections_and_comes_back_where_it_was() -> None:
    platform = Platform({"wx1": "secret"})
    async with open_async_client() as http:
        async with serving(platform.app) as base:
            pass
        with pytest.raises(httpx.ConnectError):
            await http.post(base + STABLE_TOKEN, json=CREDENTIAL)
        async with serving(platform.app, int(base.rpartition(":")[2])) as again:
            answer = await http.post(base + STABLE_TOKEN, json=CREDENTIAL)

    assert (again, answer.json()["expires_in"]) == (base, 7200)
