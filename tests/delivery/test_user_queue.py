"""The order of a follower's messages."""

import json
from typing import Any

import pytest

from app.delivery.user_queue import TurnCommit, UserQueues
from app.messages.values import Text
from app.redis import keys, scripts
from tests.service import Service

USER = "default:mei"


async def admitted(redis: Any, *jobs: dict[str, Any], waited: bool) -> list[str]:
    """The ids in the mailbox after these came in."""
    for job in jobs:
        await UserQueues(redis).admit(
            job["id"], USER, json.dumps(job), "api token 9", 1.0, waited=waited
        )
    return [json.loads(job)["id"] for job in await redis.lrange(keys.user_queue(USER), 0, -1)]


@pytest.mark.parametrize(("waited", "order"), [(True, ["a", "b", "c"]), (False, ["b", "c", "a"])])
async def test_who_waited_for_redis_comes_in_the_order_of_receipt(
    door: Service, waited: bool, order: list[str]
) -> None:
    b, c, a = ({"id": name, "received": at} for name, at in (("b", 2.0), ("c", 3.0), ("a", 1.0)))

    assert await admitted(door.redis, b, c, a, waited=waited) == order


async def test_nobody_comes_before_an_erasure_that_was_there_first(door: Service) -> None:
    later, erasure, earlier = {"id": "b", "received": 2.0}, {"id": "x"}, {"id": "a", "received": 1}

    assert await admitted(door.redis, later, erasure, earlier, waited=True) == ["b", "x", "a"]


async def copy_outcomes(redis: Any, confirmed: bool, seconds: float) -> list[str]:
    """What a second and a third delivery get so long after the first one's answer."""
    mailboxes, job = UserQueues(redis), json.dumps({"id": "a", "received": 1.0})
    await mailboxes.admit("a", USER, job, "api token 9", 1.0)
    async with redis.pipeline(transaction=False) as pipe:
        queue = scripts.ScriptQueue(pipe)
        mailboxes.commit_turns(
            queue,
            [("0-1", TurnCommit(id="a", user=USER, job_json=job, reply=Text(content="好的")))],
            2.0,
        )
        if confirmed:
            mailboxes.confirm(queue, "a", USER)
        await pipe.execute()
    copies = [await mailboxes.admit("a", USER, job, "b token 9", 2.0 + seconds) for _ in range(2)]
    return [copy.outcome for copy in copies]


@pytest.mark.parametrize(
    ("confirmed", "seconds", "what"),
    [
        (False, 0.4, ["done", "done"]),  # it may be on its way
        (False, 0.6, ["answer", "done"]),
        (True, 0.6, ["done", "done"]),
        (True, 4.6, ["answer", "done"]),
    ],
)
async def test_a_copy_is_given_the_answer_that_never_left_its_process(
    door: Service, confirmed: bool, seconds: float, what: list[str]
) -> None:
    assert await copy_outcomes(door.redis, confirmed, seconds) == what
