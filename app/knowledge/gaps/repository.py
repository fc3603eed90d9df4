"""Gaps in the database, with their reasons, agents' answers and approvals."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import gap_answers as answers
from app.db.tables import gap_approvals, knowledge
from app.db.tables import gap_reasons as why
from app.db.tables import gaps as table
from app.jobs import GapReason
from app.knowledge.gaps.clusters import Gap
from app.messages.values import Answer, to_json

MOST_GAPS = 5_000  # an account
AT_ONCE = 500  # ids in one statement

ClosedState = Literal["dismissed", "answered"]
# Reasons of gaps that did get an answer: finding that answer again doesn't close them.
DOUBTFUL = frozenset({"low_confidence", "rejected", "handed_over"})


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A question to store; `times` is 0 if it was counted before."""

    id: str
    text: str
    times: int
    reasons: Mapping[GapReason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """Which answer to a gap was approved, and by whom."""

    gap: str
    entry: str
    question: str
    answer: Answer
    approved_by: str


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """An agent's answer to a gap, without personal data."""

    gap: str
    text: str
    agent: str
    at: float  # seconds since 1970


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
        write = insert(table)
        new = write.excluded
        reopened = case((table.c.state == "answered", "open"), else_=table.c.state)
        is_same = table.c.text == new.text  # else the stored vector is another text's
        fresh = {"text": new.text, "last": new.last} | {
            name: case((is_same, table.c[name]), else_=new[name]) for name in ("vector", "model")
        }
        change = fresh | {"times": table.c.times + new.times, "state": reopened}
        async with self.engine.begin() as connection:
            await connection.execute(
                write.on_conflict_do_update(index_elements=["account", "id"], set_=change), rows
            )
            # A question counted before (times 0) whose row was evicted since.
            none = and_(table.c.account == account, table.c.times == 0)
            await connection.execute(update(table).where(none).values(times=1))
            await self._add_reasons(connection, account, questions, now)
            await self._evict(connection, account)

    async def reasons(self, account: str) -> dict[str, dict[str, int]]:
        """Gap -> reason -> how often the gap was reported for that reason."""
        columns = why.c.gap, why.c.reason, why.c.times
        reasons_by_gap: dict[str, dict[str, int]] = {}
        async with self.engine.connect() as connection:
            for row in await connection.execute(select(*columns).where(why.c.account == account)):
                reasons_by_gap.setdefault(row.gap, {})[row.reason] = row.times
        return reasons_by_gap

    async def keep_answer(self, account: str, answer: AgentAnswer) -> None:
        """Store an agent's answer, unless a later one to the same gap is stored."""
        write = insert(answers)
        row = {"account": account, "gap": answer.gap, "text": answer.text,
               "agent": answer.agent, "at": answer.at}  # fmt: skip
        fresh = {name: write.excluded[name] for name in ("text", "agent", "at")}
        change = write.on_conflict_do_update(
            index_elements=["account", "gap"], set_=fresh, where=answers.c.at <= answer.at
        )
        async with self.engine.begin() as connection:
            await connection.execute(change, row)

    async def answers(self, account: str) -> dict[str, AgentAnswer]:
        """Gap -> the latest answer of an agent."""
        async with self.engine.connect() as connection:
            rows = await connection.execute(select(answers).where(answers.c.account == account))
            return {row.gap: AgentAnswer(row.gap, row.text, row.agent, row.at) for row in rows}

    async def entries_changed(self, account: str, ids: Sequence[str]) -> dict[str, float]:
        """When each entry was last changed, in seconds since 1970."""
        changed_at: dict[str, float] = {}
        columns = knowledge.c.id, knowledge.c.changed
        async with self.engine.connect() as connection:
            for at in range(0, len(ids), AT_ONCE):
                mine = and_(
                    knowledge.c.account == account, knowledge.c.id.in_(ids[at : at + AT_ONCE])
                )
                changed_at |= {
                    row.id: row.changed
                    for row in await connection.execute(select(*columns).where(mine))
                }
        return changed_at

    async def open(self, account: str, model: str) -> list[Gap]:
        """All open gaps with a vector of this model."""
        has_vector = and_(table.c.model == model, table.c.vector != b"")
        condition = and_(_open_of(account), has_vector)
        async with self.engine.connect() as connection:
            return [
                _to_gap(row) for row in await connection.execute(select(table).where(condition))
            ]

    async def get(self, account: str, ids: Sequence[str]) -> list[Gap]:
        """The gaps of these ids that are still open, in the order given."""
        gaps_by_id: dict[str, Gap] = {}
        async with self.engine.connect() as connection:
            for at in range(0, len(ids), AT_ONCE):
                condition = and_(_open_of(account), table.c.id.in_(ids[at : at + AT_ONCE]))
                rows = await connection.execute(select(table).where(condition))
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
        columns = table.c.account, table.c.id, table.c.text
        # Two ranges of an index; `!=` would read every row, each second.
        other = or_(table.c.model < model, table.c.model > model)
        condition = and_(table.c.state == "open", other)
        async with self.engine.connect() as connection:
            rows = await connection.execute(select(*columns).where(condition).limit(most))
            return [(row.account, row.id, row.text) for row in rows]

    async def count_stale(self, account: str, model: str) -> int:
        """How many open gaps of the account have no vector of this model."""
        condition = and_(_open_of(account), table.c.model != model)
        async with self.engine.connect() as connection:
            result = await connection.execute(
                select(func.count()).select_from(table).where(condition)
            )
            return int(result.scalar_one())

    async def embed(
        self, fresh: Sequence[tuple[str, str, str, np.ndarray | None]], model: str
    ) -> None:
        """Store vectors of this model, for (account, id, text, vector); skips changed texts.

        A vector of None marks a text that this model fails on.
        """
        same = and_(
            table.c.account == bindparam("of"),
            table.c.id == bindparam("gap"),
            table.c.text == bindparam("said"),
        )
        rows = [
            {
                "of": account,
                "gap": gap,
                "said": text,
                "vector": _pack_vector(vector),
                "model": model,
            }
            for account, gap, text, vector in fresh
        ]
        async with self.engine.begin() as connection:
            await connection.execute(update(table).where(same), rows)

    async def _evict(self, connection: AsyncConnection, account: str) -> None:
        """Delete what exceeds `most_gaps`: least asked, then oldest; spares the newest half."""
        mine = table.c.account == account
        count_result = await connection.execute(select(func.count()).select_from(table).where(mine))
        over = int(count_result.scalar_one()) - self.most_gaps
        if over <= 0:
            return
        newest = table.c.last.desc(), table.c.id
        old = select(table.c.id, table.c.times, table.c.last).where(mine).order_by(*newest)
        rest = old.offset(self.most_gaps // 2).limit(self.most_gaps + over).subquery()
        order = rest.c.times, rest.c.last, rest.c.id
        out = select(rest.c.id).order_by(*order).limit(over)
        evicted_ids = (await connection.execute(out)).scalars().all()
        for at in range(0, len(evicted_ids), AT_ONCE):
            some = evicted_ids[at : at + AT_ONCE]
            await connection.execute(delete(table).where(mine, table.c.id.in_(some)))
            for beside in (why, answers):
                theirs = and_(beside.c.account == account, beside.c.gap.in_(some))
                await connection.execute(delete(beside).where(theirs))

    async def _add_reasons(
        self,
        connection: AsyncConnection,
        account: str,
        questions: Sequence[SeenQuestion],
        now: float,
    ) -> None:
        rows = [
            {"account": account, "gap": each.id, "reason": reason, "times": times, "last": now}
            for each in sorted(questions, key=lambda each: each.id)
            for reason, times in sorted(each.reasons.items())
        ]
        if rows:
            write = insert(why)
            change = {"times": why.c.times + write.excluded.times, "last": write.excluded.last}
            await connection.execute(
                write.on_conflict_do_update(
                    index_elements=["account", "gap", "reason"], set_=change
                ),
                rows,
            )


async def _close_gaps(
    connection: AsyncConnection, account: str, ids: Sequence[str], state: ClosedState, entry: str
) -> None:
    for at in range(0, len(ids), AT_ONCE):
        condition = and_(_open_of(account), table.c.id.in_(ids[at : at + AT_ONCE]))
        await connection.execute(update(table).where(condition).values(state=state, entry=entry))


def _open_of(account: str) -> ColumnElement[bool]:
    return and_(table.c.account == account, table.c.state == "open")


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


def _pack_vector(vector: np.ndarray | None) -> bytes:
    return b"" if vector is None else vector.astype(np.float16).tobytes()


def _to_gap(row: Row[Any]) -> Gap:
    vector = np.frombuffer(row.vector, np.float16).astype(np.float32)
    return Gap(
        id=row.id, text=row.text, times=row.times, first=row.first, last=row.last, vector=vector
    )
