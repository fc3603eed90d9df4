"""Budgets of calls, their clearing, and what a rid tells."""

from dataclasses import replace
from typing import Any

import pytest

from app.simulator.clock import Clock, china_day, china_month
from app.simulator.families.customer_messages import SEND
from tests.simulator.calling import ACCOUNT, CREDENTIAL, Caller, calling

QUOTA, CLEAR = "/cgi-bin/openapi/quota/get", "/cgi-bin/clear_quota"
CLEAR_ONE, CLEAR_BY_SECRET = "/cgi-bin/openapi/quota/clear", "/cgi-bin/clear_quota/v2"
RID = "/cgi-bin/openapi/rid/get"
SMALL = replace(ACCOUNT, daily_limits={SEND: 2})


async def read_quota(caller: Caller, path: str = SEND) -> Any:
    return (await caller.ask(QUOTA, cgi_path=path))["quota"]


async def test_calls_are_counted_until_the_days_budget_is_used_up() -> None:
    async with calling(SMALL) as caller:
        caller.platform.interacted("mei", "message")
        before = await read_quota(caller)
        codes = [await caller.text("mei") for _ in range(3)]
        after = await read_quota(caller)

    assert before == {"daily_limit": 2, "used": 0, "remain": 2}
    assert codes == [0, 0, 45009]
    assert after == {"daily_limit": 2, "used": 2, "remain": 0}


async def test_budgets_begin_anew_at_midnight_in_china() -> None:
    async with calling(SMALL) as caller:
        caller.clock.now = 1_700_063_990.0  # 23:59:50 of 2023-11-15 in China
        await caller.log_in()
        caller.platform.interacted("mei", "message")
        codes = [await caller.text("mei") for _ in range(3)]
        caller.clock.turn(10)
        codes.append(await caller.text("mei"))

    assert codes == [0, 0, 45009, 0]


async def test_the_minutes_budget_is_told_and_held() -> None:
    async with calling() as caller:
        answer = await caller.ask(QUOTA, cgi_path="/cgi-bin/stable_token")

    assert answer["quota"] == {"daily_limit": 500_000, "used": 1, "remain": 499_999}
    assert answer["rate_limit"] == {"call_count": 10_000, "refresh_second": 60}


async def test_an_interface_without_a_limit_never_ends() -> None:
    async with calling() as caller:
        quota = await read_quota(caller, "/cgi-bin/getcallbackip")

    assert quota == {"daily_limit": 10_000_000, "used": 0, "remain": 10_000_000}


@pytest.mark.parametrize(
    ("path", "errcode"),
    [
        ("https://api.weixin.qq.com/cgi-bin/token", 76003),
        ("cgi-bin/token", 76003),
        ("/sns/oauth2/access_token", 76022),
        ("/cgi-bin/poem", 76021),
        ("", 76021),
    ],
)
async def test_a_wrong_path_has_no_quota(path: str, errcode: int) -> None:
    async with calling() as caller:
        codes = [await caller.code(each, cgi_path=path) for each in (QUOTA, CLEAR_ONE)]

    assert codes == [errcode] * 2


async def test_ten_clears_a_month_are_shared_by_all_three_ways() -> None:
    async with calling(SMALL) as caller:
        caller.platform.interacted("mei", "message")
        sent = [await caller.text("mei") for _ in range(2)]
        one = await caller.code(CLEAR_ONE, cgi_path=SEND)
        sent.append(await caller.text("mei"))
        by_token = [await caller.code(CLEAR, appid="wx1") for _ in range(5)]
        secret = {"appid": "wx1", "appsecret": "secret"}
        by_secret = [(await caller.post(CLEAR_BY_SECRET, **secret))["errcode"] for _ in range(5)]
        caller.clock.turn(31 * 86_400)
        next_month = (await caller.post(CLEAR_BY_SECRET, **secret))["errcode"]

    assert (sent, one, by_token) == ([0, 0, 0], 0, [0] * 5)
    assert (by_secret, next_month) == ([0] * 4 + [48006], 0)


@pytest.mark.parametrize(
    ("credential", "errcode"),
    [
        ({"appid": "wx1"}, 41004),
        ({"appsecret": "secret"}, 41002),
        ({"appid": "wx1", "appsecret": "guess"}, 40125),
        ({"appid": "wx2", "appsecret": "secret"}, 40013),
    ],
)
async def test_who_clears_by_secret_has_to_know_it(
    credential: dict[str, str], errcode: int
) -> None:
    async with calling() as caller:
        answer = await caller.post(CLEAR_BY_SECRET, **credential)
        other_account = await caller.code(CLEAR, appid="wx2")

    assert (answer["errcode"], other_account) == (errcode, 40013)


async def test_a_rid_tells_the_call_that_was_refused() -> None:
    async with calling() as caller:
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", content=b"[]")
        rid = answer.json()["errmsg"].rpartition("rid: ")[2]
        record = (await caller.ask(RID, rid=rid))["request"]

    assert record == {
        "invoke_time": int(caller.clock.now),
        "cost_in_ms": record["cost_in_ms"],
        "request_url": f"access_token={caller.token}",
        "request_body": "[]",
        "response_body": answer.text,
        "client_ip": "127.0.0.1",
    }


async def test_a_rid_is_good_for_seven_days() -> None:
    async with calling() as caller:
        answer = await caller.post("/cgi-bin/stable_token", **{**CREDENTIAL, "secret": "guess"})
        rid = answer["errmsg"].rpartition("rid: ")[2]
        caller.clock.turn(7 * 86_400 + 1)
        await caller.log_in()
        codes = [await caller.code(RID, rid=each) for each in (rid, "1-2-3", "")]

    assert codes == [76004, 76001, 76002]


def test_days_and_months_are_chinas() -> None:
    clock = Clock(1_701_359_999.0)  # 2023-11-30, 23:59:59

    before = china_day(clock()), china_month(clock())
    clock.turn(1)

    assert before == ("2023-11-30", "2023-11")
    assert (china_day(clock()), china_month(clock())) == ("2023-12-01", "2023-12")
