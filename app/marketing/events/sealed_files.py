"""Files of sealed days: written whole, synchronised to the disk, never changed."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.marketing.events.repository import COLUMNS
from app.marketing.events.snapshots import create_anonyms, quote_path, read_lines, select_sealed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Erased = tuple[str, str, float]  # pseudonym, random id, of events recorded up to (s since 1970)
# The same id twice: the event that was sealed first stays, as in the database.
_MERGED = """
SELECT * EXCLUDE (source) FROM ({parts})
QUALIFY row_number() OVER (PARTITION BY id ORDER BY source, recorded) = 1
"""


def merge_rows(lines: Path, old: Path | None, new: Path) -> int:
    """Write a day's events, CSV and those of the old file; their number."""
    columns = ", ".join(COLUMNS)
    parts = [f"SELECT {columns}, 1 AS source FROM {read_lines(lines, COLUMNS)}"]
    if old is not None:
        parts.insert(0, f"SELECT {columns}, 0 AS source FROM read_parquet({quote_path(old)})")
    with _open_duckdb() as connection:
        return _write(connection, _MERGED.format(parts=" UNION ALL ".join(parts)), new)


def forget_followers(old: Path, new: Path, erased: Sequence[Erased]) -> bool:
    """Write the file anew with random ids for erased followers; False where it has none of them."""
    with _open_duckdb() as connection:
        create_anonyms(connection, erased)
        query = (
            f"SELECT 1 FROM read_parquet({quote_path(old)}) AS s JOIN anonyms AS a"
            " ON s.pseudonym = a.pseudonym AND s.recorded <= a.until LIMIT 1"
        )
        if connection.execute(query).fetchone() is None:
            return False
        _write(connection, select_sealed([old], COLUMNS), new)
    return True


def _open_duckdb() -> "DuckDBPyConnection":
    import duckdb  # 0.3 s that only analyses cost

    return duckdb.connect(config={"threads": 1, "memory_limit": "512MB"})


def _write(connection: "DuckDBPyConnection", query: str, file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    ordered = f"SELECT * FROM ({query}) ORDER BY pseudonym, time, id"
    options = "FORMAT parquet, COMPRESSION zstd"
    answer = connection.execute(f"COPY ({ordered}) TO {quote_path(file)} ({options})").fetchone()
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return int(answer[0]) if answer else 0
