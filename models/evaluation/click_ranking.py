"""Ranks the texts of a file by predicted click rate; compares with true rates where it has them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from models.data import files
from models.data.files import BadData, DataColumn
from models.encoder.click_model import ClickModel

FEATURES = ("channel", "segment", "hour", "position")
COLUMNS = (
    DataColumn("text", ("headline",)),
    DataColumn("true_rate", required=False),
    *(DataColumn(name, required=False) for name in FEATURES),
)


@dataclass(frozen=True, kw_only=True)
class TextWithRate:
    """A text with its predicted rate and interval; `true_rate` where the file has it."""

    text: str
    rate: float
    low: float
    high: float
    true_rate: float | None = None


def rank_file(file: Path, model: ClickModel) -> list[TextWithRate]:
    """The texts of the file, the highest predicted rate first. Raises BadData."""
    rows = files.read_table(file, COLUMNS).rows
    scores = model.scores([row.values["text"] for row in rows])
    ranked_texts = []
    for row, score in zip(rows, scores, strict=True):
        features = {name: row.values[name] for name in FEATURES if row.values[name]}
        predicted = model.scale.to_range(score, features)
        ranked_texts.append(
            TextWithRate(
                text=row.values["text"],
                rate=predicted.rate,
                low=predicted.low,
                high=predicted.high,
                true_rate=_parse_true_rate(file, row.line, row.values["true_rate"]),
            )
        )
    return sorted(ranked_texts, key=lambda text: -text.rate)


def compare_with_truth(texts: Sequence[TextWithRate]) -> dict[str, float]:
    """How close the predicted rates are to the true ones; {} unless all texts have one.

    - rank_correlation: Spearman's;
    - root_mean_square_error, and that of the mean of the true rates;
    - within_interval: the share of true rates inside the 90 % interval.
    """
    truths = [text.true_rate for text in texts if text.true_rate is not None]
    if len(truths) < len(texts) or len(set(truths)) < 2:
        return {}
    rates, truth = np.array([text.rate for text in texts]), np.array(truths)
    inside = [text.low <= true <= text.high for text, true in zip(texts, truths, strict=True)]
    return {
        "texts": len(texts),
        "rank_correlation": float(spearmanr(rates, truth).statistic),
        "root_mean_square_error": math.sqrt(float(((rates - truth) ** 2).mean())),
        "root_mean_square_error_of_the_mean": float(truth.std()),
        "within_interval": sum(inside) / len(inside),
    }


def _parse_true_rate(file: Path, line: int, value: str) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        raise BadData(f"{file}, line {line}: true_rate {value!r} is no number") from None
