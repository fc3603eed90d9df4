"""The private database in DATA_DIR, where no DATABASE_URL names another one."""

import contextlib
from collections.abc import AsyncIterator

from app.db import sqlite_copy
from app.db.engines import open_engine
from app.db.private_postgres import joined_postgres, private_postgres
from app.errors import BadSettings
from app.settings import COPIED_MARK, POSTGRES_FOLDER, SQLITE_FILE, Settings


@contextlib.asynccontextmanager
async def embedded_postgres(settings: Settings) -> AsyncIterator[str]:
    """Start the private PostgreSQL of the embedded run; yields its URL.

    Raises BadSettings if DATA_DIR has a database of version 0.1 that was not copied yet.
    """
    folder = settings.data_dir / POSTGRES_FOLDER
    if not folder.exists():
        _refuse_if_uncopied(settings)
    async with private_postgres(folder) as url:
        await _refuse_empty_if_uncopied(settings, url)
        yield url


@contextlib.asynccontextmanager
async def named_database(settings: Settings, *, copying: bool = False) -> AsyncIterator[Settings]:
    """For a command: yields settings with a DATABASE_URL, by default that of the private server.

    Raises BadSettings when that server doesn't start and, unless the command is `copying` it, if
    DATA_DIR has a database of version 0.1 that was not copied yet.
    """
    if settings.database_url:
        yield settings
        return
    async with joined_postgres(settings.data_dir / POSTGRES_FOLDER) as url:
        if not copying:
            await _refuse_empty_if_uncopied(settings, url)
        yield settings.model_copy(update={"database_url": url})


def mark_copied(settings: Settings) -> None:
    """Mark in DATA_DIR that the private server has a copy of the database of version 0.1."""
    (settings.data_dir / POSTGRES_FOLDER / COPIED_MARK).touch()


def _refuse_if_uncopied(settings: Settings) -> None:
    file = settings.data_dir / SQLITE_FILE
    if file.exists() and not (settings.data_dir / POSTGRES_FOLDER / COPIED_MARK).exists():
        raise BadSettings(
            [
                f"DATA_DIR: {file} is a database of version 0.1: copy it by "
                f"`python -m app migrate --from {file}`, or move it away to begin anew."
            ]
        )


async def _refuse_empty_if_uncopied(settings: Settings, url: str) -> None:
    """An empty server is what a copy leaves that failed, or that was never begun."""
    engine = open_engine(url)
    try:
        if not await sqlite_copy.find_filled_tables(engine):
            _refuse_if_uncopied(settings)
    finally:
        await engine.dispose()
