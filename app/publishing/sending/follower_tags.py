"""Gives groups of followers a tag of the platform, so that a mass message reaches them.

The platform has at most 100 tags, 20 for a follower, and takes 50 followers a call.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from app.accounts import Account
from app.publishing.sending.audiences import UNKNOWN_TAG
from app.wechat.client.errors import ApiError
from app.wechat.client.families.tags import MOST_AT_ONCE, TagInfo, Tags
from app.wechat.client.families.users import OpenidPage, Users

TOO_MANY_OF_FOLLOWER = 45059
TOO_LARGE_TO_DELETE = 45057
GONE = 40003  # an openid that doesn't follow any more


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedGroup:
    """A tag, how many followers have it now, and who couldn't get it.

    full: those with 20 tags. gone: those who don't follow any more.
    """

    tag_id: int
    followers: int
    full: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowerTags:
    """Writes, reads back and removes groups. Every call may be repeated. Raises ApiError."""

    tags: Tags
    users: Users

    async def list_followers(self, account: Account) -> list[str]:
        """The openids of all followers."""
        return [openid async for page in self.iterate_followers(account) for openid in page]

    async def iterate_followers(self, account: Account) -> AsyncIterator[Sequence[str]]:
        """The openids of all followers, up to 10,000 at a time."""
        async for page in self._list_pages(account, None):
            yield page.data.openid

    async def write_group(
        self, account: Account, name: str, openids: Collection[str]
    ) -> TaggedGroup:
        """Make the followers with the tag of this name exactly these; a missing tag is created."""
        tag_id = await self._find_or_create(account, name)
        present = await self.read_group(account, tag_id)
        await self._untag(account, tag_id, sorted(present - set(openids)))
        full, gone = await self._tag(account, tag_id, sorted(set(openids) - present))
        followers = len(await self.read_group(account, tag_id))
        return TaggedGroup(tag_id=tag_id, followers=followers, full=full, gone=gone)

    async def find_tag(self, account: Account, name: str) -> int | None:
        """The id of the tag of this name; None without one."""
        tags = (await self.tags.list_all(account)).tags
        return next((tag.id for tag in tags if tag.name == name), None)

    async def find_tag_by_ending(self, account: Account, ending: str) -> TagInfo | None:
        """The first tag whose name ends so; None without one."""
        tags = (await self.tags.list_all(account)).tags
        return next((tag for tag in tags if tag.name.endswith(ending)), None)

    async def read_group(self, account: Account, tag_id: int) -> frozenset[str]:
        """The openids with a tag; none for a tag that is deleted."""
        openids: set[str] = set()
        try:
            async for page in self._list_pages(account, tag_id):
                openids.update(page.data.openid)
        except ApiError as error:
            if error.code != UNKNOWN_TAG:
                raise
        return frozenset(openids)

    async def remove_group(self, account: Account, tag_id: int) -> None:
        """Delete a tag; from more than 100,000 followers it is taken first."""
        try:
            await self.tags.delete(account, tag_id)
        except ApiError as error:
            if error.code == UNKNOWN_TAG:
                return
            if error.code != TOO_LARGE_TO_DELETE:
                raise
            await self._untag(account, tag_id, sorted(await self.read_group(account, tag_id)))
            await self.tags.delete(account, tag_id)

    async def _list_pages(self, account: Account, tag_id: int | None) -> AsyncIterator[OpenidPage]:
        after = ""
        while True:
            page = await (
                self.users.list_page(account, after)
                if tag_id is None
                else self.tags.list_followers(account, tag_id, after)
            )
            yield page
            if not page.data.openid or not page.next_openid:
                return
            after = page.next_openid

    async def _find_or_create(self, account: Account, name: str) -> int:
        tag_id = await self.find_tag(account, name)
        return (await self.tags.create(account, name)).id if tag_id is None else tag_id

    async def _untag(self, account: Account, tag_id: int, openids: Sequence[str]) -> None:
        for start in range(0, len(openids), MOST_AT_ONCE):
            batch = openids[start : start + MOST_AT_ONCE]
            await self.tags.remove_followers(account, tag_id, batch)

    async def _tag(
        self, account: Account, tag_id: int, openids: Sequence[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who couldn't get the tag: those with 20 tags, and those who left."""
        full: list[str] = []
        gone: list[str] = []
        for start in range(0, len(openids), MOST_AT_ONCE):
            batch = openids[start : start + MOST_AT_ONCE]
            if not await self._try_tag(account, tag_id, batch):
                for openid in batch:  # one of them stops the whole batch: each by itself
                    await self._tag_one(account, tag_id, openid, full, gone)
        return tuple(full), tuple(gone)

    async def _try_tag(self, account: Account, tag_id: int, batch: Sequence[str]) -> bool:
        try:
            await self.tags.add_followers(account, tag_id, batch)
        except ApiError as error:
            if error.code not in {TOO_MANY_OF_FOLLOWER, GONE}:
                raise
            return False
        return True

    async def _tag_one(
        self, account: Account, tag_id: int, openid: str, full: list[str], gone: list[str]
    ) -> None:
        try:
            await self.tags.add_followers(account, tag_id, [openid])
        except ApiError as error:
            excluded = {TOO_MANY_OF_FOLLOWER: full, GONE: gone}.get(error.code or 0)
            if excluded is None:
                raise
            excluded.append(openid)
