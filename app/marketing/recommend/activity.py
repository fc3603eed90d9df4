"""What each follower read and was shown, in memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.marketing.events.values import EventKind
from app.marketing.recommend.read_log import ReadLog

DAY = 86_400.0
CAP_DAYS = 30.0  # in which exposures of an item to a follower are counted
READ_KINDS = frozenset({
    EventKind.VIEW, EventKind.READ_DEPTH, EventKind.CLICK, EventKind.SHARE, EventKind.LIKE,
    EventKind.COMMENT, EventKind.CONVERSION,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvent:
    """An event of a follower and an item; times in seconds since 1970."""

    id: str
    kind: EventKind
    pseudonym: str
    item: str
    time: float
    recorded: float


@dataclass(slots=True)
class FollowerActivity:
    """Reads and exposures by pseudonym; items by their ids."""

    reads: dict[str, dict[str, float]] = field(default_factory=dict)  # item -> latest time
    exposures: dict[str, dict[str, list[float]]] = field(default_factory=dict)  # item -> times
    read_count: int = 0
    exposure_counts: Counter[str] = field(default_factory=Counter)  # of an item, to anybody
    log: ReadLog = field(default_factory=ReadLog)

    def take_events(self, events: Iterable[ItemEvent]) -> None:
        """Count events, each once: the caller leaves out those it has given before."""
        for event in events:
            if event.kind in READ_KINDS:
                items = self.reads.setdefault(event.pseudonym, {})
                self.read_count += event.item not in items
                items[event.item] = max(event.time, items.get(event.item, event.time))
                self.log.add(event.pseudonym, event.item, event.time)
            elif event.kind is EventKind.EXPOSURE:
                exposures = self.exposures.setdefault(event.pseudonym, {})
                exposures.setdefault(event.item, []).append(event.time)
                self.exposure_counts[event.item] += 1

    def list_history(self, pseudonym: str) -> list[str]:
        """The items that a follower read, the oldest first."""
        reads = self.reads.get(pseudonym, {})
        return sorted(reads, key=lambda item: reads[item])

    def list_capped(self, pseudonym: str, now: float, most: int) -> list[str]:
        """The items that a follower was shown `most` times or more in CAP_DAYS."""
        since = now - CAP_DAYS * DAY
        exposures = self.exposures.get(pseudonym, {})
        return [item for item, times in exposures.items() if sum(t >= since for t in times) >= most]

    def forget(self, pseudonym: str) -> None:
        """Drop what is known of a follower who was erased."""
        self.read_count -= len(self.reads.pop(pseudonym, {}))
        self.exposures.pop(pseudonym, None)
        self.log.forget(pseudonym)
