"""Ranks texts by their click rates, and says of each what is prediction and what was measured."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.inference.click_ports import ClickPrediction, ClickPredictor
from app.jobs.marketing import MeasuredText
from app.marketing.ads.posterior import (
    NORMAL_90,
    SURE,
    ClickPosterior,
    TextEvidence,
    combine_evidence,
    order_by_low,
)
from app.marketing.ctr.scoring import describe_trust

FARTHEST = 15.0  # log-odds of a click: 3 of 10,000,000
LEAST_LEVEL = 0.1  # log-odds by which the counts of others move an estimate noticeably
_ALMOST_ALL = 0.995  # of an estimate: it would be shown as 100 %


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedText:
    """A text's place among others. better_than_next: P(higher rate than the next), None: last."""

    row: int  # index in the request
    prediction: ClickPrediction
    posterior: ClickPosterior
    better_than_next: float | None

    @property
    def tied_with_next(self) -> bool:
        """Whether this text and the next can't be told apart."""
        return self.better_than_next is not None and 1 - SURE < self.better_than_next < SURE


async def rank_texts(
    predictor: ClickPredictor, account: str, texts: Sequence[MeasuredText]
) -> dict[str, Any]:
    """The ranking as JSON values, the best first. Raises what the predictor raises."""
    predictions = await predictor.predict_clicks(account, [each.text for each in texts])
    training = await predictor.describe_training(account)
    languages = dict.fromkeys(prediction.language for prediction in predictions)
    return {
        "model": predictions[0].model,
        "trust": [describe_trust(training, account, language) for language in languages],
        **await asyncio.to_thread(_describe_ranking, texts, predictions),
    }


def rank_predictions(
    predictions: Sequence[ClickPrediction], counts: Sequence[tuple[int, int]]
) -> list[RankedText]:
    """Ranks texts by prediction, impressions and clicks; (0, 0) where nothing was measured."""
    evidence = [
        _to_evidence(prediction, *count)
        for prediction, count in zip(predictions, counts, strict=True)
    ]
    posteriors = combine_evidence(evidence)
    order = order_by_low(posteriors)
    following: list[int | None] = [*order[1:], None]
    return [
        RankedText(
            row=row,
            prediction=predictions[row],
            posterior=posteriors[row],
            better_than_next=None if after is None else posteriors[row].beats(posteriors[after]),
        )
        for row, after in zip(order, following, strict=True)
    ]


def list_leaders(ranking: Sequence[RankedText]) -> list[int]:
    """Rows that may be the best: the first, and those that can't be told apart from it."""
    first = ranking[0].posterior
    return [
        each.row for at, each in enumerate(ranking) if not at or first.beats(each.posterior) < SURE
    ]


def _to_evidence(prediction: ClickPrediction, impressions: int, clicks: int) -> TextEvidence:
    low, high = (_to_log_odds(rate) for rate in (prediction.low, prediction.high))
    return TextEvidence(
        log_odds=max(-FARTHEST, min(prediction.log_odds, FARTHEST)),
        text_error=prediction.text_error,
        total_error=(high - low) / 2 / NORMAL_90,
        impressions=impressions,
        clicks=clicks,
    )


def _to_log_odds(rate: float) -> float:
    least = 1 / (1 + math.exp(FARTHEST))
    share = max(least, min(rate, 1 - least))
    return math.log(share / (1 - share))


def _describe_ranking(
    texts: Sequence[MeasuredText], predictions: Sequence[ClickPrediction]
) -> dict[str, Any]:
    ranking = rank_predictions(predictions, [(each.impressions, each.clicks) for each in texts])
    return {
        "leaders": list_leaders(ranking),
        "ranking": [
            {"rank": at, "text": texts[each.row].text} | _describe_place(each, texts[each.row])
            for at, each in enumerate(ranking, start=1)
        ],
    }


def _describe_place(place: RankedText, text: MeasuredText) -> dict[str, Any]:
    posterior, prediction = place.posterior, place.prediction
    return {
        "row": place.row,
        "rate": posterior.rate,
        "interval": list(posterior.interval),
        "basis": "prediction_and_counts" if text.impressions else "prediction",
        "prediction": {
            "rate": prediction.rate,
            "interval": [prediction.low, prediction.high],
            "worth_impressions": posterior.prior_impressions,
        },
        "counts": _describe_counts(text, posterior),
        "better_than_next": place.better_than_next,
        "tied_with_next": place.tied_with_next,
        "note": _explain_place(place, text),
    }


def _describe_counts(text: MeasuredText, posterior: ClickPosterior) -> dict[str, Any] | None:
    if not text.impressions:
        return None
    return {
        "impressions": text.impressions,
        "clicks": text.clicks,
        "rate": text.clicks / text.impressions,
        "weight": posterior.counts_weight,
    }


def _explain_place(place: RankedText, text: MeasuredText) -> str:
    """A Chinese sentence or two for the operator."""
    if text.impressions:
        rate = text.clicks / text.impressions
        basis = (
            f"实测 {text.impressions:,} 次展示、{text.clicks:,} 次点击（{rate:.2%}）。"
            + _explain_weight(place.posterior.counts_weight)
        )
    else:
        basis = "只有预测，没有投放数据。"
    return (
        basis
        + _explain_level(place)
        + _compare_with_next(place.better_than_next, is_tied=place.tied_with_next)
    )


def _explain_level(place: RankedText) -> str:
    """Why an estimate lies beside its prediction: the counts of others, where they matter."""
    posterior = place.posterior
    if abs(posterior.level) < LEAST_LEVEL or posterior.counts_weight >= _ALMOST_ALL:
        return ""
    compared, moved = ("高", "上调") if posterior.level > 0 else ("低", "下调")
    return (
        f"其他各条的实测普遍比预测{compared}，说明账号整体水平如此，这条的估计随之{moved}"
        f"（单看预测是 {place.prediction.rate:.2%}）。"
    )


def _explain_weight(counts_weight: float) -> str:
    """How much of an estimate comes from counts; what rounds to all or nothing is said in words."""
    if counts_weight >= _ALMOST_ALL:
        return "估计几乎全部来自实测。"
    if counts_weight <= 1 - _ALMOST_ALL:
        return "实测还太少，估计几乎全部来自预测。"
    return f"估计有 {counts_weight:.0%} 来自实测，其余来自预测。"


def _compare_with_next(better: float | None, *, is_tied: bool) -> str:
    if better is None or (better >= 0.5 and not is_tied):
        return ""
    if better >= 0.5:
        return f"和下一名分不出高下（胜出的把握 {better:.0%}）。"
    likely = "可能" if is_tied else "很可能"
    return f"下一名{likely}更高（把握 {1 - better:.0%}），但区间下限更低，所以排在后面。"
