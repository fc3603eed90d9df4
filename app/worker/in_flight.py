"""The stream entries that a worker works on; while they are here, their leases are renewed."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.redis import keys


@dataclass(slots=True)
class InFlightEntries:
    """By stream: entry ids, and since when each is in flight (`time.monotonic`)."""

    _since: dict[str, dict[str, float]] = field(
        default_factory=lambda: {keys.USER_STREAM: {}, keys.REQUEST_STREAM: {}}
    )

    @contextlib.contextmanager
    def mark(self, stream: str, entries: Sequence[str]) -> Iterator[None]:
        """Register the entries while the block lasts."""
        in_flight = self._since[stream]
        in_flight.update(dict.fromkeys(entries, time.monotonic()))
        try:
            yield
        finally:
            for entry in entries:
                in_flight.pop(entry, None)

    def list_entries(self, stream: str, max_seconds: float) -> list[str]:
        """The stream's entries that are in flight for less than `max_seconds`."""
        oldest = time.monotonic() - max_seconds
        return [entry for entry, since in self._since[stream].items() if since > oldest]
