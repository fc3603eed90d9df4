"""Clocks to hand in where a test or a benchmark lets hours pass without waiting."""

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Stands still until it is turned; seconds since 1970."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Running:
    """Real time, and what was skipped of it."""

    skipped: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.skipped

    def skip(self, seconds: float) -> None:
        self.skipped += seconds
