"""How much an item is read, of late."""

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions

DAY = 86_400.0  # seconds
HALF_LIFE = 5.0  # days in which a read loses half of its weight


def count_recent_reads(interactions: Interactions, now: float) -> np.ndarray:
    """(items,) fp32: reads up to `now`, in seconds since 1970, each halved every HALF_LIFE days."""
    ages = (now - interactions.times) / DAY
    weights = np.where(ages >= 0, np.exp2(-np.maximum(ages, 0) / HALF_LIFE), 0)
    recent = np.bincount(interactions.items, weights, minlength=interactions.item_count)
    return recent.astype(np.float32)
