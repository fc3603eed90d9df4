from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.wechat.callback.outcomes import CallbackOutcomes
from tests.doctor.patient import ACCOUNT, Patient, write_weights


@pytest.fixture
async def patient(redis: Redis, redis_url: str, database_url: str, tmp_path: Path) -> Patient:
    """A service that lacks nothing, and has just taken a callback."""
    outcomes = CallbackOutcomes(redis)
    outcomes.record(ACCOUNT.name, "accepted")
    await outcomes.flush()
    return Patient(
        redis_url=redis_url, database_url=database_url, weights=write_weights(tmp_path / "weights")
    )
