"""Records the exposures of a batch's posts, once they are sent."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.values import BatchGroup, BatchItem

AT_ONCE = 1_000  # events of a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchExposures:
    """Looks which posts of groups were sent; a crash between neither loses nor doubles any."""

    groups: BatchGroups
    events: Events
    clock: Callable[[], float] = time.time

    async def record_sent(self) -> None:
        """Record what followers of groups were sent since the last look."""
        for account, group in await self.groups.list_unexposed():
            while rows := await self.groups.list_unsent(account, group, AT_ONCE):
                await self._record_page(account, group, rows)
            await self.groups.mark_exposed(account, group)

    async def _record_page(
        self, account: str, group: BatchGroup, rows: Sequence[BatchItem]
    ) -> None:
        now = self.clock()
        await self.events.write(make_exposure(account, group, row, now) for row in rows)
        await self.groups.mark_sent(account, group, [row.pseudonym for row in rows], now)


def make_exposure(account: str, group: BatchGroup, row: BatchItem, now: float) -> MarketingEvent:
    """The event of an item that a follower of a group was sent; the same id each time."""
    return MarketingEvent(
        account=account, id=f"{row.recommendation}-{row.place}", kind=EventKind.EXPOSURE,
        time=now, recorded=now, pseudonym=row.pseudonym, item=row.item, campaign=group.campaign,
        recommendation=row.recommendation, strategy=row.strategy,
        properties={"place": row.place},
    )  # fmt: skip
