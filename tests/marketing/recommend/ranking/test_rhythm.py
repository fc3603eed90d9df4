"""When an item is read more than others."""

import numpy as np

from app.marketing.recommend.ranking.interactions import sort_interactions
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.ranking.rhythm import measure_rhythm, select_rhythm

MONDAY = 4 * DAY  # 5 January 1970, 8:00 in China
EVENING = 12 * 3_600.0  # later: 20:00


def test_an_item_of_the_evening_suits_the_evening_and_one_of_the_weekend_the_weekend() -> None:
    times = np.array([MONDAY + week * 7 * DAY + EVENING for week in range(50)])
    evenings, weekends = times, times - EVENING - DAY
    interactions = sort_interactions(
        np.arange(100), np.repeat([0, 1], 50), np.concatenate([evenings, weekends]), counts=(100, 3)
    )

    rhythm = measure_rhythm(interactions)

    items = np.arange(3)
    evening, sunday = (select_rhythm(rhythm, items, time) for time in (evenings[0], weekends[0]))
    assert (np.sign(evening).tolist(), np.sign(sunday).tolist()) == (
        [[1, 1], [-1, -1], [0, 0]],
        [[-1, -1], [1, 1], [0, 0]],
    )
