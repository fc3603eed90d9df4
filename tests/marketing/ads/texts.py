"""Written texts and predictions for the tests of ads."""

import math

from app.inference.click_ports import ClickPrediction
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.review import CopyReview


def make_variant(text: str, *faults: str) -> CopyVariant:
    return CopyVariant(
        text=text,
        form="fact",
        review=CopyReview(findings=(), faults=faults, claims=()),
        model="fake-writer-1",
        prompt="copy-1",
        tokens=10,
        seconds=0.1,
    )


def make_prediction(rate: float) -> ClickPrediction:
    return ClickPrediction(
        rate=rate, low=rate / 2, high=rate * 2, log_odds=math.log(rate / (1 - rate)),
        text_error=0.2, model="fake-clicks-1", language="zh",
    )  # fmt: skip
