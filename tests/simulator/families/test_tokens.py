"""Access tokens and tickets, with a clock that the test turns."""

from dataclasses import replace

import pytest

from app.simulator.families.tokens import STABLE_TOKEN, TOKEN
from tests.simulator.calling import CREDENTIAL, calling


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


async def test_twenty_refreshes_may_be_forced_a_day() -> None:
    async with calling() as caller:
        codes = []
        for _ in range(21):
            caller.clock.turn(30)
            answer = await caller.post(STABLE_TOKEN, **CREDENTIAL, force_refresh=True)
            codes.append(answer.get("errcode", 0))
        caller.clock.turn(86_400)
        tomorrow = await caller.post(STABLE_TOKEN, **CREDENTIAL, force_refresh=True)

    assert codes == [0] * 20 + [45009]
    assert tomorrow["expires_in"] == 7200


async def test_a_call_from_another_address_names_the_address() -> None:
    async with calling() as caller:
        state = caller.platform.account()
        state.account = replace(state.account, ip_whitelist=frozenset({"203.0.113.7"}))
        answer = await caller.post(STABLE_TOKEN, **CREDENTIAL)
        with_token = await caller.code("/cgi-bin/openapi/quota/get", cgi_path=TOKEN)

    message = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "
    assert (answer["errcode"], answer["errmsg"][: len(message)]) == (40164, message)
    assert with_token == 40164


async def test_a_frozen_secret_gives_no_token() -> None:
    async with calling() as caller:
        state = caller.platform.account()
        state.account = replace(state.account, secret_frozen=True)
        answer = await caller.post(STABLE_TOKEN, **CREDENTIAL)

    assert answer["errcode"] == 40243


async def test_an_account_whose_tokens_expired_is_told_so() -> None:
    async with calling() as caller:
        caller.platform.tokens.expire_all("wx1")
        code = await caller.text("mei")

    assert code == 42001


async def test_a_ticket_stays_the_same_for_two_hours() -> None:
    async with calling() as caller:
        first = await caller.get("/cgi-bin/ticket/getticket", type="jsapi")
        caller.clock.turn(7000)
        await caller.log_in()
        same = await caller.get("/cgi-bin/ticket/getticket", type="jsapi")
        caller.clock.turn(200)
        other = await caller.get("/cgi-bin/ticket/getticket", type="jsapi")
        wrong = await caller.get("/cgi-bin/ticket/getticket", type="poem")

    assert first == {"errcode": 0, "ticket": first["ticket"], "expires_in": 7200}
    assert same == {**first, "expires_in": 200}
    assert (other["ticket"] == first["ticket"], wrong) == (False, {"errcode": 40097})
