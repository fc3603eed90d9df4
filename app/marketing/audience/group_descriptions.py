"""Names groups of followers, and describes them by the features that set them apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.kit.shares import format_share
from app.marketing.audience.profiles import NEW_DAYS

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_SMALLEST, _FEW = 3, "个别粉丝"  # followers of a group that has a name of its own
_MULTIPLE = 5.0  # of what the others spend, from which a group is named by it
_MENTIONED = 3  # features in a sentence
_APART = 0.5  # standard deviations between means: less doesn't set a group apart
_NEAR = 0.05  # of the larger mean: two groups so near both have the most
_DIFFERENT = 0.25  # of the larger mean: so much the means in a sentence differ, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFeature:
    """A column of profiles: its name, and how high and low values are called."""

    column: str
    title: str
    high: str
    low: str
    unit: str = ""
    is_skewed: bool = True  # clustered by its logarithm


FEATURES: tuple[ProfileFeature, ...] = (
    ProfileFeature(
        column="recency", title="未活跃天数", high="久未活跃", low="最近活跃", unit=" 天"
    ),
    ProfileFeature(column="active_days", title="活跃天数", high="常来", low="少来", unit=" 天"),
    ProfileFeature(column="messages", title="消息数", high="爱提问", low="很少提问", unit=" 条"),
    ProfileFeature(column="views", title="阅读数", high="读得多", low="读得少", unit=" 次"),
    ProfileFeature(column="clicks", title="点击数", high="点得多", low="点得少", unit=" 次"),
    ProfileFeature(column="shares", title="分享数", high="爱分享", low="很少分享", unit=" 次"),
    ProfileFeature(column="value", title="消费", high="高消费", low="低消费", unit=" 元"),
    ProfileFeature(column="mood", title="情绪", high="情绪好", low="情绪差", is_skewed=False),
)


RECENCY = next(at for at, feature in enumerate(FEATURES) if feature.column == "recency")
_VALUE = next(at for at, feature in enumerate(FEATURES) if feature.column == "value")
_BUYERS = FEATURES[_VALUE].high


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDescriber:
    """table: (followers, FEATURES), NaN for what isn't known; scaled: the same filled and scaled;
    tenure: (followers,) days that they are known.
    """

    table: Floats
    scaled: Floats
    tenure: Floats

    def describe(self, members: Sequence[Rows]) -> Iterator[tuple[str, str, Rows]]:
        """Name, sentence and rows of each group. Those that nothing tells apart are one."""
        groups = self._merge_alike(members)
        means = np.array(
            [[self._average(rows, at) for at in range(len(FEATURES))] for rows in groups]
        )
        names: dict[str, Rows] = {}
        for rows in groups:
            name, sentence = self._describe_one(rows, names, means)
            names[name] = rows
            yield name, sentence, rows

    def _merge_alike(self, members: Sequence[Rows]) -> list[Rows]:
        groups: list[Rows] = []
        for rows in members:
            alike = (at for at, group in enumerate(groups) if not self._find_apart(rows, group))
            at = next(alike, None)
            if at is None:
                groups.append(rows)
            else:
                groups[at] = np.sort(np.concatenate([groups[at], rows]))
        return groups

    def _describe_one(self, rows: Rows, names: dict[str, Rows], means: Floats) -> tuple[str, str]:
        """A name that isn't taken, and a sentence, of what sets the rows apart from the others.

        means: (groups, FEATURES), of all groups.

        Most of all followers are always near the mean of all: they are compared with the others.
        Where another group has the name, the two are compared.
        """
        others = np.delete(np.arange(len(self.table)), rows)
        if not len(others):
            return "全体粉丝", f"{len(rows)} 人，全部粉丝：各项指标分不出明显的群体。"
        features = self._find_apart(rows, others)
        if self._are_buyers(rows, others, means):
            features = [_VALUE, *(at for at in features if at != _VALUE)][:_MENTIONED]
        words = self._list_silent_words(rows) + self._list_words(rows, others, features, means)
        if len(rows) < _SMALLEST:
            words = [_FEW]
        name = words[0] if words else ""
        parts = self._compare(rows, others, features, "其他粉丝")
        if name in names:
            namesake = names[name]
            apart = self._find_apart(rows, namesake)
            parts += [
                f"与“{name}”相比，{each}" for each in self._compare(rows, namesake, apart, name)
            ]
            if name != _FEW:
                more = [at for at in apart if not name.startswith(FEATURES[at].title)]
                words = [name, *self._list_words(rows, namesake, more, means)]
        share = format_share(len(rows) / len(self.table))
        space = " " if share[0].isdigit() else ""
        sentence = f"{len(rows)} 人，占{space}{share}。{self._tell_silent(rows)}"
        sentence += "；".join(parts) + "。" if parts else ""
        if not parts:
            sentence += "各项指标与其他粉丝没有明显差别。"
        return _choose_name(words, names), sentence

    def _are_buyers(self, rows: Rows, others: Rows, means: Floats) -> bool:
        """Whether the group, no majority, spends most, and a multiple of what the others spend."""
        mine, theirs = self._average(rows, _VALUE), self._average(others, _VALUE)
        is_multiple = mine > _MULTIPLE * max(theirs, 0.0) and len(rows) <= len(others)
        return (
            is_multiple
            and _is_most(mine, means[:, _VALUE])
            and self._is_of_most(rows, others, _VALUE)
        )

    def _is_of_most(self, rows: Rows, others: Rows, at: int) -> bool:
        """Whether the median member differs from the others' mean as the group's mean does."""
        values = self.table[rows, at]
        median = np.nanmedian(values if at == RECENCY else np.nan_to_num(values, nan=0.0))
        mine, theirs = self._average(rows, at), self._average(others, at)
        return bool((mine - theirs) * (median - theirs) > 0)

    def _find_apart(self, rows: Rows, others: Rows) -> list[int]:
        """The features by which two groups differ, the most telling first."""
        distances = self.scaled[rows].mean(axis=0) - self.scaled[others].mean(axis=0)
        order = np.argsort(-np.abs(distances), kind="stable")
        return [int(at) for at in order if self._is_apart(rows, others, int(at), distances[at])][
            :_MENTIONED
        ]

    def _is_apart(self, rows: Rows, others: Rows, at: int, distance: float) -> bool:
        if abs(distance) < _APART:
            return False
        mine, theirs = self._average(rows, at), self._average(others, at)
        if at == RECENCY and np.isnan([mine, theirs]).any():  # nobody of one of them ever acted
            return bool(np.isnan(mine) != np.isnan(theirs))
        is_same_direction = (mine - theirs) * distance > 0
        return bool(
            is_same_direction and abs(mine - theirs) >= _DIFFERENT * max(abs(mine), abs(theirs))
        )

    def _average(self, rows: Rows, at: int) -> float:
        """The mean of a feature; of recency, that of those who acted, NaN for nobody."""
        values = self.table[rows, at]
        if at != RECENCY:
            return float(np.nan_to_num(values, nan=0.0).mean())
        recencies = values[~np.isnan(values)]
        return float(recencies.mean()) if len(recencies) else np.nan

    def _list_words(
        self, rows: Rows, others: Rows, features: Sequence[int], means: Floats
    ) -> list[str]:
        """The words of features of which the group has the most or the least of all groups, then
        such as 点击数偏高, where another group has more; none that isn't true of most members.
        """
        words, milder = [], []
        for at in features:
            mine, theirs = self._average(rows, at), self._average(others, at)
            if np.isnan([mine, theirs]).any() or not self._is_of_most(rows, others, at):
                continue
            feature, sign = FEATURES[at], 1 if mine > theirs else -1
            if _is_most(sign * mine, sign * means[:, at]):
                words.append(feature.high if sign > 0 else feature.low)
            else:
                milder.append(f"{feature.title}偏{'高' if sign > 0 else '低'}")
        return words + milder

    def _compare(self, rows: Rows, others: Rows, features: Sequence[int], title: str) -> list[str]:
        """Such as `阅读数平均 8.1 次（其他粉丝 2.0 次）`."""
        sentences = []
        for at in features:
            mine, theirs = self._average(rows, at), self._average(others, at)
            unit = FEATURES[at].unit
            if not np.isnan([mine, theirs]).any():
                sentences.append(
                    f"{FEATURES[at].title}平均 {mine:.1f}{unit}（{title} {theirs:.1f}{unit}）"
                )
        return sentences

    def _find_silent(self, rows: Rows) -> Rows:
        return np.asarray(rows[np.isnan(self.table[rows, RECENCY])], np.int64)

    def _list_silent_words(self, rows: Rows) -> list[str]:
        """How a group is called of which most never acted."""
        silent = self._find_silent(rows)
        if len(silent) <= len(rows) / 2:
            return []
        return ["新粉丝" if np.nanmedian(self.tenure[silent]) <= NEW_DAYS else "从未互动"]

    def _tell_silent(self, rows: Rows) -> str:
        silent = self._find_silent(rows)
        if not len(silent):
            return ""
        days = np.nan_to_num(self.tenure[silent], nan=0.0).mean()
        return f"其中 {len(silent)} 人关注后还没有互动，平均认识 {days:.1f} 天。"


def _is_most(mine: float, means: Floats) -> bool:
    """Whether no group has clearly more; NaN: a group of which the feature isn't known."""
    return bool(mine >= np.nanmax(means) - _NEAR * np.nanmax(np.abs(means)))


def _choose_name(words: Sequence[str], names: dict[str, Rows]) -> str:
    """The fewest words that no other group has."""
    choices = ("·".join(words[:count]) for count in range(1, len(words) + 1))
    return next((name for name in choices if name not in names), f"人群 {len(names) + 1}")
