"""Fits the search's calibration, from logits to probabilities, and the thresholds of its bands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.hub.fetch import ensure_base
from models.search import bundle
from models.search.bundle import SearchBundle, SearchManifest
from models.search.candidates import SearchCandidate
from models.search.searcher import Searcher, lead_of_first
from models.search.shops import Shop, ShopQuestion

NEAR_WRONG = 0.08  # share of near (unanswerable) questions that may get an answer as certain
NEAR_OFFERED = 0.3  # share of them that may get an answer or a menu of choices
# As in service: eight entries and eight chunks of about two windows are verified.
ENTRIES, WINDOWS = 8, 16


@dataclass(frozen=True)
class QuestionOutcome:
    """A question's best candidate."""

    kind: str  # answerable, near, open, manners
    logit: float
    lead: float  # over the second logit, see `models.search.searcher.lead_of_first`
    right: bool


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """The fitted values for the manifest; see `SearchManifest`."""

    temperature: float
    bias: float
    apart: float
    sure: float
    possible: float
    metrics: dict[str, float]


def recalibrate_bundle(folder: Path, shops: Sequence[Shop]) -> SearchManifest:
    """Fit scale and thresholds of the bundle in `folder` and write them into its manifest.

    `shops` must not be training shops. Scores come from `Searcher`, as in service.
    """
    loaded = SearchBundle.load(folder)
    raw = replace(loaded, manifest=replace(loaded.manifest, temperature=1.0, bias=0.0, apart=0.0))
    searcher = Searcher(raw, ensure_base())
    outcomes = [outcome for shop in shops for outcome in play_shop(searcher, shop)]
    fitted = fit_calibration(outcomes)
    manifest = replace(
        loaded.manifest,
        temperature=fitted.temperature,
        bias=fitted.bias,
        apart=fitted.apart,
        sure=fitted.sure,
        possible=fitted.possible,
        metrics=fitted.metrics,
    )
    bundle.write_manifest(folder, manifest)
    return manifest


def play_shop(searcher: Searcher, shop: Shop) -> list[QuestionOutcome]:
    """Verify each message of a shop against its nearest candidates; skips kind "variant"."""
    candidates = [SearchCandidate(unit.headings, unit.text) for unit in shop.units]
    messages = [question for question in shop.questions if question.kind != "variant"]
    likeness = _likeness_to_units(searcher, shop, [question.text for question in messages])
    outcomes = []
    for question, row in zip(messages, likeness, strict=True):
        order = [int(at) for at in np.argsort(-row)]
        entries = [at for at in order if not shop.units[at].is_chunk][:ENTRIES]
        nearest = [*entries, *[at for at in order if shop.units[at].is_chunk][:WINDOWS]]
        verified = searcher.verify(question.text, [candidates[at] for at in nearest])
        outcomes.append(
            _outcome_of(shop, question, nearest, [each.probability for each in verified])
        )
    return outcomes


def _likeness_to_units(searcher: Searcher, shop: Shop, texts: Sequence[str]) -> np.ndarray:
    """(messages, units): largest cosine of a message with a unit's headings, or a chunk's text."""
    question_vectors = searcher.embed(texts)
    columns = []
    for unit in shop.units:
        headings = searcher.embed([*unit.headings, *([unit.text] if unit.is_chunk else [])])
        columns.append((question_vectors @ headings.T).max(1))
    return np.stack(columns, 1)


def _outcome_of(
    shop: Shop, question: ShopQuestion, places: Sequence[int], probabilities: Sequence[float]
) -> QuestionOutcome:
    """The outcome by the best window of each owner, an entry or section: windows of one owner
    don't compete.
    """
    best: dict[str, tuple[float, int]] = {}
    for at, probability in zip(places, probabilities, strict=True):
        owner = shop.units[at].owner
        if probability > 0:
            best[owner] = max(best.get(owner, (0.0, at)), (probability, at))
    ranked = sorted(best.values(), reverse=True)
    logits = [_to_logit(probability) for probability, _ in ranked]
    gold = {shop.units[at].owner for at in question.gold}
    right = shop.units[ranked[0][1]].owner in gold
    return QuestionOutcome(question.kind, logits[0], lead_of_first(logits), right)


def _to_logit(probability: float) -> float:
    clipped = min(max(probability, 1e-7), 1 - 1e-7)
    return float(np.log(clipped / (1 - clipped)))


def fit_calibration(outcomes: Sequence[QuestionOutcome]) -> Calibrated:
    """Platt scaling (https://www.cs.cornell.edu/~caruana/niculescu.scldbst.crc.rev4.pdf) on the
    best candidate's logit and lead; then the thresholds NEAR_WRONG and NEAR_OFFERED allow.
    """
    features = np.array([[each.logit, each.lead, 1.0] for each in outcomes])
    right = np.array([each.right for each in outcomes], float)
    slope, apart, bias = weights = _fit_logistic(features, right)
    probabilities = 1 / (1 + np.exp(-(features @ weights)))
    near = np.sort(probabilities[[each.kind == "near" for each in outcomes]])[::-1]
    sure = float(near[int(NEAR_WRONG * len(near))])
    possible = min(sure, float(near[int(NEAR_OFFERED * len(near))]))
    answerable = np.array([each.kind == "answerable" for each in outcomes])
    is_answered = answerable & (probabilities > sure)
    metrics = {
        "questions": float(len(outcomes)),
        "answerable_ranked_first": float(right[answerable].mean()),
        "answerable_right": float((is_answered & (right > 0)).sum() / answerable.sum()),
        "answerable_wrong": float((is_answered & (right == 0)).sum() / answerable.sum()),
        "answerable_right_at_a_fifth_of_near": float(
            (right[answerable] * (probabilities[answerable] > near[len(near) // 5])).mean()
        ),
        "near_answered": float((near > sure).mean()),
        "others_answered": _share_above(outcomes, probabilities, sure, {"open", "manners"}),
    }
    return Calibrated(
        temperature=round(1 / slope, 4), bias=round(float(bias), 4), apart=round(float(apart), 4),
        sure=round(sure, 4), possible=round(possible, 4),
        metrics={name: round(value, 4) for name, value in metrics.items()},
    )  # fmt: skip


def _fit_logistic(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights (3,) of a logistic regression of `right` (n,) on features (n, 3); Newton's method."""
    start = weights = np.array([1.0, 0.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(features @ weights)))
        gradient = features.T @ (p - right) + 1e-3 * (weights - start)
        hessian = (features * (p * (1 - p))[:, None]).T @ features + 1e-3 * np.eye(3)
        weights = weights - np.linalg.solve(hessian, gradient)
    return weights


def _share_above(
    outcomes: Sequence[QuestionOutcome], probabilities: np.ndarray, sure: float, kinds: set[str]
) -> float:
    is_chosen = np.array([each.kind in kinds for each in outcomes])
    return float((probabilities[is_chosen] > sure).mean()) if is_chosen.any() else 0.0
