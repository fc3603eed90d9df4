"""A follower who leaves before their scan is written counts all the same, without a name."""

import json
import time

import pytest
from sqlalchemy import select

from app.db.tables import scan_events
from app.jobs import EraseFollowerJob, MessageJob
from app.redis import keys
from app.touchpoints.qr.scan_events import ScanEvents
from tests.service import CMS_KEY, Service


@pytest.mark.parametrize(
    ("is_unfollow", "kinds"), [(True, ["follow", "unfollow"]), (False, ["follow"])]
)
async def test_scans_that_wait_to_be_written_are_counted_before_an_erasure(
    api_only: Service, is_unfollow: bool, kinds: list[str]
) -> None:
    follow = MessageJob(
        id="wx1:a", account="default", openid="mei", kind="subscribe", text="poster",
        received=time.time() - 1,
    )  # fmt: skip
    scan = ScanEvents(api_only.engine, CMS_KEY).build_row(follow)
    record = {"turn": {"account": "default", "openid": "mei"}, "scan": scan}
    await api_only.redis.rpush(keys.RECORDS, json.dumps(record))
    erasure = EraseFollowerJob(id="wx1:b", account="default", openid="mei", is_unfollow=is_unfollow)

    silent_jobs = api_only.worker().turns.silent_jobs
    for _ in range(2):  # again after a crash
        await silent_jobs.run(erasure)

    async with api_only.engine.connect() as connection:
        rows = (await connection.execute(select(scan_events).order_by(scan_events.c.at))).all()
    assert [(row.kind, row.scene, row.pseudonym) for row in rows] == [
        (kind, "poster", "") for kind in kinds
    ]
    assert await api_only.redis.llen(keys.RECORDS) == 0
