"""Answers as they go out, over a real Redis and PostgreSQL."""

import time
from dataclasses import replace

from app.delivery.outbox import Parcel, Parcels
from app.jobs import Talk
from app.messages.values import Text, as_plain_text
from app.redis import keys
from app.settings import Timing
from app.worker.outgoing import Notes, Sealing
from app.worker.pending_turn import Letter
from tests.service import Service, shipped_text

USER = keys.user("default", "mei")
KEPT = Parcel(
    id="wx1:1", account="default", openid="mei", message=Text(content="订单在路上。"), created=1.0
)


async def sealed(door: Service, age: float) -> tuple[str, bool, list[Parcel]]:
    """The answer to a message of that age whose first try had taken a kept answer along.

    And whether it carries something, and what waits then.
    """
    parcels, said = Parcels(door.engine), message(age)
    await parcels.put([KEPT])
    await parcels.board({KEPT.id: None}, said.id)
    await door.redis.rpush(keys.waiters(said.id), f"api token {time.time() + 9}")
    if age > Timing().deliveries_over:
        await door.redis.delete(keys.waiters(said.id))
    letter = Letter(
        entry="0-1",
        user=USER,
        job="",
        mail=said,
        heard=None,
        kept=(replace(KEPT, carrier=said.id),),
    )
    given = await Sealing(door.redis, parcels, lambda _: False, Timing(), shipped_text).sealed(
        letter, said, Text(content="您好。"), Notes()
    )
    waiting = (await parcels.of([("default", "mei")]))["default", "mei"]
    return as_plain_text(given.answer), given.carrier, [p for p in waiting if p.carrier is None]


def message(age: float) -> Talk:
    return Talk(
        id="wx1:2", account="default", openid="mei", kind="text", text="在吗",
        received=time.time() - age,
    )  # fmt: skip


async def test_what_an_earlier_try_took_along_rides_on_this_one(door: Service) -> None:
    answer, carrier, waiting = await sealed(door, age=1.0)

    assert (answer, carrier, waiting) == ("订单在路上。\n\n您好。", True, [])


async def test_what_an_earlier_try_took_along_waits_again_where_nobody_listens(
    door: Service,
) -> None:
    answer, carrier, waiting = await sealed(door, age=20.0)

    assert (answer, carrier) == ("", False)
    assert [as_plain_text(parcel.message) for parcel in waiting] == ["订单在路上。", "您好。"]
