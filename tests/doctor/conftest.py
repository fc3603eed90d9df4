from pathlib import Path

import pytest

from tests.doctor.patient import Patient, write_weights


@pytest.fixture
def patient(redis_url: str, database_url: str, tmp_path: Path) -> Patient:
    """A service that lacks nothing."""
    return Patient(
        redis_url=redis_url, database_url=database_url, weights=write_weights(tmp_path / "weights")
    )
