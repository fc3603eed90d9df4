"""Reviewed content and its versions in the database."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import content_edits, reviewed_contents
from app.errors import Refusal
from app.publishing.diffs import VersionEdit
from app.publishing.rows import make_storable
from app.publishing.values import VersionApproval
from app.touchpoints.review.diffs import compare_contents
from app.touchpoints.review.values import (
    Content,
    ContentKind,
    LiveVersion,
    ReviewedContent,
    ReviewState,
)

_CONTENT: TypeAdapter[Content] = TypeAdapter(Annotated[Content, Field(discriminator="kind")])
_APPROVAL = TypeAdapter(VersionApproval | None)
_LIVE = TypeAdapter(LiveVersion | None)


class UnknownContent(Refusal):
    """The account has no menu or welcome text of this id."""

    status = 404
    name = "unknown_content"


@dataclass(frozen=True, slots=True)
class ReviewedContents:
    """Reads and writes reviewed content. Every change is a step on the locked row."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(self, item: ReviewedContent) -> None:
        """Store new content with its first version."""
        now = self.clock()
        row = _write_row(item) | {
            "id": item.id, "account": item.account, "kind": item.content.kind,
            "author": item.author, "created": now, "changed": now,
        }  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(insert(reviewed_contents).values(**row))
            await _record_edit(connection, None, item, item.author, now)

    async def get(
        self, account: str, content_id: str, kind: ContentKind | None = None
    ) -> ReviewedContent:
        """The content; with `kind` only of this one. Raises UnknownContent."""
        mine = _of(account, content_id)
        if kind is not None:
            mine = and_(mine, reviewed_contents.c.kind == kind)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(select(reviewed_contents).where(mine))).one_or_none()
        if row is None:
            raise _unknown(content_id)
        return _read_row(row)

    async def list_page(
        self,
        account: str,
        *,
        kind: ContentKind | None = None,
        state: ReviewState | None = None,
        offset: int = 0,
        limit: int = 20,
    ) -> list[ReviewedContent]:
        """A page of the account's content, the last changed first."""
        columns = reviewed_contents.c
        query = select(reviewed_contents).where(columns.account == account)
        if kind is not None:
            query = query.where(columns.kind == kind)
        if state is not None:
            query = query.where(columns.state == state.value)
        query = query.order_by(columns.changed.desc(), columns.id).offset(offset).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def list_live(self, account: str, kind: ContentKind) -> list[ReviewedContent]:
        """All content of a kind that followers meet now."""
        columns = reviewed_contents.c
        mine = and_(columns.account == account, columns.kind == kind, columns.live.is_not(None))
        query = select(reviewed_contents).where(mine).order_by(columns.created, columns.id)
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def find_welcomes(self, account: str, channels: Sequence[str]) -> dict[str, str]:
        """The id of the last changed welcome text of each QR channel; withdrawn ones left out."""
        columns = reviewed_contents.c
        channel = columns.content["channel"].astext
        query = (
            select(columns.id, channel.label("channel"))
            .where(columns.account == account, columns.kind == "welcome")
            .where(columns.state != ReviewState.WITHDRAWN.value, channel.in_(channels))
            .order_by(columns.changed)
        )
        async with connect_to_read(self.engine) as connection:
            return {row.channel: row.id for row in await connection.execute(query)}

    async def change(
        self,
        account: str,
        content_id: str,
        step: Callable[[ReviewedContent], ReviewedContent],
        editor: str = "",
    ) -> ReviewedContent:
        """Apply a step to the locked row; a new version is stored as an edit by `editor`.

        Raises UnknownContent, and what the step raises.
        """
        now = self.clock()
        query = select(reviewed_contents).where(_of(account, content_id)).with_for_update()
        async with self.engine.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise _unknown(content_id)
            before = _read_row(row)
            after = step(before)
            values = _write_row(after) | {"changed": now}
            await connection.execute(
                update(reviewed_contents).where(_of(account, content_id)).values(**values)
            )
            if after.version != before.version:
                await _record_edit(connection, before, after, editor, now)
        return after

    async def list_edits(self, account: str, content_id: str) -> list[VersionEdit]:
        """All versions, the first one first. Raises UnknownContent."""
        query = (
            select(content_edits)
            .where(content_edits.c.account == account, content_edits.c.content == content_id)
            .order_by(content_edits.c.version)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            raise _unknown(content_id)
        return [
            VersionEdit(version=row.version, editor=row.editor, at=row.at, diffs=row.diffs)
            for row in rows
        ]

    @contextlib.asynccontextmanager
    async def lock(self, account: str, kind: ContentKind) -> AsyncIterator[None]:
        """Let nobody else change what is live of this kind, in any process.

        Raises DatabaseUnavailable when another one takes longer than a statement may.
        """
        key = func.hashtextextended(f"{kind} of {account}", 0)
        async with self.engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(key)))
            yield


async def _record_edit(
    connection: AsyncConnection,
    before: ReviewedContent | None,
    after: ReviewedContent,
    editor: str,
    now: float,
) -> None:
    diffs = compare_contents(before.content if before else None, after.content)
    row = {
        "content": after.id, "version": after.version, "account": after.account,
        "editor": editor, "at": now, "diffs": make_storable([asdict(diff) for diff in diffs]),
    }  # fmt: skip
    await connection.execute(insert(content_edits).values(**row))


def _write_row(item: ReviewedContent) -> dict[str, Any]:
    """The columns that a step may change."""
    return {
        "content": make_storable(_CONTENT.dump_python(item.content, mode="json")),
        "state": item.state.value,
        "version": item.version,
        "approval": _APPROVAL.dump_python(item.approval, mode="json"),
        "live": make_storable(_LIVE.dump_python(item.live, mode="json")),
        "reason": item.reason,
    }


def _read_row(row: Row[Any]) -> ReviewedContent:
    return ReviewedContent(
        id=row.id,
        account=row.account,
        author=row.author,
        content=_CONTENT.validate_python(row.content),
        state=ReviewState(row.state),
        version=row.version,
        approval=_APPROVAL.validate_python(row.approval),
        live=_LIVE.validate_python(row.live),
        reason=row.reason,
    )


def _of(account: str, content_id: str) -> Any:
    return and_(reviewed_contents.c.account == account, reviewed_contents.c.id == content_id)


def _unknown(content_id: str) -> UnknownContent:
    return UnknownContent(f"没有编号为 {content_id} 的菜单或欢迎语。")
