"""How both dtypes stand in the benchmark's table."""

from tests.bench import table
from tests.bench.offline import Pass, Yardstick

IN_FP32 = (Pass("fp32", None, 1, 84.0, 12.0), Pass("fp32", 400, 1, 206.94, None))
IN_BF16 = (Pass("bf16", None, 1, 180.0, 5.5), Pass("bf16", 400, 1, 606.38, None))


def test_both_dtypes_have_a_row_where_the_processor_has_bf16() -> None:
    yardstick = Yardstick("bf16", "clearly faster", IN_BF16, IN_FP32[1:])

    rows = table.dtype_rows({**table.dtypes(yardstick), "service": "bf16"})

    assert rows[2:] == ["| fp32 | 207 |  |", "| bf16 | 606 | yes: clearly faster |"]


def test_a_processor_without_bf16_is_said_to_have_none() -> None:
    reason = "the processor has no bf16 instructions"
    yardstick = Yardstick("fp32", reason, IN_FP32)

    figures = table.dtypes(yardstick)

    assert figures == {"fp32": 206.9, "bf16": None, "chosen": "fp32", "reason": reason}
    assert table.dtype_rows({**figures, "service": "fp32"})[2:] == [
        f"| fp32 | 207 | yes: {reason} |",
        "| bf16 | not measured: the processor has no bf16 |  |",
    ]
