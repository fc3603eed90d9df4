"""The time by which old rows are deleted: neither clock alone decides on it."""

import time

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.clock import read_earlier_time

YEAR = 365 * 86_400.0


@pytest.mark.parametrize(("ahead", "expected"), [(3 * YEAR, 0.0), (-3 * YEAR, -3 * YEAR)])
async def test_the_clock_that_is_behind_tells_the_time(
    engine: AsyncEngine, ahead: float, expected: float
) -> None:
    now = time.time()

    earlier = await read_earlier_time(engine, lambda: now + ahead)

    assert earlier - now == pytest.approx(expected, abs=300)
