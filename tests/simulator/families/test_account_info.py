"""What an account learns of itself, its callback and the platform's servers."""

from dataclasses import replace
from typing import Any

import pytest

from app.simulator.accounts.state import PlatformAccount
from tests.simulator.calling import ACCOUNT, PERSONAL, SUBSCRIPTION, UNVERIFIED, calling

CHECK = "/cgi-bin/callback/check"


async def test_the_callback_is_resolved_and_pinged() -> None:
    account = replace(ACCOUNT, callback_url="https://brand.example/wechat/brand")
    async with calling(account) as caller:
        answers = [
            await caller.ask(CHECK, action=action, check_operator="DEFAULT")
            for action in ("all", "dns")
        ]

    dns = [{"ip": "brand.example", "real_operator": "CAP"}]
    ping = {"from_operator": "CAP", "package_loss": "0%", "time": "1.000ms"}
    assert answers == [{"dns": dns, "ping": [{"ip": "brand.example", **ping}]}, {"dns": dns}]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"action": "all", "check_operator": "DEFAULT"}, 40201),
        ({"action": "sing", "check_operator": "DEFAULT"}, 40202),
        ({"action": "all", "check_operator": "PIGEON"}, 40203),
    ],
)
async def test_a_callback_that_cannot_be_checked_is_named(
    body: dict[str, str], errcode: int
) -> None:
    async with calling() as caller:
        answer = await caller.ask(CHECK, **body)

    assert answer == {"errcode": errcode}


async def test_addresses_of_the_platform_are_listed() -> None:
    async with calling() as caller:
        answers = [
            await caller.get(path)
            for path in ("/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip")
        ]

    assert answers == [{"ip_list": ["127.0.0.1"]}] * 2


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (ACCOUNT, (2, 1, 1)),
        (SUBSCRIPTION, (1, 1, 1)),
        (UNVERIFIED, (2, 1, 0)),
        (PERSONAL, (1, 0, 0)),
    ],
)
async def test_an_account_is_told_its_kind_and_verification(
    account: PlatformAccount, expected: tuple[Any, ...]
) -> None:
    async with calling(account) as caller:
        answer = await caller.ask("/cgi-bin/account/getaccountbasicinfo")

    kinds = ("account_type", "principal_type", "customer_type")
    assert tuple(answer[kind] for kind in kinds) == expected
    assert answer["wx_verify_info"]["qualification_verify"] == account.verified


async def test_no_replies_are_set_up_on_the_platforms_pages() -> None:
    async with calling() as caller:
        answer = await caller.get("/cgi-bin/get_current_autoreply_info")

    assert answer == {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}
