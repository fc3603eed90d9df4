"""The record, copied while it is written and erased."""

from pathlib import Path

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import tables
from tests.bench.conversation.keeper import Keeper
from tests.bench.conversation.values import Record

ROW = {
    "account": "brand", "openid": "mei", "said": "好", "answer": "好的。", "source": "template",
    "model": "m", "received": 1000.0, "latency_ms": 20.0,
}  # fmt: skip


async def test_what_was_ever_on_record_stays_known(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'huiyin.db'}")
    await tables.create(engine)
    keeper = Keeper(tmp_path / "huiyin.db")

    async with engine.begin() as connection:
        await connection.execute(insert(tables.turns), [ROW | {"id": "one"}])
    keeper.look()
    async with engine.begin() as connection:
        await connection.execute(delete(tables.turns))
        late = ROW | {"id": "two", "openid": "lan", "received": 950.0}
        await connection.execute(insert(tables.turns), [late])
    keeper.look()
    rows = keeper.rows_of("mei"), keeper.rows_of("lan")
    await engine.dispose()

    record = Record("好的。", "template", 20.0)
    assert (keeper.records, rows) == ({"one": record, "two": record}, (0, 1))
