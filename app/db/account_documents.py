"""Account documents: one JSON document with a revision per account and name, such as `rules`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import account_documents
from app.errors import Refusal, StaleRevision

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccountDocuments:
    """Reads and writes the account documents of one name, such as `rules`."""

    engine: AsyncEngine
    name: str

    async def read(self, account: str) -> tuple[Any, int]:
        """The document's content and revision; None and 0 where there is none yet."""
        async with connect_to_read(self.engine) as connection:
            row = (
                await connection.execute(
                    select(account_documents).where(self._where_account(account))
                )
            ).one_or_none()
            return (None, 0) if row is None else (row.content, row.revision)

    async def write(self, account: str, content: Any, over: int) -> int:
        """Replace revision `over` (0: none yet) by `content`; returns the new revision.

        Raises StaleRevision when another writer has replaced `over` meanwhile.
        """
        fresh = {"content": content, "revision": over + 1, "changed": time.time()}
        row = {"account": account, "name": self.name} | fresh
        at_revision = and_(self._where_account(account), account_documents.c.revision == over)
        change = (
            update(account_documents).where(at_revision).values(**fresh)
            if over
            else insert(account_documents).values(**row)
        )
        try:
            async with self.engine.begin() as connection:
                row_count = (await connection.execute(change)).rowcount
        except IntegrityError:  # another writer inserted the first revision meanwhile
            row_count = 0
        if not row_count:
            raise StaleRevision(
                f"revision {over} is not the latest any more: read it again, then change",
                chinese=f"版本 {over} 已不是最新的：请重新读取，再作修改",
            )
        return over + 1

    async def revisions(self) -> dict[str, int]:
        """The revision of each account that has such a document."""
        columns = account_documents.c.account, account_documents.c.revision
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(
                select(*columns).where(account_documents.c.name == self.name)
            )
            return {row.account: row.revision for row in rows}

    def _where_account(self, account: str) -> Any:
        return and_(account_documents.c.account == account, account_documents.c.name == self.name)


@dataclass(slots=True)
class CachedDocument(Generic[T]):
    """The documents of one name in memory, parsed by `parse`; `empty` where there is none."""

    documents: AccountDocuments
    parse: Callable[[Any], T]
    empty: T
    _by_account: dict[str, tuple[T, int]] = field(default_factory=dict)

    def of(self, account: str) -> T:
        """The account's document as of the last refresh."""
        return self._by_account.get(account, (self.empty, 0))[0]

    async def refresh(self) -> None:
        """Reload documents changed since the last refresh, by any process."""
        for account, revision in (await self.documents.revisions()).items():
            if revision != self._by_account.get(account, (self.empty, 0))[1]:
                await self._load_account(account)

    async def _load_account(self, account: str) -> None:
        content, revision = await self.documents.read(account)
        try:
            self._by_account[account] = (self.parse(content), revision)
        except (ValueError, Refusal) as error:
            # Written by another version of this program: the document in memory stays in use.
            self._by_account[account] = (self.of(account), revision)
            log.error(
                "book_unreadable", book=self.documents.name, account=account, error=str(error)
            )
