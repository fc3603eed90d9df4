"""Stores in an account document whether the sample shop is loaded."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import revisions
from app.db.account_documents import AccountDocuments
from app.db.engines import connect_to_read
from app.db.tables import imports, turns
from app.sample import shop

_BOOK = "sample"


@dataclass(frozen=True, slots=True)
class State:
    """The sample's state; `import_id` is the import that loaded it, "" if none."""

    state: Literal["absent", "loaded", "cleared"] = "absent"
    import_id: str = ""

    @property
    def is_loaded(self) -> bool:
        return self.state == "loaded"


async def read_state(engine: AsyncEngine) -> State:
    """The sample's state; `absent` where it was never loaded."""
    content, _ = await AccountDocuments(engine, _BOOK).read(shop.ACCOUNT)
    return State(**content) if content else State()


async def write_state(engine: AsyncEngine, state: State) -> None:
    """Store the sample's state. Raises StaleRevision where two commands run at once."""
    books = AccountDocuments(engine, _BOOK)
    _, revision = await books.read(shop.ACCOUNT)
    await books.write(
        shop.ACCOUNT, {"state": state.state, "import_id": state.import_id}, over=revision
    )


async def is_new(engine: AsyncEngine) -> bool:
    """Whether the database has no knowledge, no imports and no turns."""
    if await revisions.latest_revisions(engine):
        return False
    async with connect_to_read(engine) as connection:
        for table in (imports, turns):
            if (await connection.execute(select(table.c.id).limit(1))).first():
                return False
    return True
