"""The command `sample`: erases the sample shop's data, or loads it again."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from rich.console import Console

from app import settings
from app.db.private_database import named_database
from app.errors import BadSettings
from app.resources import open_database
from app.sample import clearing, loading, shop
from app.settings import Settings

DONE, TROUBLE = 0, 2  # exit codes
LOADED = (
    f"{shop.BRAND}: its entries and documents are handed to the import. A running service has "
    "them in some seconds, else the next start; its name and its orders come with the next start."
)


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code is 0, or 2 if the database can't be opened."""
    parser = argparse.ArgumentParser("python -m app sample", description=__doc__)
    parser.add_argument(
        "what", choices=["clear", "load"],
        help="clear: erase what the sample brought, your own entries stay; load: bring it again",
    )  # fmt: skip
    what = parser.parse_args(arguments).what
    try:
        sentence = asyncio.run(_run_command(what, settings.read()))
    except BadSettings as error:
        print(*error.faults, sep="\n", file=sys.stderr)  # noqa: T201
        return TROUBLE
    Console(highlight=False).print(sentence, soft_wrap=True, markup=False)
    return DONE


async def _run_command(what: str, current_settings: Settings) -> str:
    async with (
        named_database(current_settings) as database_settings,
        open_database(database_settings) as engine,
    ):
        if what == "load":
            await loading.load_sample(engine)
            return LOADED
        cleared = await clearing.clear_sample(engine)
    sentence = f"Erased {cleared.entries} entries and {cleared.documents} documents of the sample."
    if cleared.changed_entries:
        sentence += f" {cleared.changed_entries} that you have changed stay."
    return f"{sentence} Its name and its orders go with the next start."
