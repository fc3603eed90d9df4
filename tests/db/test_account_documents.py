"""Documents that operators write for an account, on a real PostgreSQL."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments, CachedDocument
from app.errors import StaleRevision


async def test_what_was_written_is_read_with_its_revision(engine: AsyncEngine) -> None:
    rules = AccountDocuments(engine, "rules")

    unwritten = await rules.read("shop")
    await rules.write("shop", {"greeting": "您好"}, over=0)
    await rules.write("shop", {"greeting": "欢迎"}, over=1)

    assert unwritten == (None, 0)
    assert await rules.read("shop") == ({"greeting": "欢迎"}, 2)
    assert await AccountDocuments(engine, "words").read("shop") == (None, 0)


@pytest.mark.parametrize("over", [0, 1])
async def test_of_two_who_change_the_same_revision_one_is_told(
    engine: AsyncEngine, over: int
) -> None:
    rules = AccountDocuments(engine, "rules")
    if over:
        await rules.write("shop", ["first"], over=0)

    tried = await asyncio.gather(
        rules.write("shop", ["a"], over), rules.write("shop", ["b"], over), return_exceptions=True
    )

    assert sorted(map(type, tried), key=str) == [StaleRevision, int]
    assert (await rules.read("shop"))[1] == over + 1


async def test_a_shelf_reads_what_changed_and_keeps_what_it_can_read(engine: AsyncEngine) -> None:
    rules = AccountDocuments(engine, "rules")
    shelf = CachedDocument(rules, int, empty=-1)

    values = [shelf.of("shop")]
    for over, content in enumerate(["7", "no number", "8"]):
        await rules.write("shop", content, over)
        await shelf.refresh()
        values.append(shelf.of("shop"))

    assert values == [-1, 7, 7, 8]
