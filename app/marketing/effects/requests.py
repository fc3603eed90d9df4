"""Answers worker requests for effects: a change of a series, and the uplift of segments."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.jobs import EstimateChange, EstimateUplift
from app.marketing.effects.values import UnusableContents


async def answer_effect_request(request: EstimateChange | EstimateUplift) -> dict[str, Any]:
    """The estimate as JSON values. Raises UnusableContents."""
    if isinstance(request, EstimateChange):
        return await asyncio.to_thread(_estimate_change, request)
    return await asyncio.to_thread(_estimate_uplift, request)


def _estimate_change(request: EstimateChange) -> dict[str, Any]:
    # Imported here, as below: statsmodels and scipy take seconds of each start.
    from app.marketing.effects.answer_sentences import write_change
    from app.marketing.effects.series import DailyFigure, estimate_change

    figures = [
        DailyFigure(date.fromisoformat(row["day"]), row["value"], row["control"])
        for row in request.figures
    ]
    change = estimate_change(figures, date.fromisoformat(request.changed_on))
    return asdict(change) | {
        "is_trustworthy": change.is_trustworthy,
        "sentence": write_change(change),
    }


_GROUPS = {"control": "对照组", "treatment": "新方案"}


def _estimate_uplift(request: EstimateUplift) -> dict[str, Any]:
    from app.marketing.effects.answer_sentences import write_uplift
    from app.marketing.effects.uplift import SegmentCounts, estimate_uplift
    from app.marketing.experiments.stats.values import BadCounts, VariantCounts

    def read_counts(row: Mapping[str, Any], group: str) -> VariantCounts:
        return VariantCounts(f"{row['segment']}·{_GROUPS[group]}", **row[group])

    try:
        counts = [
            SegmentCounts(
                row["segment"], read_counts(row, "control"), read_counts(row, "treatment")
            )
            for row in request.segments
        ]
    except BadCounts as error:
        raise UnusableContents(error.chinese or str(error)) from None
    uplift = estimate_uplift(counts)
    return asdict(uplift) | {
        "segments_differ": uplift.segments_differ,
        "sentence": write_uplift(uplift),
    }
