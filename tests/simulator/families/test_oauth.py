"""Visitors of an account's web pages: codes, tokens, profiles."""

from typing import Any

import pytest

from app.simulator.families.oauth import ACCESS_TOKEN, AUTH, REFRESH_TOKEN, USER_INFO, authorize
from tests.simulator.calling import SUBSCRIPTION, Caller
from tests.simulator.serving import SharedServer


def agree(caller: Caller, **options: Any) -> str:
    """The code of a visitor who agreed."""
    return authorize(caller.platform.account(), "mei", caller.clock.now, **options)


async def ask(caller: Caller, path: str, **query: str) -> dict[str, Any]:
    """The answer to a GET without the account's token; `errmsg` is left out."""
    answer = (await caller.http.get(path, params=query)).json()
    return {name: value for name, value in answer.items() if name != "errmsg"}


async def get_token(caller: Caller, code: str, /, **changed: str) -> dict[str, Any]:
    query = {"appid": "wx1", "secret": "secret", "grant_type": "authorization_code", "code": code}
    return await ask(caller, ACCESS_TOKEN, **{**query, **changed})


async def refresh(caller: Caller, token: str, /, **changed: str) -> dict[str, Any]:
    query = {"appid": "wx1", "grant_type": "refresh_token", "refresh_token": token}
    return await ask(caller, REFRESH_TOKEN, **{**query, **changed})


async def test_a_code_names_its_visitor_once(caller: Caller) -> None:
    code = agree(caller)

    token = await get_token(caller, code)
    again = await get_token(caller, code)

    assert token == {
        "access_token": token["access_token"], "refresh_token": token["refresh_token"],
        "expires_in": 7200, "openid": "mei", "scope": "snsapi_userinfo",
    }  # fmt: skip
    assert again == {"errcode": 40163}


async def test_a_code_lives_five_minutes(caller: Caller) -> None:
    code = agree(caller)
    caller.clock.turn(300)

    assert await get_token(caller, code) == {"errcode": 40029}


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"code": "guess"}, 40029),
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx2"}, 40013),
        ({"secret": "guess"}, 40125),
    ],
)
async def test_a_wrong_credential_is_refused(
    changed: dict[str, str], errcode: int, caller: Caller
) -> None:
    assert await get_token(caller, agree(caller), **changed) == {"errcode": errcode}


async def test_a_visitor_of_a_snapshot_is_marked(caller: Caller) -> None:
    token = await get_token(caller, agree(caller, is_snapshot=True))

    assert token["is_snapshotuser"] == 1


async def test_a_profile_takes_the_scope_for_it(caller: Caller) -> None:
    tokens = [
        (await get_token(caller, agree(caller, scope=scope)))["access_token"]
        for scope in ("snsapi_userinfo", "snsapi_base")
    ]

    answers = [await ask(caller, USER_INFO, access_token=t, openid="mei") for t in tokens]

    assert (answers[0]["openid"], answers[0]["nickname"], answers[1]) == (
        "mei", "微信用户", {"errcode": 48001},
    )  # fmt: skip


async def test_a_visitors_token_ends_and_is_refreshed_for_thirty_days(caller: Caller) -> None:
    token = await get_token(caller, agree(caller))
    visitor = {"access_token": token["access_token"], "openid": "mei"}

    good = await ask(caller, AUTH, **visitor)
    caller.clock.turn(7200)
    ended = await ask(caller, AUTH, **visitor)
    fresh = await refresh(caller, token["refresh_token"])
    caller.clock.turn(30 * 86_400)
    late = await refresh(caller, token["refresh_token"])

    assert (good, ended, late) == ({"errcode": 0}, {"errcode": 42001}, {"errcode": 42002})
    assert (fresh["openid"], fresh["expires_in"]) == ("mei", 7200)


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"refresh_token": "guess"}, 40030),
        ({"refresh_token": ""}, 40030),
        ({"grant_type": "other"}, 40002),
        ({"appid": "wx2"}, 40013),
    ],
)
async def test_a_wrong_refresh_is_refused(
    changed: dict[str, str], errcode: int, caller: Caller
) -> None:
    token = await get_token(caller, agree(caller))

    assert await refresh(caller, token["refresh_token"], **changed) == {"errcode": errcode}


async def test_a_token_is_of_one_visitor(caller: Caller) -> None:
    token = (await get_token(caller, agree(caller)))["access_token"]

    answers = [
        await ask(caller, AUTH, access_token=token, openid="lan"),
        await ask(caller, AUTH, access_token="guess", openid="mei"),
        await ask(caller, AUTH, access_token="", openid="mei"),
    ]

    assert answers == [{"errcode": 40003}, {"errcode": 40001}, {"errcode": 40001}]


async def test_web_logins_are_for_verified_service_accounts(server: SharedServer) -> None:
    caller = await server.start_platform(SUBSCRIPTION)

    assert await get_token(caller, agree(caller)) == {"errcode": 48001}
