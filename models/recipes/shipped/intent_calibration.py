"""Calibrates the shipped intent head on messages of shops that a fit left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models.data import corpus
from models.encoder import bundle
from models.encoder.regression import GRID
from models.recipes.shipped import intents as material
from models.recipes.shipped import shops
from models.recipes.shipped.intent_texts import ShopMessages


@dataclass(frozen=True, kw_only=True)
class CalibrationTargets:
    """What the calibrated confidences have to hold."""

    sure: float = 0.8  # confidence from which ...
    right: float = 0.9  # ... this share of the intents must be right on unseen shops
    refuse_at_most: float = 0.05  # share of unseen shops' right answers below the threshold


@dataclass(frozen=True)
class IntentHeadCalibration:
    """Temperature and threshold, and metrics on shops that a fit left out."""

    temperature: float
    threshold: float
    metrics: dict[str, float]


def known_words() -> set[str]:
    """All hand-written examples; a message equal to one of them is no evidence in a metric."""
    taught = [*material.account_examples(), *material.customer_examples()]
    return {
        row.text for row in (*taught, *corpus.read_labelled_texts(bundle.INTENT / "examples.jsonl"))
    }


def calibrate_head(
    logits: torch.Tensor,
    parts: Sequence[ShopMessages],
    known_texts: set[str],
    targets: CalibrationTargets,
) -> IntentHeadCalibration:
    """Calibrate on messages of shops on which their logits' heads weren't trained.

    The temperature makes the fitting intents likeliest, or is higher if predictions of the
    confidence `sure` would be right less often than `right`. Messages equal to an example are
    counted in the metrics, but not used for temperature and threshold.
    """
    fits = torch.cat([part.fits for part in parts])
    kinds = [message.kind for part in parts for message in part.messages]
    new = torch.tensor([m.text not in known_texts for part in parts for m in part.messages])
    fitted_temperature = choose_temperature(logits[new], fits[new], targets)
    confidence, best = (logits / fitted_temperature).softmax(1).max(1)
    right = fits[torch.arange(len(best)), best]
    threshold = round(float(confidence[right & new].quantile(targets.refuse_at_most)), 3)
    sure, within = confidence >= targets.sure, confidence >= threshold
    metrics: dict[str, float] = {
        "unseen_shops": len({message.shop for part in parts for message in part.messages}),
        "unseen_messages": len(new),
        "unseen_messages_in_new_words": int(new.sum()),
        "unseen_given_at_.8": int((sure & new).sum()),
        "unseen_given_at_.8_right": share_of(right[sure & new]),
    }
    for kind in (*shops.WITH_INTENTS, shops.QUESTION):
        every = torch.tensor([each == kind for each in kinds], dtype=torch.bool)
        these = every & new
        metrics |= {
            f"unseen_{kind}": int(every.sum()),
            f"unseen_{kind}_right": share_of(right[every]),
            f"unseen_{kind}_right_and_in_scope": share_of((right & within)[every]),
            f"unseen_{kind}_in_new_words": int(these.sum()),
            f"unseen_{kind}_in_new_words_right_and_in_scope": share_of((right & within)[these]),
            f"unseen_{kind}_given_at_.8": int((sure & these).sum()),
            f"unseen_{kind}_given_at_.8_right": share_of(right[sure & these]),
        }
    return IntentHeadCalibration(fitted_temperature, threshold, metrics)


def choose_temperature(
    logits: torch.Tensor, fits: torch.Tensor, targets: CalibrationTargets
) -> float:
    """The temperature, see `calibrate_head`. `fits` (n, C) bool: the intents that are right."""
    some = fits.any(1)
    some_fits = fits[some]

    def loss(candidate_temperature: float) -> float:
        likely = (logits[some] / candidate_temperature).softmax(1)
        return -float((likely * some_fits).sum(1).clamp_min(1e-9).log().mean())

    best = min(GRID, key=loss)
    hot = (heat for heat in GRID if heat >= best and _is_reliable(logits / heat, fits, targets))
    return next(hot, GRID[-1])


def _is_reliable(logits: torch.Tensor, fits: torch.Tensor, targets: CalibrationTargets) -> bool:
    confidence, best = logits.softmax(1).max(1)
    sure = confidence >= targets.sure
    right = fits[torch.arange(len(best)), best][sure]
    return not len(right) or float(right.float().mean()) >= targets.right


def share_of(those: torch.Tensor) -> float:
    """The share of true values (n,), 0 without any value."""
    return round(float(those.float().mean()), 4) if len(those) else 0.0
