"""Calls whose effect stays on the platform: noted before the call, and again with its answer.

A step without an answer is a call that the platform may have heard: whoever goes on with the post
asks the platform before anything is sent again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import post_steps
from app.publishing.rows import make_storable
from app.publishing.values import Post

# images: their addresses. draft: media_id. publish: publish_id or msg_id. result: what the
# platform says became of it. held: refusals for want of quota. delete: after a withdrawal.
# day_1 to day_7: the figures of a checkpoint.
StepName = Literal[
    "images", "draft", "publish", "result", "held", "delete", "day_1", "day_3", "day_7"
]


@dataclass(frozen=True, kw_only=True)
class PostStep:
    """A step of one version of a post; `ended_at` is None while its answer isn't known."""

    name: str
    version: int
    segment: int  # of a mass message, from 0; 0 of all others
    begun_at: float  # seconds since 1970
    ended_at: float | None
    answer: dict[str, Any]

    @property
    def is_answered(self) -> bool:
        """Whether the platform's answer is stored."""
        return self.ended_at is not None


def make_client_id(post: Post, segment: int = 0) -> str:
    """The platform's clientmsgid of a version and segment: the same for each try; 30 bytes."""
    return f"{post.id}-{post.version}" + (f"-{segment}" if segment else "")


@dataclass(frozen=True, slots=True)
class PostSteps:
    """The table `post_steps`. Of a mass message to several tags each has steps of its own."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def find(self, post: Post, name: StepName, segment: int = 0) -> PostStep | None:
        """The step of the post's present version."""
        mine = and_(post_steps.c.version == post.version, _of(post, name, segment))
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(select(post_steps).where(mine))).one_or_none()
        return None if row is None else _read_step(row)

    async def find_msg_data_id(self, post: Post, segment: int = 0) -> int | None:
        """The platform's id of the published articles; None where it isn't known."""
        step = await self.find(post, "publish", segment)
        number = str(step.answer.get("msg_data_id", "")) if step else ""
        return int(number) if number.isdigit() else None

    async def find_latest(self, post: Post, name: StepName, segment: int = 0) -> PostStep | None:
        """The answered step of the latest version that has one."""
        mine = and_(_of(post, name, segment), post_steps.c.ended_at.is_not(None))
        query = select(post_steps).where(mine).order_by(post_steps.c.version.desc()).limit(1)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _read_step(row)

    async def begin(self, post: Post, name: StepName, segment: int = 0) -> PostStep | None:
        """Note that the call is about to be made.

        Returns None when this note is the first one, else the step that was begun before.
        """
        row = self._make_row(post, name, segment)
        async with self.engine.begin() as connection:
            statement = insert(post_steps).values(**row).on_conflict_do_nothing()
            if (await connection.execute(statement)).rowcount:
                return None
        return await self.find(post, name, segment)

    async def end(
        self,
        post: Post,
        name: StepName,
        answer: dict[str, Any],
        platform_id: str = "",
        segment: int = 0,
    ) -> None:
        """Note the platform's answer; the step need not have been begun."""
        now = self.clock()
        values = {"ended_at": now, "answer": make_storable(answer), "platform_id": platform_id}
        statement = insert(post_steps).values(**self._make_row(post, name, segment) | values)
        statement = statement.on_conflict_do_update(
            index_elements=["post", "version", "name", "segment"], set_=values
        )
        async with self.engine.begin() as connection:
            await connection.execute(statement)

    async def cancel(self, post: Post, name: StepName, segment: int = 0) -> None:
        """Forget a step that the platform refused: nothing came of it."""
        mine = and_(_of(post, name, segment), post_steps.c.version == post.version)
        unanswered = and_(mine, post_steps.c.ended_at.is_(None))
        async with self.engine.begin() as connection:
            await connection.execute(delete(post_steps).where(unanswered))

    async def report(self, account: str, platform_id: str, answer: dict[str, Any]) -> str | None:
        """Store what an event says of a publication or mass send; returns the post's id, or None.

        A later event replaces an earlier one: the platform may ban what it published.
        """
        publish_step = and_(
            post_steps.c.account == account,
            post_steps.c.platform_id == platform_id,
            post_steps.c.name == "publish",
        )
        async with self.engine.begin() as connection:
            row = (await connection.execute(select(post_steps).where(publish_step))).one_or_none()
            if row is None:
                return None
            now = self.clock()
            values = {"ended_at": now, "answer": make_storable(answer)}
            fresh = {
                "post": row.post, "version": row.version, "name": "result",
                "segment": row.segment, "account": account,
                "key": row.key.removesuffix("publish") + "result",
                "begun_at": now, "platform_id": "",
            } | values  # fmt: skip
            statement = insert(post_steps).values(**fresh)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["post", "version", "name", "segment"], set_=values
                )
            )
        return str(row.post)

    async def list_all(self, post: Post) -> list[PostStep]:
        """All steps of all versions, in their order."""
        query = (
            select(post_steps)
            .where(post_steps.c.post == post.id, post_steps.c.account == post.account)
            .order_by(post_steps.c.begun_at)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_step(row) for row in await connection.execute(query)]

    def _make_row(self, post: Post, name: StepName, segment: int) -> dict[str, Any]:
        return {
            "post": post.id, "version": post.version, "name": name, "segment": segment,
            "account": post.account, "key": f"{make_client_id(post, segment)}-{name}",
            "begun_at": self.clock(), "ended_at": None, "answer": {}, "platform_id": "",
        }  # fmt: skip


def _of(post: Post, name: StepName, segment: int) -> Any:
    return and_(
        post_steps.c.post == post.id,
        post_steps.c.account == post.account,
        post_steps.c.name == name,
        post_steps.c.segment == segment,
    )


def _read_step(row: Row[Any]) -> PostStep:
    return PostStep(
        name=row.name,
        version=row.version,
        segment=row.segment,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        answer=row.answer,
    )
