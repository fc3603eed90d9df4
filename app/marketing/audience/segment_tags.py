"""Gives the followers of a segment a tag of the platform, reads it back, and removes it.

Segments know pseudonyms, the platform openids: the job goes through the platform's followers.
"""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.account_rights.values import AccountRight
from app.accounts import Account, Accounts, get
from app.marketing.audience.jobs import TagOrder
from app.marketing.audience.segment_repository import Segments
from app.marketing.audience.values import Segment, TagsNotAllowed
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.privacy.pseudonym import make_pseudonym
from app.publishing.refusals import translating_refusals
from app.publishing.sending.follower_tags import FollowerTags

NAME_BYTES = 30  # of a tag: the platform's pages speak of characters, its error 45158 of bytes
_ID_LENGTH = 8  # characters of the segment's id at the end of the tag's name


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTagJobHandler:
    """Runs the jobs. `key` is that of pseudonyms. Each job may be repeated."""

    accounts: Accounts
    segments: Segments
    tags: FollowerTags
    key: str

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The tag and how many followers have it. Raises Refusal."""
        order, account = TagOrder(**job.request), get(self.accounts, job.account)
        refuse_tags(account)
        with translating_refusals():
            if order.action == "remove":
                return await self._remove(account, order.segment)
            segment = await self.segments.get(account.name, order.segment)
            members = frozenset(await self.segments.list_members(segment))
            openids = await self._list_openids(account, members)
            await record(0.3, None)
            if order.action == "read":
                return await self._compare(account, segment, members, openids)
            return await self._write(account, segment, members, openids)

    async def _write(
        self,
        account: Account,
        segment: Segment,
        members: AbstractSet[str],
        openids: AbstractSet[str],
    ) -> JsonObject:
        """Make the followers with the segment's tag exactly its members."""
        name = name_tag(segment)
        tag = await self.tags.find_tag_by_ending(account, make_ending(segment.id))
        if tag is not None and tag.name != name:  # the segment has another name by now
            await self.tags.tags.rename(account, tag.id, name)
        group = await self.tags.write_group(account, name, openids)
        return {
            "tag_id": group.tag_id, "tag": name, "followers": len(members),
            "tagged": group.followers, "full": len(group.full), "gone": len(group.gone),
            "unknown": len(members) - len(openids),
        }  # fmt: skip

    async def _compare(
        self,
        account: Account,
        segment: Segment,
        members: AbstractSet[str],
        openids: AbstractSet[str],
    ) -> JsonObject:
        """Who has the tag now, against who is in the segment now."""
        tag = await self.tags.find_tag_by_ending(account, make_ending(segment.id))
        tagged = await self.tags.read_group(account, tag.id) if tag else frozenset[str]()
        return {
            "tag_id": tag.id if tag else None, "tag": tag.name if tag else "",
            "followers": len(members), "tagged": len(tagged & openids),
            "missing": len(openids - tagged), "extra": len(tagged - openids),
            "unknown": len(members) - len(openids),
        }  # fmt: skip

    async def _remove(self, account: Account, segment_id: str) -> JsonObject:
        tag = await self.tags.find_tag_by_ending(account, make_ending(segment_id))
        if tag is None:
            return {"tag_id": None, "tag": "", "tagged": 0}
        await self.tags.remove_group(account, tag.id)
        return {"tag_id": tag.id, "tag": tag.name, "tagged": 0}

    async def _list_openids(self, account: Account, members: AbstractSet[str]) -> frozenset[str]:
        """The platform's followers whose pseudonyms are these."""
        openids: set[str] = set()
        async for page in self.tags.iterate_followers(account):
            openids.update(await asyncio.to_thread(_select_members, page, members, self.key))
        return frozenset(openids)


def refuse_tags(account: Account) -> None:
    """Raise TagsNotAllowed for an account that may not use tags."""
    if not account.may(AccountRight.TAGS):
        raise TagsNotAllowed(
            "这个公众号没有标签权限（需完成微信认证）：群发只能发给全部粉丝，"
            "人群可以用于推荐和客服消息"
        )


def name_tag(segment: Segment) -> str:
    """The segment's name, as much as fits, and the beginning of its id."""
    ending = make_ending(segment.id)
    room = NAME_BYTES - len(ending.encode())
    return segment.name.encode()[:room].decode(errors="ignore").strip() + ending


def make_ending(segment_id: str) -> str:
    """What the name of a segment's tag ends with."""
    return f"·{segment_id[:_ID_LENGTH]}"


def _select_members(openids: Sequence[str], members: AbstractSet[str], key: str) -> list[str]:
    return [openid for openid in openids if make_pseudonym(openid, key) in members]
