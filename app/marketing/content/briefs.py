"""Briefs in the database, with all versions."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import briefs
from app.errors import Refusal, StaleRevision
from app.marketing.content.brief import Brief


class UnknownBrief(Refusal):
    """The account has no brief of this id, or no such version."""

    status = 404
    name = "unknown_brief"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBrief:
    """One version of a brief."""

    id: str
    account: str
    version: int
    author: str
    created: float  # seconds since 1970
    brief: Brief


@dataclass(frozen=True, slots=True)
class Briefs:
    """Reads and writes briefs. A version is never changed; an edit makes the next one."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(self, account: str, author: str, content: Brief) -> StoredBrief:
        """Store a new brief as its version 1."""
        [stored] = await self.add_all(account, author, [content])
        return stored

    async def add_all(self, account: str, author: str, contents: list[Brief]) -> list[StoredBrief]:
        """Store new briefs, all or none."""
        stored = [
            StoredBrief(
                id=uuid.uuid4().hex, account=account, version=1, author=author,
                created=self.clock(), brief=content,
            )
            for content in contents
        ]  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(insert(briefs), [_make_row(each) for each in stored])
        return stored

    async def edit(
        self, account: str, brief_id: str, author: str, content: Brief, over: int
    ) -> StoredBrief:
        """Store the version after `over`. Raises UnknownBrief, and StaleRevision where another
        editor has done so meanwhile.
        """
        latest = await self.get(account, brief_id)
        edited = StoredBrief(
            id=brief_id, account=account, version=over + 1, author=author,
            created=self.clock(), brief=content,
        )  # fmt: skip
        try:
            if latest.version != over:
                raise StaleRevision(
                    f"the brief's version is {latest.version}: read it again",
                    chinese=f"简报现在是第 {latest.version} 版：请重新读取后再改",
                )
            async with self.engine.begin() as connection:
                await connection.execute(insert(briefs).values(_make_row(edited)))
        except IntegrityError:
            raise StaleRevision(
                f"version {over + 1} was stored meanwhile: read it again",
                chinese=f"别人已经保存了第 {over + 1} 版：请重新读取后再改",
            ) from None
        return edited

    async def get(self, account: str, brief_id: str, version: int | None = None) -> StoredBrief:
        """A brief's version; without one the latest. Raises UnknownBrief."""
        query = select(briefs).where(briefs.c.account == account, briefs.c.id == brief_id)
        if version is not None:
            query = query.where(briefs.c.version == version)
        query = query.order_by(briefs.c.version.desc()).limit(1)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            of_version = f" in version {version}" if version else ""
            in_version = "" if version is None else f"的第 {version} 版"
            raise UnknownBrief(
                f"there is no brief {brief_id!r}{of_version}: list the briefs",
                chinese=f"没有简报 {brief_id!r}{in_version}：请先查询简报列表",
            )
        return _read_row(row)

    async def list_page(
        self, account: str, *, offset: int = 0, limit: int = 20
    ) -> list[StoredBrief]:
        """The latest version of each brief, the last stored first."""
        latest = (
            select(briefs.c.id, func.max(briefs.c.version).label("version"))
            .where(briefs.c.account == account)
            .group_by(briefs.c.id)
            .subquery()
        )
        query = (
            select(briefs)
            .join(
                latest,
                (briefs.c.id == latest.c.id) & (briefs.c.version == latest.c.version),
            )
            .where(briefs.c.account == account)
            .order_by(briefs.c.created.desc(), briefs.c.id)
            .offset(offset)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]


def _make_row(stored: StoredBrief) -> dict[str, Any]:
    return {
        "account": stored.account,
        "id": stored.id,
        "version": stored.version,
        "content": stored.brief.model_dump(mode="json"),
        "author": stored.author,
        "created": stored.created,
    }


def _read_row(row: Row[Any]) -> StoredBrief:
    return StoredBrief(
        id=row.id,
        account=row.account,
        version=row.version,
        author=row.author,
        created=row.created,
        brief=Brief.model_validate(row.content),
    )
