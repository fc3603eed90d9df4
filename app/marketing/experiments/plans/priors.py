"""Priors of a bandit's variants from the click model.

The model knows how texts differ, not how often this account's followers click: the predicted rates
are moved to the account's base rate, and their differences are left.
"""

import math
from collections.abc import Sequence

from app.inference.click_ports import ClickPrediction, ClickPredictor
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.values import RatePrior

TEXTS = {"title", "copy"}  # subjects whose variants are texts that are clicked


async def predict_priors(
    clicks: ClickPredictor, account: str, plan: ExperimentPlan, base_rate: float
) -> tuple[RatePrior, ...] | None:
    """A prior for each variant; None where the variants aren't texts. Raises WorkerFailed."""
    texts = [variant.content for variant in plan.variants]
    if plan.kind != "bandit" or plan.subject not in TEXTS or not all(texts):
        return None
    return move_to_base_rate(await clicks.predict_clicks(account, texts), base_rate)


def move_to_base_rate(
    predictions: Sequence[ClickPrediction], base_rate: float
) -> tuple[RatePrior, ...]:
    """Beta priors: the predicted log-odds around the base rate's, as strong as the model is sure.

    A Beta of mean p and strength s has log-odds of a variance of about 1 / (p (1 - p) (s + 1)).
    """
    mean = sum(each.log_odds for each in predictions) / len(predictions)
    base = math.log(base_rate / (1 - base_rate))
    return tuple(_make_prior(base + each.log_odds - mean, each.text_error) for each in predictions)


def _make_prior(log_odds: float, error: float) -> RatePrior:
    rate = 1 / (1 + math.exp(-log_odds))
    strength = 1 / (rate * (1 - rate) * max(error, 1e-3) ** 2) - 1
    return RatePrior(rate, max(strength, 1.0))
