"""The always-valid test: a look after each hundredth of n, up to a cap, 20,000 runs.

The rule is that of `anytime.compare_anytime`, over arrays; a test compares the two.
"""

from pathlib import Path

import numpy as np

from app.marketing.experiments.stats.anytime import FEWEST, TYPICAL_LIFT
from tests.bench.marketing.figures import Figure
from tests.bench.marketing.simulated_tests import (
    LIFT,
    RUNS,
    SEED,
    Array,
    Flags,
    SimulatedCounts,
    fixed_exposures,
    measure_stopping,
    simulate_counts,
)

CAP = 2.0  # n, where the power is about that of the fixed horizon
LOOKS = 200
MOST_FALSE, MEAN, POWER, ALPHA = 0.05, 1.10, 0.8, 0.05


def find_p_values(counts: SimulatedCounts) -> Array:
    """The p-value at each look, (runs, looks); 1 with too few conversions."""
    enough = np.minimum(counts.control, counts.treatment) >= FEWEST
    control, treatment = np.maximum(counts.control, 1), np.maximum(counts.treatment, 1)
    estimate = np.log(treatment / control)
    variance = 1 / control + 1 / treatment - 2 / counts.exposures
    spread = TYPICAL_LIFT**2
    total = variance + spread
    exponent = -(estimate**2) * spread / (2 * variance * total)
    p_values = np.minimum(1.0, np.sqrt(total / variance) * np.exp(exponent))
    return np.where(enough, p_values, 1.0)


def measure(_: Path, runs: int = RUNS) -> list[Figure]:
    """False alarms at any look; mean size and power with a difference."""

    def stop(counts: SimulatedCounts) -> Flags:
        return find_p_values(counts) < ALPHA

    largest = int(CAP * fixed_exposures())
    null = measure_stopping(simulate_counts(0.0, largest, LOOKS, runs, SEED), stop)
    lifted = measure_stopping(simulate_counts(LIFT, largest, LOOKS, runs, SEED + 1), stop)
    return [
        Figure(
            what=f"always-valid, {LOOKS} looks: false alarms",
            baseline="peeking 25-55 %",
            measured=f"{null.rejections:.2%}",
            target=f"≤ {MOST_FALSE:.0%}",
            is_reached=null.rejections <= MOST_FALSE,
        ),
        Figure(
            what="always-valid: mean sample at the planned lift",
            baseline="1.03 n",
            measured=f"{lifted.mean_exposures:.3f} n",
            target=f"≤ {MEAN:.2f} n",
            is_reached=lifted.mean_exposures <= MEAN,
        ),
        Figure(
            what=f"always-valid: power at a cap of {CAP:.1f} n",
            measured=f"{lifted.rejections:.1%}",
            target=f"{POWER:.0%}",
            is_reached=lifted.rejections >= POWER - 0.01,
        ),
    ]
