"""Scripts run on Redis Cluster, which refuses keys of different hash slots."""

import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.delivery.record_queue import TurnRecords
from app.delivery.undelivered import UndeliveredReplies, UndeliveredReply
from app.delivery.user_queue import TurnCommit, UserQueues
from app.messages.values import Text
from app.redis.scripts import ScriptQueue
from app.resources import redis_client
from app.sessions.rate_limit import RateLimiter
from tests.own_redis import OwnRedis
from tests.service import until

USER = "default:mei"
REPLY = Text(content="好的")
HIGHEST_PORT = 55_535  # a node listens on the port 10,000 above as well


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port <= HIGHEST_PORT:
            return port


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Any]:
    """A cluster of one node, which has all slots."""
    node = OwnRedis(tmp_path, free_port(), ("--cluster-enabled", "yes"))
    async with node.running(), redis_client(node.url) as opened:
        redis: Any = opened  # the library types no raw commands
        await redis.execute_command("CLUSTER", "ADDSLOTS", *range(16_384))

        async def is_ready() -> bool:
            return "cluster_state:ok" in str(await redis.execute_command("CLUSTER", "INFO"))

        await until(is_ready)
        yield redis


async def commit(redis: Any, job: str, reply: Text | None) -> None:
    id_ = json.loads(job)["id"]
    turn_commit = TurnCommit(id=id_, user=USER, job_json=job, reply=reply, record="{}")
    async with redis.pipeline(transaction=False) as pipe:
        UserQueues(redis).commit_turns(ScriptQueue(pipe), [("0-1", turn_commit)], 2.0)
        await pipe.execute()


async def test_a_delivery_goes_its_whole_way(cluster: Any) -> None:
    queues, undelivered_replies = UserQueues(cluster), UndeliveredReplies(cluster)
    jobs = [json.dumps({"id": id_, "received": 1.0}) for id_ in "ab"]
    admissions = [
        await queues.admit(json.loads(job)["id"], USER, job, "api 0 0", 1.0) for job in jobs
    ]
    for job in jobs:
        await commit(cluster, job, REPLY)
    undelivered = await undelivered_replies.take(USER, 3.0)
    await undelivered_replies.mark_in_outbox(undelivered[0][0])
    leased = await undelivered_replies.lease(99.0)
    is_answered = await queues.stop_waiting("a", "api 0 0")
    await queues.erase_user(USER, 99.0, "b")
    await TurnRecords(cluster).remove(await TurnRecords(cluster).read())
    verdicts = await RateLimiter(cluster, a_minute=1, a_day=1).count([(USER, "a"), (USER, "b")])

    assert [admission.outcome for admission in admissions] == ["wait", "wait"]
    assert sorted(undelivered[0], key=lambda each: each.id) == [
        UndeliveredReply(id_, USER, REPLY, 1.0) for id_ in "ab"
    ]
    assert [each.reply for each in leased] == [REPLY]
    assert (is_answered, verdicts) == (True, ["ok", "warn"])
    assert await TurnRecords(cluster).count() == 0
