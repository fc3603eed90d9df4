"""The record, copied while it is written and erased."""

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from tests.bench.conversation.keeper import Keeper
from tests.bench.conversation.values import Record

ROW = {
    "account": "brand", "openid": "mei", "text": "好", "answer": "好的。", "source": "template",
    "model": "m", "received": 1000.0, "latency_ms": 20.0,
}  # fmt: skip


async def test_what_was_ever_on_record_stays_known(engine: AsyncEngine, database_url: str) -> None:
    keeper = Keeper(database_url)

    async with engine.begin() as connection:
        await connection.execute(insert(tables.turns), [ROW | {"id": "one"}])
    await keeper.look()
    async with engine.begin() as connection:
        await connection.execute(delete(tables.turns))
        late = ROW | {"id": "two", "openid": "lan", "received": 950.0}
        await connection.execute(insert(tables.turns), [late])
    await keeper.look()
    rows = await keeper.rows_of("mei"), await keeper.rows_of("lan")

    record = Record("好的。", "template", 20.0)
    assert (keeper.records, rows) == ({"one": record, "two": record}, (0, 1))
