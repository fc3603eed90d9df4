"""Outbox messages are stored, reserved and sent once, in a real PostgreSQL."""

import time
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.delivery.outbox import KEPT_FOR, RESERVED_FOR, Outbox, OutboxMessage
from app.messages.values import Text

NOW = 1_700_000_000.0
USER = ("shop", "mei")
REMAINDER = Text(content="后一半")
FIRST = OutboxMessage(
    id="wx1:1", account="shop", openid="mei", message=Text(content="先一半，后一半"), created=NOW
)
SECOND = replace(FIRST, id="wx1:2", message=Text(content="另一条"), created=NOW + 1, due=NOW)
LANS = replace(SECOND, id="wx1:3", openid="lan")


@pytest.fixture
async def outbox(engine: AsyncEngine) -> Outbox:
    """With two messages for mei, of which the second is due, and one for lan, which is due."""
    outbox = Outbox(engine)
    await outbox.put([SECOND, FIRST, LANS])
    return outbox


async def read(outbox: Outbox) -> list[OutboxMessage]:
    """Mei's unsent messages; the time of a reservation is left out."""
    messages = (await outbox.read_pending([USER])).get(USER, [])
    return [replace(message, reserved_at=0.0) for message in messages]


async def test_messages_are_read_by_user_the_oldest_first(outbox: Outbox) -> None:
    pending = await outbox.read_pending([USER, ("shop", "lan"), ("shop", "nobody")])

    assert pending == {USER: [FIRST, SECOND], ("shop", "lan"): [LANS]}


async def test_a_known_id_changes_nothing_even_after_it_was_sent(outbox: Outbox) -> None:
    await outbox.reserve({FIRST.id: None}, "send-1")
    await outbox.mark_sent(["send-1"])

    await outbox.put([FIRST, replace(SECOND, message=Text(content="别的"))])

    assert await read(outbox) == [SECOND]


async def test_only_the_oldest_message_of_a_user_is_sent_and_only_when_due(outbox: Outbox) -> None:
    before = await outbox.read_due(NOW)
    await outbox.drop(FIRST.id, "unreachable")
    after = await outbox.read_due(NOW)
    await outbox.reserve({SECOND.id: None}, "send-1")

    assert before == [LANS]
    assert sorted(after, key=lambda message: message.id) == [SECOND, LANS]
    assert await outbox.read_due(NOW) == [LANS]
    assert await outbox.read_due(NOW - 1) == []


async def test_a_message_is_reserved_once_but_again_by_the_same_sending(outbox: Outbox) -> None:
    reservations = [
        await outbox.reserve({FIRST.id: None}, "send-1"),
        await outbox.reserve({FIRST.id: None, SECOND.id: None}, "send-2"),
        await outbox.reserve({FIRST.id: REMAINDER}, "send-1"),
    ]

    assert reservations == [{FIRST.id}, {SECOND.id}, {FIRST.id}]


async def test_what_remains_takes_the_place_of_what_was_sent(outbox: Outbox) -> None:
    await outbox.reserve({FIRST.id: REMAINDER, SECOND.id: None}, "send-1")
    await outbox.mark_sent(["send-1"])

    assert await read(outbox) == [replace(FIRST, message=REMAINDER)]


async def test_a_released_message_waits_again_as_it_was(outbox: Outbox) -> None:
    await outbox.reserve({FIRST.id: REMAINDER}, "send-1")
    await outbox.cancel_reservations("send-1")

    assert await read(outbox) == [FIRST, SECOND]


async def test_a_refused_message_is_tried_again_when_it_is_due(outbox: Outbox) -> None:
    await outbox.reserve({LANS.id: REMAINDER}, "send-1")
    await outbox.mark_refused(LANS.id, NOW + 60)

    [refused] = await outbox.read_due(NOW + 60)

    assert replace(refused, reserved_at=0.0) == replace(LANS, due=NOW + 60, tries=1)
    assert await outbox.read_due(NOW + 59) == []


async def test_a_reservation_counts_as_sent_once_its_process_must_be_dead(
    engine: AsyncEngine,
) -> None:
    outbox, created = Outbox(engine), time.time()
    recent = replace(FIRST, created=created)
    await outbox.put([recent])
    await outbox.reserve({recent.id: REMAINDER}, "send-1")

    await outbox.tidy(created + RESERVED_FOR.total_seconds() / 2)
    in_time = await read(outbox)
    await outbox.tidy(time.time() + RESERVED_FOR.total_seconds() + 1)

    assert in_time == [replace(recent, sent_with="send-1")]
    assert await read(outbox) == [replace(recent, message=REMAINDER)]


async def test_messages_older_than_a_week_are_deleted_and_the_unsent_counted(
    outbox: Outbox,
) -> None:
    await outbox.reserve({FIRST.id: None}, "send-1")
    await outbox.mark_sent(["send-1"])

    deleted = await outbox.tidy(NOW + KEPT_FOR.total_seconds() + 2)

    assert (deleted, await read(outbox)) == (2, [])
