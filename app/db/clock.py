"""What time it is, by two clocks: one that jumps ahead must delete nothing that is kept."""

import time
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read


async def read_database_time(engine: AsyncEngine) -> float:
    """The database's clock, in seconds since 1970."""
    async with connect_to_read(engine) as connection:
        return float(await connection.scalar(select(func.extract("epoch", func.now()))) or 0.0)


async def read_earlier_time(engine: AsyncEngine, clock: Callable[[], float] = time.time) -> float:
    """The earlier of this machine's clock and the database's, in seconds since 1970."""
    return min(clock(), await read_database_time(engine))
