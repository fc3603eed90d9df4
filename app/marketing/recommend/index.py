"""An account's recommendation index: items, followers' activity, and signals fitted to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.events.items import Item
from app.marketing.events.values import EventKind
from app.marketing.recommend.activity import FollowerActivity
from app.marketing.recommend.catalog import ItemCatalog, describe_facts
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent
from app.marketing.recommend.ranking.ranker import PRIOR
from app.marketing.recommend.ranking.signals import ItemSignals, fit_signals
from app.marketing.recommend.ranking.training import train_ranker
from app.marketing.recommend.read_log import ReadColumns

LEAST_READS = 500  # from which the ranker's weights are learnt


@dataclass(frozen=True, slots=True, eq=False)
class FittedSignals:
    """Signals of the items that were known at a fit, and the ranker's weights.

    `exposures` (items,): how often each was shown to anybody.
    """

    signals: ItemSignals
    weights: np.ndarray
    exposures: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitInput:
    """A copy of what a fit reads, so that it may run on a thread."""

    reads: ReadColumns
    items: Sequence[Item]
    embeddings: Mapping[str, np.ndarray]
    exposure_counts: Mapping[str, int]
    now: float
    weights: np.ndarray | None  # None: learn them


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

    def copy_for_fit(self, now: float, *, learns: bool) -> FitInput:
        """What `fit` needs; `learns`: whether it trains the ranker."""
        self.changes = 0
        weights = self.fitted.weights if self.fitted else PRIOR
        may_learn = learns and self.activity.read_count >= LEAST_READS
        return FitInput(
            reads=self.activity.log.copy(),
            items=list(self.catalog.items),
            embeddings=dict(self.embeddings),
            exposure_counts=dict(self.activity.exposure_counts),
            now=now,
            weights=None if may_learn else weights,
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


def fit(source: FitInput) -> FittedSignals:
    """Fit the signals, and the ranker if asked; takes seconds for many items: use a thread."""
    numbers = {item.id: number for number, item in enumerate(source.items)}
    interactions = source.reads.build_interactions(numbers)
    facts = describe_facts(source.items, source.embeddings)
    exposures = np.array([source.exposure_counts.get(item.id, 0) for item in source.items])
    weights = source.weights
    if weights is None:
        weights = train_ranker(interactions, facts)
    return FittedSignals(fit_signals(interactions, source.now, facts), weights, exposures)
