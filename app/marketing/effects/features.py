"""Features of contents for a regression: what a writer can change, in units that can be read."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from app.kit.clock import CHINA
from app.marketing.effects.sparse_events import EventCounts, find_sparse_side
from app.marketing.effects.values import ContentOutcome

Array = npt.NDArray[np.float64]
Measure = Callable[[ContentOutcome], float]

LEAST_DIFFERENT = 8  # sends; an effect of fewer rests on chance

_QUESTION = re.compile(r"[?？]|吗$|怎么|如何|为什么|什么|哪")
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:个|种|款|招|步|天|件|条|杯|元|折|年|大)"
)
_EXCLAMATION = re.compile("[!！]")
_QUOTE = re.compile("[「『“”《]")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """A row a content, a column a feature; `titles` are Chinese, with the unit."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    values: Array  # (contents, features)
    left_out: dict[str, str]

    def leave_out(self, at: int, reason: str) -> "FeatureTable":
        """The table without a column."""
        return replace(
            self,
            names=self.names[:at] + self.names[at + 1 :],
            titles=self.titles[:at] + self.titles[at + 1 :],
            values=np.delete(self.values, at, axis=1),
            left_out=self.left_out | {self.titles[at]: reason},
        )


def build_features(
    contents: Sequence[ContentOutcome],
    most: int,
    groups: npt.NDArray[np.int64],
    events: Sequence[EventCounts],
) -> FeatureTable:
    """The features that vary, at most `most`, in the order of FEATURES, then topics.

    Left out, by the Chinese title with the reason: what doesn't vary, or by less than its unit;
    what has too few events on one side; what follows from the features before it; and what is
    beyond `most`.
    """
    columns: dict[str, tuple[str, Array]] = {
        name: (title, np.array([measure(content) for content in contents], dtype=np.float64))
        for name, (title, measure) in FEATURES.items()
    }
    for topic in _list_topics(contents):
        is_topic = np.array([content.topic == topic for content in contents], dtype=np.float64)
        columns[f"topic:{topic}"] = (f"主题“{topic}”", is_topic)
    return _choose_columns(columns, groups, most, events)


def _choose_columns(
    columns: Mapping[str, tuple[str, Array]],
    groups: npt.NDArray[np.int64],
    most: int,
    events: Sequence[EventCounts],
) -> FeatureTable:
    chosen: list[str] = []
    left_out: dict[str, str] = {}
    matrix = np.ones((len(groups), 1))
    for name, (title, values) in columns.items():
        wider = np.column_stack([matrix, values])
        if reason := _find_flaw(values, groups, events):
            left_out[title] = reason
        elif np.linalg.matrix_rank(_scale(wider)) < wider.shape[1]:
            left_out[title] = "由其他特征完全决定"
        elif len(chosen) == most:
            left_out[title] = f"{len(groups)} 篇内容的数据只够估计 {most} 个特征"
        else:
            chosen.append(name)
            matrix = wider
    return FeatureTable(
        names=tuple(chosen),
        titles=tuple(columns[name][0] for name in chosen),
        values=matrix[:, 1:],
        left_out=left_out,
    )


def _find_flaw(values: Array, groups: npt.NDArray[np.int64], events: Sequence[EventCounts]) -> str:
    """Why a feature by itself can't be estimated; "" where it can."""
    if not np.isfinite(values).all():
        return "有内容缺这一项"
    if np.ptp(values) == 0:
        return "各篇相同"
    if (rarest := _count_rarest(values, groups)) < LEAST_DIFFERENT:
        return f"只有 {rarest} 次发布与其他不同"
    if _is_narrow(values):
        return "中间八成的内容相差不到这么多"
    return find_sparse_side(values, events, groups)


def _is_narrow(values: Array) -> bool:
    """Whether contents differ by less than the unit, so that an effect of it is extrapolated."""
    is_measured = len(np.unique(values)) > 2
    low, high = np.quantile(values, [0.1, 0.9])
    return is_measured and bool(high - low < 1 - 1e-9)


def _count_rarest(values: Array, groups: npt.NDArray[np.int64]) -> int:
    """How many sends have a content without the most frequent value."""
    distinct_values, counts = np.unique(values, return_counts=True)
    usual = distinct_values[counts.argmax()]
    return len(np.unique(groups[values != usual]))


def _scale(matrix: Array) -> Array:
    return np.asarray(matrix / np.maximum(np.abs(matrix).max(axis=0), 1e-12))


def _list_topics(contents: Sequence[ContentOutcome]) -> list[str]:
    """Topics but the largest one, with which the others are compared."""
    counts = Counter(content.topic for content in contents)
    return [topic for topic, _ in counts.most_common()[1:] if topic]


def _is_between(first: int, last: int) -> Measure:
    def measure(content: ContentOutcome) -> float:
        return float(first <= _read_time(content).hour < last)

    return measure


def _has(pattern: re.Pattern[str]) -> Measure:
    def measure(content: ContentOutcome) -> float:
        return float(bool(pattern.search(content.title)))

    return measure


def _read_time(content: ContentOutcome) -> datetime:
    return datetime.fromtimestamp(content.published, CHINA)


FEATURES: Mapping[str, tuple[str, Measure]] = {
    "title_length": ("标题每长 10 个字", lambda content: len(content.title) / 10),
    "title_question": ("标题是问句", _has(_QUESTION)),
    "title_number": ("标题有数字", _has(_NUMBER)),
    "evening": ("晚上（18 至 24 点）发布", _is_between(18, 24)),
    "morning": ("早上（5 至 10 点）发布", _is_between(5, 10)),
    "weekend": ("周末发布", lambda content: float(_read_time(content).weekday() >= 5)),
    "pictures": ("每多一张图", lambda content: float(content.pictures)),
    "text_length": ("正文每长 1000 字", lambda content: content.characters / 1000),
    "mood": (
        "标题情绪从中性到正面",
        lambda content: np.nan if content.mood is None else content.mood,
    ),
    "title_exclamation": ("标题有感叹号", _has(_EXCLAMATION)),
    "title_quote": ("标题有引号或书名号", _has(_QUOTE)),
    "title_emoji": ("标题有表情", _has(_EMOJI)),
}
