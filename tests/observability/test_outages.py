"""An outage is logged as it begins, once a minute, and as it ends."""

from dataclasses import dataclass

from app.observability.outages import Outage


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_outage_is_logged_at_once_and_then_once_a_minute() -> None:
    clock = Clock()
    outage = Outage(clock=clock)

    logged = []
    for second in range(130):
        clock.now = float(second)
        if outage.fail():
            logged.append(second)

    assert logged == [0, 60, 120]


def test_the_end_of_an_outage_is_told_once_and_the_next_is_logged_at_once() -> None:
    clock = Clock()
    outage = Outage(clock=clock)
    quiet = outage.end()

    first = outage.fail()
    clock.now = 7.5
    ends = [outage.end(), outage.end()]
    again = outage.fail()

    assert (quiet, first, ends, again) == (None, True, [7.5, None], True)
