"""What an account may do on the platform: by its kind and verification, or else by harmless reads.

getaccountbasicinfo says what the account is; its page lists tokens of third-party platforms only,
so where it answers 48001, one read of each group of interfaces tells whether the group may be used.
The doctor shows the result, and the service chooses by it what it may do (`Account.may`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from app.account_rights.values import AccountRight, AccountRights
from app.accounts import Account
from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import NOT_AUTHORISED, ApiError
from app.wechat.client.families.basics import AccountInfo, Basics
from app.wechat.client.families.comments import LIST_COMMENTS
from app.wechat.client.families.customer_service import SEND_MESSAGE
from app.wechat.client.families.desk.kf_accounts import LIST_AGENTS, KfAccounts
from app.wechat.client.families.drafts import COUNT_DRAFTS, Drafts
from app.wechat.client.families.freepublish import SUBMIT, Publisher
from app.wechat.client.families.mass import SEND_TO_ALL, MassMessages
from app.wechat.client.families.menus import GET_MENU, MenuInterfaces
from app.wechat.client.families.qrcodes import CREATE_QR_CODE
from app.wechat.client.families.statistics.datacube import GET_FOLLOWER_TOTALS
from app.wechat.client.families.subscribe_notices import SEND_NOTICE, SubscribeNotices
from app.wechat.client.families.tags import LIST_TAGS, Tags
from app.wechat.client.families.templates import SEND_TEMPLATE, Templates
from app.wechat.client.families.users import LIST_FOLLOWERS, Users
from app.wechat.client.interfaces import AccountKind, PlatformInterface

SERVICE_ACCOUNT = 2  # account_type
PERSON = 0  # principal_type
UNVERIFIED = 0  # customer_type


# An interface of each group; its `accounts` says who may call the group.
INTERFACES: Mapping[AccountRight, PlatformInterface] = {
    AccountRight.DRAFTS: COUNT_DRAFTS,
    AccountRight.PUBLISHING: SUBMIT,
    AccountRight.MASS_SENDS: SEND_TO_ALL,
    AccountRight.CUSTOMER_MESSAGES: SEND_MESSAGE,
    AccountRight.DESK: LIST_AGENTS,
    AccountRight.FOLLOWERS: LIST_FOLLOWERS,
    AccountRight.TAGS: LIST_TAGS,
    AccountRight.MENUS: GET_MENU,
    AccountRight.COMMENTS: LIST_COMMENTS,
    AccountRight.QR_CODES: CREATE_QR_CODE,
    AccountRight.TEMPLATES: SEND_TEMPLATE,
    AccountRight.SUBSCRIBE_NOTICES: SEND_NOTICE,
    AccountRight.STATISTICS: GET_FOLLOWER_TOTALS,
}
# Groups without a harmless read of their own have the same conditions as another group.
_SAME_CONDITIONS: Mapping[AccountRight, AccountRight] = {
    AccountRight.CUSTOMER_MESSAGES: AccountRight.FOLLOWERS,
    AccountRight.COMMENTS: AccountRight.FOLLOWERS,
    AccountRight.QR_CODES: AccountRight.TEMPLATES,
    AccountRight.STATISTICS: AccountRight.FOLLOWERS,
}


async def probe_account(client: PlatformClient, account: Account) -> AccountRights:
    """Read what the account may do; changes nothing on the platform.

    The 48001s that it asks for are not recorded as refusals. Raises ApiError where the platform
    does not answer or refuses the credentials.
    """
    client = replace(client, requester=replace(client.requester, rights=None))
    account = replace(account, rights=None)  # what was told before keeps no call back
    try:
        info = await Basics(client).get_account_info(account)
    except ApiError as error:
        if error.code != NOT_AUTHORISED:
            raise
        return await _probe_by_calls(client, account)
    return _read_rights(info)


def _read_rights(info: AccountInfo) -> AccountRights:
    is_service = info.account_type == SERVICE_ACCOUNT
    is_verified = (
        info.wx_verify_info.qualification_verify
        if info.customer_type is None
        else info.customer_type != UNVERIFIED
    )
    kinds: set[AccountKind] = {"any"}
    if is_verified:
        kinds.add("verified")
    if is_verified or is_service:
        kinds.add("verified or service")
    if is_verified and is_service:
        kinds.add("verified service")
    return AccountRights(
        kind="service" if is_service else "subscription",
        is_verified=is_verified,
        is_personal=None if info.principal_type is None else info.principal_type == PERSON,
        rights=frozenset(right for right, each in INTERFACES.items() if each.accounts in kinds),
    )


async def _probe_by_calls(client: PlatformClient, account: Account) -> AccountRights:
    """The rights by one read for each group, all at once."""
    reads: Mapping[AccountRight, Callable[[], Awaitable[object]]] = {
        AccountRight.DRAFTS: lambda: Drafts(client).count(account),
        AccountRight.PUBLISHING: lambda: Publisher(client).list_page(account, count=1),
        AccountRight.MASS_SENDS: lambda: MassMessages(client).get_speed(account),
        AccountRight.DESK: lambda: KfAccounts(client).list_all(account),
        AccountRight.FOLLOWERS: lambda: Users(client).list_page(account),
        AccountRight.TAGS: lambda: Tags(client).list_all(account),
        AccountRight.MENUS: lambda: MenuInterfaces(client).get(account),
        AccountRight.TEMPLATES: lambda: Templates(client).list_all(account),
        AccountRight.SUBSCRIBE_NOTICES: lambda: SubscribeNotices(client).list_all(account),
    }
    answers = await asyncio.gather(*(_may_read(read) for read in reads.values()))
    rights = {right for right, is_allowed in zip(reads, answers, strict=True) if is_allowed}
    rights |= {right for right, other in _SAME_CONDITIONS.items() if other in rights}
    is_service = AccountRight.TEMPLATES in rights or (
        AccountRight.MENUS in rights and AccountRight.FOLLOWERS not in rights
    )
    return AccountRights(
        kind="service" if is_service else "subscription",
        is_verified=AccountRight.FOLLOWERS in rights,
        is_personal=None,
        rights=frozenset(rights),
        by_calls=True,
    )


async def _may_read(read: Callable[[], Awaitable[object]]) -> bool:
    """Whether the interface is allowed. Raises ApiError where that can't be told."""
    try:
        await read()
    except ApiError as error:
        reaction = error.meaning.reaction if error.meaning else "alarm"
        if reaction in {"alarm", "renew token", "retry"}:
            raise
        return reaction != "capability off"
    return True
