"""Proposals in the database. Of a subject at most one is open."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import proposals
from app.marketing.strategy.values import (
    LiftPrediction,
    NewProposal,
    Proposal,
    ProposalDecided,
    ProposalState,
    UnknownProposal,
)

OPEN_FOR = 14 * 86_400.0  # seconds; what nobody decides expires, as its figures are old by then


@dataclass(frozen=True, slots=True)
class Proposals:
    """Reads and writes proposals."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add_all(self, account: str, new: Sequence[NewProposal]) -> list[Proposal]:
        """Store proposals whose subject has no open one; expire those that are open too long."""
        now = self.clock()
        expiring = update(proposals).where(
            proposals.c.account == account,
            proposals.c.state == "open",
            proposals.c.created < now - OPEN_FOR,
        )
        stored = []
        async with self.engine.begin() as connection:
            await connection.execute(expiring.values(state="expired", decided=now))
            for proposal in new:
                row = _make_row(account, now, proposal)
                adding = insert(proposals).values(row).on_conflict_do_nothing()
                result = await connection.execute(adding.returning(proposals))
                stored += [_read_row(each) for each in result]
        return stored

    async def get(self, account: str, proposal_id: str) -> Proposal:
        """A proposal. Raises UnknownProposal."""
        query = select(proposals).where(_is(account, proposal_id))
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownProposal(f"没有建议 {proposal_id!r}：请先查询建议列表")
        return _read_row(row)

    async def list_page(
        self, account: str, state: ProposalState | None = None, *, offset: int = 0, limit: int = 50
    ) -> list[Proposal]:
        """Proposals, the latest first."""
        query = select(proposals).where(proposals.c.account == account)
        if state is not None:
            query = query.where(proposals.c.state == state)
        query = query.order_by(proposals.c.created.desc(), proposals.c.id)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query.offset(offset).limit(limit))
            return [_read_row(row) for row in rows]

    async def decide(
        self, proposal: Proposal, state: ProposalState, author: str, reason: str, experiment: str
    ) -> Proposal:
        """Store a person's decision. Raises ProposalDecided where somebody was faster."""
        deciding = (
            update(proposals)
            .where(_is(proposal.account, proposal.id), proposals.c.state == "open")
            .values(
                state=state, decided=self.clock(), decided_by=author, reason=reason,
                experiment=experiment,
            )
            .returning(proposals)
        )  # fmt: skip
        async with self.engine.begin() as connection:
            row = (await connection.execute(deciding)).one_or_none()
        if row is None:
            raise ProposalDecided("这条建议已经处理过或已过期：请重新读取")
        return _read_row(row)


def _is(account: str, proposal_id: str) -> Any:
    return and_(proposals.c.account == account, proposals.c.id == proposal_id)


def _make_row(account: str, now: float, proposal: NewProposal) -> dict[str, Any]:
    return {
        "account": account, "id": uuid.uuid4().hex, "created": now, "content": asdict(proposal),
        "subject": proposal.subject[:200], "state": "open", "decided": None, "decided_by": "",
        "reason": "", "experiment": "",
    }  # fmt: skip


def _read_row(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        account=row.account,
        created=row.created,
        new=_read_content(row.content),
        state=row.state,
        decided=row.decided,
        decided_by=row.decided_by,
        reason=row.reason,
        experiment=row.experiment,
    )


def _read_content(content: Mapping[str, Any]) -> NewProposal:
    prediction = content["prediction"]
    changes = {
        "prediction": LiftPrediction(**prediction) if prediction else None,
        "plan": _empty_placeholders(content.get("plan", {}), content.get("brief", {})),
    }
    return NewProposal(**dict(content) | changes)


def _empty_placeholders(plan: Mapping[str, Any], brief: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with empty texts where proposals of older versions have placeholders.

    They would be sent as they stand; empty ones keep the experiment from starting.
    """
    placeholders = {"按平时的写法", "见简报", brief.get("tone")}
    variants = [
        variant | ({"content": ""} if variant.get("content") in placeholders else {})
        for variant in plan.get("variants", ())
    ]
    return dict(plan) | ({"variants": variants} if variants else {})
