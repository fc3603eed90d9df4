"""An account's recommendation index: items, followers' activity, and signals fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.events.items import Item
from app.marketing.events.values import EventKind
from app.marketing.recommend.activity import FollowerActivity
from app.marketing.recommend.catalog import ItemCatalog
from app.marketing.recommend.fitting import FitInput, FittedSignals
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent
from app.marketing.recommend.lessons.learning import LearningInput
from app.marketing.recommend.lessons.rankers import SHIPPED
from app.marketing.recommend.ranking.context import Moment


@dataclass(slots=True)
class AccountIndex:
    """Changed by one thread only. Reads count at once; a new item is known after the next fit."""

    catalog: ItemCatalog = field(default_factory=ItemCatalog)
    activity: FollowerActivity = field(default_factory=FollowerActivity)
    embeddings: dict[str, np.ndarray] = field(default_factory=dict)
    fitted: FittedSignals | None = None
    changes: int = 0  # reads and items since the last fit

    def put_items(self, items: Sequence[Item]) -> None:
        """Take new and changed items."""
        if items:
            self.catalog.put_items(items)
            self.changes += len(items)

    def take_events(self, events: Sequence[ItemEvent]) -> None:
        """Count reads and exposures; a read item is more popular at once."""
        self.activity.take_events(events)
        for event in events:
            self.changes += event.kind in READ_KINDS
            self._count_event(event)

    def list_history(self, pseudonym: str) -> np.ndarray:
        """(n,): the numbers of the fitted items that a follower read, the oldest first."""
        return self._number(self.activity.list_history(pseudonym))

    def list_capped(self, pseudonym: str, now: float, most: int) -> np.ndarray:
        """(n,): the numbers of the fitted items that a follower was shown often enough."""
        return self._number(self.activity.list_capped(pseudonym, now, most))

    def describe_moment(self, pseudonym: str, now: float) -> Moment:
        """What the ranker knows of the moment and the follower."""
        counts = self.activity.count_exposures(pseudonym, now)
        numbers = self.catalog.numbers
        return Moment(
            now=now,
            last_read=max(self.activity.reads.get(pseudonym, {}).values(), default=None),
            exposures={numbers[item]: count for item, count in counts.items() if item in numbers},
        )

    def copy_for_fit(self, now: float, *, learns: bool) -> FitInput:
        """What `fit` needs; `learns`: whether it learns the rankers."""
        self.changes = 0
        return FitInput(
            reads=self.activity.log.copy(),
            items=list(self.catalog.items),
            embeddings=dict(self.embeddings),
            exposure_counts=dict(self.activity.exposure_counts),
            now=now,
            rankers=self.fitted.rankers if self.fitted else SHIPPED,
            learning=self._copy_for_learning(now) if learns else None,
        )

    def _copy_for_learning(self, now: float) -> LearningInput:
        answers = self.activity.answers.list_labelled(now)
        find_follower = self.activity.log.find_follower
        readers = {answer.pseudonym: find_follower(answer.pseudonym) for answer in answers}
        return LearningInput(
            answers=answers, readers=readers, read_count=self.activity.read_count, now=now
        )

    def _count_event(self, event: ItemEvent) -> None:
        number = self.catalog.numbers.get(event.item)
        if self.fitted is None or number is None or number >= len(self.fitted.exposures):
            return
        if event.kind is EventKind.EXPOSURE:
            self.fitted.exposures[number] += 1
        else:
            self.fitted.signals.readers[number] += 1
            self.fitted.signals.recent[number] += 1

    def _number(self, items: Sequence[str]) -> np.ndarray:
        size = len(self.fitted.exposures) if self.fitted else 0
        numbers = [self.catalog.numbers.get(item, size) for item in items]
        return np.array([number for number in numbers if number < size], np.int64)
