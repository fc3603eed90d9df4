"""Whether the entry that an experiment words is still there."""

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import knowledge
from tests.marketing.experiments.people import make_experiment, open_log


async def store_entry(engine: AsyncEngine, id_: str, *, is_deleted: bool) -> None:
    row = {
        "account": "default", "id": id_, "question": "有什么茶", "variants": [], "answer": "龙井",
        "vectors": b"", "model": "m", "deleted": is_deleted, "changed": 1.0, "revision": 1,
    }  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(knowledge).values(row))


@pytest.mark.parametrize(
    ("target", "is_deleted"),
    [("entry.there", False), ("entry.gone", True), ("entry.never", True), ("intent.greet", False)],
)
async def test_only_an_entry_that_is_gone_is_a_deleted_target(
    engine: AsyncEngine, tmp_path: Path, target: str, is_deleted: bool
) -> None:
    await store_entry(engine, "there", is_deleted=False)
    await store_entry(engine, "gone", is_deleted=True)
    experiment = make_experiment(subject="reply", target=target)

    assert await open_log(engine, tmp_path).has_deleted_target(experiment) == is_deleted
