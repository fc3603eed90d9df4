"""Tags of followers (用户标签): at most 100, a follower has at most 20 of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.families.users import OpenidPage
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_OPENID,
    BAD_OPENID_LIST,
    BAD_TAG_NAME,
    LONG_TAG_NAME,
    check_characters,
    check_count,
    check_filled,
)

CREATE_TAG = PlatformInterface(
    path="/cgi-bin/tags/create",
    title="创建标签",
    page="/doc/service/api/usermanage/tag/api_createtag.md",
    accounts="verified",
)
LIST_TAGS = PlatformInterface(
    path="/cgi-bin/tags/get",
    title="获取公众号已创建的标签",
    page="/doc/service/api/usermanage/tag/api_gettags.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)
RENAME_TAG = PlatformInterface(
    path="/cgi-bin/tags/update",
    title="编辑标签",
    page="/doc/service/api/usermanage/tag/api_updatetag.md",
    accounts="verified",
    repeatable=True,
)
DELETE_TAG = PlatformInterface(
    path="/cgi-bin/tags/delete",
    title="删除标签",
    page="/doc/service/api/usermanage/tag/api_deletetag.md",
    accounts="verified",
)
LIST_TAGGED = PlatformInterface(
    path="/cgi-bin/user/tag/get",
    title="获取标签下粉丝列表",
    page="/doc/service/api/usermanage/tag/api_gettagfans.md",
    accounts="verified",
    repeatable=True,
)
TAG_FOLLOWERS = PlatformInterface(
    path="/cgi-bin/tags/members/batchtagging",
    title="批量为用户打标签",
    page="/doc/service/api/usermanage/tag/api_batchtagging.md",
    accounts="verified",
    repeatable=True,
)
UNTAG_FOLLOWERS = PlatformInterface(
    path="/cgi-bin/tags/members/batchuntagging",
    title="批量为用户取消标签",
    page="/doc/service/api/usermanage/tag/api_batchuntagging.md",
    accounts="verified",
    repeatable=True,
)
LIST_TAGS_OF_FOLLOWER = PlatformInterface(
    path="/cgi-bin/tags/getidlist",
    title="获取用户的标签列表",
    page="/doc/service/api/usermanage/tag/api_gettagidlist.md",
    accounts="verified",
    repeatable=True,
)

NAME_CHARACTERS = 30
MOST_AT_ONCE = 50


class TagInfo(PlatformAnswer):
    """A tag; `count` is how many followers have it, where the platform tells it."""

    id: int
    name: str
    count: int | None = None


class CreatedTag(PlatformAnswer):
    """The new tag."""

    tag: TagInfo


class TagList(PlatformAnswer):
    """All tags of the account; 0 to 2 are the platform's own."""

    tags: tuple[TagInfo, ...]


class TagIds(PlatformAnswer):
    """The tags of one follower."""

    tagid_list: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags; verified accounts only."""

    client: PlatformClient

    async def create(self, account: Account, name: str) -> TagInfo:
        """Create a tag with a name of 1 to 30 characters.

        Page: /doc/service/api/usermanage/tag/api_createtag.md. Raises InvalidField: 45157, 45158;
        ApiError: 45056 when there are 100, 45157 for a name that is taken.
        """
        _check_name(name)
        body = {"tag": {"name": name}}
        return (await self.client.call(account, CREATE_TAG, CreatedTag, body=body)).tag

    async def list_all(self, account: Account) -> TagList:
        """All tags.

        Page: /doc/service/api/usermanage/tag/api_gettags.md.
        """
        return await self.client.call(account, LIST_TAGS, TagList)

    async def rename(self, account: Account, tag_id: int, name: str) -> None:
        """Give a tag another name.

        Page: /doc/service/api/usermanage/tag/api_updatetag.md. Raises ApiError: 45058 for one of
        the platform's own.
        """
        _check_name(name)
        body = {"tag": {"id": tag_id, "name": name}}
        await self.client.call(account, RENAME_TAG, Done, body=body)

    async def delete(self, account: Account, tag_id: int) -> None:
        """Delete a tag.

        Page: /doc/service/api/usermanage/tag/api_deletetag.md. Raises ApiError: 45057 with more
        than 100,000 followers, 45058 for one of the platform's own.
        """
        await self.client.call(account, DELETE_TAG, Done, body={"tag": {"id": tag_id}})

    async def list_followers(self, account: Account, tag_id: int, after: str = "") -> OpenidPage:
        """Up to 10,000 openids with the tag, those after the openid `after`.

        Page: /doc/service/api/usermanage/tag/api_gettagfans.md. Raises ApiError: 45159.
        """
        body = {"tagid": tag_id, "next_openid": after}
        return await self.client.call(account, LIST_TAGGED, OpenidPage, body=body)

    async def add_followers(self, account: Account, tag_id: int, openids: Sequence[str]) -> None:
        """Tag 1 to 50 followers.

        Page: /doc/service/api/usermanage/tag/api_batchtagging.md. Raises InvalidField: 40032;
        ApiError: 40003, 45159, 45059 when one has 20 tags.
        """
        check_count("openid_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"openid_list": list(openids), "tagid": tag_id}
        await self.client.call(account, TAG_FOLLOWERS, Done, body=body)

    async def remove_followers(self, account: Account, tag_id: int, openids: Sequence[str]) -> None:
        """Take the tag from 1 to 50 followers.

        Page: /doc/service/api/usermanage/tag/api_batchuntagging.md. Raises InvalidField: 40032;
        ApiError: 40003, 45159.
        """
        check_count("openid_list", len(openids), MOST_AT_ONCE, BAD_OPENID_LIST)
        body = {"openid_list": list(openids), "tagid": tag_id}
        await self.client.call(account, UNTAG_FOLLOWERS, Done, body=body)

    async def list_of_follower(self, account: Account, openid: str) -> tuple[int, ...]:
        """The ids of a follower's tags.

        Page: /doc/service/api/usermanage/tag/api_gettagidlist.md. Raises ApiError: 40003.
        """
        check_filled("openid", openid, BAD_OPENID)
        body = {"openid": openid}
        return (
            await self.client.call(account, LIST_TAGS_OF_FOLLOWER, TagIds, body=body)
        ).tagid_list


def _check_name(name: str) -> None:
    check_filled("tag.name", name, BAD_TAG_NAME)
    check_characters("tag.name", name, NAME_CHARACTERS, LONG_TAG_NAME)
