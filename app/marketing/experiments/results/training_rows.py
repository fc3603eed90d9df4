"""Ended experiments on texts as rows that the click model learns from.

`python -m models train ctr --own FILE` reads them. A row is a variant: its text, how many followers
saw it, and how many of them clicked.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from app.marketing.content.review import find_language
from app.marketing.events.values import SealedEvents
from app.marketing.experiments.exposures import ExposureLog
from app.marketing.experiments.plans.plan import ExperimentPlan, MetricKind
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.results.exposure_faults import find_faults
from app.marketing.experiments.results.observation import Observation, count_variants, observe
from app.marketing.experiments.values import StoredExperiment

SOURCE = "experiment"
PAGE = 100  # experiments that are read at once
# What counts as a click: opening an article is a click on its title.
_CLICKS: dict[str, frozenset[MetricKind]] = {
    "title": frozenset({"click", "view"}), "copy": frozenset({"click"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickTrainingRow:
    """A variant with its counts; rows of one `test_id` were shown to the same people."""

    text: str
    impressions: int
    clicks: int
    test_id: str  # the experiment's id
    channel: str  # its subject: title or copy
    source: str
    language: str
    ended: float  # seconds since 1970: when the test was stopped


@dataclass(frozen=True, slots=True)
class TrainingRowReader:
    """Reads the rows of an account's experiments."""

    store: ExperimentStore
    log: ExposureLog
    clock: Callable[[], float] = time.time

    async def read(self, account: str) -> dict[str, Any]:
        """`rows`, and `left_out`: ended experiments that teach nothing, each with its reason."""
        rows: list[dict[str, Any]] = []
        left_out: list[dict[str, str]] = []
        for experiment in await self._list_ended(account):
            reason, some = await self._read_experiment(experiment)
            rows += map(asdict, some)
            left_out += [{"experiment": experiment.id, "reason": reason}] if reason else []
        return {"rows": rows, "left_out": left_out}

    async def _list_ended(self, account: str) -> list[StoredExperiment]:
        """Stopped and decided experiments, the latest first."""
        ended: list[StoredExperiment] = []
        while page := await self.store.list_page(
            account, ("stopped", "decided"), offset=len(ended), limit=PAGE
        ):
            ended += page
        return ended

    async def _read_experiment(
        self, experiment: StoredExperiment
    ) -> tuple[str, list[ClickTrainingRow]]:
        """Its rows, or the reason why there are none."""
        if reason := explain_unfit(experiment.plan):
            return reason, []
        try:
            observation = await observe(self.log, experiment, self.clock())
        except SealedEvents as error:
            return str(error), []
        return await asyncio.to_thread(make_rows, experiment, observation)


def explain_unfit(plan: ExperimentPlan) -> str:
    """Why a plan's counts teach nothing of texts; "" where they do."""
    clicks = _CLICKS.get(plan.subject)
    reasons = (
        (clicks is None, f"it compares no texts, but {plan.subject}"),
        (plan.metric.event not in (clicks or ()), f"it counts {plan.metric.event}, no clicks"),
        (plan.kind == "bandit", "its shares moved: raw rates of a bandit mislead"),
        (plan.unit == "day", "it compares days, not people"),
        (not all(each.content.strip() for each in plan.variants), "a variant has no text"),
    )
    return next((reason for is_so, reason in reasons if is_so), "")


def make_rows(
    experiment: StoredExperiment, observation: Observation
) -> tuple[str, list[ClickTrainingRow]]:
    """A row for each variant that was seen; the reason instead, where the counts can't be used."""
    # Imported here: scipy takes half a second of each start, and few requests need it.
    from app.marketing.experiments.stats.samples import check_sample_ratio

    if find_faults(experiment, observation.exposed):
        return "its exposures have faults: read its result", []
    counts = count_variants(experiment, observation, experiment.plan.metric)
    if sum(each.exposures > 0 for each in counts) < 2:
        return "fewer than two variants were seen", []
    if not check_sample_ratio([each.exposures for each in counts], experiment.plan.shares).ok:
        return "exposures don't fit the shares: read its result", []
    rows = [
        ClickTrainingRow(
            text=variant.content,
            impressions=each.exposures,
            clicks=each.conversions,
            test_id=experiment.id,
            channel=experiment.plan.subject,
            source=SOURCE,
            language=find_language(variant.content),
            ended=experiment.ended or 0.0,
        )
        for variant, each in zip(experiment.plan.variants, counts, strict=True)
        if each.exposures
    ]
    return "", rows
