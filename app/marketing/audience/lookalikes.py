"""Look-alikes: followers like those of a segment, by features that the segment isn't made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from app.marketing.audience.group_descriptions import FEATURES
from app.marketing.audience.groups import Floats, fill_features, scale_features
from app.marketing.audience.rule_fields import list_related_columns
from app.marketing.audience.rule_language import list_columns, parse_rule
from app.marketing.audience.values import NothingToCompare, Segment, TooFewSeeds

LEAST_SEEDS = 20
_OF_CLUSTERS = (
    "种子人群由同样这些指标分成，区分度必然偏高，只说明人群与其他粉丝不同，不说明名单有多准"
)


@dataclass(frozen=True, slots=True)
class ComparedFeatures:
    """Columns of FEATURES that are compared, the titles of the others, and a word on the area."""

    columns: list[int]
    left_out: list[str]
    warning: str


def choose_features(segment: Segment) -> ComparedFeatures:
    """The features that the segment isn't defined by: those of its rule would find it again.

    Raises NothingToCompare where its rule names all of them.
    """
    if segment.origin != "rule":
        return ComparedFeatures(list(range(len(FEATURES))), [], _OF_CLUSTERS)
    named = list_columns(parse_rule(segment.rule))
    hidden = {column for name in named for column in list_related_columns(name)}
    columns = [at for at, feature in enumerate(FEATURES) if feature.column not in hidden]
    if not columns:
        raise NothingToCompare(
            "人群的规则用到了所有可比较的指标，找不出“相似”的依据：请换一个用得少一些的规则"
        )
    left_out = [feature.title for feature in FEATURES if feature.column in hidden]
    warning = _OF_CLUSTERS if "segment" in named else ""
    return ComparedFeatures(columns, left_out, warning)


def rank_lookalikes(
    table: Floats, tenure: Floats, seeds: Sequence[int], columns: Sequence[int]
) -> tuple[Floats, float]:
    """How much each follower is like the seeds, 0 to 1, and how well that tells seeds apart.

    table, tenure: as in `group_followers`; columns: those of the table that are compared. The
    second value is the area under the curve for the seeds among all, measured on rows that the
    model didn't see: 0.5 is chance. Raises TooFewSeeds.
    """
    if len(seeds) < LEAST_SEEDS or len(seeds) > len(table) // 2:
        raise TooFewSeeds(
            f"种子人群有 {len(seeds)} 人：要有 {LEAST_SEEDS} 人以上，且不超过全部粉丝的一半"
        )
    features = scale_features(fill_features(table, tenure))[:, list(columns)]
    squared = np.column_stack([features, features**2])
    labels = np.zeros(len(table), dtype=np.int64)
    labels[list(seeds)] = 1
    model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500)
    scores = cross_val_predict(model, squared, labels, cv=5, method="predict_proba")[:, 1]
    return np.asarray(scores), _measure_area(scores, labels)


def _measure_area(scores: Floats, labels: npt.NDArray[np.int64]) -> float:
    """The area under the curve; equal scores count half."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    ranks = rankdata(scores)
    return float(
        (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    )
