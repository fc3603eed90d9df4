"""Figures of refusal: how well out-of-scope texts are told from texts with a class."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_curve

from models.metrics import guesses as columns
from models.metrics import proportion, ranking
from models.metrics.bootstrap import SEED, Array, Interval
from models.metrics.errors import Unmeasurable
from models.metrics.guesses import OUT_OF_SCOPE_LABEL, Prediction

FALSE_ALARMS = 0.05  # the share of texts with a class that one is ready to refuse


def figures(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    """oos_auroc and oos_recall_at_5fpr, None without texts of both kinds; and the threshold's:

    - in_scope_accepted: the share of texts with a class that weren't refused;
    - accuracy_with_refusals: over the same texts, a refusal counting as an error (the in-scope
      accuracy of Larson et al., https://aclanthology.org/D19-1131);
    - oos_recall_at_threshold: the share of foreign texts refused;
    - asked_back: the share of texts with a class that a bot would ask back at, or decline.

    These are None where a guess doesn't say whether it was refused, or asked back at. Raises
    Unmeasurable for a foreignness that is no number.
    """
    return {**_ranking_figures(predictions), **_threshold_figures(predictions)}


def interval(predictions: Sequence[Prediction], seed: int = SEED) -> Interval | None:
    """The 95 % bootstrap interval of oos_auroc; None without texts of both kinds."""
    stranger = columns.is_out_of_scope(predictions)
    if not ranking.has_both_kinds(stranger):
        return None
    return ranking.interval(stranger, _checked_foreignness(predictions), seed)


def refusal_curve(predictions: Sequence[Prediction]) -> tuple[Array, Array]:
    """Share of texts with a class refused, share of foreign texts refused, over all thresholds.

    Raises Unmeasurable without texts of both kinds.
    """
    stranger = columns.is_out_of_scope(predictions)
    if not ranking.has_both_kinds(stranger):
        raise Unmeasurable(f"a curve needs texts labelled {OUT_OF_SCOPE_LABEL} and others")
    false_alarms, recall, _ = roc_curve(stranger, _checked_foreignness(predictions))
    return false_alarms, recall


def _ranking_figures(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    stranger = columns.is_out_of_scope(predictions)
    if not ranking.has_both_kinds(stranger):
        return {"oos_auroc": None, "oos_recall_at_5fpr": None}
    false_alarms, recall = refusal_curve(predictions)
    return {
        "oos_auroc": ranking.auroc(stranger, _checked_foreignness(predictions)),
        "oos_recall_at_5fpr": float(recall[false_alarms <= FALSE_ALARMS].max()),
    }


def intervals(predictions: Sequence[Prediction]) -> dict[str, Interval | None]:
    """Wilson's 95 % intervals of the threshold's figures."""
    return {name: proportion.interval(hits) for name, hits in _hits_by_figure(predictions).items()}


def _threshold_figures(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    return {
        name: float(h.mean()) if len(h) else None
        for name, h in _hits_by_figure(predictions).items()
    }


def _hits_by_figure(predictions: Sequence[Prediction]) -> dict[str, Array]:
    """1 where a text counts for the figure, else 0."""
    decided = predictions if all(guess.refused is not None for guess in predictions) else []
    inside = [guess for guess in decided if guess.truth != OUT_OF_SCOPE_LABEL]
    in_scope_predictions = [guess for guess in predictions if guess.truth != OUT_OF_SCOPE_LABEL]
    ask_back_flags = [g.asked_back for g in in_scope_predictions if g.asked_back is not None]
    hits = {
        "in_scope_accepted": [not g.refused for g in inside],
        "accuracy_with_refusals": [not g.refused and g.truth == g.answer for g in inside],
        "oos_recall_at_threshold": [
            bool(g.refused) for g in decided if g.truth == OUT_OF_SCOPE_LABEL
        ],
        "asked_back": ask_back_flags if len(ask_back_flags) == len(in_scope_predictions) else [],
    }
    return {name: np.array(each, dtype=float) for name, each in hits.items()}


def _checked_foreignness(predictions: Sequence[Prediction]) -> Array:
    score = columns.foreignness_of(predictions)
    if not np.isfinite(score).all():
        raise Unmeasurable(f"foreignness is a number, not {score[~np.isfinite(score)][0]}")
    return score
