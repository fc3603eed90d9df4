"""What the database keeps of followers: shown, erased, dropped; on a real PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.delivery.outbox import Outbox, OutboxMessage
from app.dialogue.records.generation_log import Generation, GenerationLog
from app.dialogue.records.repository import TurnLog
from app.inbox.repository import Conversations
from app.inbox.states import ConversationMessage, NewConversation
from app.messages.values import Text
from app.privacy.repository import AT_ONCE, Followers, made_at, of_followers
from app.resources import open_database
from tests.service import CMS_KEY, settings_for

NOW = 1_800_000_000.0
DAY = 86_400.0


def turn(name: str, openid: str = "mei", received: float = NOW, **changed: Any) -> dict[str, Any]:
    row = {
        "id": name, "account": "shop", "openid": openid, "text": "发货", "answer": "好",
        "source": "template", "intent": None, "confidence": None, "sentiment": None, "model": "m",
        "received": received, "latency_ms": 1.0,
    }  # fmt: skip
    return row | changed


async def ids(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return sorted((await connection.execute(select(tables.turns.c.id))).scalars())


async def test_what_is_kept_of_a_follower_is_shown_by_table(engine: AsyncEngine) -> None:
    await TurnLog(engine).write([turn("1"), turn("2", openid="li"), turn("3", account="cafe")])

    rows_by_table = await Followers(engine, CMS_KEY).export_rows("shop", "mei")

    row = turn("1")
    del row["account"], row["openid"]
    assert rows_by_table == {"turns": [row]}
    assert await Followers(engine, CMS_KEY).export_rows("shop", "nobody") == {}


async def test_all_of_a_follower_up_to_a_moment_is_erased(engine: AsyncEngine) -> None:
    await TurnLog(engine).write(
        [turn("old"), turn("new", received=NOW + 1), turn("other", openid="li")]
    )
    followers = Followers(engine, CMS_KEY)
    before = await followers.count("shop", "mei", NOW)

    gone = await followers.erase("shop", "mei", NOW)

    assert (before, gone, await followers.count("shop", "mei", NOW)) == (1, 1, 0)
    assert await ids(engine) == ["new", "other"]


async def test_what_a_person_and_a_follower_wrote_goes_along(engine: AsyncEngine) -> None:
    wrote = (ConversationMessage(key="wx:9", who="follower", text="请转人工"),)
    for openid, then in [("mei", NOW), ("li", NOW - 181 * DAY)]:
        opening = NewConversation(
            account="shop",
            openid=openid,
            delivery="wx:9",
            desk="inbox",
            reason="asked",
            title="",
            summary="",
            messages=wrote,
        )
        await Conversations(engine).open([opening], then)
    followers = Followers(engine, CMS_KEY)

    rows_by_table = await followers.export_rows("shop", "mei")
    gone = await followers.erase("shop", "mei", NOW)
    dropped = await followers.drop_old(NOW)

    assert [message["text"] for message in rows_by_table["conversation_messages"]] == ["请转人工"]
    assert (gone, dropped, await followers.export_rows("shop", "mei")) == (1, 1, {})
    async with engine.connect() as connection:
        assert (await connection.execute(select(tables.conversation_messages))).all() == []


async def test_what_came_after_an_erasure_stays_and_is_not_counted(engine: AsyncEngine) -> None:
    later = NewConversation(
        account="shop",
        openid="mei",
        delivery="wx:9",
        desk="inbox",
        reason="asked",
        title="",
        summary="",
        messages=(),
    )
    await Conversations(engine).open([later], NOW + 1)
    message = OutboxMessage(
        id="wx:8", account="shop", openid="mei", message=Text(content="好"), created=NOW + 1
    )
    await Outbox(engine).put([message])
    followers = Followers(engine, CMS_KEY)

    left = await followers.count("shop", "mei", NOW)
    gone = await followers.erase("shop", "mei", NOW)

    assert (left, gone, await followers.count("shop", "mei", NOW + 1)) == (0, 0, 2)


async def test_a_new_table_with_an_openid_joins_by_itself() -> None:
    named = {table.name for table in of_followers()}

    holding = {t.name for t in tables.metadata.tables.values() if "openid" in t.c}
    assert named == holding >= {"turns", "outbox", "conversations"}
    assert {str(made_at(table)) for table in of_followers()} == {
        "turns.received", "citations.received", "conversations.opened_at", "outbox.created",
    }  # fmt: skip


async def test_what_is_older_than_half_a_year_is_dropped_however_much_it_is(
    engine: AsyncEngine,
) -> None:
    old = [turn(f"old-{n}", received=NOW - 181 * DAY) for n in range(AT_ONCE + 1)]
    await TurnLog(engine).write([*old, turn("kept", received=NOW - 179 * DAY)])

    dropped = await Followers(engine, CMS_KEY).drop_old(NOW)
    again = await Followers(engine, CMS_KEY).drop_old(NOW, keep=timedelta(days=1))

    assert (dropped, again, await ids(engine)) == (AT_ONCE + 1, 1, [])


def made(delivery: str, received: float = NOW) -> Generation:
    return Generation(
        delivery=delivery,
        account="shop",
        pseudonym="f-1",
        model="qwen",
        text="您好，小美。",
        labelled=True,
        received=received,
    )


async def test_the_log_of_generations_proves_and_tells_nothing(engine: AsyncEngine) -> None:
    log = GenerationLog(engine, "key")

    await log.write([made("wx1:1"), made("wx1:2", NOW - 181 * DAY)])
    await log.write([made("wx1:1")])
    await log.write([])
    await Followers(engine, CMS_KEY).erase("shop", "mei", NOW)
    dropped = await Followers(engine, CMS_KEY).drop_old(NOW)

    async with engine.connect() as connection:
        [row] = (await connection.execute(select(tables.generations))).mappings()
    assert dropped == 1
    assert (
        row["digest"]
        == log.digest("您好，小美。")
        != GenerationLog(engine, "k").digest("您好，小美。")
    )
    assert not any(secret in str(dict(row)) for secret in ("小美", "wx1:1", "mei"))
    assert (row["pseudonym"], row["model"], row["labelled"]) == ("f-1", "qwen", True)


async def test_an_error_of_the_database_tells_no_text(database_url: str) -> None:
    settings = settings_for("redis://nowhere", Path(), database_url=database_url)
    async with open_database(settings) as engine:
        with pytest.raises(Exception, match="UniqueViolationError") as raised:
            async with engine.begin() as connection:
                await connection.execute(insert(tables.turns), [turn("1"), turn("1")])

    assert "发货" not in str(raised.value)
