"""Clocks that are handed in."""

import time

from app.simulator.clock import Clock, Running


def test_a_clock_stands_until_it_is_turned() -> None:
    clock = Clock(100.0)

    before, again = clock(), clock()
    clock.turn(3600)

    assert (before, again, clock()) == (100.0, 100.0, 3700.0)


def test_a_running_clock_is_ahead_by_what_was_skipped() -> None:
    clock = Running()

    clock.skip(3600)
    clock.skip(60)

    assert 3660 <= clock() - time.time() + 1 < 3662


def test_what_a_running_clock_showed_is_told_in_real_time() -> None:
    clock = Running()

    moments = []
    for _ in range(3):
        moments.append((time.time(), clock()))
        clock.skip(3600)

    assert [round(clock.real(clock_time) - real, 1) for real, clock_time in moments] == [0.0] * 3
