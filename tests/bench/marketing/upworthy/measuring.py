"""The part `upworthy`: the replay with and without what the texts tell."""

from pathlib import Path

import numpy as np

from tests.bench.marketing.figures import Figure
from tests.bench.marketing.upworthy import replay
from tests.bench.marketing.upworthy.headlines import Array, HeadlineTests, read_tests
from tests.bench.marketing.upworthy.similarity import center_similarity, compare_texts
from tests.bench.marketing.upworthy.text_prior import (
    learn_priors,
    predict_by_similarity,
    predict_nothing,
)

SHARPNESS = 12.0
SEEDS = (1, 2, 3)
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
    ]


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
