"""Names a choice that goes against an experiment's data. The api imports it: no statistics here."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.marketing.experiments.results.reasons import format_rate

SURE_POSTERIOR = 0.95  # that a variant is the best one, where no test decides


def name_contrary_choice(variants: Sequence[Mapping[str, Any]], chosen: str) -> str:
    """A sentence where another variant is surely better than the chosen one; "" otherwise.

    variants: of a result, with name, rate and posterior; those of days have no posterior.
    """
    by_name = {variant["name"]: variant for variant in variants}
    best = max(variants, key=_read_likelihood, default=None)
    if best is None or chosen not in by_name or _read_likelihood(best) < SURE_POSTERIOR:
        return ""
    rate, best_rate = by_name[chosen]["rate"], best["rate"]
    if best["name"] == chosen or rate is None or not rate < best_rate:
        return ""
    return (
        f"注意：“{chosen}”的转化率 {format_rate(rate)}，低于“{best['name']}”的"
        f" {format_rate(best_rate)}，选择它与已有的数据相反。"
    )


def _read_likelihood(variant: Mapping[str, Any]) -> float:
    return float((variant.get("posterior") or {}).get("best", 0.0))
