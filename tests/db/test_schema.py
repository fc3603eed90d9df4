"""Tables of yesterday are widened; tables of another version are refused in one sentence."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import open_engine
from app.dialogue.repository import TurnLog
from app.errors import BadSettings
from app.inbox.repository import Conversations
from app.resources import database
from app.settings import Settings
from tests.people import WISH
from tests.postgres import PostgresServer
from tests.privacy.test_repository import turn
from tests.service import settings_for


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    return settings_for("redis://nowhere", tmp_path, database_url=postgres_url)


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database as this version makes it."""
    async with database(settings) as engine:
        yield engine


async def change(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def refusal(settings: Settings) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        async with database(settings):
            pass
    return refused.value.faults


async def test_processes_that_start_together_on_an_empty_database_do_not_collide(
    settings: Settings,
) -> None:
    async def start() -> None:
        async with database(settings) as engine:
            await TurnLog(engine).write([turn("1")])

    await asyncio.gather(*(start() for _ in range(5)))


async def test_narrow_columns_of_yesterday_are_widened_and_keep_their_rows(
    settings: Settings, engine: AsyncEngine
) -> None:
    await change(
        engine,
        "ALTER TABLE turns ALTER COLUMN intent TYPE VARCHAR(64)",
        "ALTER TABLE turns ALTER COLUMN model TYPE VARCHAR(64)",
        "ALTER TABLE citations ALTER COLUMN cited TYPE VARCHAR(64)",
        "ALTER TABLE citations ALTER COLUMN id TYPE VARCHAR(400)",
    )
    await TurnLog(engine).write([turn("1", intent="ask")])
    cited = {"id": f"2#{'键' * 128}", "turn": "2", "cited": "键" * 128} | {
        "account": "shop", "openid": "mei", "received": 1.0,
    }  # fmt: skip

    async with database(settings) as later:
        await TurnLog(later).write([turn("2", intent="自定意图" * 40, model="m" * 200)], [cited])
        async with later.connect() as connection:
            rows = await connection.execute(text("SELECT length(intent) FROM turns ORDER BY id"))
            lengths = list(rows.scalars())

    assert lengths == [3, 160]


async def test_a_column_that_has_a_default_is_added_to_yesterdays_tables(
    settings: Settings, engine: AsyncEngine
) -> None:
    await Conversations(engine).open([WISH], 1.0)
    await change(engine, "ALTER TABLE conversations DROP COLUMN priority")

    async with database(settings) as later:
        [held] = await Conversations(later).open([WISH], 2.0)

    assert (held.opened, held.priority) == (1.0, 0)


async def test_a_file_of_yesterday_gets_the_column_too(tmp_path: Path) -> None:
    settings = settings_for("redis://nowhere", tmp_path)
    async with database(settings) as engine:
        await Conversations(engine).open([WISH], 1.0)
        await change(engine, "ALTER TABLE conversations DROP COLUMN priority")

    async with database(settings) as later:
        [held] = await Conversations(later).open([WISH], 2.0)

    assert (held.opened, held.priority) == (1.0, 0)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("ALTER TABLE turns DROP COLUMN mood", "table turns has no column mood (VARCHAR)"),
        (
            "ALTER TABLE outbox ADD COLUMN weight INTEGER NOT NULL",
            "table outbox has a column weight that this version doesn't write",
        ),
        (
            "ALTER TABLE turns ALTER COLUMN received TYPE VARCHAR(20)",
            "column turns.received is VARCHAR(20) and has to be FLOAT: "
            "ALTER TABLE turns ALTER COLUMN received TYPE FLOAT;",
        ),
        (
            "ALTER TABLE imports ALTER COLUMN report TYPE TEXT",
            "column imports.report is TEXT and has to be JSON",
        ),
    ],
)
async def test_tables_of_another_version_are_refused_in_one_sentence(
    settings: Settings, engine: AsyncEngine, statement: str, fault: str
) -> None:
    await change(engine, statement)

    [told] = await refusal(settings)

    assert told.startswith(f"DATABASE_URL: {fault}")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE turns ADD COLUMN note TEXT",
        "ALTER TABLE turns ADD COLUMN note INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE turns ALTER COLUMN openid TYPE VARCHAR(200)",
        "ALTER TABLE turns ALTER COLUMN openid TYPE TEXT",
        "CREATE TABLE other (id INTEGER)",
    ],
)
async def test_what_does_no_harm_is_left_alone(
    settings: Settings, engine: AsyncEngine, statement: str
) -> None:
    await change(engine, statement)

    async with database(settings) as later:
        await TurnLog(later).write([turn("1")])


async def test_a_role_that_may_not_widen_is_told_the_statement(
    settings: Settings, engine: AsyncEngine, shared_postgres: PostgresServer
) -> None:
    name = engine.url.database
    role = f"guest_{name}"
    await change(
        engine,
        "ALTER TABLE turns ALTER COLUMN intent TYPE VARCHAR(64)",
        f"CREATE ROLE {role} LOGIN PASSWORD 'lily-pond'",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
    )
    guest = make_url(shared_postgres.url(str(name))).set(username=role, password="lily-pond")
    url = guest.render_as_string(hide_password=False)

    [told] = await refusal(settings.model_copy(update={"database_url": url}))

    assert told.endswith(": ALTER TABLE turns ALTER COLUMN intent TYPE VARCHAR;")


async def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    settings = settings_for("redis://nowhere", tmp_path)
    async with database(settings):
        pass
    engine = open_engine(settings.database)
    await change(engine, "ALTER TABLE turns DROP COLUMN mood")
    await engine.dispose()

    [told] = await refusal(settings)

    assert "table turns has no column mood" in told
