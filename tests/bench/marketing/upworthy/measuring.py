"""The part `upworthy`: the replay with and without what the texts tell.

The parameters of the falling sharpness were chosen on the tests of even folds; it is measured on
the others.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.marketing.experiments.stats.bandit import SharpnessSchedule
from tests.bench.marketing.figures import Figure
from tests.bench.marketing.upworthy import replay
from tests.bench.marketing.upworthy.headlines import Array, HeadlineTests, read_tests
from tests.bench.marketing.upworthy.similarity import center_similarity, compare_texts
from tests.bench.marketing.upworthy.text_prior import (
    HeadlinePrior,
    learn_priors,
    predict_by_similarity,
    predict_nothing,
    select_tests,
)

SHARPNESS = 12.0
FALLING = SharpnessSchedule(first=26, last=11, over=1_500)
SEEDS, MANY_SEEDS = (1, 2, 3), tuple(range(1, 17))
TARGETS = (0.45, 0.60, 0.72)
GREEDY_BASELINE, THOMPSON_BASELINE = (0.30, 0.48, 0.65), (0.22, 0.48, 0.65)


def measure(data: Path) -> list[Figure]:
    """The shares of the gap closed, of two baselines and of the prior with and without texts."""
    tests = read_tests(data)
    similarity = center_similarity(compare_texts(tests.texts), tests.test)
    texts = learn_priors(tests, predict_by_similarity(tests, similarity))
    nothing = learn_priors(tests, predict_nothing)
    return [
        _describe("ε-greedy (0.1)", _replay(tests, replay.choose_greedily(0.1)), GREEDY_BASELINE),
        _describe(
            "Thompson, flat prior", _replay(tests, replay.sample_flat_posteriors), THOMPSON_BASELINE
        ),
        _describe(
            f"prior of other tests, no text, sharpness {SHARPNESS:g}",
            _replay(tests, replay.sample_posteriors(tests, nothing, SHARPNESS)),
        ),
        _describe(
            "text prior, Thompson",
            _replay(tests, replay.sample_posteriors(tests, texts, 1.0)),
        ),
        _describe(
            f"text prior, sharpness {SHARPNESS:g}",
            _replay(tests, replay.sample_posteriors(tests, texts, SHARPNESS)),
            targets=TARGETS,
        ),
        *_measure_schedule(*select_tests(tests, texts, tests.fold % 2 == 1)),
    ]


def _measure_schedule(tests: HeadlineTests, prior: HeadlinePrior) -> list[Figure]:
    """A falling sharpness beside a constant one, each with the error of its mean over the seeds."""
    fall = f"falling from {FALLING.first:g} to {FALLING.last:g} over {FALLING.over:,} impressions"
    kinds: dict[str, float | SharpnessSchedule] = {f"{SHARPNESS:g}": SHARPNESS, fall: FALLING}
    figures = []
    for kind, sharpness in kinds.items():
        policy = replay.sample_posteriors(tests, prior, sharpness)
        shares = np.array([replay.replay(tests, policy, seed) for seed in MANY_SEEDS])
        errors = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
        what = f"the tests that chose nothing, text prior, sharpness {kind}"
        figure = _describe(what, shares.mean(axis=0), targets=TARGETS)
        figures.append(replace(figure, measured=f"{figure.measured} (± {_join(errors)})"))
    return figures


def _replay(tests: HeadlineTests, policy: replay.Policy) -> Array:
    """The mean over the seeds."""
    return np.asarray(np.mean([replay.replay(tests, policy, seed) for seed in SEEDS], axis=0))


def _describe(
    what: str,
    shares: Array,
    baseline: tuple[float, ...] = (),
    targets: tuple[float, ...] = (),
) -> Figure:
    return Figure(
        what=f"Upworthy replay at 1k / 5k / 15k impressions: {what}",
        baseline=_join(baseline),
        measured=_join(shares),
        target=_join(targets),
        is_reached=bool(np.all(shares >= np.array(targets))) if targets else None,
    )


def _join(shares: Array | tuple[float, ...]) -> str:
    return " / ".join(f"{share:.3f}".removeprefix("0") for share in shares)
