"""One call from budget to answer, against the platform's stand-in."""

import logging
import time
from dataclasses import replace

import pytest

from app.account_rights.values import AccountRight, AccountRights
from app.redis import keys
from app.simulator.families.customer_messages import SEND
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.gateway.faults import Odds
from app.simulator.platform import Platform
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.errors import ApiError, BudgetUsedUp, RightMissing
from app.wechat.client.families.customer_service import SEND_MESSAGE
from app.wechat.client.families.drafts import Drafts
from app.wechat.client.http import hide_query
from app.wechat.client.interfaces import PlatformInterface
from tests.wechat.client.support import SHOP, make_platform, open_client

BODY = {"touser": "oMei", "msgtype": "text", "text": {"content": "您好"}}
READ = PlatformInterface(path=SEND, title="", page="", repeatable=True)


async def send(client: PlatformClient, interface: PlatformInterface = SEND_MESSAGE) -> Done:
    return await client.call(SHOP, interface, Done, body=BODY)


def fail_in_order(platform: Platform, *codes: int) -> None:
    for code in codes:
        platform.fail_next(SEND, code)


async def test_a_busy_platform_is_asked_three_times(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, -1, -1)

    async with open_client(redis_url, platform) as client:
        await send(client)

    assert (platform.calls[SEND], len(platform.sent["oMei"])) == (3, 1)


async def test_a_platform_that_stays_busy_is_given_up(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, -1, -1, -1, -1)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as refusal:
            await send(client)

    assert (refusal.value.code, platform.calls[SEND]) == (-1, 3)


async def test_a_stale_token_on_the_last_try_is_renewed(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, -1, -1, 40001)

    async with open_client(redis_url, platform) as client:
        await send(client)

    assert (platform.calls[SEND], platform.calls[STABLE_TOKEN]) == (4, 2)
    assert len(platform.sent["oMei"]) == 1


async def test_a_token_refused_twice_is_told_as_what_it_is(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, -1, -1, 42001, 40001)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as refusal:
            await send(client)

    assert (refusal.value.code, platform.calls[SEND]) == (40001, 4)


async def test_an_unknown_code_is_shown_with_its_rid_and_not_guessed(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, 99998)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as refusal:
            await send(client)

    error = refusal.value
    assert (error.code, error.meaning, platform.calls[SEND]) == (99998, None, 1)
    assert error.rid
    assert str(error) == f"99998: error rid: {error.rid}"


async def test_a_day_that_the_platform_calls_used_up_is_not_asked_again(redis_url: str) -> None:
    platform = make_platform()
    fail_in_order(platform, 45009)

    async with open_client(redis_url, platform) as client:
        codes = []
        for _ in range(2):
            with pytest.raises(ApiError) as refusal:
                await send(client)
            codes.append((refusal.value.code, type(refusal.value)))

    assert codes == [(45009, ApiError), (45009, BudgetUsedUp)]
    assert platform.calls[SEND] == 1


async def test_a_used_up_budget_sends_nothing(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform, {SEND: 1}) as client:
        await send(client)
        with pytest.raises(BudgetUsedUp):
            await send(client)

    assert platform.calls[SEND] == 1


@pytest.mark.parametrize(("interface", "calls"), [(READ, 3), (SEND_MESSAGE, 1)])
async def test_only_what_changes_nothing_is_repeated_without_an_answer(
    redis_url: str, interface: PlatformInterface, calls: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        await client.tokens.get(SHOP)
        platform.faults.odds = Odds(cut=1.0)
        with pytest.raises(ApiError) as failure:
            await send(client, interface)

    assert (failure.value.code, failure.value.unheard, platform.calls[SEND]) == (None, False, calls)


async def test_an_answer_of_another_form_names_the_field(redis_url: str) -> None:
    class Needed(PlatformAnswer):
        msg_id: int

    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as failure:
            await client.call(SHOP, SEND_MESSAGE, Needed, body=BODY)

    assert str(failure.value) == f"None: {SEND} answered without a usable msg_id"


async def test_no_secret_is_logged_or_told(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform = make_platform()
    fail_in_order(platform, 40001, 40001)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").addFilter(hide_query)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as refusal:
            await send(client)
        token = await client.budgets.redis.hget(keys.access_token(SHOP.appid), "token")

    outputs = caplog.text + repr(refusal.value) + repr(client) + repr(SHOP)
    assert "POST http://127.0.0.1" in caplog.text
    assert [secret for secret in (token, SHOP.secret) if secret in outputs] == []


@pytest.mark.slow
async def test_a_platform_that_hangs_is_waited_for_five_seconds(redis_url: str) -> None:
    platform = make_platform()
    platform.fail_next(SEND, "hangs")

    async with open_client(redis_url, platform) as client:
        began = time.monotonic()
        with pytest.raises(ApiError) as failure:
            await send(client)

    assert (failure.value.code, failure.value.unheard) == (None, False)
    assert time.monotonic() - began >= 5


async def test_an_interface_that_the_account_may_not_use_is_not_called(redis_url: str) -> None:
    platform = make_platform()
    rights = AccountRights(
        kind="subscription", is_verified=False, is_personal=True,
        rights=frozenset({AccountRight.DRAFTS}),
    )  # fmt: skip
    personal = replace(SHOP, rights=rights)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(RightMissing) as refusal:
            await client.call(personal, SEND_MESSAGE, Done, body=BODY)
        drafts = await Drafts(client).count(personal)

    assert (refusal.value.code, refusal.value.status) == (48001, 403)
    assert (platform.calls[SEND], drafts.total_count) == (0, 0)
