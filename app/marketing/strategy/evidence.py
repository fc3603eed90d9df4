"""Reads what a night knows of an account: its audience, contents, effects and experiments."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import follower_profiles, items, marketing_jobs, posts
from app.kit.clock import CHINA
from app.marketing.audience.interests import list_item_words
from app.marketing.effects.jobs import KIND as EFFECTS
from app.marketing.effects.stored_reports import read_report
from app.marketing.events.analytics import describe_activity
from app.marketing.events.figures import count_unfollows
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.experiments.values import StoredExperiment
from app.marketing.strategy.experiment_results import read_result
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.settled import list_settled_subjects
from app.marketing.strategy.values import (
    FeatureEvidence,
    GuardrailEvidence,
    NightEvidence,
    Objective,
    Strategy,
    WinnerEvidence,
)

DAY = 86_400.0  # seconds
REPORTS_FOR = 30 * DAY  # effect reports that are older say little of today
MOST_WORDS = 30
# The metric of an effect report that an objective is.
_METRICS: Mapping[Objective, str] = {
    "view": "reads", "click": "clicks", "share": "shares", "follow": "follows",
    "conversion": "conversions",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReader:
    """Reads from the database what the proposals of a night rest on."""

    engine: AsyncEngine
    experiments: ExperimentRequests
    clock: Callable[[], float]

    async def read(self, account: str, strategy: Strategy) -> NightEvidence:
        """The evidence of now."""
        now = self.clock()
        rate, rate_before = await self._measure_unfollows(account, now)
        open_proposals = await Proposals(self.engine).list_page(account, "open", limit=200)
        sent_hours, supplied_words = await self._read_items(account, now)
        stages, comes_back = await self._read_stages(account)
        return NightEvidence(
            stages=stages,
            comes_back=comes_back,
            peak_hours=await self._count_peak_hours(account),
            sent_hours=sent_hours,
            wanted_words=await self._count_interests(account),
            supplied_words=supplied_words,
            features=await self._read_features(account, strategy.objective, now),
            winners=await self._read_winners(account),
            unfollow_rate=rate,
            unfollow_rate_before=rate_before,
            sends=await self._count_sends(account, _find_month_start(now)),
            recent_sends=await self._count_sends(account, now - 14 * DAY),
            open_subjects=frozenset(each.new.subject for each in open_proposals),
            settled_subjects=await list_settled_subjects(self.engine, account, now),
        )

    async def _read_stages(self, account: str) -> tuple[dict[str, int], float | None]:
        columns = follower_profiles.c
        query = (
            select(columns.stage, func.count(), func.avg(columns.churn_risk))
            .where(columns.account == account)
            .group_by(columns.stage)
        )
        rows = await self._read_rows(query)
        risks = {stage: risk for stage, _, risk in rows}
        dormant_risk = risks.get("dormant")
        comes_back = None if dormant_risk is None else 1 - float(dormant_risk)
        return {stage: count for stage, count, _ in rows}, comes_back

    async def _count_peak_hours(self, account: str) -> dict[int, int]:
        columns = follower_profiles.c
        query = (
            select(columns.peak_hour, func.count())
            .where(columns.account == account, columns.is_following, columns.peak_hour.is_not(None))
            .group_by(columns.peak_hour)
        )
        return {row[0]: row[1] for row in await self._read_rows(query)}

    async def _count_interests(self, account: str) -> dict[str, int]:
        columns = follower_profiles.c
        word = func.jsonb_array_elements_text(columns.interests).label("word")
        words = select(word).where(columns.account == account, columns.is_following).subquery()
        query = (
            select(words.c.word, func.count())
            .group_by(words.c.word)
            .order_by(func.count().desc(), words.c.word)
            .limit(MOST_WORDS)
        )
        return {row[0]: row[1] for row in await self._read_rows(query)}

    async def _read_items(self, account: str, now: float) -> tuple[dict[int, int], dict[str, int]]:
        """The hours at which items of the last 30 days were published, and their words."""
        query = select(items.c.title, items.c.tags, items.c.published).where(
            items.c.account == account,
            items.c.deleted.is_(None),
            items.c.published.between(now - 30 * DAY, now),
        )
        rows = await self._read_rows(query)
        hours = Counter(datetime.fromtimestamp(row.published, CHINA).hour for row in rows)
        words = Counter(word for row in rows for word in list_item_words(row.title, row.tags))
        return dict(hours), dict(words)

    async def _read_features(
        self, account: str, objective: Objective, now: float
    ) -> tuple[FeatureEvidence, ...]:
        """The significant effects of the latest report that has the objective's metric."""
        query = (
            select(marketing_jobs.c.result)
            .where(
                marketing_jobs.c.account == account,
                marketing_jobs.c.kind == EFFECTS,
                marketing_jobs.c.state == "done",
                marketing_jobs.c.finished > now - REPORTS_FOR,
            )
            .order_by(marketing_jobs.c.finished.desc())
            .limit(10)
        )
        metric_name = _METRICS.get(objective)
        for row in await self._read_rows(query):
            for metric in read_report(row.result).get("metrics", []):
                if metric["metric"] == metric_name:
                    return tuple(_read_feature(metric, each) for each in metric["effects"]
                                 if each["significant"])  # fmt: skip
        return ()

    async def _read_winners(self, account: str) -> tuple[WinnerEvidence, ...]:
        running = await ExperimentStore(self.engine).list_page(account, ("running",), limit=50)
        winners = []
        for experiment in running:
            reading = await read_result(self.experiments, account, experiment.id)
            if winner := read_winner(experiment, reading.result):
                winners.append(winner)
        return tuple(winners)

    async def _measure_unfollows(self, account: str, now: float) -> tuple[float, float]:
        """Unfollows by followers and day, of the last week and of the one before."""
        followers = select(func.count()).where(
            follower_profiles.c.account == account, follower_profiles.c.is_following
        )
        [(count,)] = await self._read_rows(followers)
        expression = await asyncio.to_thread(
            lambda: count_unfollows(describe_activity(), now - 7 * DAY)
        )
        span = (now - 14 * DAY, now + 1)
        [row] = await self.experiments.analytics.run(account, expression, span)
        base = 7 * max(1, count)
        return row["latest"] / base, row["before"] / base

    async def _count_sends(self, account: str, start: float) -> int:
        """Mass messages that were sent from `start` on."""
        query = select(func.count()).where(
            and_(posts.c.account == account, posts.c.channel == "mass", posts.c.sent_at >= start)
        )
        [(count,)] = await self._read_rows(query)
        return int(count)

    async def _read_rows(self, query: Any) -> Sequence[Any]:
        async with connect_to_read(self.engine) as connection:
            return (await connection.execute(query)).all()


