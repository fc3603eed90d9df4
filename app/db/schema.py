"""Migrates the database's tables to this version, and checks the version at each start."""

import functools
from collections.abc import Set

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
    _refuse_newer(connection, _read_revision(connection))
    command.upgrade(_build_config(connection=connection), "head")


def _check(connection: Connection) -> None:
    revision = _read_revision(connection)
    _refuse_newer(connection, revision)
    if revision != _load_scripts().get_current_head():
        raise DatabaseOutdated(
            [
                f"DATABASE_URL: the database {describe_place(connection.engine.url)} is behind "
                "this version: run `python -m app migrate`."
            ]
        )


def _refuse_newer(connection: Connection, revision: str | None) -> None:
    if revision and revision not in _list_revisions():
        raise DatabaseTooNew(
            [
                f"DATABASE_URL: the database {describe_place(connection.engine.url)} is of a newer "
                f"version (revision {revision}): start that version."
            ]
        )


def _read_revision(connection: Connection) -> str | None:
    """The database's revision; None where no migration has run yet."""
    return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def _list_revisions() -> Set[str]:
    return {script.revision for script in _load_scripts().walk_revisions()}


@functools.cache
def _load_scripts() -> ScriptDirectory:
    """The migrations of this version, read once: each time takes 60 ms of a processor."""
    return ScriptDirectory.from_config(_build_config())


def _build_config(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", MIGRATIONS)
    return config
