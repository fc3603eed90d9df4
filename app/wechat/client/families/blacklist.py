"""The blacklist (黑名单): who is on it receives nothing and can't comment."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Account
from app.wechat.client.core import Done, PlatformClient
from app.wechat.client.families.users import OpenidPage
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import BAD_OPENID_LIST, check_count

LIST_BLACKLIST = PlatformInterface(
    path="/cgi-bin/tags/members/getblacklist",
    title="获取公众号的黑名单列表",
    page="/doc/service/api/usermanage/userinfo/api_getblacklist.md",
    accounts="verified",
    repeatable=True,
)
ADD_TO_BLACKLIST = PlatformInterface(
    path="/cgi-bin/tags/members/batchblacklist",
    title="拉黑用户",
    page="/doc/service/api/usermanage/userinfo/api_batchblacklist.md",
    accounts="verified",
    repeatable=True,
)
REMOVE_FROM_BLACKLIST = PlatformInterface(
    path="/cgi-bin/tags/members/batchunblacklist",
    title="取消拉黑用户",
    page="/doc/service/api/usermanage/userinfo/api_batchunblacklist.md",
    accounts="verified",
    repeatable=True,
)

MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Blacklist:
    """The account's blacklist; verified accounts only."""

    client: PlatformClient

    async def list_page(self, account: Account, after: str = "") -> OpenidPage:
        """Up to 10,000 openids on the list, those after the openid `after`.

        Page: /doc/service/api/usermanage/userinfo/api_getblacklist.md.
        """
        body = {"begin_openid": after}
        return await self.client.call(account, LIST_BLACKLIST, OpenidPage, body=body)

    async def add(self, account: Account, openids: Sequence[str]) -> None:
        """Put 1 to 20 followers on the list.

        Page: /doc/service/api/usermanage/userinfo/api_batchblacklist.md. Raises InvalidField:
        40032; ApiError: 40003.
        """
        check_count("openid_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"openid_list": list(openids)}
        await self.client.call(account, ADD_TO_BLACKLIST, Done, body=body)

    async def remove(self, account: Account, openids: Sequence[str]) -> None:
        """Take 1 to 20 followers off the list.

        Page: /doc/service/api/usermanage/userinfo/api_batchunblacklist.md. Raises InvalidField:
        40032; ApiError: 40003.
        """
        check_count("openid_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"openid_list": list(openids)}
        await self.client.call(account, REMOVE_FROM_BLACKLIST, Done, body=body)
