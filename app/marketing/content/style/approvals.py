"""The approved drafts that style notes are learnt from, in the database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import copy_drafts, posts
from app.marketing.content.style.values import TextEdit

AT_ONCE = 50  # approvals that one step takes
MOST_EDITS = 50  # texts of an account that its notes are learnt from, the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedText:
    """A draft whose approval is new: what was generated, what was approved and when."""

    account: str
    draft: str
    edit: TextEdit
    at: float  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDistance:
    """How far an approved text is from the generated one, 0 to 1, and when it was approved."""

    at: float
    distance: float


@dataclass(frozen=True, slots=True)
class ApprovedTexts:
    """Reads approvals, and stores what was learnt of them."""

    engine: AsyncEngine

    async def list_new(self) -> list[ApprovedText]:
        """Drafts approved since they were last learnt from, as a draft or as a post."""
        is_post = and_(posts.c.account == copy_drafts.c.account, posts.c.id == copy_drafts.c.post)
        at = func.coalesce(posts.c.approval, copy_drafts.c.approval)["at"].as_float()
        query = (
            select(copy_drafts, posts.c.articles, at.label("approved_at"))
            .outerjoin(posts, is_post)
            .where(at > func.coalesce(copy_drafts.c.learnt, 0.0))
            .order_by(at)
            .limit(AT_ONCE)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def record(self, text: ApprovedText, distance: float) -> None:
        """Store the approved text and its distance."""
        learnt = {"learnt": text.at, "approved_text": text.edit.approved, "distance": distance}
        recording = update(copy_drafts).where(
            copy_drafts.c.account == text.account, copy_drafts.c.id == text.draft
        )
        async with self.engine.begin() as connection:
            await connection.execute(recording.values(**learnt))

    async def list_edits(self, account: str, since: float) -> list[TextEdit]:
        """The latest edits of texts that were approved after `since`, the latest last."""
        query = (
            select(copy_drafts.c.versions, copy_drafts.c.approved_text)
            .where(copy_drafts.c.account == account, copy_drafts.c.learnt > since)
            .order_by(copy_drafts.c.learnt.desc())
            .limit(MOST_EDITS)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            TextEdit(generated=row.versions[0]["text"], approved=row.approved_text)
            for row in reversed(rows)
        ]

    async def list_distances(self, account: str, since: float) -> list[EditDistance]:
        """The distances of all texts that were approved from `since` on, by time."""
        query = (
            select(copy_drafts.c.learnt, copy_drafts.c.distance)
            .where(copy_drafts.c.account == account, copy_drafts.c.learnt >= since)
            .order_by(copy_drafts.c.learnt)
        )
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query)
            return [EditDistance(at=row.learnt, distance=row.distance) for row in rows]


def _read_row(row: Row[Any]) -> ApprovedText:
    generated = row.versions[0]["text"]
    approved = row.versions[-1]["text"]
    if row.articles:
        first = row.articles[0]
        approved = first.get("source", first.get("text", ""))
    return ApprovedText(
        account=row.account,
        draft=row.id,
        edit=TextEdit(generated=generated, approved=approved),
        at=row.approved_at,
    )
