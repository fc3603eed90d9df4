"""Bring the database to this version: DATABASE_URL, or the private one in DATA_DIR."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from app import settings
from app.db import sqlite_copy
from app.db.engines import describe_place
from app.db.private_database import mark_copied, named_database
from app.errors import BadSettings
from app.resources import migrate_database, open_database
from app.settings import Settings

DONE, TROUBLE = 0, 2  # exit codes


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. 2: can't be opened, migrated or filled; 0: done."""
    parser = argparse.ArgumentParser("python -m app migrate", description=__doc__)
    parser.add_argument(
        "--from", dest="file", type=Path, metavar="FILE",
        help="fill the empty database from a SQLite file of version 0.1, such as var/huiyin.db; "
        "stop the service that writes to it first",
    )  # fmt: skip
    file = parser.parse_args(arguments).file
    try:
        lines = asyncio.run(_migrate(settings.read(), file))
    except BadSettings as error:
        print(*error.faults, sep="\n", file=sys.stderr)  # noqa: T201
        return TROUBLE
    print(*lines, sep="\n")  # noqa: T201
    return DONE


async def _migrate(app_settings: Settings, file: Path | None) -> list[str]:
    async with named_database(app_settings, copying=True) as database_settings:
        await migrate_database(database_settings)
        place = describe_place(make_url(database_settings.database_url))
        lines = [f"The database {place} is of this version."]
        if file:
            async with open_database(database_settings) as engine:
                counts = await sqlite_copy.copy_database(file, engine)
            if not app_settings.database_url:
                mark_copied(app_settings)
            lines += [f"{count:>10,}  {table}" for table, count in counts.items()]
            lines.append(f"{sum(counts.values()):>10,}  rows copied from {file}")
        return lines
