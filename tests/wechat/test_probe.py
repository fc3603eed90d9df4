"""What an account may do, asked of the simulator."""

from typing import Any

import pytest

from app.account_rights.values import AccountRight, AccountRights
from app.wechat.client.errors import ApiError
from app.wechat.client.families.basics import GET_ACCOUNT_INFO
from app.wechat.client.families.users import LIST_FOLLOWERS
from app.wechat.probe import probe_account
from tests.wechat.client.support import SHOP, make_platform, open_client

OF_VERIFIED_SERVICES = {
    AccountRight.QR_CODES, AccountRight.TEMPLATES, AccountRight.SUBSCRIBE_NOTICES
}  # fmt: skip
KINDS = {
    "personal": (
        {"kind": "personal", "verified": False},
        AccountRights(
            kind="subscription", is_verified=False, is_personal=True,
            rights=frozenset({AccountRight.DRAFTS}),
        ),
    ),
    "unverified service": (
        {"kind": "service", "verified": False},
        AccountRights(
            kind="service", is_verified=False, is_personal=False,
            rights=frozenset({AccountRight.DRAFTS, AccountRight.MENUS}),
        ),
    ),
    "verified subscription": (
        {"kind": "subscription", "verified": True},
        AccountRights(
            kind="subscription", is_verified=True, is_personal=False,
            rights=frozenset(set(AccountRight) - OF_VERIFIED_SERVICES),
        ),
    ),
    "verified service": (
        {"kind": "service", "verified": True},
        AccountRights(
            kind="service", is_verified=True, is_personal=False, rights=frozenset(AccountRight)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "rights"), KINDS.values(), ids=KINDS)
async def test_the_platform_tells_kind_verification_and_rights(
    redis_url: str, options: dict[str, Any], rights: AccountRights
) -> None:
    async with open_client(redis_url, make_platform(**options)) as client:
        assert await probe_account(client, SHOP) == rights


@pytest.mark.parametrize(("options", "rights"), KINDS.values(), ids=KINDS)
async def test_harmless_reads_tell_the_same_where_the_account_is_not_described(
    redis_url: str, options: dict[str, Any], rights: AccountRights
) -> None:
    platform = make_platform(**options)
    platform.fail_next(GET_ACCOUNT_INFO.path, 48001)

    async with open_client(redis_url, platform) as client:
        by_calls = await probe_account(client, SHOP)

    assert by_calls == AccountRights(
        kind=rights.kind, is_verified=rights.is_verified, is_personal=None,
        rights=rights.rights, by_calls=True,
    )  # fmt: skip
    assert platform.sent["oMei"] == []


@pytest.mark.parametrize("code", [50002, 99998])
async def test_a_refusal_that_says_nothing_about_rights_is_raised(
    redis_url: str, code: int
) -> None:
    platform = make_platform()
    platform.fail_next(GET_ACCOUNT_INFO.path, 48001)
    platform.fail_next(LIST_FOLLOWERS.path, code)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as refusal:
            await probe_account(client, SHOP)

    assert refusal.value.code == code
