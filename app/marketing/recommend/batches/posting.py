"""Gives each group of a batch a tag of the platform and drafts the post that is sent to it.

Nothing is sent: a named person approves the draft and schedules it, as any mass message.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.accounts import Account, Accounts, get
from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.recommend.batches.approving import get_finished_batch, refuse_mass_sends
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.values import BatchGroup, NothingToSend, PostsOrder
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.values import Recommendation, RecommendedItem
from app.privacy.pseudonym import make_pseudonym
from app.publishing.refusals import translating_refusals
from app.publishing.sending.follower_tags import FollowerTags
from app.publishing.service import PostContent, PostService
from app.publishing.values import Audience, PostArticle

TITLE = 64  # characters of an article's title


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPostsJobHandler:
    """Runs the jobs. Each may be repeated: a group that has a post is left alone."""

    accounts: Accounts
    jobs: MarketingJobs
    groups: BatchGroups
    items: Items
    tags: FollowerTags
    posts: PostService
    links: ItemLinks

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The groups with their tags and posts. Raises Refusal."""
        order, account = PostsOrder(**job.request), get(self.accounts, job.account)
        refuse_mass_sends(account)
        batch = await get_finished_batch(self.jobs, account.name, order.batch)
        groups = await self.groups.list_all(account.name, batch.id)
        with translating_refusals():
            if order.action == "remove":
                return await self._remove_tags(account, groups)
            return await self._write_all(account, job.author, groups, record)

    async def _write_all(
        self,
        account: Account,
        author: str,
        groups: Sequence[BatchGroup],
        record: RecordProgress,
    ) -> JsonObject:
        due = [group for group in groups if not group.post]
        if not groups:
            raise NothingToSend("这一批没有分组：没有粉丝得到推荐，或者 groups 是 0")
        openids = await self._find_openids(account, due)
        for number, group in enumerate(due, start=1):
            await self._write_group(account, author, group, openids[group.item])
            await record(number / len(due), None)
        return {"groups": len(groups), "drafted": len(due)}

    async def _write_group(
        self,
        account: Account,
        author: str,
        group: BatchGroup,
        openids: Sequence[str],
    ) -> None:
        """Tag the followers, draft the post, and store both."""
        item = await self.items.get(account.name, group.item)
        if not openids:  # all of them left: nobody to write to
            return
        tag = await self.tags.write_group(account, name_tag(group), openids)
        tagged = await self.tags.read_group(account, tag.tag_id)
        content = PostContent(
            articles=(self._write_article(item, group.campaign),),
            channel="mass",
            audience=Audience(tag_ids=(tag.tag_id,)),
        )
        post = await self.posts.create(account.name, author, content)
        members = [make_pseudonym(openid, self.links.key) for openid in tagged]
        await self.groups.put_post(
            account.name, group, members=members, tag_id=tag.tag_id, post=post.id
        )

    def _write_article(self, item: Item, campaign: str) -> PostArticle:
        """A first text of the article, for an editor; the link counts for everybody."""
        entry = RecommendedItem(item, "popular", "")
        answer = Recommendation(
            id="", account=item.account, strategy="popular", explanation="", items=[entry],
            campaign=campaign,
        )  # fmt: skip
        return PostArticle(
            title=item.title[:TITLE],
            source=item.text or item.title,
            source_url=self.links.make_address(answer, entry, ""),
            cover=item.cover,
        )

    async def _find_openids(
        self, account: Account, groups: Sequence[BatchGroup]
    ) -> Mapping[str, list[str]]:
        """The openids of each group's followers, by item."""
        item_of = {
            pseudonym: group.item
            for group in groups
            for pseudonym in await self.groups.list_members(account.name, group)
        }
        openids: dict[str, list[str]] = defaultdict(list)
        async for page in self.tags.iterate_followers(account):
            pseudonyms = await asyncio.to_thread(hash_openids, page, self.links.key)
            for openid, pseudonym in zip(page, pseudonyms, strict=True):
                if pseudonym in item_of:
                    openids[item_of[pseudonym]].append(openid)
        return openids

    async def _remove_tags(self, account: Account, groups: Sequence[BatchGroup]) -> JsonObject:
        tagged = [group for group in groups if group.tag_id is not None]
        for group in tagged:
            assert group.tag_id is not None
            await self.tags.remove_group(account, group.tag_id)
        return {"groups": len(groups), "removed": len(tagged)}


def hash_openids(openids: Sequence[str], key: str) -> list[str]:
    """The pseudonyms of openids, in their order."""
    return [make_pseudonym(openid, key) for openid in openids]


def name_tag(group: BatchGroup) -> str:
    """The tag of a group, within the platform's 30 bytes."""
    return f"推荐{group.batch[:8]}-{group.number}"
