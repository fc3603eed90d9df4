"""A worker's own health, over HTTP."""

import socket
import time

import httpx
import pytest

from app.worker import health
from app.worker.health import NEVER, Health

KEY = "the-key-of-the-cms-in-tests"


@pytest.mark.parametrize(
    ("loop", "redis", "database", "live", "ready"),
    [
        (NEVER, NEVER, NEVER, 200, "the models are not warm yet"),
        (0, NEVER, 0, 200, "Redis does not answer"),
        (0, 60, 0, 200, "Redis does not answer"),
        (0, 0, NEVER, 200, "the database does not answer"),
        (0, 0, 60, 200, "the database does not answer"),
        (60, 0, 0, 503, "the event loop stands still"),
        (0, 0, 0, 200, "ok"),
    ],
)
def test_each_part_that_is_away_is_named(
    loop: float, redis: float, database: float, live: int, ready: str
) -> None:
    now = time.monotonic()
    state = Health(now - loop if loop != NEVER else loop, now - redis, now - database)
    state.redis_at = NEVER if redis == NEVER else state.redis_at
    state.database_at = NEVER if database == NEVER else state.database_at
    port = free_port()

    health.serve("127.0.0.1", port, state, KEY)

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        answers = [http.get(path) for path in ("/health/live", "/health/ready", "/metrics", "/x")]
        metrics = http.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    status = 200 if ready == "ok" else 503
    assert [each.status_code for each in answers] == [live, status, 401, 404]
    assert answers[1].text == f"{ready}\n"
    assert metrics.status_code == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
