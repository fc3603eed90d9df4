"""Fits signals to the reads of an account, and learns its rankers, on a thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.marketing.events.items import Item
from app.marketing.recommend.catalog import describe_facts
from app.marketing.recommend.lessons.learning import LearningInput, learn_rankers
from app.marketing.recommend.lessons.rankers import Rankers
from app.marketing.recommend.questions.item_prices import read_prices
from app.marketing.recommend.questions.item_words import ItemWords, collect_words
from app.marketing.recommend.ranking.signals import ItemSignals, fit_signals
from app.marketing.recommend.read_log import ReadColumns


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FittedSignals:
    """Signals of the items that were known at a fit, and the rankers.

    `exposures` (items,): how often each was shown to anybody. `prices` (items,): in yuan, or NaN.
    `kinds` (items,): the values of ItemKind.
    """

    signals: ItemSignals
    rankers: Rankers
    exposures: np.ndarray
    words: ItemWords
    prices: np.ndarray
    kinds: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitInput:
    """A copy of what a fit reads, so that it may run on a thread."""

    reads: ReadColumns
    items: Sequence[Item]
    embeddings: Mapping[str, np.ndarray]
    exposure_counts: Mapping[str, int]
    now: float
    rankers: Rankers
    learning: LearningInput | None  # None: `rankers` stay


def fit(source: FitInput) -> FittedSignals:
    """Fit the signals, and learn the rankers if asked; takes seconds for many items."""
    numbers = {item.id: number for number, item in enumerate(source.items)}
    facts = describe_facts(source.items, source.embeddings)
    exposures = np.array([source.exposure_counts.get(item.id, 0) for item in source.items])
    rankers = source.rankers
    if source.learning is not None:
        rankers = learn_rankers(source.learning, source.reads, numbers, facts)
    signals = fit_signals(source.reads.build_interactions(numbers), source.now, facts)
    return FittedSignals(
        signals=signals,
        rankers=rankers,
        exposures=exposures,
        words=collect_words(source.items),
        prices=read_prices(source.items),
        kinds=np.array([item.kind.value for item in source.items], np.str_),
    )
