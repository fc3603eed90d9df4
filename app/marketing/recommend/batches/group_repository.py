"""Groups of a batch: followers with an item in common, for accounts that send by tag."""

import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, exists, func, insert, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read, patient
from app.db.tables import batch_groups, batch_items, posts
from app.marketing.recommend.batches.values import BatchGroup, BatchItem
from app.publishing.values import PostState

_rows, _groups = batch_items.c, batch_groups.c


@dataclass(frozen=True, slots=True)
class BatchGroups:
    """The table `batch_groups`. A follower is in one group at most: `is_grouped` of their item."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def form(
        self, account: str, batch: str, most: int, *, campaign: str = ""
    ) -> list[BatchGroup]:
        """Form at most `most` groups, each of the item that most of the others have."""
        formed: list[BatchGroup] = []
        async with patient(self.engine).begin() as connection:
            for number in range(1, most + 1):
                item = await _find_commonest(connection, account, batch)
                if item is None:
                    break
                followers = await _assign(connection, account, batch, item)
                group = BatchGroup(
                    batch=batch, item=item, campaign=campaign, number=number, followers=followers
                )
                row = asdict(group) | {"account": account, "created": self.clock()}
                await connection.execute(insert(batch_groups).values(**row))
                formed.append(group)
        return formed

    async def list_all(self, account: str, batch: str) -> list[BatchGroup]:
        """The groups of a batch, the largest first."""
        query = (
            select(batch_groups)
            .where(_groups.account == account, _groups.batch == batch)
            .order_by(_groups.number)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_group(row) for row in await connection.execute(query)]

    async def list_members(self, account: str, group: BatchGroup) -> list[str]:
        """The pseudonyms of a group's followers who don't have its item from another batch."""
        other = batch_items.alias()
        has_item = exists().where(
            other.c.account == account, other.c.pseudonym == _rows.pseudonym,
            other.c.item == group.item, other.c.sent.is_not(None),
        )  # fmt: skip
        query = select(_rows.pseudonym).where(_is_in(account, group), not_(has_item))
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(query)).scalars())

    async def put_post(
        self, account: str, group: BatchGroup, *, members: Collection[str], tag_id: int, post: str
    ) -> None:
        """Store a group's tag and draft; its followers are those with the tag, `members`."""
        mine = and_(_groups.account == account, _groups.batch == group.batch)
        async with patient(self.engine).begin() as connection:
            await connection.execute(
                update(batch_items)
                .where(_is_in(account, group), not_(is_any_of(_rows.pseudonym, members)))
                .values(is_grouped=False)
            )
            await connection.execute(
                update(batch_groups)
                .where(mine, _groups.item == group.item)
                .values(tag_id=tag_id, post=post, followers=len(members))
            )

    async def list_unexposed(self) -> list[tuple[str, BatchGroup]]:
        """The groups of all accounts whose post was sent and whose exposures aren't recorded."""
        query = (
            select(batch_groups)
            .join(posts, and_(posts.c.id == _groups.post, posts.c.account == _groups.account))
            .where(_groups.exposed.is_(None), posts.c.state == PostState.PUBLISHED.value)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [(row.account, _read_group(row)) for row in rows]

    async def list_unsent(self, account: str, group: BatchGroup, limit: int) -> list[BatchItem]:
        """Rows of a group that aren't marked as sent yet."""
        query = (
            select(batch_items)
            .where(_is_in(account, group), _rows.sent.is_(None))
            .order_by(_rows.pseudonym)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            BatchItem(**{name: row._mapping[name] for name in BatchItem.__dataclass_fields__})
            for row in rows
        ]

    async def mark_sent(
        self, account: str, group: BatchGroup, pseudonyms: Collection[str], at: float
    ) -> None:
        """Mark the group's item as sent to these followers at a time, in s since 1970."""
        some = and_(_is_in(account, group), is_any_of(_rows.pseudonym, pseudonyms))
        async with patient(self.engine).begin() as connection:
            await connection.execute(update(batch_items).where(some).values(sent=at))

    async def mark_exposed(self, account: str, group: BatchGroup) -> None:
        """Remember that the exposures of a group are recorded."""
        mine = and_(_groups.account == account, _groups.batch == group.batch)
        async with patient(self.engine).begin() as connection:
            await connection.execute(
                update(batch_groups)
                .where(mine, _groups.item == group.item)
                .values(exposed=self.clock())
            )


async def _find_commonest(connection: AsyncConnection, account: str, batch: str) -> str | None:
    """The item that most of the followers without a group have; None where nobody is left."""
    query = (
        select(_rows.item)
        .where(_is_free(account, batch))
        .group_by(_rows.item)
        .order_by(func.count().desc(), _rows.item)
        .limit(1)
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def _assign(connection: AsyncConnection, account: str, batch: str, item: str) -> int:
    """Put the followers without a group who have the item into its group; their number."""
    free = and_(_is_free(account, batch), _rows.item == item)
    return (
        await connection.execute(update(batch_items).where(free).values(is_grouped=True))
    ).rowcount


def _is_free(account: str, batch: str) -> Any:
    """Rows of followers who are in no group."""
    other = batch_items.alias()
    is_in_group = exists().where(
        other.c.account == account, other.c.batch == batch,
        other.c.pseudonym == _rows.pseudonym, other.c.is_grouped,
    )  # fmt: skip
    return and_(_rows.account == account, _rows.batch == batch, not_(is_in_group))


def _is_in(account: str, group: BatchGroup) -> Any:
    return and_(
        _rows.account == account, _rows.batch == group.batch, _rows.item == group.item,
        _rows.is_grouped,
    )  # fmt: skip


def _read_group(row: Any) -> BatchGroup:
    columns = row._mapping
    return BatchGroup(**{name: columns[name] for name in BatchGroup.__dataclass_fields__})
