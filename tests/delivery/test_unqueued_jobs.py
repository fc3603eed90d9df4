"""Jobs without a reply that could not be queued are on disk until they are."""

import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.delivery.unqueued_jobs import UnqueuedJobs, queue_stored_jobs
from app.delivery.user_queue import UserQueues
from app.jobs import TURN_JOB, DeskSessionJob, EraseFollowerJob, MessageJob, TurnJob
from app.redis import keys
from app.resources import redis_client

MEI_LEFT = EraseFollowerJob(id="wx1:a", account="default", openid="mei")
LAN_LEFT = EraseFollowerJob(id="wx1:b", account="default", openid="lan")


def desk_session(id: str, *, is_closed: bool, received: float) -> DeskSessionJob:  # noqa: A002
    return DeskSessionJob(
        id=id, account="default", openid="mei", agent="lin@tea", is_closed=is_closed,
        received=received,
    )  # fmt: skip


async def read_queue(redis: Redis, openid: str) -> list[TurnJob]:
    jobs = await redis.lrange(keys.user_queue(keys.user("default", openid)), 0, -1)
    return [TURN_JOB.validate_json(job) for job in jobs]


def test_stored_jobs_are_read_by_any_process_the_oldest_first_and_each_once(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "unqueued"
    for job in (LAN_LEFT, MEI_LEFT, MEI_LEFT):
        UnqueuedJobs(folder).add(job)

    assert UnqueuedJobs(folder).read_all() == [LAN_LEFT, MEI_LEFT]


def test_a_removed_job_is_gone_and_may_be_removed_twice(tmp_path: Path) -> None:
    unqueued_jobs = UnqueuedJobs(tmp_path)
    for job in (MEI_LEFT, LAN_LEFT):
        unqueued_jobs.add(job)

    for _ in range(2):
        unqueued_jobs.remove(MEI_LEFT)

    assert unqueued_jobs.read_all() == [LAN_LEFT]


def test_only_our_user_may_read_who_is_to_be_erased(tmp_path: Path) -> None:
    UnqueuedJobs(tmp_path).add(MEI_LEFT)

    [file] = tmp_path.iterdir()
    assert (file.stat().st_mode & 0o777, "mei" in file.name) == (0o600, False)


def test_a_file_of_another_version_is_set_aside(tmp_path: Path) -> None:
    unqueued_jobs = UnqueuedJobs(tmp_path)
    (tmp_path / "ab.json").write_text('{"type": "never_heard_of"}')
    unqueued_jobs.add(MEI_LEFT)

    assert unqueued_jobs.read_all() == [MEI_LEFT]
    assert [file.name for file in tmp_path.glob("ab.*")] == ["ab.unreadable"]


def test_a_folder_that_takes_no_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        UnqueuedJobs(tmp_path / "file").add(MEI_LEFT)


async def test_stored_jobs_are_queued_in_order_of_receipt_and_removed(
    redis_url: str, tmp_path: Path
) -> None:
    now, unqueued_jobs = time.time(), UnqueuedJobs(tmp_path)
    opening = desk_session("wx1:c", is_closed=False, received=now - 60)
    closed = desk_session("wx1:d", is_closed=True, received=now - 30)
    message = MessageJob(
        id="wx1:7", account="default", openid="mei", kind="text", text="在吗", received=now
    )
    for job in (opening, closed):
        unqueued_jobs.add(job)

    async with redis_client(redis_url) as redis:
        user_queues, user = UserQueues(redis), keys.user("default", "mei")
        await user_queues.admit("wx1:7", user, message.model_dump_json(), "api 1 0", now)
        await queue_stored_jobs(unqueued_jobs, user_queues, "api")
        queue = await read_queue(redis, "mei")

    assert (queue, unqueued_jobs.read_all()) == ([opening, closed, message], [])


async def test_a_job_whose_queue_is_full_stays_on_disk(redis_url: str, tmp_path: Path) -> None:
    unqueued_jobs = UnqueuedJobs(tmp_path)
    for job in (MEI_LEFT, LAN_LEFT):
        unqueued_jobs.add(job)

    async with redis_client(redis_url) as redis:
        await queue_stored_jobs(unqueued_jobs, UserQueues(redis, max_waiting_users=1), "api")
        queues = [await read_queue(redis, openid) for openid in ("mei", "lan")]

    assert (queues, unqueued_jobs.read_all()) == ([[MEI_LEFT], []], [LAN_LEFT])
