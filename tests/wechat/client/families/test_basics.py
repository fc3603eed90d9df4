"""The account, its callback and its tickets, against the simulator."""

import pytest

from app.wechat.client.families.basics import (
    AccountInfo,
    AddressList,
    AutoReplies,
    Basics,
    CallbackReport,
    PingResult,
    ResolvedAddress,
    VerificationInfo,
)
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_the_platform_tells_how_it_reaches_the_callback(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        report = await Basics(client).check_callback(SHOP)
        dns_alone = await Basics(client).check_callback(SHOP, "dns", "UNICOM")

    assert report == CallbackReport(
        dns=(ResolvedAddress(ip="shop.example", real_operator="CAP"),),
        ping=(
            PingResult(ip="shop.example", from_operator="CAP", package_loss="0%", time="1.000ms"),
        ),
    )
    address = ResolvedAddress(ip="shop.example", real_operator="UNICOM")
    assert dns_alone == CallbackReport(dns=(address,))


async def test_addresses_for_a_firewall(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        callers = await Basics(client).list_callback_addresses(SHOP)
        servers = await Basics(client).list_api_addresses(SHOP)

    assert callers == servers == AddressList(ip_list=("127.0.0.1",))


async def test_the_account_says_what_it_is(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        info = await Basics(client).get_account_info(SHOP)

    assert info == AccountInfo(
        appid=SHOP.appid,
        account_type=2,
        principal_type=1,
        principal_name="模拟公众号",
        realname_status=1,
        nickname="模拟公众号",
        customer_type=1,
        wx_verify_info=VerificationInfo(
            qualification_verify=True, naming_verify=True, annual_review=True
        ),
    )


async def test_automatic_replies_of_the_console(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        replies = await Basics(client).get_auto_replies(SHOP)

    assert replies == AutoReplies(is_add_friend_reply_open=False, is_autoreply_open=False)


@pytest.mark.parametrize("kind", ["jsapi", "wx_card"])
async def test_a_ticket_is_valid_for_two_hours(redis_url: str, kind: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        ticket = await Basics(client).get_ticket(SHOP, "jsapi" if kind == "jsapi" else "wx_card")

    assert (bool(ticket.ticket), ticket.expires_in) == (True, 7200)
