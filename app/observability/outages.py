"""Limits the logging of an outage: its first failure, then one a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY = 60.0  # seconds


@dataclass(slots=True)
class Outage:
    """The outage of one dependency, from the first failure to the next success."""

    every: float = EVERY
    clock: Callable[[], float] = time.monotonic
    _since: float | None = None
    _logged_at: float = 0.0

    def fail(self) -> bool:
        """Record a failure; returns whether to log it."""
        now = self.clock()
        if self._since is not None and now - self._logged_at < self.every:
            return False
        self._since = now if self._since is None else self._since
        self._logged_at = now
        return True

    def end(self) -> float | None:
        """Record a success; returns the outage's length in seconds, or None without an outage."""
        if self._since is None:
            return None
        lasted, self._since = self.clock() - self._since, None
        return lasted
