"""The group-sequential test: ten daily looks, 5 % base rate, 15 % lift, 20,000 runs.

Beside it the same looks without a plan (peeking), which is what it replaces.
"""

from pathlib import Path

import numpy as np

from app.marketing.experiments.stats import sequential
from tests.bench.marketing.figures import Figure
from tests.bench.marketing.simulated_tests import (
    LIFT,
    RUNS,
    SEED,
    Flags,
    SimulatedCounts,
    fixed_exposures,
    measure_stopping,
    simulate_counts,
)

LOOKS = 10
MOST_FALSE, LARGEST, MEAN = 0.05, 1.10, 0.85
POWER = 0.8


def measure(_: Path, runs: int = RUNS) -> list[Figure]:
    """False alarms without a difference; size and power with one."""
    plan = sequential.plan_looks(LOOKS)
    largest = int(np.ceil(fixed_exposures() * plan.largest))
    boundaries = np.array(plan.boundaries)

    def stop(counts: SimulatedCounts) -> Flags:
        return np.abs(counts.score_z()) >= boundaries

    def peek(counts: SimulatedCounts) -> Flags:
        return np.abs(counts.score_z()) > 1.96

    null = simulate_counts(0.0, largest, LOOKS, runs, SEED)
    planned = measure_stopping(simulate_counts(LIFT, largest, LOOKS, runs, SEED + 1), stop)
    false_alarms = measure_stopping(null, stop).rejections
    peeking = measure_stopping(null, peek).rejections
    cap = largest / fixed_exposures()
    error = 3 * (MOST_FALSE * (1 - MOST_FALSE) / runs) ** 0.5
    return [
        Figure(
            what="group-sequential, ten looks: false alarms",
            baseline=f"peeking {peeking:.1%}",
            measured=f"{false_alarms:.2%}",
            target=f"≤ {MOST_FALSE:.0%} (± {error:.2%} of {runs:,} runs)",
            is_reached=false_alarms <= MOST_FALSE + error,
        ),
        Figure(
            what="group-sequential: largest sample",
            baseline="1.8 n",
            measured=f"{cap:.3f} n",
            target=f"≤ {LARGEST:.2f} n",
            is_reached=cap <= LARGEST,
        ),
        Figure(
            what="group-sequential: mean sample at the planned lift",
            baseline="1.03 n",
            measured=f"{planned.mean_exposures:.3f} n",
            target=f"≤ {MEAN:.2f} n",
            is_reached=planned.mean_exposures <= MEAN,
        ),
        Figure(
            what="group-sequential: power",
            baseline=f"{POWER:.0%}",
            measured=f"{planned.rejections:.1%}",
            target=f"{POWER:.0%}, as the fixed horizon",
            is_reached=planned.rejections >= POWER - 0.01,
        ),
    ]
