"""Trains the ranker on histories: each follower's latest items are what they chose."""

from collections.abc import Iterator

import numpy as np

from app.marketing.recommend.ranking.candidates import find_candidates
from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.ranker import PRIOR, OfferChoice, fit_weights
from app.marketing.recommend.ranking.signals import ItemFacts, ItemSignals, at_time, fit_signals

LAST = 3  # each follower's latest items that are predicted from those before them
MOST_FOLLOWERS = 1_000  # a random sample of more: weights of eight features need no more
SEED = 1


def train_ranker(
    interactions: Interactions, facts: ItemFacts | None = None, *, last: int = LAST
) -> np.ndarray:
    """Weights of the features; PRIOR where nobody read more than one item."""
    choices: list[OfferChoice] = []
    for back in range(1, last + 1):
        earlier = interactions.drop_last(back)
        if len(earlier.items):
            signals = fit_signals(earlier, float(earlier.times.max()), facts)
            choices += collect_choices(signals, interactions, back)
    return fit_weights(choices, prior=PRIOR)


def collect_choices(
    signals: ItemSignals, interactions: Interactions, back: int
) -> Iterator[OfferChoice]:
    """Followers' item number `back` from the end, among the candidates of that moment.

    `signals` are of the interactions before. An item that is no candidate teaches nothing.
    """
    earlier = interactions.drop_last(back)
    starts, ends = interactions.starts[:-1], interactions.starts[1:] - back
    followers = np.flatnonzero(ends > starts)
    sample = np.random.default_rng(SEED).permutation(followers)[:MOST_FOLLOWERS]
    for start, end in zip(starts[sample], ends[sample], strict=True):
        moment = at_time(signals, earlier, float(interactions.times[end - 1]))
        offered = find_candidates(moment, interactions.items[start:end])
        rows = np.flatnonzero(offered.items == interactions.items[end])
        if len(rows):
            yield OfferChoice(offered.features, int(rows[0]))
