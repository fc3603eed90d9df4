"""Batches in the database: the items of each follower, and the groups with an item in common."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, insert, not_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read, patient
from app.db.tables import batch_groups, batch_items, items
from app.marketing.recommend.batches.values import BatchItem

_rows, _groups = batch_items.c, batch_groups.c


@dataclass(frozen=True, slots=True)
class BatchItems:
    """The table `batch_items`. An item that a follower was sent is never sent them again."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def clear(self, account: str, batch: str) -> None:
        """Delete what a computation left that was interrupted."""
        async with patient(self.engine).begin() as connection:
            await connection.execute(delete(batch_items).where(_is_of(account, batch)))
            mine = and_(_groups.account == account, _groups.batch == batch)
            await connection.execute(delete(batch_groups).where(mine))

    async def add(self, account: str, batch: str, new: Sequence[BatchItem]) -> None:
        """Store items of followers."""
        if not new:
            return
        shared = {"account": account, "batch": batch, "created": self.clock()}
        async with patient(self.engine).begin() as connection:
            await connection.execute(insert(batch_items), [asdict(each) | shared for each in new])

    async def list_sent(self, account: str, pseudonyms: Sequence[str]) -> dict[str, set[str]]:
        """The items that each of the followers was sent in any batch."""
        query = (
            select(_rows.pseudonym, _rows.item)
            .where(_rows.account == account, is_any_of(_rows.pseudonym, pseudonyms))
            .where(_rows.sent.is_not(None))
        )
        sent_items: dict[str, set[str]] = {}
        async with connect_to_read(self.engine) as connection:
            for pseudonym, item in await connection.execute(query):
                sent_items.setdefault(pseudonym, set()).add(item)
        return sent_items

    async def list_followers(
        self, account: str, batch: str, pseudonyms: Sequence[str]
    ) -> frozenset[str]:
        """Those of the followers who have items in a batch."""
        some = and_(_is_of(account, batch), is_any_of(_rows.pseudonym, pseudonyms))
        async with connect_to_read(self.engine) as connection:
            query = select(_rows.pseudonym).where(some).distinct()
            return frozenset((await connection.execute(query)).scalars())

    async def list_page(
        self, account: str, batch: str, *, after: str = "", limit: int = 100
    ) -> dict[str, list[BatchItem]]:
        """The next `limit` followers behind the pseudonym `after`, each with their items."""
        followers = (
            select(_rows.pseudonym)
            .where(_is_of(account, batch), _rows.pseudonym > after)
            .distinct()
            .order_by(_rows.pseudonym)
            .limit(limit)
        )
        query = (
            select(batch_items)
            .where(_is_of(account, batch), _rows.pseudonym.in_(followers))
            .order_by(_rows.pseudonym, _rows.place)
        )
        async with connect_to_read(self.engine) as connection:
            stored = [_read_item(row) for row in await connection.execute(query)]
        return {
            pseudonym: list(rows) for pseudonym, rows in groupby(stored, lambda row: row.pseudonym)
        }

    async def reserve(self, account: str, batch: str, pseudonym: str) -> list[BatchItem]:
        """Mark what may be sent to a follower as sent, and return it.

        Left out is what the follower has from any batch, and all of it where their group has a
        post.
        """
        other = batch_items.alias()
        has_item = exists().where(
            other.c.account == account, other.c.pseudonym == pseudonym,
            other.c.item == _rows.item, other.c.sent.is_not(None),
        )  # fmt: skip
        statement = (
            update(batch_items)
            .where(_is_of(account, batch), _rows.pseudonym == pseudonym, not_(has_item))
            .where(not_(_gets_post(account, batch, pseudonym)))
            .values(sent=self.clock())
            .returning(batch_items)
        )
        async with patient(self.engine).begin() as connection:
            reserved = [_read_item(row) for row in await connection.execute(statement)]
        return sorted(reserved, key=lambda row: row.place)

    async def awaits_post(self, account: str, batch: str, pseudonym: str) -> bool:
        """Whether a follower was sent nothing of the batch yet, as a post is drafted for them."""
        mine = and_(_is_of(account, batch), _rows.pseudonym == pseudonym)
        was_sent = exists(select(_rows.item).where(mine, _rows.sent.is_not(None)))
        query = select(and_(_gets_post(account, batch, pseudonym), not_(was_sent)))
        async with connect_to_read(self.engine) as connection:
            return bool(await connection.scalar(query))

    async def take_back(self, account: str, batch: str, pseudonym: str) -> None:
        """Mark a follower's items as not sent: the message was refused."""
        mine = and_(_is_of(account, batch), _rows.pseudonym == pseudonym)
        async with patient(self.engine).begin() as connection:
            await connection.execute(update(batch_items).where(mine).values(sent=None))

    async def list_item_ids(self, account: str, batch: str) -> list[str]:
        """The ids of all items of a batch."""
        query = select(_rows.item).where(_is_of(account, batch)).distinct().order_by(_rows.item)
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(query)).scalars())

    async def drop_old(self, before: float) -> None:
        """Delete batches that were made before a time, in s since 1970."""
        async with patient(self.engine).begin() as connection:
            await connection.execute(delete(batch_items).where(_rows.created < before))
            await connection.execute(delete(batch_groups).where(_groups.created < before))


def select_batch(account: str, batch: str) -> Select[Any]:
    """All items of a batch with their titles, for a file."""
    title = func.coalesce(items.c.title, "")
    titled = and_(items.c.account == _rows.account, items.c.id == _rows.item)
    return (
        select(
            _rows.pseudonym, _rows.place, _rows.item, title.label("title"),
            _rows.strategy, _rows.reason, _rows.recommendation, _rows.is_grouped, _rows.sent,
        )
        .join_from(batch_items, items, titled, isouter=True)
        .where(_is_of(account, batch))
        .order_by(_rows.pseudonym, _rows.place)
    )  # fmt: skip


def _is_of(account: str, batch: str) -> Any:
    return and_(_rows.account == account, _rows.batch == batch)


def _gets_post(account: str, batch: str, pseudonym: str) -> Any:
    """Whether a follower is in a group of the batch that has a post."""
    row = batch_items.alias()
    return exists(
        select(row.c.item)
        .join(
            batch_groups,
            and_(
                _groups.account == row.c.account, _groups.batch == row.c.batch,
                _groups.item == row.c.item,
            ),
        )
        .where(
            row.c.account == account, row.c.batch == batch, row.c.pseudonym == pseudonym,
            row.c.is_grouped, _groups.post != "",
        )
    )  # fmt: skip


def _read_item(row: Any) -> BatchItem:
    columns = row._mapping
    return BatchItem(**{name: columns[name] for name in BatchItem.__dataclass_fields__})
