"""Copy drafts in the database."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import copy_drafts
from app.marketing.content.drafts.values import CopyDraft, DraftState, UnknownDraft
from app.publishing.rows import make_storable

_DRAFT = TypeAdapter(CopyDraft)
_CHANGING = ("versions", "version", "state", "approval", "reason")  # columns that a step may change


@dataclass(frozen=True, slots=True)
class CopyDrafts:
    """Reads and writes drafts. Every change is a step of the lifecycle on the locked row."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(self, draft: CopyDraft) -> None:
        """Store a new draft."""
        async with self.engine.begin() as connection:
            await connection.execute(insert(copy_drafts).values(**_write_row(draft)))

    async def get(self, account: str, draft_id: str) -> CopyDraft:
        """A draft. Raises UnknownDraft."""
        query = select(copy_drafts).where(_of(account, draft_id))
        async with connect_to_read(self.engine) as connection:
            return _read_row((await connection.execute(query)).one_or_none(), draft_id)

    async def find_by_post(self, account: str, post: str) -> CopyDraft | None:
        """The draft that is edited and approved as a post; None for a post of another origin."""
        query = select(copy_drafts).where(
            copy_drafts.c.account == account, copy_drafts.c.post == post
        )
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _read_row(row, row.id)

    async def list_page(
        self, account: str, *, state: DraftState | None = None, offset: int = 0, limit: int = 20
    ) -> list[CopyDraft]:
        """A page of the account's drafts, the last changed first."""
        query = select(copy_drafts).where(copy_drafts.c.account == account)
        if state is not None:
            query = query.where(copy_drafts.c.state == state)
        query = query.order_by(copy_drafts.c.changed.desc(), copy_drafts.c.id)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query.offset(offset).limit(limit))
            return [_read_row(row, row.id) for row in rows]

    async def change(
        self, account: str, draft_id: str, step: Callable[[CopyDraft], CopyDraft]
    ) -> CopyDraft:
        """Apply a step to the locked row. Raises UnknownDraft, and what the step raises."""
        query = select(copy_drafts).where(_of(account, draft_id)).with_for_update()
        async with self.engine.begin() as connection:
            before = _read_row((await connection.execute(query)).one_or_none(), draft_id)
            row = _write_row(step(before)) | {"changed": self.clock()}
            values = {name: row[name] for name in (*_CHANGING, "changed")}
            # An approved text is learnt from once more when another version of it is approved.
            if row["state"] == "approved":
                values["learnt"] = None
            changing = update(copy_drafts).where(_of(account, draft_id)).values(**values)
            return _read_row(
                (await connection.execute(changing.returning(copy_drafts))).one(), draft_id
            )


def _write_row(draft: CopyDraft) -> dict[str, Any]:
    fields: dict[str, Any] = make_storable(_DRAFT.dump_python(draft, mode="json"))
    return fields | {"version": draft.version}


def _read_row(row: Row[Any] | None, draft_id: str) -> CopyDraft:
    if row is None:
        raise UnknownDraft(
            f"there is no draft {draft_id!r}: list the drafts",
            chinese=f"没有草稿 {draft_id!r}：请先查询草稿列表",
        )
    columns = row._mapping
    return _DRAFT.validate_python({name: columns[name] for name in CopyDraft.__dataclass_fields__})


def _of(account: str, draft_id: str) -> Any:
    return and_(copy_drafts.c.account == account, copy_drafts.c.id == draft_id)
