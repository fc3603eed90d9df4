"""Features of the moment: what makes an item suit now, and what else made it clicked."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.marketing.recommend.ranking.features import FEATURES
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.ranking.rhythm import HOUR, is_weekend, select_rhythm
from app.marketing.recommend.ranking.signals import ItemSignals

# shown: earlier exposures to the follower; hour, day: the item's rhythm; last_away, fresh_away:
# these features times the days since the follower's last read.
CONTEXT = ("shown", "hour", "day", "last_away", "fresh_away")
# What is no merit of an item: fitted beside the features, and left out when items are ranked.
# base: the rate of clicks; sine, cosine: of the hour; place_2 ... place_5: beyond the first place.
BIASES = (
    "base", "sine", "cosine", "weekend", "away",
    "place_2", "place_3", "place_4", "place_5", "no_place", "explored",
)  # fmt: skip
LAST_PLACE = 5  # this one and all after it are one
NEVER = 365.0  # days since the last read of a follower who read nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a follower is shown items: seconds since 1970, and when they last read something.

    `exposures`: how often they were shown an item before, by its number.
    """

    now: float
    last_read: float | None
    exposures: Mapping[int, int]

    @property
    def away(self) -> float:
        """The logarithm of the days since the last read, plus 1."""
        days = NEVER if self.last_read is None else max(self.now - self.last_read, 0) / DAY
        return float(np.log1p(min(days, NEVER)))


def compute_context(
    signals: ItemSignals, items: np.ndarray, features: np.ndarray, moment: Moment
) -> np.ndarray:
    """(c, len(CONTEXT)) fp32 of items (c,) with features (c, len(FEATURES))."""
    counts = np.zeros(len(items))
    if moment.exposures:
        counts = np.array([moment.exposures.get(item, 0) for item in items.tolist()])
    last, fresh = (features[:, FEATURES.index(name)] for name in ("last", "fresh"))
    columns = [
        np.log1p(counts),
        *select_rhythm(signals.rhythm, items, moment.now).T,
        last * moment.away,
        fresh * moment.away,
    ]
    return np.stack(columns, 1).astype(np.float32)


def describe_biases(moment: Moment, places: np.ndarray, explored: np.ndarray) -> np.ndarray:
    """(n, len(BIASES)) fp32 of places (n,) from 1, 0 where not known, and (n,) of exploration."""
    angle = 2 * np.pi * (moment.now / HOUR + 8) / 24
    weekend = float(is_weekend(np.array([moment.now]))[0])
    common = [1.0, np.sin(angle), np.cos(angle), weekend, moment.away]
    capped = np.minimum(places, LAST_PLACE)[:, None]
    rows = np.tile(common, (len(places), 1))
    return np.concatenate(
        [rows, capped == np.arange(2, LAST_PLACE + 1), capped == 0, explored[:, None]], 1
    ).astype(np.float32)
