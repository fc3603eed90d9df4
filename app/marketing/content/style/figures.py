"""The edit distance of an account's drafts over time. No I/O."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from statistics import mean, median

from app.marketing.content.style.approvals import EditDistance

UNEDITED = 0.0  # the distance of a text that was approved as it was generated


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyEdits:
    """The texts approved in a week of ISO 8601, such as 2026-W49, and how much was changed.

    `unedited`: how many were approved as they were. Distances are 0 to 1.
    """

    week: str
    texts: int
    unedited: int
    mean_distance: float
    median_distance: float


def summarise_weeks(distances: Sequence[EditDistance], zone: tzinfo) -> list[WeeklyEdits]:
    """A figure for each week that has approved texts, by time."""
    by_week: dict[str, list[float]] = defaultdict(list)
    for each in distances:
        year, week, _ = datetime.fromtimestamp(each.at, zone).isocalendar()
        by_week[f"{year}-W{week:02}"].append(each.distance)
    return [
        WeeklyEdits(
            week=week,
            texts=len(values),
            unedited=values.count(UNEDITED),
            mean_distance=round(mean(values), 4),
            median_distance=round(median(values), 4),
        )
        for week, values in sorted(by_week.items())
    ]
