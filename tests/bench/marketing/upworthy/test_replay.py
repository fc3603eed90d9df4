"""The replay on made-up tests whose better headline is known by one word."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench.marketing.upworthy import replay
from tests.bench.marketing.upworthy.headlines import HeadlineTests, read_tests
from tests.bench.marketing.upworthy.similarity import center_similarity, compare_words
from tests.bench.marketing.upworthy.text_prior import (
    HeadlinePrior,
    learn_priors,
    predict_by_similarity,
    predict_nothing,
)


def write_tests(folder: Path, clicks_of_last: int = 60) -> Path:
    """60 tests of two headlines and one of a single headline; `free` gets twice the clicks."""
    generator = np.random.default_rng(1)
    rows = [{"test_id": "single", "headline": "tea alone", "impressions": 900, "clicks": 30}]
    for number in range(60):
        base = 25 + int(generator.integers(10))
        for word, clicks in (("plain", base), ("free", 2 * base)):
            row = {"test_id": f"t{number:02}", "headline": f"{word} tea today {number % 7}"}
            rows.append(row | {"impressions": 1_000, "clicks": clicks})
    rows[-1]["clicks"] = clicks_of_last
    (folder / "upworthy").mkdir(exist_ok=True)
    file = folder / "upworthy" / "train.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return folder


def learn(tests: HeadlineTests) -> HeadlinePrior:
    similarity = center_similarity(compare_words(tests.texts), tests.test)
    return learn_priors(tests, predict_by_similarity(tests, similarity))


def test_the_text_closes_the_gap_before_clicks_can(tmp_path: Path) -> None:
    tests = read_tests(write_tests(tmp_path))
    policies = [
        replay.sample_posteriors(tests, prior, sharpness=10)
        for prior in (learn(tests), learn_priors(tests, predict_nothing))
    ]

    by_text, without = (replay.replay(tests, each, seed=1, marks=(200,)) for each in policies)

    assert len(tests.texts) == 120  # without the single headline
    assert by_text[0] > 0.8
    assert without[0] < 0.5


@pytest.mark.parametrize("policy", [replay.choose_greedily(0.1), replay.sample_flat_posteriors])
def test_baselines_learn_from_clicks(tmp_path: Path, policy: replay.Policy) -> None:
    tests = read_tests(write_tests(tmp_path))

    early, late = replay.replay(tests, policy, seed=1, marks=(200, 4_000))

    assert early < late < 1


def test_a_prior_never_sees_the_outcome_of_its_own_test(tmp_path: Path) -> None:
    tests, other = (read_tests(write_tests(tmp_path, clicks)) for clicks in (60, 5))

    before, after = learn(tests), learn(other)

    mine = tests.test == tests.test[-1]
    assert tests.clicks[-1] != other.clicks[-1]
    assert before.factor[mine] == pytest.approx(after.factor[mine], abs=0)
    assert before.variance[mine] == pytest.approx(after.variance[mine], abs=0)
