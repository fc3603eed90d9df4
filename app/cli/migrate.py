"""Bring the database to this version: DATABASE_URL, or the private one in DATA_DIR."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from sqlalchemy import make_url

from app import settings
from app.db.engines import describe_place
from app.errors import BadSettings
from app.resources import migrate_database, named_database
from app.settings import Settings

DONE, TROUBLE = 0, 2  # exit codes


def main(arguments: Sequence[str]) -> int:
    """0: the database is of this version. 2: it can't be opened or migrated."""
    parser = argparse.ArgumentParser("python -m app migrate", description=__doc__)
    parser.parse_args(arguments)
    try:
        place = asyncio.run(_migrate(settings.read()))
    except BadSettings as error:
        print(*error.faults, sep="\n", file=sys.stderr)  # noqa: T201
        return TROUBLE
    print(f"The database {place} is of this version.")  # noqa: T201
    return DONE


async def _migrate(chosen: Settings) -> str:
    async with named_database(chosen) as named:
        await migrate_database(named)
        return describe_place(make_url(named.database_url))
