"""Runs the jobs of the audience: profiles, clusters, look-alikes, funnels, retention."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.marketing.audience.jobs import (
    ClusterOrder,
    FunnelOrder,
    LookalikeOrder,
    RetentionOrder,
)
from app.marketing.audience.profile_repository import FollowerProfiles
from app.marketing.audience.segment_repository import NewSegment, Segments
from app.marketing.events.item_repository import Items
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress

if TYPE_CHECKING:  # numpy, scipy and scikit-learn take seconds of each start
    from app.marketing.audience.activity import Activity
    from app.marketing.audience.group_descriptions import Floats
    from app.marketing.audience.groups import FollowerGroups
    from app.marketing.audience.lookalikes import ComparedFeatures

_DAY = 86_400.0
_HISTORY = 400 * _DAY  # of events that profiles are computed from
_READ = ("pseudonym", "kind", "time", "value", "item", "properties")
_QUERY = (
    "SELECT pseudonym, kind, time, value, item,"
    " json_extract_string(properties, '$.intent') AS intent,"
    " json_extract_string(properties, '$.sentiment') AS sentiment FROM activity"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceData:
    """Where the jobs of the audience read and write."""

    reader: ActivityReader
    items: Items
    profiles: FollowerProfiles
    segments: Segments
    clock: Callable[[], float]

    async def read_activity(self, account: str, since: float) -> "Activity":
        """The events of an account from a time on."""
        from app.marketing.audience.reading import read_activity

        async with self.reader.read_activity(account, since=since, columns=_READ) as connection:
            return await asyncio.to_thread(lambda: read_activity(connection.sql(_QUERY)))


@dataclass(frozen=True, slots=True)
class ProfileJobHandler:
    """Computes the profiles of all followers anew."""

    data: AudienceData

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """How many followers there are, by stage; and why churn isn't predicted, where it isn't."""
        from app.marketing.audience.computation import compute_profiles

        now = self.data.clock()
        activity = await self.data.read_activity(job.account, now - _HISTORY)
        await record(0.3, None)
        items = {
            item.id: (item.title, item.tags)
            for item in await self.data.items.list_changed(job.account, 0.0)
        }
        computed = await asyncio.to_thread(compute_profiles, activity, items, now)
        await record(0.8, None)
        await self.data.profiles.replace(job.account, now, computed.columns)
        return asdict(computed.summary)


@dataclass(frozen=True, slots=True)
class ClusterJobHandler:
    """Clusters the profiles; each cluster becomes a segment."""

    data: AudienceData

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The segments with their descriptions, and how sure the clusters are."""
        order = ClusterOrder(**job.request)
        pseudonyms, groups = await self._group(job.account, order)
        await record(0.9, None)
        new = [
            NewSegment(
                name=group.name,
                description=group.description,
                origin="cluster",
                members=[pseudonyms[row] for row in group.rows],
            )
            for group in groups.groups
        ]
        stored = await self.data.segments.replace_origin(job.account, job.author, "cluster", new)
        return {
            "segments": [
                {"id": each.id, "name": each.name, "description": each.description,
                 "followers": len(group.rows)}
                for each, group in zip(stored, groups.groups, strict=True)
            ],
            "silhouette": groups.silhouette,
            "stability": groups.stability,
        }  # fmt: skip

    async def _group(self, account: str, order: ClusterOrder) -> tuple[list[str], "FollowerGroups"]:
        from app.marketing.audience.groups import group_followers

        pseudonyms, table, tenure = await read_features(self.data, account)
        groups = await asyncio.to_thread(
            lambda: group_followers(table, tenure, method=order.method)
        )
        return pseudonyms, groups


@dataclass(frozen=True, slots=True)
class LookalikeJobHandler:
    """Finds followers like those of a segment."""

    data: AudienceData

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The new segment, and the area under the curve: 0.5 means that nothing sets it apart.

        Raises TooFewSeeds, NothingToCompare.
        """
        from app.marketing.audience.lookalikes import choose_features, rank_lookalikes

        order = LookalikeOrder(**job.request)
        seed_segment = await self.data.segments.get(job.account, order.segment)
        compared = choose_features(seed_segment)
        members = frozenset(await self.data.segments.list_members(seed_segment))
        pseudonyms, table, tenure = await read_features(self.data, job.account)
        seeds = [at for at, name in enumerate(pseudonyms) if name in members]
        scores, area = await asyncio.to_thread(
            lambda: rank_lookalikes(table, tenure, seeds, compared.columns)
        )
        await record(0.8, None)
        others = [at for at, name in enumerate(pseudonyms) if name not in members]
        best = sorted(others, key=lambda at: (-float(scores[at]), pseudonyms[at]))[: order.count]
        new = NewSegment(
            name=order.name,
            description=_describe_lookalikes(seed_segment.name, len(best), area, compared),
            origin="lookalike",
            members=[pseudonyms[at] for at in best],
        )
        stored = await self.data.segments.add(job.account, job.author, new)
        return {
            "segment": stored.id, "followers": len(best), "seeds": len(seeds), "area": area,
            "left_out": compared.left_out,
            "warning": "；".join(filter(None, [_warn_of_all(order.count, len(others)),
                                              compared.warning])),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunnelJobHandler:
    """Measures a funnel."""

    data: AudienceData

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The steps with their followers and shares, and their window. Raises BadFunnel."""
        from app.marketing.audience.journeys import count_unfinished, measure_funnel

        order, now = FunnelOrder(**job.request), self.data.clock()
        activity = await self.data.read_activity(job.account, order.since)
        await record(0.7, None)
        steps = [EventKind(step) for step in order.steps]
        funnel = await asyncio.to_thread(measure_funnel, activity, steps, order.within_days)
        return {
            "steps": _as_rows(funnel),
            "since": order.since,
            "until": now,
            "within_days": order.within_days,
            "unfinished": count_unfinished(activity, steps[0], order.within_days, now),
        }


@dataclass(frozen=True, slots=True)
class RetentionJobHandler:
    """Measures retention by cohorts."""

    data: AudienceData

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The cohorts, the oldest first."""
        from app.marketing.audience.journeys import measure_retention

        order, now = RetentionOrder(**job.request), self.data.clock()
        activity = await self.data.read_activity(job.account, now - _HISTORY)
        await record(0.7, None)
        cohorts = await asyncio.to_thread(measure_retention, activity, now, order.weeks)
        return {"cohorts": _as_rows(cohorts)}


def _describe_lookalikes(
    name: str, followers: int, area: float, compared: "ComparedFeatures"
) -> str:
    without = f"，比较时不看{'、'.join(compared.left_out)}" if compared.left_out else ""
    return f"与“{name}”最相似的 {followers} 人（区分度 {area:.2f}{without}）"


def _warn_of_all(count: int, others: int) -> str:
    """A word where the count takes in everybody; "" otherwise."""
    if count < others:
        return ""
    return f"种子以外只有 {others} 位粉丝，已全部列入，等于没有挑选：请减少人数"


async def read_features(data: AudienceData, account: str) -> "tuple[list[str], Floats, Floats]":
    """Pseudonyms, the table of FEATURES, and the tenure in days of all who follow."""
    from app.marketing.audience.computation import read_table
    from app.marketing.audience.group_descriptions import FEATURES

    names = [*(each.column for each in FEATURES), "tenure"]
    rows = await data.profiles.read_columns(account, names)
    table = read_table(rows)
    return [row[0] for row in rows], table[:, :-1], table[:, -1]


def _as_rows(values: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(value) for value in values]
