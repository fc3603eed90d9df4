"""Faults by chance."""

from collections import Counter

import pytest

from app.simulator.gateway.faults import Faults, Odds

ODDS = Odds(errcodes={-1: 0.2, 45009: 0.1}, bad_gateway=0.1, deaf=0.1, seconds=(1.0, 3.0))


def test_the_same_seed_draws_the_same() -> None:
    one, other, third = Faults(ODDS, 7), Faults(ODDS, 7), Faults(ODDS, 8)

    drawn = [[(f.seconds(), f.draw()) for _ in range(50)] for f in (one, other, third)]

    assert drawn[0] == drawn[1] != drawn[2]


def test_faults_are_as_frequent_as_their_odds() -> None:
    faults = Faults(ODDS, 1)

    counts = Counter(faults.draw() for _ in range(4000))

    assert set(counts) == {0, -1, 45009, "bad_gateway", "deaf"}
    assert abs(counts[0] - 2000) < 150
    assert abs(counts[-1] - 800) < 100


def test_the_wait_lies_between_its_bounds() -> None:
    faults = Faults(ODDS, 1)

    waits = [faults.seconds() for _ in range(200)]

    assert 1.0 <= min(waits) < 1.2 < 2.8 < max(waits) <= 3.0


def test_without_odds_nothing_goes_wrong() -> None:
    faults = Faults()

    assert [(faults.seconds(), faults.draw()) for _ in range(3)] == [(0.0, 0)] * 3


def test_odds_of_more_than_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r"add up to 1\.2"):
        Odds(errcodes={-1: 0.6}, deaf=0.6)
