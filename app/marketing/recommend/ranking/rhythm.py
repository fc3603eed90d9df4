"""Rhythm: at which hours and on which days an item is read more than others, China's time."""

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions

BLOCKS = 8  # of three hours
HOUR, CHINA_OFFSET = 3_600.0, 8.0  # seconds; hours ahead of UTC
SMOOTHING = 20.0  # reads at the rhythm of all items, added to each


def find_block(times: np.ndarray) -> np.ndarray:
    """The block of three hours of each time in seconds since 1970, 0 from midnight."""
    return (_count_hours(times) % 24 // 3).astype(np.int64)


def is_weekend(times: np.ndarray) -> np.ndarray:
    """Whether a time in seconds since 1970 is on a Saturday or a Sunday."""
    day = _count_hours(times) // 24 + 3  # 1970 began on a Thursday, weeks begin on Monday
    return np.asarray(day % 7 >= 5)


def measure_rhythm(interactions: Interactions) -> np.ndarray:
    """(items, BLOCKS + 2) fp32: logarithms of an item's share of reads in a block over all items'.

    The last two columns are workdays and weekends.
    """
    times, items = interactions.times, interactions.items
    columns = (find_block(times), BLOCKS + is_weekend(times).astype(np.int64))
    counts = [_count(items, column, interactions.item_count) for column in columns]
    hours, days = counts[0][:, :BLOCKS], counts[1][:, BLOCKS:]
    return np.concatenate([_relate(hours), _relate(days)], 1).astype(np.float32)


def select_rhythm(rhythm: np.ndarray, items: np.ndarray, now: float) -> np.ndarray:
    """(len(items), 2): what the rhythm (items, BLOCKS + 2) says of this hour, and of this day."""
    moment = np.array([now])
    columns = np.array([find_block(moment)[0], BLOCKS + is_weekend(moment)[0]])
    return np.asarray(rhythm[np.ix_(items, columns)])


def _count(items: np.ndarray, columns: np.ndarray, item_count: int) -> np.ndarray:
    width = BLOCKS + 2
    counts = np.bincount(items * width + columns, minlength=item_count * width)
    return counts.reshape(item_count, width)


def _relate(counts: np.ndarray) -> np.ndarray:
    """Logarithms of shares of rows relative to the shares of all; smoothed by SMOOTHING reads."""
    overall = (counts.sum(0) + 1) / (counts.sum() + counts.shape[1])
    shares = (counts + SMOOTHING * overall) / (counts.sum(1, keepdims=True) + SMOOTHING)
    relative: np.ndarray = np.log(shares / overall)
    return relative


def _count_hours(times: np.ndarray) -> np.ndarray:
    return np.floor(np.asarray(times, np.float64) / HOUR + CHINA_OFFSET)
