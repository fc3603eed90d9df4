"""A table is read in a process of its own, within limits."""

import pytest

from app.marketing.events.files.importing import UnreadableTable, read_table


async def test_a_file_with_too_many_rows_says_into_how_many_it_is_split() -> None:
    lines = ["id,kind,time", *(f"e{at},view,1" for at in range(100_001))]

    with pytest.raises(UnreadableTable) as refusal:
        await read_table("big.csv", "\n".join(lines).encode())

    assert str(refusal.value) == (
        "big.csv: it has 100,001 rows, a file may have 100,000: split it into 2 files, each with"
        " the header (docs/marketing.md has a command)"
    )
