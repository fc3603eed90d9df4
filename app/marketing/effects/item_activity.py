"""The expression over events that tells how many followers each item reached, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from app.marketing.effects.values import ContentDay
from app.publishing.checkpoints import CHECK_DAYS, CheckDay

if TYPE_CHECKING:
    from ibis.expr.types import Table

# What a follower did first on a day: reach is any event, finish is reading to the end.
Step = Literal["reach", "view", "click", "share", "like", "conversion", "read_depth", "finish"]
DayCounts = Mapping[Step, Mapping[int, int]]  # step -> China's day since 1970 -> followers
_KINDS = tuple(step for step in get_args(Step) if step not in ("reach", "finish"))
_SEPARATOR = "\x1f"  # no id has control characters
_CHINA, _DAY = 8 * 3600.0, 86_400.0  # seconds


def count_first_steps(activity: "Table", items: Sequence[str]) -> "Table":
    """Of each item, step and day: the followers who did the step for the first time then.

    Columns: item, step, day (China's, since 1970), followers. Followers who aren't known are left
    out; who acted without an exposure counts as reached.
    """
    of_followers = activity.filter(activity.pseudonym != "")
    of_items = of_followers.semi_join(_list_items(items), "item")
    events = of_items.select("item", "pseudonym", "time", "kind", "value")
    columns = ["item", "pseudonym", "time", "step"]
    is_end = (events.kind == "read_depth") & (events.value >= 1.0)
    steps = (
        events.mutate(step=_as_text("reach"))[columns]
        .union(events.filter(events.kind.isin(_KINDS)).mutate(step=events.kind)[columns])
        .union(events.filter(is_end).mutate(step=_as_text("finish"))[columns])
    )
    firsts = steps.group_by(["item", "step", "pseudonym"]).agg(first=steps.time.min())
    days = firsts.mutate(day=((firsts.first + _CHINA) / _DAY).floor().cast("int64"))
    return days.group_by(["item", "step", "day"]).agg(followers=days.count())


def read_day_counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, DayCounts]:
    """The rows of `count_first_steps` by item."""
    counts: dict[str, dict[Step, dict[int, int]]] = {}
    for row in rows:
        steps = counts.setdefault(row["item"], {step: {} for step in get_args(Step)})
        steps[row["step"]][row["day"]] = row["followers"]
    return dict(counts)


def sum_days(counts: DayCounts, published: float, now: float) -> dict[CheckDay, ContentDay]:
    """The sums up to the end of days 1, 3 and 7, those that are over; day 1 is the published one.

    Times are in seconds since 1970.
    """
    first, today = _number_day(published), _number_day(now)
    return {day: _sum_until(counts, first + day) for day in CHECK_DAYS if first + day <= today}


def _sum_until(counts: DayCounts, end: int) -> ContentDay:
    """The sums of the days before `end`."""

    def count(step: Step) -> int:
        return sum(followers for day, followers in counts[step].items() if day < end)

    readers = count("read_depth")
    return ContentDay(
        reads=count("view"),
        shares=count("share"),
        finish_rate=count("finish") / readers if readers else None,
    )


def _number_day(time: float) -> int:
    return int((time + _CHINA) // _DAY)


def _list_items(items: Sequence[str]) -> "Table":
    """A table of the ids. One text is compiled in no time, thousands of them take seconds."""
    names = _as_text(_SEPARATOR.join(items)).split(_SEPARATOR)
    return names.unnest().name("item").as_table()


def _as_text(text: str) -> Any:
    import ibis  # 0.8 s that only analyses cost

    return ibis.literal(text)
