"""Answers that version 0.1 stored with marks become the JSON of messages."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.db.stored_answers import convert_answers
from app.delivery.outbox import Outbox
from app.messages.values import ImageCard, Text

PICTURE = '⟦card {"type": "image", "media_id": "MEDIA"}⟧'
STORED = ("您好", PICTURE, "八元。（内容由AI生成）")


async def test_what_waits_in_the_outbox_is_read_as_messages(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for number, answer in enumerate(STORED):
            row = {
                "id": f"wx1:{number}", "account": "shop", "openid": "mei", "text": answer,
                "remaining": "", "created": float(number), "reserved_at": 0.0, "tries": 0,
            }  # fmt: skip
            await connection.execute(tables.outbox.insert().values(**row))
        await connection.run_sync(convert_answers, "remaining")

    parcels = (await Outbox(engine).read_pending([("shop", "mei")]))["shop", "mei"]

    assert [parcel.message for parcel in parcels] == [
        Text(content="您好"),
        ImageCard(type="image", media_id="MEDIA"),
        Text(content="八元。", ai_generated=True),
    ]


async def test_the_record_of_a_turn_names_what_was_a_mark(engine: AsyncEngine) -> None:
    row = {"account": "shop", "openid": "mei", "text": "在吗", "source": "person", "model": "m",
           "received": 1.0, "latency_ms": 1.0}  # fmt: skip
    async with engine.begin() as connection:
        for answer in ("⟦transfer⟧", PICTURE, "您好"):
            values = row | {"id": f"wx1:{answer}", "answer": answer}
            await connection.execute(tables.turns.insert().values(**values))
        await connection.run_sync(convert_answers, "remaining")
        answers = await connection.execute(select(tables.turns.c.answer))

    assert sorted(answers.scalars()) == sorted(["[转人工]", "[图片]", "您好"])
