"""Migrations: what they make, whom they take along, and what is said to who starts too early."""

import asyncio
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli import migrate
from app.db import schema, tables
from app.db.migrations import versions
from app.errors import BadSettings
from app.resources import migrate_database
from tests.postgres import PostgresServer
from tests.service import settings_for

VERSION_0_1 = Path(__file__).with_name("version_0_1.sql")


@pytest.fixture
async def empty(engine: AsyncEngine) -> AsyncEngine:
    """A database without a table."""
    await run(
        engine,
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",  # as a new database has it
    )
    return engine


@pytest.fixture
async def empty_url(empty: AsyncEngine) -> str:
    return empty.url.render_as_string(hide_password=False)


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, tables.metadata))


async def upgrade_to(engine: AsyncEngine, revision: str) -> None:
    def run_migrations(connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", schema.MIGRATIONS)
        command.upgrade(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(run_migrations)


async def refusal(engine: AsyncEngine) -> str:
    with pytest.raises(BadSettings) as refused:
        await schema.check(engine)
    [fault] = refused.value.faults
    return fault


def test_migrations_are_one_chain() -> None:
    # Alembic only warns of two of one number, and runs one of them.
    folder = Path(versions.__file__).parent
    modules = [
        import_module(f"{versions.__name__}.{info.name}") for info in iter_modules([str(folder)])
    ]
    revisions = {module.revision: module.down_revision for module in modules}

    numbers = sorted(revisions)
    assert len(numbers) == len(modules)
    assert [revisions[number] for number in numbers] == [None, *numbers[:-1]]


async def test_a_migrated_database_has_the_tables_that_the_code_describes(
    engine: AsyncEngine,
) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_of_version_0_1_is_taken_along_with_its_rows(empty: AsyncEngine) -> None:
    await run(empty, *VERSION_0_1.read_text("utf-8").strip().rstrip(";").split(";"))

    await schema.upgrade(empty)

    async with empty.connect() as connection:
        different = await connection.run_sync(differences)
        [turn] = (await connection.execute(select(tables.turns))).all()
        [conversation] = (await connection.execute(select(tables.conversations))).all()
        [filed] = (await connection.execute(select(tables.imports))).all()
    assert different == []
    assert tuple(turn)[6:] == ("ask", 0.9, "calm", "m", 1000.5, 20.25)
    assert (conversation.id, conversation.summary, conversation.priority) == ("c1", "手机", 0)
    assert filed.report == {"remarks": ["一"]}


async def test_a_database_of_yesterday_keeps_what_was_renamed(empty: AsyncEngine) -> None:
    await upgrade_to(empty, "0002")
    await run(
        empty,
        """INSERT INTO books VALUES ('shop', 'rules', '{"a": 1}', 3, 1000.5)""",
        "INSERT INTO imports VALUES ('i1', 'shop', 'reading', false, true, 1000.5, 'w1', 1015.5,"
        " 1, 2, 3, '{}')",
        "INSERT INTO chunks VALUES ('shop', 'k1', 'd1', 4, '题', 'a.md', '文', '', 1, 'm', false,"
        " 1000.5, 7)",
    )

    await schema.upgrade(empty)

    async with empty.connect() as connection:
        assert await connection.run_sync(differences) == []
        [document] = (await connection.execute(select(tables.account_documents))).mappings()
        [file_import] = (await connection.execute(select(tables.imports))).mappings()
        [chunk] = (await connection.execute(select(tables.chunks))).mappings()
    assert document == {
        "account": "shop", "name": "rules", "content": {"a": 1}, "revision": 3, "changed": 1000.5
    }  # fmt: skip
    assert file_import == {
        "id": "i1", "account": "shop", "state": "reading", "dry_run": False, "skip_faulty": True,
        "created": 1000.5, "leased_by": "w1", "leased_until": 1015.5, "tries": 1, "done": 2,
        "total": 3, "report": {},
    }  # fmt: skip
    assert chunk == {
        "account": "shop", "id": "k1", "document": "d1", "place": 4, "title": "题",
        "source": "a.md", "text": "文", "vectors": b"", "split_version": 1, "model": "m",
        "deleted": False, "changed": 1000.5, "revision": 7,
    }  # fmt: skip


async def test_processes_that_migrate_an_empty_database_together_do_not_collide(
    empty: AsyncEngine,
) -> None:
    await asyncio.gather(*(schema.upgrade(empty) for _ in range(5)))

    await schema.check(empty)
    async with empty.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_migration_that_fails_leaves_nothing(empty: AsyncEngine) -> None:
    await run(empty, "CREATE VIEW citations AS SELECT 1 AS id")

    with pytest.raises(Exception, match="citations"):
        await schema.upgrade(empty)

    async with empty.connect() as connection:
        query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = await connection.execute(query)
        assert list(names) == []


async def test_who_starts_on_an_empty_database_is_told_the_command(empty: AsyncEngine) -> None:
    place = f"127.0.0.1:{empty.url.port}/{empty.url.database}"

    assert await refusal(empty) == (
        f"DATABASE_URL: the database {place} is behind this version: run `python -m app migrate`."
    )


async def test_a_database_of_a_newer_version_is_refused(engine: AsyncEngine) -> None:
    await run(engine, "UPDATE alembic_version SET version_num = '9999'")
    place = f"127.0.0.1:{engine.url.port}/{engine.url.database}"
    fault = (
        f"DATABASE_URL: the database {place} is of a newer version (revision 9999): "
        "start that version."
    )

    with pytest.raises(BadSettings, match="revision 9999"):
        await schema.upgrade(engine)
    assert await refusal(engine) == fault


async def test_a_role_that_may_not_make_tables_is_told_so(
    empty: AsyncEngine, shared_postgres: PostgresServer
) -> None:
    role = f"guest_{empty.url.database}"
    await run(empty, f"CREATE ROLE {role} LOGIN PASSWORD 'lily-pond'")
    guest = make_url(shared_postgres.url(str(empty.url.database))).set(
        username=role, password="lily-pond"
    )

    url = guest.render_as_string(hide_password=False)
    with pytest.raises(BadSettings) as refused:
        await migrate_database(settings_for("redis://nowhere", Path(), database_url=url))
    await run(empty, f"DROP ROLE {role}")

    [fault] = refused.value.faults
    assert fault.endswith("(permission denied for schema public).")


def test_the_command_migrates_the_database_that_is_named(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_url)

    code = migrate.main([])

    place = empty_url.rpartition("@")[2]
    assert (code, capsys.readouterr().out) == (0, f"The database {place} is of this version.\n")


def test_the_command_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://a@b/c")

    code = migrate.main([])

    assert code == 2
    assert capsys.readouterr().err.startswith("DATABASE_URL: must be an address")
