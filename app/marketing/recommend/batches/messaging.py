"""Sends each follower of a batch who may be written to a card with their items.

A named person approved it: the job is queued by the approver only.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.accounts import Account, Accounts, get
from app.dialogue.item_texts import build_card
from app.dialogue.items import OfferedItem
from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item, UnknownItem
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.recommend.batches.approving import get_finished_batch, refuse_messages
from app.marketing.recommend.batches.posting import hash_openids
from app.marketing.recommend.batches.repository import BatchItems
from app.marketing.recommend.batches.values import BatchItem, MessagesOrder
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.values import Recommendation, RecommendedItem, Strategy
from app.messages.values import Message, Text
from app.publishing.frequency.cap import FrequencyCapReached, SentBefore
from app.publishing.frequency.marketing_messages import MarketingMessages
from app.publishing.refusals import translating_refusals
from app.publishing.sending.follower_tags import FollowerTags
from app.publishing.sending.outcomes import was_refused
from app.redis import keys
from app.wechat.client.errors import ApiError, InvalidField

# What the platform says of one follower; another refusal ends the job.
_OF_FOLLOWER = frozenset({"give up", "next message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMessagesJobHandler:
    """Runs the jobs. Each may be repeated: who was sent the batch isn't sent it again."""

    accounts: Accounts
    jobs: MarketingJobs
    batch_items: BatchItems
    items: Items
    tags: FollowerTags
    messages: MarketingMessages
    recommender: Recommender
    links: ItemLinks
    clock: Callable[[], float] = time.time

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """How many followers were sent a message, and why others weren't. Raises Refusal."""
        order, account = MessagesOrder(**job.request), get(self.accounts, job.account)
        refuse_messages(account)
        batch = await get_finished_batch(self.jobs, account.name, order.batch)
        total = max(int(batch.result.get("with_items", 0)), 1)
        counts: Counter[str] = Counter()
        with translating_refusals():
            async for page in self.tags.iterate_followers(account):
                await self._send_page(account, batch, page, counts)
                await record(min(counts.total() / total, 1.0), dict(counts))
        return dict(counts)

    async def _send_page(
        self, account: Account, batch: MarketingJob, page: Sequence[str], counts: Counter[str]
    ) -> None:
        pseudonyms = await asyncio.to_thread(hash_openids, page, self.links.key)
        followers = await self.batch_items.list_followers(account.name, batch.id, pseudonyms)
        for openid, pseudonym in zip(page, pseudonyms, strict=True):
            if pseudonym in followers:
                counts[await self._send_one(account, batch, openid, pseudonym)] += 1

    async def _send_one(
        self, account: Account, batch: MarketingJob, openid: str, pseudonym: str
    ) -> str:
        """What came of it: sent, or why not."""
        if not await self.messages.quota.may_write_first(keys.user(account.name, openid)):
            return "outside_window"
        rows = await self.batch_items.reserve(account.name, batch.id, pseudonym)
        if not rows:
            has_draft = await self.batch_items.awaits_post(account.name, batch.id, pseudonym)
            return "awaits_post" if has_draft else "sent_before"
        answer = await self._build_answer(account.name, batch, rows)
        if not answer.items:
            await self.batch_items.take_back(account.name, batch.id, pseudonym)
            return "nothing_to_show"
        return await self._deliver(account, batch, openid, pseudonym, answer)

    async def _deliver(
        self,
        account: Account,
        batch: MarketingJob,
        openid: str,
        pseudonym: str,
        answer: Recommendation,
    ) -> str:
        message = self._build_message(answer, pseudonym)
        try:
            await self.messages.send_message(account, openid, f"batch-{batch.id}", message)
        except (SentBefore, FrequencyCapReached) as refusal:
            await self.batch_items.take_back(account.name, batch.id, pseudonym)
            return refusal.name
        except (ApiError, InvalidField) as error:
            if isinstance(error, InvalidField) or was_refused(error):
                await self.batch_items.take_back(account.name, batch.id, pseudonym)
            if not _is_of_follower(error):
                raise
            return "refused"
        await self.recommender.record_exposures(answer, pseudonym, self.clock())
        return "sent"

    async def _build_answer(
        self, account: str, batch: MarketingJob, rows: Sequence[BatchItem]
    ) -> Recommendation:
        """What was computed, without what may not be shown any more."""
        now = self.clock()
        entries: list[RecommendedItem] = []
        for row in rows:
            item = await self._find_item(account, row.item)
            if item is not None and item.is_shown(now):
                strategy: Strategy = row.strategy  # type: ignore[assignment]
                entries.append(RecommendedItem(item, strategy, row.reason))
        return Recommendation(
            id=rows[0].recommendation,
            account=account,
            strategy=entries[0].strategy if entries else "none",
            explanation="",
            items=entries,
            campaign=batch.request.get("campaign", ""),
        )

    def _build_message(self, answer: Recommendation, pseudonym: str) -> Message:
        offers = [
            OfferedItem(
                title=each.item.title,
                reason=each.reason,
                link=self.links.make_address(answer, each, pseudonym),
                cover=each.item.cover,
            )
            for each in answer.items
        ]
        card = build_card(offers)
        if card is not None:
            return card
        return Text(
            content="\n".join(f"{each.title}（{each.reason}）{each.link}" for each in offers)
        )

    async def _find_item(self, account: str, item_id: str) -> Item | None:
        try:
            return await self.items.get(account, item_id)
        except UnknownItem:
            return None


def _is_of_follower(error: ApiError | InvalidField) -> bool:
    """Whether the refusal is about one follower or their message, and others may be sent theirs."""
    if isinstance(error, InvalidField):
        return True
    return error.meaning is not None and error.meaning.reaction in _OF_FOLLOWER
