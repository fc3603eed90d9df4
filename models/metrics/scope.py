"""Whether texts that belong to no class are told from those that do."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_curve

from models.metrics import guesses as columns
from models.metrics import proportion, ranking
from models.metrics.bootstrap import SEED, Array, Interval
from models.metrics.errors import Unmeasurable
from models.metrics.guesses import FOREIGN, Guess

FALSE_ALARMS = 0.05  # the share of texts with a class that one is ready to refuse


def figures(guesses: Sequence[Guess]) -> dict[str, float | None]:
    """oos_auroc and oos_recall_at_5fpr, None without texts of both kinds; and the threshold's:

    - in_scope_accepted: the share of texts with a class that weren't refused;
    - accuracy_with_refusals: over the same texts, a refusal counting as an error (the in-scope
      accuracy of Larson et al., https://aclanthology.org/D19-1131);
    - oos_recall_at_threshold: the share of foreign texts refused;
    - asked_back: the share of texts with a class that a bot would ask back at, or decline.

    These are None where a guess doesn't say whether it was refused, or asked back at. Raises
    Unmeasurable for a foreignness that is no number.
    """
    return {**_ranked(guesses), **_decided(guesses)}


def interval(guesses: Sequence[Guess], seed: int = SEED) -> Interval | None:
    """The 95 % bootstrap interval of oos_auroc; None without texts of both kinds."""
    stranger = columns.stranger(guesses)
    if not ranking.mixed(stranger):
        return None
    return ranking.interval(stranger, _foreignness(guesses), seed)


def curve(guesses: Sequence[Guess]) -> tuple[Array, Array]:
    """Share of texts with a class refused, share of foreign texts refused, over all thresholds.

    Raises Unmeasurable without texts of both kinds.
    """
    stranger = columns.stranger(guesses)
    if not ranking.mixed(stranger):
        raise Unmeasurable(f"a curve needs texts labelled {FOREIGN} and others")
    false_alarms, recall, _ = roc_curve(stranger, _foreignness(guesses))
    return false_alarms, recall


def _ranked(guesses: Sequence[Guess]) -> dict[str, float | None]:
    stranger = columns.stranger(guesses)
    if not ranking.mixed(stranger):
        return {"oos_auroc": None, "oos_recall_at_5fpr": None}
    false_alarms, recall = curve(guesses)
    return {
        "oos_auroc": ranking.auroc(stranger, _foreignness(guesses)),
        "oos_recall_at_5fpr": float(recall[false_alarms <= FALSE_ALARMS].max()),
    }


def intervals(guesses: Sequence[Guess]) -> dict[str, Interval | None]:
    """Wilson's 95 % intervals of the threshold's figures."""
    return {name: proportion.interval(hits) for name, hits in _hits(guesses).items()}


def _decided(guesses: Sequence[Guess]) -> dict[str, float | None]:
    return {name: float(h.mean()) if len(h) else None for name, h in _hits(guesses).items()}


def _hits(guesses: Sequence[Guess]) -> dict[str, Array]:
    """1 where a text counts for the figure, else 0."""
    decided = guesses if all(guess.refused is not None for guess in guesses) else []
    inside = [guess for guess in decided if guess.truth != FOREIGN]
    known = [guess for guess in guesses if guess.truth != FOREIGN]
    asked = [g.asked_back for g in known if g.asked_back is not None]
    hits = {
        "in_scope_accepted": [not g.refused for g in inside],
        "accuracy_with_refusals": [not g.refused and g.truth == g.named for g in inside],
        "oos_recall_at_threshold": [bool(g.refused) for g in decided if g.truth == FOREIGN],
        "asked_back": asked if len(asked) == len(known) else [],
    }
    return {name: np.array(each, dtype=float) for name, each in hits.items()}


def _foreignness(guesses: Sequence[Guess]) -> Array:
    score = columns.foreignness(guesses)
    if not np.isfinite(score).all():
        raise Unmeasurable(f"foreignness is a number, not {score[~np.isfinite(score)][0]}")
    return score
