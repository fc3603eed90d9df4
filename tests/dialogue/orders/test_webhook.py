"""Orders looked up in the shop's own system."""

import contextlib
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from app.accounts import Account
from app.dialogue.orders import orders, tools
from app.dialogue.orders.fakes import FakeTools
from app.dialogue.orders.tools import Order, ToolFailed, Tools
from app.dialogue.orders.webhook import BIGGEST, Webhook
from app.kit import signing
from app.kit.http_clients import open_async_client
from tests import pace
from tests.support.cms import FRESH, PATH, Cms, redirected
from tests.support.serve import serving

SECRET = "a-secret-of-the-shop"
SHIPPED = Order(number="20261125001", status="shipped", carrier="顺丰", tracking="SF1234567890123")
ORDER_DATA = SHIPPED.model_dump() | {"warehouse": "嘉兴"}  # what we don't know of does no harm
HERS = ("oMei", "20261125001")


def an_account(base: str = "http://127.0.0.1:9", secret: str = SECRET) -> Account:
    return Account(
        name="shop", appid="wx1", token="token", order_webhook=base + PATH, webhook_secret=secret
    )


@contextlib.asynccontextmanager
async def a_shop(cms: Cms, *, within: float = 2.0) -> AsyncIterator[tuple[Webhook, Account]]:
    async with serving(cms.app) as base, open_async_client() as http:
        yield Webhook(http, within=within), an_account(base)


@contextlib.asynccontextmanager
async def either(which: str) -> AsyncIterator[tuple[Tools, Account]]:
    if which == "fake":
        yield FakeTools({HERS: SHIPPED}), an_account()
    else:
        async with a_shop(Cms(SECRET, {HERS: ORDER_DATA})) as (webhook, account):
            yield webhook, account


@pytest.mark.parametrize("which", ["fake", "webhook"])
async def test_an_order_is_told_to_whom_it_belongs(which: str) -> None:
    async with either(which) as (order_tools, account):
        hers = await order_tools.order(account, "oMei", "20261125001")
        his = await order_tools.order(account, "oLei", "20261125001")
        offered = order_tools.offers(account)

    assert (hers, his, offered) == (SHIPPED, None, True)


async def test_an_account_without_an_address_offers_nothing() -> None:
    async with open_async_client() as http:
        offered = Webhook(http).offers(Account(name="tea", appid="wx2", token="token"))

    assert not offered


async def test_the_cms_hears_who_asks_for_what() -> None:
    cms = Cms(SECRET, {})

    async with a_shop(cms) as (webhook, account):
        await webhook.order(account, "oMei", "订单 7")

    assert cms.queries == [
        {"type": "order", "account": "shop", "openid": "oMei", "number": "订单 7"}
    ]


def test_the_signature_is_what_other_languages_make_of_it() -> None:
    signed = signing.sign_request("key", "1700000000", b"{}")

    # printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    assert signed == "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"


@pytest.mark.parametrize(
    ("instead", "reason"),
    [
        (Response(status_code=500), "answered with status 500"),
        (redirected(), "answered with status 307"),
        (Response("<html>"), "answered otherwise than agreed (: Invalid JSON"),
        (JSONResponse({"orders": []}), "answered otherwise than agreed (order: Field required)"),
        (
            JSONResponse({"order": ORDER_DATA | {"status": "lost"}}),
            "(order.status: Input should be",
        ),
        (
            JSONResponse({"order": ORDER_DATA | {"carrier": "顺" * 65}}),
            "(order.carrier: String should",
        ),
        (Response(b" " * (BIGGEST + 1)), f"answered with more than {BIGGEST} bytes"),
    ],
)
async def test_an_answer_that_is_not_as_agreed_is_none(instead: Response, reason: str) -> None:
    cms = Cms(SECRET, {HERS: ORDER_DATA})
    cms.instead = instead

    async with a_shop(cms) as (webhook, account):
        with pytest.raises(ToolFailed) as failed:
            await webhook.order(account, *HERS)

    assert str(failed.value).startswith("order_webhook of shop at 127.0.0.1:")
    assert reason in str(failed.value)
    assert (len(cms.queries), cms.visited) == (1, 0)


async def test_not_found_is_an_answer() -> None:
    cms = Cms(SECRET, {})
    cms.instead = Response(status_code=404)

    async with a_shop(cms) as (webhook, account):
        order = await webhook.order(account, *HERS)

    assert order is None


async def test_a_wrong_secret_or_an_old_signature_is_refused_by_the_cms() -> None:
    cms = Cms("another-secret-of-it", {HERS: ORDER_DATA})
    fresh = Cms(SECRET, {HERS: ORDER_DATA}, clock=lambda: time.time() + FRESH + 2)

    refusals = []
    for each in (cms, fresh):
        async with a_shop(each) as (webhook, account):
            with pytest.raises(ToolFailed) as failed:
                await webhook.order(account, *HERS)
        refusals.append(str(failed.value))

    assert [each.rpartition(": ")[2] for each in refusals] == ["answered with status 401"] * 2


async def test_a_cms_that_hangs_is_given_up_in_time() -> None:
    cms = Cms(SECRET, {HERS: ORDER_DATA})
    cms.delay = 5.0

    async with a_shop(cms, within=0.2) as (webhook, account):
        began = time.perf_counter()
        with pytest.raises(ToolFailed):
            await webhook.order(account, *HERS)
        took = time.perf_counter() - began

    assert took < pace.seconds(1.0)
    assert len(cms.queries) == 1  # it has heard us: not asked again


async def test_where_no_connection_comes_about_it_is_tried_once_more() -> None:
    tries = 0

    class Counted(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal tries
            tries += 1
            return await super().handle_async_request(request)

    async with httpx.AsyncClient(transport=Counted()) as http:
        with pytest.raises(ToolFailed) as failed:
            await Webhook(http).order(an_account("http://127.0.0.1:9"), *HERS)

    assert str(failed.value) == "order_webhook of shop at 127.0.0.1:9: ConnectError"
    assert tries == 2


async def test_the_follower_hears_a_kind_sentence_whatever_happens() -> None:
    account, up, down = an_account(), FakeTools({HERS: SHIPPED}), FakeTools(down=True)

    replies = [
        await orders.look_up(up, account, *HERS),
        await orders.look_up(up, account, "oMei", "7"),
        await orders.look_up(down, account, *HERS),
    ]

    assert replies == [
        "订单 20261125001 已发货。快递：顺丰 SF1234567890123。",
        "没有查到订单 7。请核对一下订单号，或回复「人工」由同事帮您查。",
        tools.LOOKUP_FAILED.first,
    ]
