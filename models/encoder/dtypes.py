"""Finds whether the processor has bf16, and measures whether bf16 is faster than fp32."""

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from models.encoder.precision import DTYPES, Dtype

TORCH: dict[Dtype, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}
CLEARLY = 1.2  # times faster; smaller differences are within the noise of a shared machine
HOPELESS = 2.0  # times slower: the measurement stops

Clock = Callable[[], float]  # seconds


@dataclass(frozen=True)
class Rates:
    """Units of work (texts, rows) per CPU-second, in each dtype."""

    fp32: float
    bf16: float


@dataclass(frozen=True)
class DtypeChoice:
    """A dtype and why it was chosen. `rates` and `agreement` only where they were measured."""

    dtype: Dtype
    reason: str
    rates: Rates | None = None
    agreement: float | None = None  # of results in bf16 with fp32, in the unit of who measured

    def facts(self) -> dict[str, float | str]:
        """The fields for a log line; rates in units of work per CPU-second."""
        facts: dict[str, float | str] = {"dtype": self.dtype, "reason": self.reason}
        if self.rates:
            facts |= {"fp32": round(self.rates.fp32, 1), "bf16": round(self.rates.bf16, 1)}
        if self.agreement is not None:
            facts["agreement"] = round(self.agreement, 5)
        return facts


def has_bf16() -> bool:
    """Whether the processor computes in bf16. Elsewhere bf16 is emulated, and slower than fp32.

    The GPU where there is one; else AVX512-BF16 or AMX on x86, the BF16 extension on ARM.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if platform.machine().lower() in {"aarch64", "arm64"}:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def is_clearly_faster(rates: Rates) -> bool:
    """Whether bf16 is faster than fp32 by more than chance."""
    return rates.bf16 >= CLEARLY * rates.fp32


def measure_rates(
    work: Callable[[Dtype, int], int], rounds: int, clock: Clock = time.process_time
) -> Rates:
    """Median rates over `rounds` rounds that each run both dtypes.

    `work(dtype, number)` does the work of a round and returns its units. Round 0 should be small:
    it runs once unmeasured (kernels are prepared), then measured. A round in which bf16 is HOPELESS
    times slower ends the measurement; its rates are returned.
    """
    for dtype in DTYPES:
        work(dtype, 0)
    rates_by_round: list[Rates] = []
    for number in range(rounds):
        # The order alternates: what runs second finds warmer caches.
        order = DTYPES if number % 2 == 0 else DTYPES[::-1]
        rate = {dtype: _measure_rate(work, dtype, number, clock) for dtype in order}
        if rate["bf16"] * HOPELESS <= rate["fp32"]:
            return Rates(**rate)
        rates_by_round.append(Rates(**rate))
    return Rates(
        statistics.median(rates.fp32 for rates in rates_by_round),
        statistics.median(rates.bf16 for rates in rates_by_round),
    )


def _measure_rate(
    work: Callable[[Dtype, int], int], dtype: Dtype, number: int, clock: Clock
) -> float:
    start = clock()
    units = work(dtype, number)
    return units / max(clock() - start, 1e-9)
