"""What a night doesn't propose again: what was decided lately, and what a test answers."""

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import experiments, proposals

DECIDED_FOR = 7 * 86_400.0  # seconds in which a decision stands, whatever it was
TESTED_FOR = 90 * 86_400.0  # seconds in which the answer of a test stands


async def list_settled_subjects(engine: AsyncEngine, account: str, now: float) -> frozenset[str]:
    """Subjects of proposals that were decided within 7 days, or whose test goes on or is fresh.

    A test is fresh for 90 days after its end.
    """
    mine = and_(
        experiments.c.account == proposals.c.account, experiments.c.id == proposals.c.experiment
    )
    is_settled = or_(
        proposals.c.decided > now - DECIDED_FOR,
        experiments.c.state.in_(("draft", "running")),
        experiments.c.ended > now - TESTED_FOR,
    )
    query = (
        select(proposals.c.subject)
        .distinct()
        .outerjoin_from(proposals, experiments, mine)
        .where(
            proposals.c.account == account,
            proposals.c.state.in_(("accepted", "declined")),
            is_settled,
        )
    )
    async with connect_to_read(engine) as connection:
        return frozenset((await connection.execute(query)).scalars())
