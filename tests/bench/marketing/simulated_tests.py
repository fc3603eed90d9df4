"""Tests of two variants, simulated: counts at looks, and when a rule would have stopped.

All figures are in units of n, the exposures that a fixed horizon needs of each variant.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.experiments.stats import power

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BASE_RATE, LIFT = 0.05, 0.15
RUNS, SEED = 20_000, 7


@dataclass(frozen=True, slots=True)
class SimulatedCounts:
    """Conversions of both variants at each look, (runs, looks), and exposures of each, (looks,)."""

    control: Array
    treatment: Array
    exposures: Array

    def score_z(self) -> Array:
        """The score statistic of equal rates, (runs, looks); 0 where nobody converted."""
        pooled = (self.control + self.treatment) / (2 * self.exposures)
        variance = pooled * (1 - pooled) * 2 / self.exposures
        difference = (self.treatment - self.control) / self.exposures
        return np.where(variance > 0, difference / np.sqrt(np.maximum(variance, 1e-12)), 0.0)


@dataclass(frozen=True, slots=True)
class StoppingFigures:
    """The share of runs that stopped with a difference, and the mean exposures by n."""

    rejections: float
    mean_exposures: float


def fixed_exposures() -> int:
    """n: exposures of each variant that a fixed horizon needs at alpha .05 and power .8."""
    return power.required_exposures(BASE_RATE, LIFT)


def simulate_counts(lift: float, largest: int, looks: int, runs: int, seed: int) -> SimulatedCounts:
    """Runs of a test whose last look is at `largest` exposures of each variant."""
    generator = np.random.default_rng(seed)
    ends = np.linspace(0, largest, looks + 1).round().astype(int)
    steps = np.diff(ends)
    control = generator.binomial(steps, BASE_RATE, (runs, looks)).cumsum(axis=1)
    treatment = generator.binomial(steps, BASE_RATE * (1 + lift), (runs, looks)).cumsum(axis=1)
    return SimulatedCounts(control.astype(float), treatment.astype(float), ends[1:].astype(float))


def measure_stopping(
    counts: SimulatedCounts, decide: Callable[[SimulatedCounts], Flags]
) -> StoppingFigures:
    """What comes of a rule that says at each look whether it stops, (runs, looks)."""
    stops = decide(counts)
    last = len(counts.exposures) - 1
    first = np.where(stops.any(axis=1), stops.argmax(axis=1), last)
    mean = float(counts.exposures[first].mean()) / fixed_exposures()
    return StoppingFigures(float(stops.any(axis=1).mean()), mean)
