"""Baselines of click prediction: ridge on TF-IDF, and gradient boosting on its main components."""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_union

from models.training.clicks.calibration import Array, observe_log_odds
from models.training.clicks.design import TEXT_SPREAD
from models.training.clicks.rows import ClickRow

MANY = 1000  # rows
COMPONENTS = 50
RIDGE_PENALTY = 30.0
SEED = 7


def score_by_baselines(
    learn: Sequence[ClickRow], held_rows: Sequence[ClickRow]
) -> dict[str, Sequence[float]]:
    """The scores of the held-out rows by each baseline, which learns log-odds minus their test's
    mean. The plain mean gives all texts of a test the same score.
    """
    target, weights = _targets(learn)
    fewest = 2 if len(learn) >= MANY else 1  # rows that a word has to be in
    words = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=fewest, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=fewest, sublinear_tf=True),
    )
    x, x_held = (words.fit_transform([row.text for row in learn]),
                 words.transform([row.text for row in held_rows]))  # fmt: skip
    ridge = Ridge(alpha=RIDGE_PENALTY, solver="lsqr").fit(x, target, sample_weight=weights)
    components = TruncatedSVD(min(COMPONENTS, x.shape[1] - 1), random_state=SEED)
    boosting = HistGradientBoostingRegressor(max_iter=150, learning_rate=0.05, random_state=SEED)
    boosting.fit(components.fit_transform(x), target, sample_weight=weights)
    return {
        "plain_mean": [0.0] * len(held_rows),
        "ridge": ridge.predict(x_held).tolist(),
        "boosting": boosting.predict(components.transform(x_held)).tolist(),
    }


def _targets(rows: Sequence[ClickRow]) -> tuple[Array, Array]:
    observed = observe_log_odds(rows)
    weights = observed.weights(TEXT_SPREAD)
    return observed.centre(observed.value, weights), weights / np.mean(weights)
