"""The account's followers: lists of openids, what is known of one, remarks."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_OPENID,
    BAD_OPENID_LIST,
    LONG_CONTENT,
    check_characters,
    check_count,
    check_filled,
)

LIST_FOLLOWERS = PlatformInterface(
    path="/cgi-bin/user/get",
    title="获取关注用户列表",
    page="/doc/service/api/usermanage/userinfo/api_getfans.md",
    method="GET",
    daily=500,
    accounts="verified",
    repeatable=True,
)
GET_FOLLOWER = PlatformInterface(
    path="/cgi-bin/user/info",
    title="获取用户基本信息",
    page="/doc/service/api/usermanage/userinfo/api_userinfo.md",
    method="GET",
    daily=5_000_000,
    accounts="verified",
    repeatable=True,
)
GET_FOLLOWERS = PlatformInterface(
    path="/cgi-bin/user/info/batchget",
    title="批量获取用户基本信息",
    page="/doc/service/api/usermanage/userinfo/api_batchuserinfo.md",
    daily=5_000_000,
    shared_budget="/cgi-bin/user/info",
    accounts="verified",
    repeatable=True,
)
SET_REMARK = PlatformInterface(
    path="/cgi-bin/user/info/updateremark",
    title="设置用户备注名",
    page="/doc/service/api/usermanage/userinfo/api_updateremark.md",
    daily=10_000,
    accounts="verified",
    repeatable=True,
)

CHANGE_OPENIDS = PlatformInterface(
    path="/cgi-bin/changeopenid",
    title="转换 openid",
    page="/doc/service/api/usermanage/changeopenid/api_changeopenid.md",
    accounts="verified",
    repeatable=True,
)

MOST_AT_ONCE = 100
REMARK_CHARACTERS = 29  # fewer than 30


class OpenidData(PlatformAnswer):
    """A list of openids."""

    openid: tuple[str, ...] = ()


class OpenidPage(PlatformAnswer):
    """Up to 10,000 openids; the next page begins after `next_openid`, "" at the end.

    `total`: of the whole list; a tag's list has none.
    """

    total: int | None = None
    count: int
    data: OpenidData = OpenidData()
    next_openid: str = ""


class FollowerInfo(PlatformAnswer):
    """A follower; who doesn't follow has `subscribe` False and nothing else.

    `subscribe_time` is seconds since 1970; `qr_scene` and `qr_scene_str` are of the QR code that
    the follower came by.
    """

    subscribe: bool
    openid: str
    subscribe_time: int | None = None
    unionid: str = ""
    remark: str = ""
    tagid_list: tuple[int, ...] = ()
    subscribe_scene: str = ""
    qr_scene: int | None = None
    qr_scene_str: str = ""


class FollowerInfos(PlatformAnswer):
    """Several followers."""

    user_info_list: tuple[FollowerInfo, ...]


class ChangedOpenid(PlatformAnswer):
    """A follower of the former account; `err_msg` is not ok for who can't be found."""

    ori_openid: str
    new_openid: str = ""
    err_msg: str = ""


class ChangedOpenids(PlatformAnswer):
    """Several of them."""

    result_list: tuple[ChangedOpenid, ...] = ()


@dataclass(frozen=True, slots=True)
class Users:
    """The followers; verified accounts only."""

    client: PlatformClient

    async def list_page(self, account: Account, after: str = "") -> OpenidPage:
        """Up to 10,000 openids of followers, those after the openid `after`.

        Page: /doc/service/api/usermanage/userinfo/api_getfans.md; 500 a day. Raises ApiError:
        40003 for an unknown openid.
        """
        query = {"next_openid": after} if after else None
        return await self.client.call(account, LIST_FOLLOWERS, OpenidPage, query=query)

    async def get(self, account: Account, openid: str) -> FollowerInfo:
        """What is known of one follower; names and portraits are not, since 2021.

        Page: /doc/service/api/usermanage/userinfo/api_userinfo.md; 5,000,000 a day. Raises
        ApiError: 40003.
        """
        check_filled("openid", openid, BAD_OPENID)
        query = {"openid": openid, "lang": "zh_CN"}
        return await self.client.call(account, GET_FOLLOWER, FollowerInfo, query=query)

    async def get_many(self, account: Account, openids: Sequence[str]) -> FollowerInfos:
        """What is known of 1 to 100 followers.

        Page: /doc/service/api/usermanage/userinfo/api_batchuserinfo.md; counted with `get`. Raises
        ApiError: 40003 when one is unknown.
        """
        check_count("user_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in openids]}
        return await self.client.call(account, GET_FOLLOWERS, FollowerInfos, body=body)

    async def set_remark(self, account: Account, openid: str, remark: str) -> None:
        """Set the account's own name for a follower, of fewer than 30 characters; "" removes it.

        Page: /doc/service/api/usermanage/userinfo/api_updateremark.md; 10,000 a day.
        """
        check_filled("openid", openid, BAD_OPENID)
        check_characters("remark", remark, REMARK_CHARACTERS, LONG_CONTENT)
        body = {"openid": openid, "remark": remark}
        await self.client.call(account, SET_REMARK, Done, body=body)

    async def change_openids(
        self, account: Account, former_appid: str, openids: Sequence[str]
    ) -> ChangedOpenids:
        """The openids of 1 to 100 followers after the account moved (账号迁移).

        Page: /doc/service/api/usermanage/changeopenid/api_changeopenid.md. `openids` are those of
        the former account. Raises ApiError: 63178 unless the account moved lately.
        """
        check_count("openid_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"from_appid": former_appid, "openid_list": list(openids)}
        return await self.client.call(account, CHANGE_OPENIDS, ChangedOpenids, body=body)
