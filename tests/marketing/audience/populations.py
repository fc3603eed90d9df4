"""A population of followers in known groups, as rows of the features that are clustered."""

import numpy as np
import numpy.typing as npt

# Means of FEATURES for buyers, readers, askers and sleepers.
GROUPS = np.array(
    [
        [3, 25, 4, 30, 12, 2, 800, 0.5],
        [5, 18, 1, 40, 6, 6, 5, 0.2],
        [6, 10, 14, 6, 2, 0.5, 60, -0.3],
        [60, 1, 0.3, 1.5, 0.3, 0.1, 2, 0.0],
    ]
)
SHARES = (0.15, 0.35, 0.20, 0.30)


def simulate_population(
    followers: int, seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Rows of FEATURES, and the group of each: counts vary more than Poisson's."""
    random = np.random.default_rng(seed)
    truth = random.choice(len(GROUPS), followers, p=SHARES)
    means = GROUPS[truth]
    counts = random.poisson(means[:, 1:6] * random.gamma(8, 1 / 8, (followers, 5)))
    recency = np.where(
        truth == 3, 30 + random.exponential(30, followers), random.exponential(means[:, 0])
    )
    value = random.gamma(2, means[:, 6] / 2)
    mood = np.clip(random.normal(means[:, 7], 0.3), -1, 1)
    return np.column_stack([recency, counts, value, mood]), truth
