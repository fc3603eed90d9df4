"""Whether an endpoint that kept failing is asked again. No I/O; the clock is handed in."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

FAILURES = 3  # in a row, then it is open
REST = 5.0  # seconds before a single request tries again; doubled for each that fails
LONGEST_REST = 60.0


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Closed: all may ask. Open: none. Half-open: one asks, and its fate decides for all.

    Of the libraries none fits: purgatory and circuitbreaker let every waiting request through
    at once when half open, and neither can be told a clock.
    """

    failures: int = FAILURES
    rest: float = REST
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    _failure_count: int = 0
    _closed_from: float = 0.0  # of the clock
    _probing: bool = False

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        if self._failure_count < self.failures:
            return "closed"
        return "half-open" if self.clock() >= self._closed_from else "open"

    def admits(self) -> bool:
        """Whether to ask now. Whoever is let in says `worked`, `failed` or `gave_up` afterwards."""
        if self.state == "closed":
            return True
        if self.state == "open" or self._probing:
            return False
        self._probing = True
        return True

    def record_success(self) -> None:
        """It answered: all may ask."""
        self._failure_count, self._probing = 0, False

    def record_failure(self, rest: float = 0.0) -> None:
        """It didn't; `rest` is how long it asked to be left alone, in seconds."""
        self._failure_count += 1
        self._probing = False
        doubled = self.rest * 2.0 ** min(10, max(0, self._failure_count - self.failures))
        self._closed_from = self.clock() + max(rest, min(LONGEST_REST, doubled))

    def record_abandoned(self) -> None:
        """The asker left before it could be told: the next may try."""
        self._probing = False
