"""Transitions: which items are read soon after, or before, which."""

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array

from app.marketing.recommend.ranking.interactions import Interactions

WINDOW = 40  # an item's reads that count as near: so many before and after it
DECAY = 0.9  # of the weight, for each read further away
BACKWARD = 0.5  # the weight of a transition against the order of time
SMOOTHING = 10.0  # readers added to each item's


def count_transitions(interactions: Interactions, *, window: int = WINDOW) -> csr_array:
    """(items, items) fp32: weight of reading the column's item after the row's.

    Divided by the root of both items' readers, so that much read items don't take all.
    """
    size = interactions.item_count
    forward = csr_array((size, size), dtype=np.float32)
    for distance in range(1, window + 1):
        forward = forward + _count_at(interactions, distance)
    scale = diags_array(1 / np.sqrt(interactions.count_readers() + SMOOTHING), dtype=np.float32)
    return csr_array(scale @ (forward + BACKWARD * forward.T) @ scale)


def _count_at(interactions: Interactions, distance: int) -> csr_array:
    followers, items = interactions.followers, interactions.items
    is_same = followers[:-distance] == followers[distance:]
    pairs = items[:-distance][is_same], items[distance:][is_same]
    weights = np.full(len(pairs[0]), DECAY ** (distance - 1), np.float32)
    shape = (interactions.item_count, interactions.item_count)
    return coo_array((weights, pairs), shape=shape).tocsr()
