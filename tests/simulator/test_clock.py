"""Clocks that are handed in."""

import time

from app.simulator.clock import Clock, Running


def test_a_clock_stands_until_it_is_turned() -> None:
    clock = Clock(100.0)

    before, again = clock(), clock()
    clock.turn(3600)

    assert (before, again, clock()) == (100.0, 100.0, 3700.0)


def test_a_running_clock_is_ahead_by_what_was_skipped() -> None:
    clock, slow_clock = Running(), Running(behind=3600)

    for each in (clock, slow_clock):
        each.skip(3600)
        each.skip(60)

    assert 3660 <= clock() - time.time() + 1 < 3662
    assert 60 <= slow_clock() - time.time() + 1 < 62


def test_what_a_running_clock_showed_is_told_in_real_time() -> None:
    clock = Running()

    moments = []
    for _ in range(3):
        moments.append((time.time(), clock()))
        clock.skip(3600)

    assert [round(clock.real(clock_time) - real, 1) for real, clock_time in moments] == [0.0] * 3
