"""What each follower read and was shown, in memory."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.marketing.events.values import EventKind
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent
from app.marketing.recommend.lessons.answer_log import AnswerLog
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.read_log import ReadLog

CAP_DAYS = 30.0  # in which exposures of an item to a follower are counted


@dataclass(slots=True, kw_only=True)
class FollowerActivity:
    """Reads and exposures by pseudonym; items by their ids."""

    reads: dict[str, dict[str, float]] = field(default_factory=dict)  # item -> latest time
    # item -> times, the oldest first
    exposures: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    read_count: int = 0
    exposure_counts: Counter[str] = field(default_factory=Counter)  # of an item, to anybody
    log: ReadLog = field(default_factory=ReadLog)
    answers: AnswerLog = field(default_factory=AnswerLog)

    def take_events(self, events: Iterable[ItemEvent]) -> None:
        """Count events, each once: the caller leaves out those it has given before."""
        for event in events:
            if event.kind in READ_KINDS:
                self._add_read(event)
            elif event.kind is EventKind.EXPOSURE:
                self._add_exposure(event)

    def list_history(self, pseudonym: str) -> list[str]:
        """The items that a follower read, the oldest first."""
        reads = self.reads.get(pseudonym, {})
        return sorted(reads, key=lambda item: reads[item])

    def list_capped(self, pseudonym: str, now: float, most: int) -> list[str]:
        """The items that a follower was shown `most` times or more in CAP_DAYS."""
        counts = self.count_exposures(pseudonym, now)
        return [item for item, count in counts.items() if count >= most]

    def forget(self, pseudonym: str) -> None:
        """Drop what is known of a follower who was erased."""
        self.read_count -= len(self.reads.pop(pseudonym, {}))
        self.exposures.pop(pseudonym, None)
        self.log.forget(pseudonym)
        self.answers.forget(pseudonym)

    def count_exposures(self, pseudonym: str, now: float) -> dict[str, int]:
        """How often a follower was shown each item in CAP_DAYS; an item never shown is left out."""
        since = now - CAP_DAYS * DAY
        exposures = self.exposures.get(pseudonym, {})
        counts = {item: sum(t >= since for t in times) for item, times in exposures.items()}
        return {item: count for item, count in counts.items() if count}

    def _add_read(self, event: ItemEvent) -> None:
        items = self.reads.setdefault(event.pseudonym, {})
        self.read_count += event.item not in items
        items[event.item] = max(event.time, items.get(event.item, event.time))
        self.log.add(event.pseudonym, event.item, event.time)
        if event.recommendation:
            self.answers.add_click(event)

    def _add_exposure(self, event: ItemEvent) -> None:
        exposures = self.exposures.setdefault(event.pseudonym, {})
        times = exposures.setdefault(event.item, [])
        if event.recommendation:
            since = event.time - CAP_DAYS * DAY
            self.answers.add_exposure(event, len(times) - bisect_left(times, since))
        insort(times, event.time)
        self.exposure_counts[event.item] += 1
