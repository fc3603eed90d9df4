"""The four ways in which a turn ends, over a real Redis."""

import time
from dataclasses import replace

from app.delivery.outbox import Outbox, OutboxMessage
from app.delivery.user_queue import TurnCommit, UserQueues
from app.jobs import EraseFollowerJob, MessageJob
from app.messages.texts import FAILED
from app.messages.values import Text, to_json
from app.redis import keys
from app.worker.committing import Postponed, Retry, TurnCommitter, TurnOutcome
from app.worker.pending_turn import PendingTurn
from tests.service import SHIPPING, Service

MEI = keys.user("default", "mei")
DELIVERY = keys.delivery("wx1:1")
OUTBOX_MESSAGE = OutboxMessage(
    id="wx1:0", account="default", openid="mei", message=Text(content="订单在路上。"), created=1.0
)


async def load_turn(running: Service, job: MessageJob | EraseFollowerJob) -> PendingTurn:
    """Queue the job of mei's, let a worker read her entry, and load the turn."""
    waiter = "api token 9999999999"
    await running.redis.xgroup_create(keys.USER_STREAM, keys.GROUP, "0", mkstream=True)
    await UserQueues(running.redis).admit(job.id, MEI, job.model_dump_json(), waiter, time.time())
    [[_, entries]] = await running.redis.xreadgroup(keys.GROUP, "me", {keys.USER_STREAM: ">"})
    [(entry, _)] = entries
    [pending] = await running.worker().loader.load_pending_turns([(entry, MEI)])
    return pending


async def load_message(running: Service, age: float = 0.0) -> PendingTurn:
    return await load_turn(
        running,
        MessageJob(
            id="wx1:1", account="default", openid="mei", kind="text", text=SHIPPING,
            received=time.time() - age,
        ),
    )  # fmt: skip


async def reserve_outbox_message(running: Service) -> Outbox:
    """Put a message into mei's outbox, and reserve it for the reply to her message, as a try of
    its turn does before the commit."""
    outbox = Outbox(running.engine)
    await outbox.put([OUTBOX_MESSAGE])
    await outbox.reserve({OUTBOX_MESSAGE.id: None}, "wx1:1")
    return outbox


async def read_outbox(outbox: Outbox) -> list[tuple[str, str | None]]:
    """Id and reservation of mei's unsent messages."""
    pending = await outbox.read_pending([("default", "mei")])
    return [(each.id, each.sent_with) for each in pending.get(("default", "mei"), [])]


def make_committer(running: Service) -> TurnCommitter:
    return running.worker().committer


async def queue_state(running: Service) -> dict[str, int]:
    """Jobs in the user's queue, entries of the user on the stream, and those that a worker has."""
    return {
        "jobs": await running.mail("mei"),
        "entries": await running.redis.xlen(keys.USER_STREAM),
        "taken": (await running.redis.xpending(keys.USER_STREAM, keys.GROUP))["pending"],
        "dead_letters": await running.redis.xlen(keys.DEAD_LETTERS),
    }


IN_WORK = {"jobs": 1, "entries": 1, "taken": 1, "dead_letters": 0}
WAITING = {"jobs": 1, "entries": 1, "taken": 0, "dead_letters": 0}
DONE = {"jobs": 0, "entries": 0, "taken": 0, "dead_letters": 0}


async def state_after(running: Service, outcome: TurnOutcome) -> dict[str, int]:
    """The state of the queue after a turn has ended so."""
    pending = await load_message(running)
    assert await queue_state(running) == IN_WORK
    await make_committer(running).end_turns([(pending, outcome)])
    return await queue_state(running)


async def test_a_committed_turn_leaves_the_queue_with_its_reply(api_only: Service) -> None:
    pending = await load_message(api_only)
    reply = Text(content="您好。")
    commit = TurnCommit(id="wx1:1", user=MEI, job_json=pending.job_json, reply=reply)

    await make_committer(api_only).end_turns([(pending, commit)])

    assert await queue_state(api_only) == DONE
    assert await api_only.redis.hget(DELIVERY, "reply") == to_json(reply)


async def test_a_retried_turn_waits_for_any_worker(api_only: Service) -> None:
    assert await state_after(api_only, Retry()) == WAITING
    assert await api_only.redis.hmget(DELIVERY, "reply", "tries", "postponed") == [None, None, None]


async def test_a_postponed_turn_waits_for_any_worker_and_its_tries_are_not_counted(
    api_only: Service,
) -> None:
    assert await state_after(api_only, Postponed()) == WAITING
    assert await api_only.redis.hmget(DELIVERY, "reply", "tries", "postponed") == [None, None, "1"]


async def test_a_turn_that_fails_three_times_is_given_up_with_an_apology(api_only: Service) -> None:
    pending, committer = await load_message(api_only), make_committer(api_only)

    outcomes = [await committer.count_failure(pending, "a bug") for _ in range(3)]
    await committer.end_turns([(pending, outcomes[-1])])

    assert outcomes[:2] == [Retry(), Retry()]
    assert await queue_state(api_only) == DONE | {"dead_letters": 1}
    assert await api_only.redis.hget(DELIVERY, "reply") == to_json(Text(content=FAILED.first))


async def test_an_apology_takes_along_what_the_crashed_tries_reserved(api_only: Service) -> None:
    pending, committer = await load_message(api_only), make_committer(api_only)
    outbox = await reserve_outbox_message(api_only)

    committer = replace(committer, max_tries=1)
    entries_to_run = await committer.give_up_poison_messages([(pending.entry, MEI)])

    assert (entries_to_run, await read_outbox(outbox)) == ([], [])
    assert await api_only.redis.hget(DELIVERY, "reply") == to_json(
        Text(content=f"订单在路上。\n\n{FAILED.first}")
    )


async def test_what_the_failed_try_itself_reserved_waits_again_where_nobody_gets_the_apology(
    api_only: Service,
) -> None:
    pending = await load_message(api_only, age=600.0)
    outbox = await reserve_outbox_message(api_only)  # after the turn was loaded

    committer = replace(make_committer(api_only), max_tries=1)
    await committer.end_turns([(pending, await committer.count_failure(pending, "a bug"))])

    assert await read_outbox(outbox) == [("wx1:0", None), ("wx1:1", None)]


async def test_an_erasure_that_is_given_up_has_no_reply(api_only: Service) -> None:
    erasure = EraseFollowerJob(id="wx1:1", account="default", openid="mei")
    pending = await load_turn(api_only, erasure)

    committer = replace(make_committer(api_only), max_tries=1)
    await committer.end_turns([(pending, await committer.count_failure(pending, "a bug"))])

    assert await queue_state(api_only) == DONE | {"dead_letters": 1}
    assert await api_only.redis.hget(DELIVERY, "reply") == ""
