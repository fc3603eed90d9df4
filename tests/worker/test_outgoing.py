"""Answers as they go out, over a real Redis and PostgreSQL."""

import time
from dataclasses import replace

from app.delivery.outbox import Outbox, OutboxMessage
from app.jobs import MessageJob
from app.messages.values import Text, as_plain_text
from app.redis import keys
from app.settings import Timing
from app.worker.outgoing import CommitNotes, ReplyDispatcher
from app.worker.pending_turn import PendingTurn
from tests.service import Service, shipped_text

USER = keys.user("default", "mei")
OUTBOX_MESSAGE = OutboxMessage(
    id="wx1:1", account="default", openid="mei", message=Text(content="订单在路上。"), created=1.0
)


async def sealed(api_only: Service, age: float) -> tuple[str, bool, list[OutboxMessage]]:
    """The answer to a message of that age whose first try had taken a kept answer along.

    And whether it carries something, and what waits then.
    """
    parcels, job = Outbox(api_only.engine), message(age)
    await parcels.put([OUTBOX_MESSAGE])
    await parcels.reserve({OUTBOX_MESSAGE.id: None}, job.id)
    await api_only.redis.rpush(keys.waiters(job.id), f"api token {time.time() + 9}")
    if age > Timing().all_copies_answered_after:
        await api_only.redis.delete(keys.waiters(job.id))
    letter = PendingTurn(
        entry="0-1",
        user=USER,
        job_json="",
        turn_job=job,
        context=None,
        outbox_messages=(replace(OUTBOX_MESSAGE, sent_with=job.id),),
    )
    commit = await ReplyDispatcher(
        api_only.redis, parcels, lambda *_: False, Timing(), shipped_text
    ).dispatch(letter, job, Text(content="您好。"), CommitNotes())
    waiting = (await parcels.read_pending([("default", "mei")]))["default", "mei"]
    return (
        as_plain_text(commit.reply),
        commit.has_outbox_messages,
        [p for p in waiting if p.sent_with is None],
    )


async def test_a_message_that_another_send_has_leaves_its_room_to_the_next(
    api_only: Service,
) -> None:
    parcels, job = Outbox(api_only.engine), message(age=1.0)
    first = replace(OUTBOX_MESSAGE, message=Text(content="一" * 300))
    second = replace(OUTBOX_MESSAGE, id="wx1:1b", message=Text(content="二" * 600), created=2.0)
    await parcels.put([first, second])
    await parcels.reserve({first.id: None}, "another send")
    await api_only.redis.rpush(keys.waiters(job.id), f"api token {time.time() + 9}")
    pending = PendingTurn(
        entry="0-1",
        user=USER,
        job_json="",
        turn_job=job,
        context=None,
        outbox_messages=(first, second),
    )

    dispatcher = ReplyDispatcher(api_only.redis, parcels, lambda *_: False, Timing(), shipped_text)
    commit = await dispatcher.dispatch(pending, job, Text(content="您好。"), CommitNotes())
    await parcels.mark_sent([job.id])
    left = (await parcels.read_pending([("default", "mei")]))["default", "mei"]

    assert as_plain_text(commit.reply) == "二" * 600 + "\n\n您好。"
    assert [each.id for each in left] == [first.id]


def message(age: float) -> MessageJob:
    return MessageJob(
        id="wx1:2", account="default", openid="mei", kind="text", text="在吗",
        received=time.time() - age,
    )  # fmt: skip


async def test_what_an_earlier_try_took_along_rides_on_this_one(api_only: Service) -> None:
    answer, carrier, waiting = await sealed(api_only, age=1.0)

    assert (answer, carrier, waiting) == ("订单在路上。\n\n您好。", True, [])


async def test_what_an_earlier_try_took_along_waits_again_where_nobody_listens(
    api_only: Service,
) -> None:
    answer, carrier, waiting = await sealed(api_only, age=20.0)

    assert (answer, carrier) == ("", False)
    assert [as_plain_text(parcel.message) for parcel in waiting] == ["订单在路上。", "您好。"]


def long_reply(first: str) -> Text:
    """A reply of which the first character fills one message, and 「尾」 what remains."""
    return Text(content=first * 682 + "尾" * 100)


async def dispatch_first_try(api_only: Service, job: MessageJob) -> ReplyDispatcher:
    """Dispatch a long reply to a waiting copy, without the commit: there its worker died."""
    outbox = Outbox(api_only.engine)
    dispatcher = ReplyDispatcher(api_only.redis, outbox, lambda *_: True, Timing(), shipped_text)
    await api_only.redis.rpush(keys.waiters(job.id), f"api token {time.time() + 9}")
    await dispatcher.dispatch(unread_turn(job), job, long_reply("一"), CommitNotes())
    await api_only.redis.hset(keys.delivery(job.id), "tries", 1)
    return dispatcher


def unread_turn(job: MessageJob) -> PendingTurn:
    """The turn, its outbox messages not read yet."""
    return PendingTurn(
        entry="0-1", user=USER, job_json="", turn_job=job, context=None, outbox_messages=None
    )


async def test_the_remainder_of_a_reply_is_not_sent_before_the_commit(api_only: Service) -> None:
    job = message(age=1.0)
    outbox = (await dispatch_first_try(api_only, job)).outbox

    before = await outbox.read_due(time.time() + 60)
    await outbox.mark_sent([job.id])
    after = await outbox.read_due(time.time() + 60)

    assert before == []
    assert [(each.id, as_plain_text(each.message)) for each in after] == [
        ("wx1:2#rest", "尾" * 100)
    ]


async def test_a_reply_that_goes_to_the_outbox_replaces_the_remainder_of_a_failed_try(
    api_only: Service,
) -> None:
    job = message(age=1.0)
    dispatcher = await dispatch_first_try(api_only, job)

    late = replace_received(job, age=600.0)
    await dispatcher.dispatch(unread_turn(late), late, long_reply("二"), CommitNotes())
    pending = (await dispatcher.outbox.read_pending([("default", "mei")]))["default", "mei"]

    assert [(each.id, each.sent_with, each.message) for each in pending] == [
        ("wx1:2", None, long_reply("二"))
    ]


async def test_the_remainder_of_a_retried_reply_is_its_own(api_only: Service) -> None:
    job = message(age=1.0)
    dispatcher = await dispatch_first_try(api_only, job)

    reply = Text(content="二" * 682 + "终")
    commit = await dispatcher.dispatch(unread_turn(job), job, reply, CommitNotes())
    await dispatcher.outbox.mark_sent([job.id] if commit.has_outbox_messages else [])
    pending = (await dispatcher.outbox.read_pending([("default", "mei")]))["default", "mei"]

    assert [(each.id, each.sent_with, as_plain_text(each.message)) for each in pending] == [
        ("wx1:2#rest", None, "终")
    ]


def replace_received(job: MessageJob, age: float) -> MessageJob:
    return job.model_copy(update={"received": time.time() - age})
