"""Batches of rows that are sent to us: faulty rows, and what becomes of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.errors import Refusal

FIRST_FAULTS = 20  # rows that the sentence of a refusal names
# With a faulty row: store the others, or nothing.
OnError = Literal["keep_rest", "none"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that is not stored: its id, what is wrong, and its place in the batch, from 1; of a
    file, its number in a spreadsheet. chinese: the reason for operators, "" of older versions.
    """

    row: int
    id: str
    reason: str
    chinese: str = ""

    def describe(self) -> str:
        """The fault as a clause that names the row."""
        return f"row {self.row} (id {self.id!r}): {self.reason}"

    def describe_in_chinese(self) -> str:
        """The same in Chinese."""
        return f"第 {self.row} 行（编号 {self.id!r}）：{self.chinese or self.reason}"


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """What became of a batch: rows stored, rows that were stored before, and faulty rows."""

    stored: int
    repeated: int
    faults: Sequence[RowFault] = ()


class BadRows(Refusal):
    """Rows of a batch are wrong, and none of it is stored; the first ones are named."""

    status = 422
    name = "bad_rows"


def refuse_batch(faults: Sequence[RowFault], count: int | None = None) -> BadRows:
    """The refusal of a batch with these faults; `count`: of all, where not all are listed."""
    first = faults[:FIRST_FAULTS]
    others = (len(faults) if count is None else count) - FIRST_FAULTS
    more, more_chinese = "", ""
    if others > 0:
        more, more_chinese = f"; and {others:,} more", f"；另有 {others:,} 行"
    return BadRows(
        f"nothing is stored: {'; '.join(fault.describe() for fault in first)}{more}",
        chinese="没有存入任何一行："
        + "；".join(fault.describe_in_chinese() for fault in first)
        + more_chinese,
    )
