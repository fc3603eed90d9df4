"""Migrates the database's tables to this version, and checks the version at each start."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import describe_place, patient
from app.errors import BadSettings

MIGRATIONS = "app.db:migrations"  # the folder, as Alembic names one of a package
SCHEMA_LOCK = 0x68756979696E  # the key of an advisory lock: "huiyin"


class DatabaseOutdated(BadSettings):
    """The database is behind this version: `migrate` helps."""

    name = "database_outdated"


class DatabaseTooNew(BadSettings):
    """The database is of a newer version, which `migrate` can't undo."""

    name = "database_too_new"


async def upgrade(engine: AsyncEngine) -> None:
    """Run the missing migrations in one transaction.

    Safe to run from several processes at once. Raises DatabaseTooNew.
    """
    async with patient(engine).begin() as connection:
        await connection.run_sync(_upgrade)


async def check(engine: AsyncEngine) -> None:
    """Check that the database is of this version. Raises DatabaseOutdated and DatabaseTooNew."""
    async with engine.connect() as connection:
        await connection.run_sync(_check)


def _upgrade(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
    config = _config(connection)
    _refuse_newer(connection, config, _read_revision(connection))
    command.upgrade(config, "head")


def _check(connection: Connection) -> None:
    revision = _read_revision(connection)
    config = _config(connection)
    _refuse_newer(connection, config, revision)
    if revision != ScriptDirectory.from_config(config).get_current_head():
        raise DatabaseOutdated(
            [
                f"DATABASE_URL: the database {describe_place(connection.engine.url)} is behind "
                "this version: run `python -m app migrate`."
            ]
        )


def _refuse_newer(connection: Connection, config: Config, revision: str | None) -> None:
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    if revision and revision not in {script.revision for script in scripts}:
        raise DatabaseTooNew(
            [
                f"DATABASE_URL: the database {describe_place(connection.engine.url)} is of a newer "
                f"version (revision {revision}): start that version."
            ]
        )


def _read_revision(connection: Connection) -> str | None:
    """The database's revision; None where no migration has run yet."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", MIGRATIONS)
    return config
