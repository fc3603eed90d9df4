"""The rankers of an account: for each way of ranking the weights, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from app.kit.clock import CHINA
from app.marketing.recommend.ranking.candidates import CandidateItems
from app.marketing.recommend.ranking.clicks import LEAST_CLICKS, ClickTrial
from app.marketing.recommend.ranking.context import CONTEXT
from app.marketing.recommend.ranking.features import FEATURES
from app.marketing.recommend.ranking.ranker import PRIOR

# behaviour: readers of the same items say something; text: only texts do; popular: the follower
# read nothing.
Base = Literal["behaviour", "text", "popular"]
Origin = Literal["shipped", "reads", "exposures"]
_NO_CONTEXT = np.zeros(len(CONTEXT))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranker:
    """Weights (len(FEATURES) + len(CONTEXT),) and what they were learnt from.

    `learnt_at` in seconds since 1970, None for shipped weights. `trial`: of weights learnt from
    exposures, whether or not they were taken.
    """

    weights: np.ndarray
    origin: Origin = "shipped"
    learnt_at: float | None = None
    reads: int = 0
    trial: ClickTrial | None = None

    def score(self, features: np.ndarray, context: np.ndarray) -> np.ndarray:
        """(c,) scores of items with features (c, len(FEATURES)) and context (c, len(CONTEXT))."""
        split = len(FEATURES)
        scores: np.ndarray = features @ self.weights[:split] + context @ self.weights[split:]
        return scores

    def describe(self) -> str:
        """Which weights these are, for the operator."""
        source = {
            "shipped": "系统自带",
            "reads": f"{_describe_day(self.learnt_at)}由本账号 {self.reads:,} 次阅读学得",
            "exposures": f"{_describe_day(self.learnt_at)}由本账号的曝光与点击学得",
        }[self.origin]
        return f"排序权重：{source}{_describe_trial(self.trial, self.origin)}"


Rankers = Mapping[Base, Ranker]


def ship_weights(*features: float) -> Ranker:
    """A ranker with these weights of FEATURES, and none of the moment."""
    return Ranker(weights=np.concatenate([features, _NO_CONTEXT]))


SHIPPED: Rankers = {
    "behaviour": ship_weights(*PRIOR),
    "text": ship_weights(0, 0, 0, 1.0, 0.0, 0.1, 0.5, 1.0),
    "popular": ship_weights(0, 0, 0, 0, 0.2, 1.0, 0.5, 2.0),
}


def choose_base(
    candidates: CandidateItems, history: np.ndarray, *, counts_behaviour: bool = True
) -> Base:
    """How the candidates for a history are ranked."""
    if candidates.by_behaviour and counts_behaviour:
        return "behaviour"
    text = candidates.features[:, FEATURES.index("text")]
    has_texts = len(history) and len(text) and text.max() > text.min()
    return "text" if has_texts else "popular"


def _describe_day(time: float | None) -> str:
    day = datetime.fromtimestamp(time or 0.0, CHINA)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _describe_trial(trial: ClickTrial | None, origin: Origin) -> str:
    if trial is None:
        return f"（点击满 {LEAST_CLICKS} 次后由曝光与点击学习）"
    extent = f"{trial.exposures:,} 次曝光、{trial.clicks:,} 次点击"
    gain = f"在较晚的 {trial.later_exposures:,} 次曝光上，预测误差比原权重低 {trial.gain:.1%}"
    if origin == "exposures":
        return f"（{extent}；{gain}）"
    return f"（由 {extent}学得的权重没有可靠地更好，未采用：{gain}）"
