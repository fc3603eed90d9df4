"""Contents on days 1, 3 and 7 after publication, compared with what is usual for the account.

What is usual are medians of the report's contents. A content stands out where the 95 % interval of
its rate of reads (Wilson's) lies beyond Tukey's fences: 1.5 times the distance of the quartiles
from them. Of fewer than LEAST_FENCED contents the quartiles are too uncertain for a verdict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from app.kit.clock import CHINA
from app.marketing.effects.values import ContentDay, ContentOutcome
from app.publishing.checkpoints import CHECK_DAYS, CheckDay

LEAST_USUAL = 8  # contents; fewer have no median to speak of
LEAST_FENCED = 20  # contents; fewer have no quartiles to judge by
MOST_CHECKED = 200  # the newest contents, which the report lists
_FENCE = 1.5
_LAST = CHECK_DAYS[-1]

Standing = Literal["above", "usual", "below", ""]  # "": too few contents, or too early


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDay:
    """A content's sums up to the end of a day. Shares are those of day 7's sums, 0 to 1."""

    day: CheckDay
    reads: int
    shares: int | None
    finish_rate: float | None
    reads_reached: float | None
    shares_reached: float | None
    standing: Standing  # of its reads by its exposures


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedContent:
    """A content with the days that are over."""

    id: str
    title: str
    published: str  # the day, as ISO 8601
    days: tuple[CheckedDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDay:
    """Medians of the contents that have a day; fences: rates of reads beyond which one stands out.

    None where too few contents have the figure.
    """

    day: CheckDay
    contents: int
    reads: float | None
    shares: float | None
    finish_rate: float | None
    reads_reached: float | None
    shares_reached: float | None
    fences: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChecks:
    """What is usual on each day, and the newest contents, the newest first."""

    usual: tuple[UsualDay, ...]
    contents: tuple[CheckedContent, ...]


def check_contents(outcomes: Sequence[ContentOutcome]) -> ContentChecks:
    """The checks of contents; those without a day that is over are left out."""
    with_days = [content for content in outcomes if content.days]
    usual = tuple(_find_usual(with_days, day) for day in CHECK_DAYS)
    newest = sorted(with_days, key=lambda content: (-content.published, content.id))
    return ContentChecks(
        usual=usual,
        contents=tuple(_check_content(content, usual) for content in newest[:MOST_CHECKED]),
    )


def _check_content(content: ContentOutcome, usual: Sequence[UsualDay]) -> CheckedContent:
    days = tuple(
        CheckedDay(
            day=each.day,
            reads=figures.reads,
            shares=figures.shares,
            finish_rate=figures.finish_rate,
            reads_reached=_measure_reached(content, each.day, _read_reads),
            shares_reached=_measure_reached(content, each.day, _read_shares),
            standing=_find_standing(content, figures, each),
        )
        for each in usual
        if (figures := content.days.get(each.day))
    )
    published = datetime.fromtimestamp(content.published, CHINA).date().isoformat()
    return CheckedContent(id=content.id, title=content.title, published=published, days=days)


def _find_usual(contents: Sequence[ContentOutcome], day: CheckDay) -> UsualDay:
    with_day = [content for content in contents if day in content.days]
    figures = [content.days[day] for content in with_day]
    rates = [
        content.days[day].reads / content.exposures for content in with_day if content.exposures
    ]
    return UsualDay(
        day=day,
        contents=len(with_day),
        reads=_find_median([each.reads for each in figures]),
        shares=_find_median([each.shares for each in figures]),
        finish_rate=_find_median([each.finish_rate for each in figures]),
        reads_reached=_find_median([_measure_reached(each, day, _read_reads) for each in with_day]),
        shares_reached=_find_median(
            [_measure_reached(each, day, _read_shares) for each in with_day]
        ),
        fences=_find_fences(rates),
    )


def _find_median(values: Sequence[float | None]) -> float | None:
    figures = [value for value in values if value is not None]
    return float(np.median(figures)) if len(figures) >= LEAST_USUAL else None


def _find_fences(rates: Sequence[float]) -> tuple[float, float] | None:
    if len(rates) < LEAST_FENCED:
        return None
    low, high = np.quantile(rates, [0.25, 0.75])
    return float(low - _FENCE * (high - low)), float(high + _FENCE * (high - low))


def _find_standing(content: ContentOutcome, figures: ContentDay, usual: UsualDay) -> Standing:
    if usual.fences is None or not content.exposures:
        return ""
    readers = min(figures.reads, content.exposures)
    low, high = proportion_confint(readers, content.exposures, method="wilson")
    if low > usual.fences[1]:
        return "above"
    return "below" if high < usual.fences[0] else "usual"


def _measure_reached(
    content: ContentOutcome, day: CheckDay, read: Callable[[ContentDay], int | None]
) -> float | None:
    """The share of the last day's sum that was reached by the end of a day; None: not yet known."""
    if day not in content.days or _LAST not in content.days:
        return None
    count, final = read(content.days[day]), read(content.days[_LAST])
    return count / final if count is not None and final else None


def _read_reads(figures: ContentDay) -> int | None:
    return figures.reads


def _read_shares(figures: ContentDay) -> int | None:
    return figures.shares
