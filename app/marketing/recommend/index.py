"""An account's recommendation index: items, followers' activity, and signals fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.events.items import Item
from app.marketing.recommend.activity import READ_KINDS, FollowerActivity, ItemEvent
from app.marketing.recommend.catalog import ItemCatalog
from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.ranker import PRIOR
from app.marketing.recommend.ranking.signals import ItemFacts, ItemSignals, fit_signals
from app.marketing.recommend.ranking.training import train_ranker

LEAST_READS = 500  # from which the ranker's weights are learnt


@dataclass(frozen=True, slots=True, eq=False)
class FittedSignals:
    """Signals of the items that were known at a fit, and the ranker's weights."""

    signals: ItemSignals
    weights: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class FitInput:
    """A copy of what a fit reads, so that it may run on a thread."""

    interactions: Interactions
    facts: ItemFacts
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
            if event.kind in READ_KINDS:
                self.changes += 1
                self._count_read(event.item)

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
            self.activity.build_interactions(self.catalog.numbers),
            self.catalog.describe_facts(self.embeddings),
            now,
            None if may_learn else weights,
        )

    def _count_read(self, item: str) -> None:
        number = self.catalog.numbers.get(item)
        if self.fitted and number is not None and number < len(self.fitted.signals.readers):
            self.fitted.signals.readers[number] += 1
            self.fitted.signals.recent[number] += 1

    def _number(self, items: Sequence[str]) -> np.ndarray:
        size = len(self.fitted.signals.readers) if self.fitted else 0
        numbers = [self.catalog.numbers.get(item, size) for item in items]
        return np.array([number for number in numbers if number < size], np.int64)


def fit(source: FitInput) -> FittedSignals:
    """Fit the signals, and the ranker if asked; takes seconds for many items: use a thread."""
    signals = fit_signals(source.interactions, source.now, source.facts)
    weights = source.weights
    if weights is None:
        weights = train_ranker(source.interactions, source.facts)
    return FittedSignals(signals, weights)
