"""Posts and their edits in the database. Steps of a post are in `steps`."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import post_edits, posts
from app.errors import Refusal
from app.publishing.checkpoints import find_check_time
from app.publishing.diffs import VersionEdit, compare_articles
from app.publishing.rows import make_storable, read_post, write_post
from app.publishing.values import Post, PostState

# States in which a worker looks at a post.
_WATCHED = frozenset({PostState.SCHEDULED, PostState.SENDING})


class UnknownPost(Refusal):
    """The account has no post of this id."""

    status = 404
    name = "unknown_post"


@dataclass(frozen=True, slots=True)
class Posts:
    """Reads and writes posts. Every change is a step of the lifecycle on the locked row."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(self, post: Post) -> None:
        """Store a new post with its first version."""
        now = self.clock()
        row = write_post(post) | {
            "id": post.id, "account": post.account, "author": post.author, "created": now,
            "changed": now, "due": None, "tries": 0, "leased_by": "", "leased_until": 0.0,
        }  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(insert(posts).values(**row))
            await _record_edit(connection, None, post, post.author, now)

    async def get(self, account: str, post_id: str) -> Post:
        """The post. Raises UnknownPost."""
        async with connect_to_read(self.engine) as connection:
            row = (
                await connection.execute(select(posts).where(_of(account, post_id)))
            ).one_or_none()
        if row is None:
            raise _unknown(post_id)
        return read_post(row)

    async def list_page(
        self, account: str, *, state: PostState | None = None, offset: int = 0, limit: int = 20
    ) -> list[Post]:
        """A page of the account's posts, the last changed first."""
        query = select(posts).where(posts.c.account == account)
        if state is not None:
            query = query.where(posts.c.state == state.value)
        query = query.order_by(posts.c.changed.desc(), posts.c.id).offset(offset).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [read_post(row) for row in await connection.execute(query)]

    async def list_between(self, account: str, start: float, end: float) -> list[Post]:
        """Posts that are or were to go out in [start, end), by time."""
        at = posts.c.scheduled_at
        query = select(posts).where(posts.c.account == account, at >= start, at < end).order_by(at)
        async with connect_to_read(self.engine) as connection:
            return [read_post(row) for row in await connection.execute(query)]

    async def change(
        self, account: str, post_id: str, step: Callable[[Post], Post], editor: str = ""
    ) -> Post:
        """Apply a step to the locked row; a new version is stored as an edit by `editor`.

        Raises UnknownPost, and what the step raises.
        """
        now = self.clock()
        async with self.engine.begin() as connection:
            query = select(posts).where(_of(account, post_id)).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise _unknown(post_id)
            before = read_post(row)
            after = step(before)
            due = now if _is_taken_back(before, after) else _find_due(after, now)
            values = write_post(after) | {"changed": now, "due": due}
            if after.state is not PostState.SENDING:
                values["tries"] = 0
            await connection.execute(update(posts).where(posts.c.id == post_id).values(**values))
            if after.version != before.version:
                await _record_edit(connection, before, after, editor, now)
        return after

    async def list_edits(self, account: str, post_id: str) -> list[VersionEdit]:
        """All versions, the first one first. Raises UnknownPost."""
        query = (
            select(post_edits)
            .where(post_edits.c.account == account, post_edits.c.post == post_id)
            .order_by(post_edits.c.version)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            raise _unknown(post_id)
        return [
            VersionEdit(version=row.version, editor=row.editor, at=row.at, diffs=row.diffs)
            for row in rows
        ]

    async def lease_due(self, worker: str, seconds: float) -> Post | None:
        """Lease the post that has waited longest for a worker; None where none is due."""
        now = self.clock()
        free = or_(posts.c.leased_by == "", posts.c.leased_until < now)
        query = (
            select(posts)
            .where(posts.c.due <= now, free)
            .order_by(posts.c.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self.engine.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            lease = {"leased_by": worker, "leased_until": now + seconds}
            await connection.execute(update(posts).where(posts.c.id == row.id).values(**lease))
        return read_post(row)

    async def renew_lease(self, post: Post, worker: str, seconds: float) -> bool:
        """Extend the lease; False when another worker has the post meanwhile."""
        mine = and_(posts.c.id == post.id, posts.c.leased_by == worker)
        lease = {"leased_until": self.clock() + seconds}
        async with self.engine.begin() as connection:
            result = await connection.execute(update(posts).where(mine).values(**lease))
        return bool(result.rowcount)

    async def release(self, post: Post, worker: str) -> None:
        """Give the lease back."""
        mine = and_(posts.c.id == post.id, posts.c.leased_by == worker)
        async with self.engine.begin() as connection:
            await connection.execute(
                update(posts).where(mine).values(leased_by="", leased_until=0.0)
            )

    async def finish(self, post: Post, reason: str = "") -> None:
        """No worker has to look at the post any more; `reason` is added to its own."""
        values: dict[str, Any] = {"due": None}
        if reason:
            values["reason"] = posts.c.reason + reason
        async with self.engine.begin() as connection:
            await connection.execute(update(posts).where(posts.c.id == post.id).values(**values))

    async def postpone(self, post: Post, until: float, note: str = "") -> None:
        """Look at the post again at `until`, and count one more look without a result.

        `note`: what is waited for; it becomes the reason of a post that is being sent.
        """
        values: dict[str, Any] = {"due": until, "tries": posts.c.tries + 1}
        if note:
            values["reason"] = note
        waiting = and_(posts.c.id == post.id, posts.c.due.is_not(None))
        async with self.engine.begin() as connection:
            await connection.execute(update(posts).where(waiting).values(**values))

    async def count_tries(self, post: Post) -> int:
        """How often a worker looked since sending began, without a result."""
        async with connect_to_read(self.engine) as connection:
            query = select(posts.c.tries).where(posts.c.id == post.id)
            return int((await connection.execute(query)).scalar_one())

    async def wake(self, account: str, post_id: str) -> None:
        """Let a worker look at a post at once, if it is being sent: the platform reported."""
        states = [PostState.SENDING.value, PostState.UNCONFIRMED.value]
        sending = and_(_of(account, post_id), posts.c.state.in_(states))
        async with self.engine.begin() as connection:
            await connection.execute(update(posts).where(sending).values(due=self.clock()))


async def _record_edit(
    connection: AsyncConnection, before: Post | None, after: Post, editor: str, now: float
) -> None:
    diffs = compare_articles(before.articles if before else (), after.articles)
    row = {
        "post": after.id, "version": after.version, "account": after.account, "editor": editor,
        "at": now, "diffs": make_storable([asdict(diff) for diff in diffs]),
    }  # fmt: skip
    await connection.execute(insert(post_edits).values(**row))


def _find_due(post: Post, now: float) -> float | None:
    if post.state is PostState.PUBLISHED:
        return find_check_time(post, 1)
    if post.state not in _WATCHED:
        return None
    return post.scheduled_at if post.state is PostState.SCHEDULED else now


def _is_taken_back(before: Post, after: Post) -> bool:
    """Whether a worker has to delete it from the platform."""
    return before.state is PostState.PUBLISHED and after.state is PostState.WITHDRAWN


def _of(account: str, post_id: str) -> Any:
    return and_(posts.c.account == account, posts.c.id == post_id)


def _unknown(post_id: str) -> UnknownPost:
    return UnknownPost(f"没有编号为 {post_id} 的内容。")
