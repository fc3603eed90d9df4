"""How many more clicks the ranker gets that has learnt from exposures and clicks.

Simulated followers of one topic each, who click what is new and of their topic. Clicks are expected
ones, by the model that draws them.
"""

from pathlib import Path

import numpy as np

from app.marketing.recommend.lessons.rankers import SHIPPED
from app.marketing.recommend.ranking.popularity import DAY
from tests.bench.marketing.figures import Figure
from tests.marketing.recommend.lessons.simulated_clicks import BEGIN, SimulatedFollowers

SEEDS, DAYS, PER_DAY = range(5), 15, 60
MARGIN = 2.0


def measure(_data: Path) -> list[Figure]:
    """Clicks of an answer with three items, by shipped weights and by those learnt."""
    clicks = np.array([_measure_seed(seed) for seed in SEEDS])
    shipped, learnt = clicks.mean(0)
    return [
        Figure(
            what=f"expected clicks of an answer, after {3 * DAYS * PER_DAY:,} exposures,"
            f" mean of {len(SEEDS)}",
            baseline=f"shipped weights {shipped:.2f}",
            measured=f"{learnt:.2f} ({(clicks[:, 1] / clicks[:, 0]).min():.1f} times at least)",
            target=f"≥ {MARGIN:g} x shipped weights",
            is_reached=bool((clicks[:, 1] >= MARGIN * clicks[:, 0]).all()),
        )
    ]


def _measure_seed(seed: int) -> tuple[float, float]:
    world = SimulatedFollowers(np.random.default_rng(seed))
    world.begin()
    world.answer_on(range(DAYS), PER_DAY)
    end = BEGIN + (DAYS + 2) * DAY
    world.fit(end, learns=True)
    rankers = world.rankers
    return world.expect_clicks(end, SHIPPED), world.expect_clicks(end, rankers)
