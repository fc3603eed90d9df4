"""Items in the database."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read, patient
from app.db.tables import items
from app.marketing.events.batches import OnError, RecordedBatch, refuse_batch
from app.marketing.events.items import Item, ItemKind, UnknownItem, read_items

MOST_ITEMS = 1_000  # of a batch
_UNCHANGED = {"account", "id", "created"}


@dataclass(frozen=True, slots=True)
class Items:
    """The table `items`."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def put_rows(
        self, account: str, rows: Sequence[dict[str, Any]], on_error: OnError = "none"
    ) -> RecordedBatch:
        """Store rows as items, each new or in place of the item with its id.

        With a faulty row, "none" stores nothing and raises BadRows; "keep_rest" stores the others.
        """
        new_items, faults = read_items(account, rows, self.clock())
        if faults and on_error == "none":
            raise refuse_batch(faults)
        await self.put(new_items)
        return RecordedBatch(stored=len(new_items), repeated=0, faults=faults)

    async def put(self, new_items: Sequence[Item]) -> None:
        """Store items, each new or in place of the item with its id."""
        if new_items:
            async with patient(self.engine).begin() as connection:
                await put_items(connection, new_items)

    async def get(self, account: str, item_id: str) -> Item:
        """The item, also a deleted one. Raises UnknownItem."""
        query = select(items).where(_of(account, item_id))
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownItem(
                f"there is no item {item_id!r}: list the items",
                chinese=f"没有内容 {item_id!r}：请先查询内容列表",
            )
        return _read_item(row)

    async def list_by_ids(self, account: str, ids: Sequence[str]) -> list[Item]:
        """The items of these ids, also deleted ones."""
        query = select(items).where(items.c.account == account, is_any_of(items.c.id, ids))
        async with connect_to_read(self.engine) as connection:
            return [_read_item(row) for row in await connection.execute(query)]

    async def list_page(
        self, account: str, *, kind: ItemKind | None = None, offset: int = 0, limit: int = 100
    ) -> list[Item]:
        """A page of the items that aren't deleted, the last changed first."""
        query = select(items).where(items.c.account == account, items.c.deleted.is_(None))
        if kind is not None:
            query = query.where(items.c.kind == kind.value)
        query = query.order_by(items.c.changed.desc(), items.c.id).offset(offset).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [_read_item(row) for row in await connection.execute(query)]

    async def list_changed(self, account: str, since: float) -> list[Item]:
        """The items changed since a time, deleted ones too, the first changed first."""
        query = (
            select(items)
            .where(items.c.account == account, items.c.changed >= since)
            .order_by(items.c.changed, items.c.id)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_item(row) for row in await connection.execute(query)]

    async def delete(self, account: str, item_id: str) -> None:
        """Delete an item: it is shown no more. Its row stays, since events and experiments name it.

        Raises UnknownItem.
        """
        now = self.clock()
        values = {"deleted": func.coalesce(items.c.deleted, now), "changed": now}
        statement = update(items).where(_of(account, item_id)).values(values)
        async with self.engine.begin() as connection:
            deleted_count = (await connection.execute(statement)).rowcount
        if not deleted_count:
            raise UnknownItem(
                f"there is no item {item_id!r}: list the items",
                chinese=f"没有内容 {item_id!r}：请先查询内容列表",
            )


async def put_items(connection: AsyncConnection, new_items: Sequence[Item]) -> None:
    """Store items, each new or in place of the item with its id."""
    if not new_items:
        return
    rows = [make_item_row(item) for item in sorted(new_items, key=lambda item: item.id)]
    statement = insert(items)
    changes = {
        column.name: statement.excluded[column.name]
        for column in items.c
        if column.name not in _UNCHANGED
    }
    statement = statement.on_conflict_do_update(index_elements=["account", "id"], set_=changes)
    await connection.execute(statement, rows)


def _of(account: str, item_id: str) -> Any:
    return and_(items.c.account == account, items.c.id == item_id)


def make_item_row(item: Item) -> dict[str, Any]:
    """The row of an item."""
    return asdict(item) | {"kind": item.kind.value, "tags": list(item.tags)}


def _read_item(row: Row[Any]) -> Item:
    return Item(**dict(row._mapping) | {"kind": ItemKind(row.kind), "tags": tuple(row.tags)})
