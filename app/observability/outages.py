"""Which failures of an outage are logged: one as it begins, then one a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY = 60.0  # seconds


@dataclass(slots=True)
class Outage:
    """Something that can't be reached, from the first failure to the next success."""

    every: float = EVERY
    clock: Callable[[], float] = time.monotonic
    _since: float | None = None
    _logged_at: float = 0.0

    def fail(self) -> bool:
        """One more try has failed; whether to log it."""
        now = self.clock()
        if self._since is not None and now - self._logged_at < self.every:
            return False
        self._since = now if self._since is None else self._since
        self._logged_at = now
        return True

    def end(self) -> float | None:
        """A try has succeeded: the seconds that the outage lasted, None where there was none."""
        if self._since is None:
            return None
        lasted, self._since = self.clock() - self._since, None
        return lasted
