"""Gaps in the database, with their reasons, agents' answers and approvals."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import gap_approvals, gaps
from app.knowledge.gaps.clusters import Gap
from app.knowledge.gaps.eviction import evict_gaps
from app.knowledge.gaps.reasons import add_reasons
from app.knowledge.gaps.values import Approval, ClosedState, SeenQuestion
from app.knowledge.stored_vectors import pack_vectors, unpack_vectors
from app.messages.values import to_json

MOST_GAPS = 5_000  # an account
AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class GapStore:
    """Reads and writes gaps, at most `most_gaps` per account."""

    engine: AsyncEngine
    most_gaps: int = MOST_GAPS

    async def add(self, account: str, questions: Sequence[SeenQuestion]) -> None:
        """Insert questions or add to their counts. Reopens answered ones: their entry is gone."""
        now = time.time()
        # Sorted, so that two workers don't deadlock on each other's rows.
        rows = [
            _build_row(account, each, now) for each in sorted(questions, key=lambda each: each.id)
        ]
        write = insert(gaps)
        new = write.excluded
        reopened = case((gaps.c.state == "answered", "open"), else_=gaps.c.state)
        is_same = gaps.c.text == new.text  # else the stored vector is another text's
        fresh = {"text": new.text, "last": new.last} | {
            name: case((is_same, gaps.c[name]), else_=new[name]) for name in ("vector", "model")
        }
        change = fresh | {"times": gaps.c.times + new.times, "state": reopened}
        async with self.engine.begin() as connection:
            await connection.execute(
                write.on_conflict_do_update(index_elements=["account", "id"], set_=change), rows
            )
            # A question counted before (times 0) whose row was evicted since.
            none = and_(gaps.c.account == account, gaps.c.times == 0)
            await connection.execute(update(gaps).where(none).values(times=1))
            await add_reasons(connection, account, questions, now)
            await evict_gaps(connection, account, self.most_gaps)

    async def open(self, account: str, model: str) -> list[Gap]:
        """All open gaps with a vector of this model."""
        has_vector = and_(gaps.c.model == model, gaps.c.vector != b"")
        condition = and_(_open_of(account), has_vector)
        async with connect_to_read(self.engine) as connection:
            return [_to_gap(row) for row in await connection.execute(select(gaps).where(condition))]

    async def get(self, account: str, ids: Sequence[str]) -> list[Gap]:
        """The gaps of these ids that are still open, in the order given."""
        gaps_by_id: dict[str, Gap] = {}
        async with connect_to_read(self.engine) as connection:
            for at in range(0, len(ids), AT_ONCE):
                condition = and_(_open_of(account), gaps.c.id.in_(ids[at : at + AT_ONCE]))
                rows = await connection.execute(select(gaps).where(condition))
                gaps_by_id |= {row.id: _to_gap(row) for row in rows}
        return [gaps_by_id[gap] for gap in dict.fromkeys(ids) if gap in gaps_by_id]

    async def close(
        self, account: str, ids: Sequence[str], state: ClosedState, entry: str = ""
    ) -> None:
        """Set the state of these gaps if they are open."""
        async with self.engine.begin() as connection:
            await _close_gaps(connection, account, ids, state, entry)

    async def close_answered(self, account: str, by_entry: Mapping[str, Sequence[str]]) -> None:
        """Close gaps as answered by their entries (entry -> gaps), in one transaction."""
        async with self.engine.begin() as connection:
            for entry, ids in sorted(by_entry.items()):
                await _close_gaps(connection, account, ids, "answered", entry)

    async def approve(self, account: str, ids: Sequence[str], by: Approval) -> None:
        """Close gaps as answered and store the approval, in one transaction."""
        row = {
            "id": uuid.uuid4().hex,
            "account": account,
            "gap": by.gap,
            "entry": by.entry,
            "question": by.question,
            "answer": to_json(by.answer),
            "approved_by": by.approved_by,
            "approved": time.time(),
        }
        async with self.engine.begin() as connection:
            await _close_gaps(connection, account, ids, "answered", by.entry)
            await connection.execute(insert(gap_approvals).values(**row))

    async def stale(self, model: str, most: int) -> list[tuple[str, str, str]]:
        """(account, id, text) of up to `most` open gaps without a vector of this model."""
        columns = gaps.c.account, gaps.c.id, gaps.c.text
        # Two ranges of an index; `!=` would read every row, each second.
        other = or_(gaps.c.model < model, gaps.c.model > model)
        condition = and_(gaps.c.state == "open", other)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(select(*columns).where(condition).limit(most))
            return [(row.account, row.id, row.text) for row in rows]

    async def count_stale(self, account: str, model: str) -> int:
        """How many open gaps of the account have no vector of this model."""
        condition = and_(_open_of(account), gaps.c.model != model)
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(
                select(func.count()).select_from(gaps).where(condition)
            )
            return int(result.scalar_one())

    async def embed(
        self, fresh: Sequence[tuple[str, str, str, np.ndarray | None]], model: str
    ) -> None:
        """Store vectors of this model, for (account, id, text, vector); skips changed texts.

        A vector of None marks a text that this model fails on.
        """
        same = and_(
            gaps.c.account == bindparam("of"),
            gaps.c.id == bindparam("gap"),
            gaps.c.text == bindparam("said"),
        )
        rows = [
            {
                "of": account,
                "gap": gap,
                "said": text,
                "vector": b"" if vector is None else pack_vectors(vector),
                "model": model,
            }
            for account, gap, text, vector in fresh
        ]
        async with self.engine.begin() as connection:
            await connection.execute(update(gaps).where(same), rows)


async def _close_gaps(
    connection: AsyncConnection, account: str, ids: Sequence[str], state: ClosedState, entry: str
) -> None:
    for at in range(0, len(ids), AT_ONCE):
        condition = and_(_open_of(account), gaps.c.id.in_(ids[at : at + AT_ONCE]))
        await connection.execute(update(gaps).where(condition).values(state=state, entry=entry))


def _open_of(account: str) -> ColumnElement[bool]:
    return and_(gaps.c.account == account, gaps.c.state == "open")


def _build_row(account: str, question: SeenQuestion, now: float) -> dict[str, object]:
    return {
        "account": account,
        "id": question.id,
        "text": question.text,
        "vector": b"",  # made later
        "model": "",
        "times": question.times,
        "first": now,
        "last": now,
        "state": "open",
        "entry": "",
    }


def _to_gap(row: Row[Any]) -> Gap:
    [vector] = unpack_vectors(row.vector, 1)
    return Gap(
        id=row.id, text=row.text, times=row.times, first=row.first, last=row.last, vector=vector
    )
