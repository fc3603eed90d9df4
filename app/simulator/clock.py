"""Clocks to hand in where a test or a benchmark lets hours pass without waiting."""

import time
from dataclasses import dataclass, field


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

    _skips: list[tuple[float, float]] = field(default_factory=list)  # when it shows what, ahead by

    @property
    def skipped(self) -> float:
        return self._skips[-1][1] if self._skips else 0.0

    def __call__(self) -> float:
        return time.time() + self.skipped

    def skip(self, seconds: float) -> None:
        ahead = self.skipped + seconds
        self._skips.append((time.time() + ahead, ahead))

    def real(self, clock_time: float) -> float:
        """When it showed this."""
        return clock_time - max(
            (ahead for since, ahead in self._skips if since <= clock_time), default=0.0
        )
