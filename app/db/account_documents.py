"""What operators write for an account as a whole: rules, word lists. One JSON document each."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import books
from app.errors import Refusal, Stale

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Books:
    """Reads and writes the books of one name, such as `rules`."""

    engine: AsyncEngine
    name: str

    async def read(self, account: str) -> tuple[Any, int]:
        """The content and its revision; None and 0 where nothing was written yet."""
        async with self.engine.connect() as connection:
            found = (await connection.execute(select(books).where(self._of(account)))).one_or_none()
            return (None, 0) if found is None else (found.content, found.revision)

    async def write(self, account: str, content: Any, over: int) -> int:
        """In the place of the revision `over` that the writer has read. The new revision.

        Raises Stale when somebody else wrote meanwhile.
        """
        fresh = {"content": content, "revision": over + 1, "changed": time.time()}
        row = {"account": account, "name": self.name} | fresh
        known = and_(self._of(account), books.c.revision == over)
        change = update(books).where(known).values(**fresh) if over else insert(books).values(**row)
        try:
            async with self.engine.begin() as connection:
                written = (await connection.execute(change)).rowcount
        except IntegrityError:  # the first one of two that wrote at the same moment
            written = 0
        if not written:
            raise Stale(f"revision {over} is not the latest any more: read it again, then change")
        return over + 1

    async def revisions(self) -> dict[str, int]:
        """Of every account that has one."""
        columns = books.c.account, books.c.revision
        async with self.engine.connect() as connection:
            rows = await connection.execute(select(*columns).where(books.c.name == self.name))
            return {row.account: row.revision for row in rows}

    def _of(self, account: str) -> Any:
        return and_(books.c.account == account, books.c.name == self.name)


@dataclass(slots=True)
class Shelf(Generic[T]):
    """The books of one name in memory, as `parse` reads them; `blank` where there is none."""

    books: Books
    parse: Callable[[Any], T]
    blank: T
    _known: dict[str, tuple[T, int]] = field(default_factory=dict)

    def of(self, account: str) -> T:
        """What the account's book says, as of the last refresh."""
        return self._known.get(account, (self.blank, 0))[0]

    async def refresh(self) -> None:
        """Read what changed since the last look, in this process or in another."""
        for account, revision in (await self.books.revisions()).items():
            if revision != self._known.get(account, (self.blank, 0))[1]:
                await self._read(account)

    async def _read(self, account: str) -> None:
        content, revision = await self.books.read(account)
        try:
            self._known[account] = (self.parse(content), revision)
        except (ValueError, Refusal) as error:
            # Written by another version of this program: what was known before goes on.
            self._known[account] = (self.of(account), revision)
            log.error("book_unreadable", book=self.books.name, account=account, error=str(error))