def _find_month_start(now: float) -> float:
    today = datetime.fromtimestamp(now, CHINA)
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def _read_feature(metric: Mapping[str, Any], effect: Mapping[str, Any]) -> FeatureEvidence:
    low, high = effect["interval"]
    return FeatureEvidence(
        feature=effect["feature"],
        title=effect["title"],
        ratio=effect["ratio"],
        low=low,
        high=high,
        contents=metric["contents"],
    )


def read_winner(experiment: StoredExperiment, result: Mapping[str, Any]) -> WinnerEvidence | None:
    """The variant that won, also where a broken guardrail speaks against it; None for none.

    Nor where the control has no conversion: then no lift can be told, nor predicted.
    """
    guardrails = tuple(
        _read_guardrail(each)
        for each in result.get("guardrails", ())
        if each["variant"] == result.get("variant")
    )
    is_vetoed = (
        result.get("recommendation") == "keep_control"
        and result.get("significant")
        and (result.get("lift") or 0) > 0
        and any(each.ok is False for each in guardrails)
    )
    is_winner = result.get("recommendation") == "launch_variant" or is_vetoed
    if not is_winner or result.get("lift") is None:
        return None
    low, high = result["interval"]
    variant = result["variant"]
    return WinnerEvidence(
        experiment=experiment.id,
        name=experiment.plan.name,
        variant=variant,
        control=experiment.plan.variant_names[0],
        content=experiment.plan.find_content(variant) or "",
        lift=result["lift"],
        low=result["lift"] if low is None else low,
        high=result["lift"] if high is None else high,
        guardrails=guardrails,
    )


def _read_guardrail(guardrail: Mapping[str, Any]) -> GuardrailEvidence:
    return GuardrailEvidence(
        event=guardrail["event"],
        control_rate=guardrail["control_rate"],
        rate=guardrail["rate"],
        margin=guardrail["margin"],
        ok=guardrail["ok"],
    )
