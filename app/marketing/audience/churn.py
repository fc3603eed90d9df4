"""The risk that a follower does nothing for 30 days, learnt from the account's own past.

Profiles of earlier days are the examples, and what came after them the labels. A gradient
boosting is averaged with a logistic regression of the same features, and the mean is calibrated on
followers that neither has seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from app.marketing.audience.activity import INTERACTIONS, Activity
from app.marketing.audience.profiles import DAY, Profiles, build_profiles
from app.marketing.audience.values import TooLittleHistory

Floats = npt.NDArray[np.float64]

HORIZON_DAYS = 30
LEAST_EXAMPLES = 400  # of which the rarer label has 40 at least
_LEAST_OF_A_LABEL = 40
_CUTS = 3  # earlier days from which examples are taken, HORIZON_DAYS apart
_CALIBRATION_SHARE = 0.3  # of followers
_EDGE = 1e-4  # probabilities nearer to 0 and 1 are cut


@dataclass(frozen=True, slots=True)
class ChurnModel:
    """Predicts the risk from profiles; it is the account's own."""

    boosting: Any
    regression: Any
    calibration: Any
    examples: int

    def predict(self, profiles: Profiles, activity: Activity, now: float) -> Floats:
        """P(no interaction within HORIZON_DAYS) of each follower; 1 for those who left."""
        features = build_features(profiles, activity, now)
        risks = self.calibration.predict_proba(_logits(self._average(features))[:, None])[:, 1]
        return np.where(profiles.is_following, risks, 1.0)

    def _average(self, features: Floats) -> Floats:
        return np.asarray(
            (
                self.boosting.predict_proba(features)[:, 1]
                + self.regression.predict_proba(features)[:, 1]
            )
            / 2
        )


def train_churn_model(activity: Activity, now: float, *, seed: int = 0) -> ChurnModel:
    """Learn from the past up to `now`. Raises TooLittleHistory."""
    features, labels, followers = _collect_examples(activity, now)
    if len(labels) < LEAST_EXAMPLES or min(labels.sum(), (~labels).sum()) < _LEAST_OF_A_LABEL:
        raise TooLittleHistory(
            f"流失风险要从历史中学习：现在只有 {len(labels)} 个样本"
            f"（其中 {int(labels.sum())} 个流失），"
            f"至少要 {LEAST_EXAMPLES} 个，两类各 {_LEAST_OF_A_LABEL} 个。"
            f"样本来自 {HORIZON_DAYS} 天以前就认识的粉丝，会随时间增加",
            examples=len(labels),
        )
    # By follower: examples of one on both sides would flatter the calibration.
    chance = np.random.default_rng(seed).random(len(activity.followers))
    is_held = chance[followers] < _CALIBRATION_SHARE
    boosting = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=15, min_samples_leaf=40,
        l2_regularization=1.0, random_state=seed,
    )  # fmt: skip
    regression = make_pipeline(
        StandardScaler(),
        SplineTransformer(n_knots=5, degree=3, knots="quantile", extrapolation="constant"),
        LogisticRegression(C=0.3, max_iter=500),
    )
    model = ChurnModel(
        boosting.fit(features[~is_held], labels[~is_held]),
        regression.fit(features[~is_held], labels[~is_held]),
        LogisticRegression(C=1e6),
        len(labels),
    )
    scores = _logits(model._average(features[is_held]))
    model.calibration.fit(scores[:, None], labels[is_held])
    return model


def build_features(profiles: Profiles, activity: Activity, now: float) -> Floats:
    """The features of each follower, (followers, 12): logarithms of days and counts."""
    past = activity.select_rows(activity.is_kind(*INTERACTIONS) & (activity.time <= now))
    count = len(activity.followers)
    tenure = np.nan_to_num(profiles.tenure, nan=0.0)
    recency = np.where(np.isnan(profiles.recency), tenure, profiles.recency)
    windows = [
        np.bincount(past.follower[past.time > now - days * DAY], minlength=count)
        for days in (7, 30, 90)
    ]
    actions = np.bincount(past.follower, minlength=count)
    gap = (tenure - np.minimum(recency, tenure)) / np.maximum(actions - 1, 1)
    columns = [
        np.log1p(recency), np.log1p(tenure), np.log1p(gap),
        np.log1p(recency) - np.log1p(gap),
        *(np.log1p(window) for window in windows),
        np.log1p(profiles.active_days), np.log1p(actions),
        np.log1p(profiles.counts["messages"]), np.log1p(profiles.value),
        np.nan_to_num(profiles.mood),
    ]  # fmt: skip
    return np.column_stack(columns)


def _collect_examples(
    activity: Activity, now: float
) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Features, labels (nothing done in the horizon) and followers of all examples."""
    parts = []
    for cut in range(1, _CUTS + 1):
        then = now - cut * HORIZON_DAYS * DAY
        profiles = build_profiles(activity, then)
        is_example = profiles.is_following & ~np.isnan(profiles.tenure)
        later = activity.select_rows(
            activity.is_kind(*INTERACTIONS)
            & (activity.time > then)
            & (activity.time <= then + HORIZON_DAYS * DAY)
        )
        came_back = np.bincount(later.follower, minlength=len(activity.followers)) > 0
        rows = np.flatnonzero(is_example)
        parts.append((build_features(profiles, activity, then)[rows], ~came_back[rows], rows))
    features, labels, followers = (np.concatenate(part) for part in zip(*parts, strict=True))
    return features, labels, followers


def _logits(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)))
