"""Segments in the database, and their members."""

import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, text, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import follower_profiles, segment_members, segments
from app.errors import Overloaded
from app.marketing.audience.profile_repository import FollowerProfiles
from app.marketing.audience.rule_fields import SEGMENT
from app.marketing.audience.rule_language import BadRule, Rule, list_words, parse_rule
from app.marketing.audience.rule_queries import build_condition
from app.marketing.audience.values import (
    GONE,
    Segment,
    SegmentExists,
    SegmentOrigin,
    SegmentSize,
    UnknownSegment,
)

MOST_SEGMENTS = 200  # of an account
MOST_NAMED = 30  # intents in the sentence of a refusal
ROWS = 10_000  # members of one statement
_ADD_MEMBERS = text(
    "INSERT INTO segment_members (account, segment, pseudonym, computed)"
    " SELECT :account, :segment, r.pseudonym, :computed"
    " FROM unnest(CAST(:pseudonyms AS text[])) AS r(pseudonym) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSegment:
    """A segment to store. members: pseudonyms, where it isn't a rule."""

    name: str
    rule: str = ""
    description: str = ""
    origin: SegmentOrigin = "rule"
    members: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Segments:
    """The tables `segments` and `segment_members`."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(self, account: str, author: str, new: NewSegment) -> Segment:
        """Store a segment. Raises BadRule, SegmentExists, Overloaded for too many."""
        if new.origin == "rule":
            await self.check_words(account, parse_rule(new.rule))
        if len(await self.list_all(account)) >= MOST_SEGMENTS:
            raise Overloaded(f"一个账号最多 {MOST_SEGMENTS} 个人群，请先删除不用的")
        try:
            async with self.engine.begin() as connection:
                return await self._insert(connection, account, author, new)
        except IntegrityError:
            raise SegmentExists(f"已经有名为“{new.name}”的人群，请换一个名字") from None

    async def replace_origin(
        self, account: str, author: str, origin: SegmentOrigin, new: Sequence[NewSegment]
    ) -> list[Segment]:
        """Store segments in place of all of an origin, as new clusters replace the old ones."""
        try:
            async with self.engine.begin() as connection:
                old = select(segments.c.id).where(
                    segments.c.account == account, segments.c.origin == origin
                )
                await connection.execute(
                    delete(segment_members).where(
                        segment_members.c.account == account, segment_members.c.segment.in_(old)
                    )
                )
                await connection.execute(
                    delete(segments).where(
                        segments.c.account == account, segments.c.origin == origin
                    )
                )
                return [await self._insert(connection, account, author, each) for each in new]
        except IntegrityError:
            raise SegmentExists("新人群与已有人群重名：请先给已有人群改名") from None

    async def check_words(self, account: str, rule: Rule) -> None:
        """Raises BadRule for words that match nobody.

        人群 has to name a cluster or look-alikes, 阶段 not who left, 意图 what somebody has.
        """
        if GONE in list_words(rule, "stage"):
            raise BadRule(
                "人群里只有仍在关注的粉丝，“已离开”的不在任何人群里：不用写这个条件，"
                "离开的人数见 GET /api/v1/audience/summary 的 gone"
            )
        await self._check_intents(account, list_words(rule, "intent"))
        names = list_words(rule, SEGMENT)
        if not names:
            return
        stored = {each.name: each.origin for each in await self.list_all(account)}
        for name in sorted(names):
            if name not in stored:
                raise BadRule(f"没有名为“{name}”的人群")
            if stored[name] == "rule":
                raise BadRule(
                    f"“{name}”是按规则划分的人群，不能写在“人群”里：请把它的规则直接写进来"
                )

    async def _check_intents(self, account: str, words: Collection[str]) -> None:
        """Intents are the words of events: without a profile that has one, any may come."""
        intents = await FollowerProfiles(self.engine).list_intents(account) if words else []
        for word in sorted(set(words) - set(intents)) if intents else ():
            raise BadRule(
                f"没有粉丝的“意图”是“{word}”，现有的是 {'、'.join(intents[:MOST_NAMED])}"
                f"{' 等' if len(intents) > MOST_NAMED else ''}：请从中选写"
            )

    async def get(self, account: str, segment_id: str) -> Segment:
        """A segment. Raises UnknownSegment."""
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(_select(account, segment_id))).one_or_none()
        if row is None:
            raise UnknownSegment(f"没有人群 {segment_id!r}：请先查询人群列表")
        return _read_row(row)

    async def list_all(self, account: str) -> list[Segment]:
        """All segments of an account, the last changed first."""
        query = (
            select(segments)
            .where(segments.c.account == account)
            .order_by(segments.c.changed.desc(), segments.c.id)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def edit(self, segment: Segment, version: int, author: str, new: NewSegment) -> Segment:
        """The version after `version`; stored members stay, and take no rule.

        Raises BadRule, or SegmentExists where another version or name was stored meanwhile.
        """
        rule = new.rule if segment.origin == "rule" else ""
        if rule != segment.rule:
            await self.check_words(segment.account, parse_rule(rule))
        changing = (
            update(segments)
            .where(_is(segment.account, segment.id), segments.c.version == version)
            .values(
                name=new.name, rule=rule, description=new.description, author=author,
                version=version + 1, changed=self.clock(),
            )
            .returning(segments)
        )  # fmt: skip
        try:
            async with self.engine.begin() as connection:
                row = (await connection.execute(changing)).one_or_none()
        except IntegrityError:
            raise SegmentExists(f"已经有名为“{new.name}”的人群，请换一个名字") from None
        if row is None:
            raise SegmentExists("人群已被别人修改：请重新读取后再改")
        return _read_row(row)

    async def remove(self, account: str, segment_id: str) -> None:
        """Delete a segment with its members. Raises UnknownSegment."""
        async with self.engine.begin() as connection:
            deleting = delete(segments).where(_is(account, segment_id)).returning(segments.c.id)
            if (await connection.execute(deleting)).one_or_none() is None:
                raise UnknownSegment(f"没有人群 {segment_id!r}：请先查询人群列表")
            members = and_(
                segment_members.c.account == account, segment_members.c.segment == segment_id
            )
            await connection.execute(delete(segment_members).where(members))

    async def measure(self, segment: Segment) -> SegmentSize:
        """How many followers a segment has now."""
        profiles = FollowerProfiles(self.engine)
        return await profiles.count(segment.account, build_membership(segment))

    async def list_members(
        self, segment: Segment, *, after: str = "", limit: int | None = None
    ) -> list[str]:
        """The pseudonyms of the followers in a segment now, sorted.

        Of a page: those behind the pseudonym `after`, at most `limit`.
        """
        profiles = FollowerProfiles(self.engine)
        return await profiles.list_pseudonyms(
            segment.account, build_membership(segment), after=after, limit=limit
        )

    async def read_members(self, account: str, segment_id: str) -> frozenset[str]:
        """The pseudonyms of all followers in a segment now. Raises UnknownSegment."""
        return frozenset(await self.list_members(await self.get(account, segment_id)))

    async def _insert(
        self, connection: AsyncConnection, account: str, author: str, new: NewSegment
    ) -> Segment:
        now = self.clock()
        row = {
            "account": account, "id": uuid.uuid4().hex, "name": new.name, "rule": new.rule,
            "description": new.description, "origin": new.origin, "author": author, "version": 1,
            "created": now, "changed": now,
        }  # fmt: skip
        adding = insert(segments).values(**row).returning(segments)
        stored = (await connection.execute(adding)).one()
        for start in range(0, len(new.members), ROWS):
            members = list(new.members[start : start + ROWS])
            values = {
                "account": account, "segment": row["id"], "computed": now, "pseudonyms": members,
            }  # fmt: skip
            await connection.execute(_ADD_MEMBERS, values)
        return _read_row(stored)


def build_membership(segment: Segment) -> ColumnElement[bool]:
    """The condition on `follower_profiles` that a follower is in the segment. Raises BadRule."""
    if segment.origin == "rule":
        return build_condition(parse_rule(segment.rule))
    members = select(segment_members.c.pseudonym).where(
        segment_members.c.account == segment.account, segment_members.c.segment == segment.id
    )
    return follower_profiles.c.pseudonym.in_(members)


def _is(account: str, segment_id: str) -> ColumnElement[bool]:
    return and_(segments.c.account == account, segments.c.id == segment_id)


def _select(account: str, segment_id: str) -> Any:
    return select(segments).where(_is(account, segment_id))


def _read_row(row: Row[Any]) -> Segment:
    columns = row._mapping
    return Segment(**{name: columns[name] for name in Segment.__dataclass_fields__})
