"""Trains an account's own click model: continues the shipped one with the account's tests, and
compares it with the model in use on the latest tests, from which neither has learnt.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.encoder.click_model import ClickModel
from models.encoder.click_scale import ClickRange, ClickScale
from models.encoder.heads import HeadManifest
from models.encoder.regression import Linear
from models.training import head_bundle
from models.training.clicks import figures
from models.training.clicks.calibration import fit_level
from models.training.clicks.effects import fit_effects
from models.training.clicks.encoders import SHIPPED
from models.training.clicks.head import HeadFit
from models.training.clicks.rows import ClickRow
from models.training.clicks.train import train_ctr
from models.training.finetune import FinetuneConfig
from models.training.head_bundle import BundleFacts, TrainingResult
from models.training.options import ClassificationOptions, TrainingRun

LATER = 0.2  # share of the tests, the latest, by which models are compared
PRIOR_TESTS = 50  # as so many tests the shipped model's slope and spreads count
LOSSES = ("pair_log_loss", "click_log_loss")  # the lower the better; see `measure_later`
DIGITS = 4  # of figures: what differs by less is equal


@dataclass(frozen=True, kw_only=True)
class LaterTests:
    """Figures of two models on the same later tests."""

    current: Mapping[str, float]  # of the model in use
    new: Mapping[str, float]
    tests: int

    @property
    def is_passed(self) -> bool:
        """Whether no loss of the new model is above that of the model in use."""
        return all(self.new[name] <= self.current[name] for name in LOSSES if name in self.new)


def split_by_time(rows: Sequence[ClickRow]) -> tuple[list[ClickRow], list[ClickRow]]:
    """Earlier and later rows, by test. `rows` are in the order in which their tests ended, so that
    no test is ever a later one again once a model has learnt from it.
    """
    tests = list(dict.fromkeys(row.test for row in rows))
    later = set(tests[len(tests) - max(1, round(LATER * len(tests))) :])
    return [row for row in rows if row.test not in later], [r for r in rows if r.test in later]


def train_account_model(
    rows: Sequence[ClickRow], current: ClickModel, run: TrainingRun, folder: Path, date: str
) -> tuple[HeadManifest, LaterTests]:
    """Write the model's bundle into `folder`, with its figures beside those of `current`.

    Where the continued head fails on the later tests, the shipped head with the account's level is
    tried. `rows`: an account's own, of two tests at least, in the order in which these ended.
    """
    earlier, later = split_by_time(rows)
    tuning = FinetuneConfig(
        method="head",
        epochs=HeadFit.epochs,
        batch=HeadFit.batch,
        dtype=current.classifier.encoder.dtype,
    )
    sizes = dict(Counter(row.source for row in earlier))
    about = BundleFacts("ctr", ["score"], sizes, tuning, date)
    result = train_ctr(earlier, ClassificationOptions(tuning=tuning, validate=0), run)
    head_bundle.write_bundle(about, result, run.base, folder)
    shipped, new_model = _load_beside(current, SHIPPED), _load_beside(current, folder)
    result = _settle_scale(result, new_model, shipped.scale, earlier)
    comparison = _compare(new_model, result, current, later)
    if not comparison.is_passed:
        level_result = _level_shipped(result, shipped, earlier)
        level_comparison = _compare(shipped, level_result, current, later)
        if level_comparison.is_passed:
            result, comparison = level_result, level_comparison
    result = replace(result, metrics=_name_figures(comparison))
    return head_bundle.write_bundle(about, result, run.base, folder), comparison


def _load_beside(current: ClickModel, folder: Path) -> ClickModel:
    """The model in `folder`, over the encoder of `current` where it fits."""
    dtype = current.classifier.encoder.dtype
    return current.swap_head(folder) or ClickModel.load(folder, dtype=dtype)


def _compare(
    model: ClickModel, result: TrainingResult, current: ClickModel, later: Sequence[ClickRow]
) -> LaterTests:
    """`model` with the scale of the result beside the model in use."""
    new = replace(model, scale=result.clicks or model.scale)
    return LaterTests(
        current=measure_later(current, later),
        new=measure_later(new, later),
        tests=len({row.test for row in later}),
    )


def _settle_scale(
    result: TrainingResult, model: ClickModel, prior: ClickScale, rows: Sequence[ClickRow]
) -> TrainingResult:
    """The result with a scale that is drawn towards `prior`: slope and spreads of a handful of
    tests are mostly chance. The level is that of the rows.
    """
    tests = len({row.test for row in rows})
    share = tests / (tests + PRIOR_TESTS)
    scale = replace(
        model.scale,
        slope=share * model.scale.slope + (1 - share) * prior.slope,
        text_spread=_mix_spreads(share, model.scale.text_spread, prior.text_spread),
        level_spread=_mix_spreads(share, model.scale.level_spread, prior.level_spread),
    )
    return replace(result, clicks=_fit_own_level(scale, model, rows))


def _level_shipped(
    result: TrainingResult, shipped: ClickModel, rows: Sequence[ClickRow]
) -> TrainingResult:
    """The shipped head, with the level of the rows: texts keep their order, rates become the
    account's.
    """
    sources = result.clicks.sources if result.clicks else ()
    head = shipped.classifier.head
    return replace(
        result,
        head=Linear(head.weight.cpu(), head.bias.cpu()),
        clicks=_fit_own_level(replace(shipped.scale, sources=sources), shipped, rows),
        method="head of the shipped model, level of the account",
    )


def _fit_own_level(scale: ClickScale, model: ClickModel, rows: Sequence[ClickRow]) -> ClickScale:
    scores = model.scores([row.text for row in rows])
    scale = replace(scale, level=fit_level(rows, scores, scale))
    return replace(scale, effects=fit_effects(rows, scores, scale)).rounded()


def _mix_spreads(share: float, own: float, prior: float) -> float:
    """The standard deviation whose variance is `share` of the one and the rest of the other."""
    return math.sqrt(share * own**2 + (1 - share) * prior**2)


def measure_later(model: ClickModel, rows: Sequence[ClickRow]) -> dict[str, float]:
    """The figures of pairs in tests, where rates differ; and `click_log_loss`, the mean log-loss
    of whether a follower who saw a text clicked on it.
    """
    scores = model.scores([row.text for row in rows])
    ranges = [
        model.scale.to_range(score, row.features) for row, score in zip(rows, scores, strict=True)
    ]
    measured = figures.measure(rows, scores, model.scale)
    measured["click_log_loss"] = _click_log_loss(rows, ranges)
    return {name: round(value, DIGITS) for name, value in measured.items()}


def _click_log_loss(rows: Sequence[ClickRow], ranges: Sequence[ClickRange]) -> float:
    predicted = np.clip([each.rate for each in ranges], 1e-9, 1 - 1e-9)
    impressions = np.array([row.impressions for row in rows])
    clicks = np.array([row.clicks for row in rows])
    losses = clicks * np.log(predicted) + (impressions - clicks) * np.log1p(-predicted)
    return float(-losses.sum() / impressions.sum())


def _name_figures(comparison: LaterTests) -> dict[str, float]:
    before = {
        f"before_{name}": comparison.current[name] for name in LOSSES if name in comparison.current
    }
    later = {f"later_{name}": value for name, value in comparison.new.items()}
    return {"later_tests": float(comparison.tests), **later, **before}
