"""What behaviour, texts and operators say of an account's items."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from app.marketing.recommend.ranking.ease import fit_ease
from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.popularity import DAY, count_recent_reads
from app.marketing.recommend.ranking.rhythm import measure_rhythm
from app.marketing.recommend.ranking.texts import ItemVectors
from app.marketing.recommend.ranking.transitions import count_transitions

LEADERS = 1_000  # items of each order that is the same for all followers
FRESH_FOR = 7.0  # days in which an item's freshness halves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemFacts:
    """What is known of items without behaviour; arrays of (items,).

    `published` in seconds since 1970, NaN where unknown; `picked`: an editor recommends it.
    """

    published: np.ndarray
    picked: np.ndarray
    vectors: ItemVectors | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemSignals:
    """Arrays of (items,) and (items, items). `recent` and `fresh` are those of one moment.

    `rhythm` as of `measure_rhythm`.
    """

    ease: csr_array
    transitions: csr_array
    readers: np.ndarray
    recent: np.ndarray
    fresh: np.ndarray
    rhythm: np.ndarray
    facts: ItemFacts
    leaders: Sequence[np.ndarray]  # items by recent, readers, fresh and picked, best first


def describe_nothing(item_count: int) -> ItemFacts:
    """The facts of items of which nothing is known."""
    unknown = np.full(item_count, np.nan)
    return ItemFacts(published=unknown, picked=np.zeros(item_count, bool))


def fit_signals(
    interactions: Interactions, now: float, facts: ItemFacts | None = None
) -> ItemSignals:
    """Signals from interactions up to `now`, in seconds since 1970."""
    facts = facts or describe_nothing(interactions.item_count)
    readers, recent = interactions.count_readers(), count_recent_reads(interactions, now)
    fresh = _measure_freshness(facts, now)
    return ItemSignals(
        ease=fit_ease(interactions),
        transitions=count_transitions(interactions),
        readers=readers,
        recent=recent,
        fresh=fresh,
        rhythm=measure_rhythm(interactions),
        facts=facts,
        leaders=_list_leaders(recent, readers, fresh, facts.picked),
    )


def at_time(signals: ItemSignals, interactions: Interactions, now: float) -> ItemSignals:
    """The signals with readers, trend and freshness of another time."""
    readers, recent = interactions.count_readers(), count_recent_reads(interactions, now)
    fresh = _measure_freshness(signals.facts, now)
    leaders = _list_leaders(recent, readers, fresh, signals.facts.picked)
    return replace(signals, readers=readers, recent=recent, fresh=fresh, leaders=leaders)


def find_positive(scores: np.ndarray, count: int) -> np.ndarray:
    """The items with the `count` largest scores (items,) above 0, in any order."""
    items = np.flatnonzero(scores > 0)
    if len(items) > count:
        items = items[np.argpartition(scores[items], -count)[-count:]]
    return np.asarray(items)


def _list_leaders(*orders: np.ndarray) -> list[np.ndarray]:
    """For each of the scores (items,) the LEADERS best items, best first."""
    leaders = []
    for scores in orders:
        items = find_positive(scores, LEADERS)
        leaders.append(items[np.argsort(-scores[items].astype(np.float64), kind="stable")])
    return leaders


def _measure_freshness(facts: ItemFacts, now: float) -> np.ndarray:
    """(items,) fp32: 1 for what is published now, 0 where that is unknown."""
    ages = np.maximum(now - facts.published, 0) / DAY
    return np.nan_to_num(np.exp2(-ages / FRESH_FOR), nan=0.0).astype(np.float32)
