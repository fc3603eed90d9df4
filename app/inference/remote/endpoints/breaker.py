"""A circuit breaker: decides when a failing endpoint is asked again. No I/O; takes a clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

FAILURES = 3  # in a row, after which the breaker is open
REST = 5.0  # seconds before a single request probes the endpoint; doubled by each failed probe
LONGEST_REST = 60.0


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Closed: all requests pass. Open: none. Half-open: one passes, and its outcome decides.

    No library fits: purgatory and circuitbreaker let every waiting request through at once when
    half open, and neither takes a clock.
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
        """Whether to send a request. After True, call one of the `record_` methods."""
        if self.state == "closed":
            return True
        if self.state == "open" or self._probing:
            return False
        self._probing = True
        return True

    def record_success(self) -> None:
        """Record an answer: the breaker closes."""
        self._failure_count, self._probing = 0, False

    def record_failure(self, rest: float = 0.0) -> None:
        """Record a failure; `rest` is the endpoint's Retry-After in seconds, 0 for none."""
        self._failure_count += 1
        self._probing = False
        doubled = self.rest * 2.0 ** min(10, max(0, self._failure_count - self.failures))
        self._closed_from = self.clock() + max(rest, min(LONGEST_REST, doubled))

    def record_abandoned(self) -> None:
        """Record a request without a result that counts: the next request may probe."""
        self._probing = False
