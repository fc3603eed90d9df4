"""Upworthy's headline tests: impressions and clicks of each headline, a row each.

Source: the Upworthy Research Archive (Matias et al. 2021, Scientific Data 8, 195).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
FOLDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineTests:
    """All headlines, those of one test in a row. `test` and `fold` are numbers from 0."""

    texts: Sequence[str]
    test: Integers  # (headlines,), rising
    fold: Integers  # (headlines,), by a hash of the test's id
    impressions: Array
    clicks: Array

    @property
    def rates(self) -> Array:
        """What the replay takes as the truth: clicks by impressions."""
        return self.clicks / self.impressions

    def average(self, values: Array) -> Array:
        """Each test's mean of a value of its headlines, (tests,)."""
        return np.bincount(self.test, values) / np.bincount(self.test)

    def center(self, values: Array) -> Array:
        """Values minus their test's mean."""
        return values - self.average(values)[self.test]


def read_tests(data: Path, most: int | None = None) -> HeadlineTests:
    """The tests with two headlines or more; the first `most` rows. Raises OSError."""
    lines = (data / "upworthy" / "train.jsonl").read_text("utf-8").splitlines()[:most]
    rows = sorted((json.loads(line) for line in lines), key=lambda row: row["test_id"])
    names, test, counts = np.unique(
        [row["test_id"] for row in rows], return_inverse=True, return_counts=True
    )
    is_compared = counts[test] > 1
    chosen = [row for row, keep in zip(rows, is_compared, strict=True) if keep]
    folds = np.array([_hash_fold(str(name)) for name in names])
    return HeadlineTests(
        texts=[row["headline"] for row in chosen],
        test=np.unique(test[is_compared], return_inverse=True)[1],
        fold=folds[test[is_compared]],
        impressions=np.array([row["impressions"] for row in chosen], dtype=float),
        clicks=np.array([row["clicks"] for row in chosen], dtype=float),
    )


def _hash_fold(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS
