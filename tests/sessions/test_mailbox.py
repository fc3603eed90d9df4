"""The order of a follower's messages."""

import json
from typing import Any

import pytest

from app.sessions import keys
from app.sessions.mailbox import Mailboxes
from tests.service import Service

USER = "default:mei"


async def admitted(redis: Any, *jobs: dict[str, Any], waited: bool) -> list[str]:
    """The ids in the mailbox after these came in."""
    for job in jobs:
        await Mailboxes(redis).admit(
            job["id"], USER, json.dumps(job), "api token 9", 1.0, waited=waited
        )
    return [json.loads(job)["id"] for job in await redis.lrange(keys.mail(USER), 0, -1)]


@pytest.mark.parametrize(("waited", "order"), [(True, ["a", "b", "c"]), (False, ["b", "c", "a"])])
async def test_who_waited_for_redis_comes_in_the_order_of_receipt(
    door: Service, waited: bool, order: list[str]
) -> None:
    b, c, a = ({"id": name, "received": at} for name, at in (("b", 2.0), ("c", 3.0), ("a", 1.0)))

    assert await admitted(door.redis, b, c, a, waited=waited) == order


async def test_nobody_comes_before_an_erasure_that_was_there_first(door: Service) -> None:
    later, erasure, earlier = {"id": "b", "received": 2.0}, {"id": "x"}, {"id": "a", "received": 1}

    assert await admitted(door.redis, later, erasure, earlier, waited=True) == ["b", "x", "a"]
