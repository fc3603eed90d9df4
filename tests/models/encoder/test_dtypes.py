"""Which dtype is faster, decided from rates that a clock of the test's makes."""

from pathlib import Path

import pytest
import torch

from models.encoder.dtypes import DtypeChoice, Rates, has_bf16, is_clearly_faster, measure_rates
from models.encoder.precision import Dtype


class Machine:
    """Takes so many seconds a unit in each dtype, and remembers what it was asked for."""

    def __init__(self, fp32: float, bf16: float) -> None:
        self.seconds: dict[Dtype, float] = {"fp32": fp32, "bf16": bf16}
        self.now = 0.0
        self.rounds: list[tuple[Dtype, int]] = []

    def work(self, dtype: Dtype, number: int) -> int:
        units = 4 if number == 0 else 24
        self.rounds.append((dtype, number))
        self.now += units * self.seconds[dtype]
        return units

    def clock(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("fp32", "bf16", "decision"),
    [
        (207, 606, True),  # an Intel CPU with AMX
        (100, 120, True),
        (100, 119, False),
        (100, 100, False),
        (118, 12, False),  # bf16 emulated
    ],
)
def test_bf16_must_be_faster_by_more_than_chance(fp32: float, bf16: float, decision: bool) -> None:
    assert is_clearly_faster(Rates(fp32, bf16)) is decision


def test_rates_are_units_of_work_per_second_of_the_clock() -> None:
    machine = Machine(fp32=0.005, bf16=0.002)

    rates = measure_rates(machine.work, 4, machine.clock)

    assert (rates.fp32, rates.bf16) == pytest.approx((200, 500))


def test_both_dtypes_take_turns_after_an_unmeasured_pass() -> None:
    machine = Machine(fp32=0.005, bf16=0.002)

    measure_rates(machine.work, 3, machine.clock)

    assert machine.rounds == [
        ("fp32", 0), ("bf16", 0),
        ("fp32", 0), ("bf16", 0), ("bf16", 1), ("fp32", 1), ("fp32", 2), ("bf16", 2),
    ]  # fmt: skip


def test_the_measurement_ends_as_soon_as_bf16_is_hopeless() -> None:
    machine = Machine(fp32=0.02, bf16=0.2)

    rates = measure_rates(machine.work, 4, machine.clock)

    assert (rates.fp32, rates.bf16) == pytest.approx((50, 5))
    assert machine.rounds[2:] == [("fp32", 0), ("bf16", 0)]


def test_one_disturbed_round_does_not_decide() -> None:
    machine = Machine(fp32=0.005, bf16=0.002)

    def work(dtype: Dtype, number: int) -> int:
        machine.now += 0.1 if (dtype, number) == ("bf16", 2) else 0
        return machine.work(dtype, number)

    rates = measure_rates(work, 4, machine.clock)

    assert is_clearly_faster(rates)


def test_a_clock_that_stands_still_divides_nothing_by_zero() -> None:
    rates = measure_rates(lambda _dtype, _number: 4, 2, lambda: 0.0)

    assert not is_clearly_faster(rates)


def test_a_log_line_says_the_choice_its_reason_and_both_rates() -> None:
    choice = DtypeChoice("bf16", "clearly faster", Rates(206.94, 606.38), 0.9999836)

    assert choice.facts() == {
        "dtype": "bf16", "reason": "clearly faster", "fp32": 206.9, "bf16": 606.4,
        "agreement": 0.99998,
    }  # fmt: skip
    assert DtypeChoice("fp32", "set").facts() == {"dtype": "fp32", "reason": "set"}


def test_bf16_is_there_where_the_system_names_its_instructions_or_a_gpu() -> None:
    lines = Path("/proc/cpuinfo").read_text("utf-8").lower().splitlines()
    flags = {
        flag for line in lines if line.startswith(("flags", "features")) for flag in line.split()
    }

    instructions = flags & {"avx512_bf16", "amx_tile", "bf16"}

    assert has_bf16() is bool(instructions or torch.cuda.is_available())
