"""Events of one account in DuckDB: the open days from the database, sealed days from their files.

All of it is of one moment: a day that is sealed meanwhile is neither missing nor there twice.
"""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import patient
from app.db.tables import anonyms, sealed_days
from app.marketing.events.days import find_day
from app.marketing.events.repository import COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TYPES = {name: "DOUBLE" if name in {"time", "recorded", "value"} else "VARCHAR" for name in COLUMNS}
_NEEDED = ("pseudonym", "recorded", "time")  # by what sealed rows are chosen and made anonymous
WORK = "work-"
_WITHIN = 600.0  # seconds for reading the open days

# Sealed files still have the pseudonym of a follower who was erased since.
_SEALED = """
SELECT s.* REPLACE ({replacements}) FROM read_parquet({files}) AS s
LEFT JOIN anonyms AS a ON s.pseudonym = a.pseudonym AND s.recorded <= a.until
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReader:
    """Reads events for analysis. `folder` has the sealed days; `memory` is DuckDB's limit."""

    engine: AsyncEngine
    folder: Path
    threads: int = 2
    memory: str = "1GB"

    @contextlib.asynccontextmanager
    async def read_activity(
        self,
        account: str,
        *,
        since: float = 0.0,
        until: float = 1e12,
        columns: Sequence[str] = COLUMNS,
    ) -> AsyncIterator["DuckDBPyConnection"]:
        """A DuckDB connection with the view `activity`: the events of [since, until).

        Its columns are those of the table; `properties` is JSON as a text. Fewer `columns` read
        faster. Run queries on a thread: they block.
        """
        names = list(dict.fromkeys((*columns, *_NEEDED)))
        with open_work_folder(self.folder) as folder:
            lines = Path(folder, "open.csv")
            files, erased = await self._copy_open_days(account, (since, until), names, lines)
            connection = await asyncio.to_thread(self._open_duckdb, folder)
            try:
                source = _ViewSource(lines, files, erased, names, (since, until))
                await asyncio.to_thread(_create_view, connection, source)
                yield connection
            finally:
                await asyncio.to_thread(connection.close)

    def _open_duckdb(self, folder: str) -> "DuckDBPyConnection":
        import duckdb  # 0.3 s that only analyses cost

        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": self.threads, "memory_limit": self.memory, "temp_directory": folder,
            "preserve_insertion_order": False,
        }  # fmt: skip
        return duckdb.connect(config=settings)

    async def _copy_open_days(
        self, account: str, span: tuple[float, float], names: Sequence[str], lines: Path
    ) -> tuple[list[Path], list[tuple[str, str, float]]]:
        """Write the open days' events as CSV; the sealed files, and who was erased, of the same
        moment.
        """
        async with patient(self.engine).connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            days = await list_sealed_days(connection, account, *span)
            query = select(anonyms.c.pseudonym, anonyms.c.anonym, anonyms.c.until)
            rows = await connection.execute(query.where(anonyms.c.account == account))
            erased = [(row.pseudonym, row.anonym, row.until) for row in rows]
            statement = (
                f"SELECT {', '.join(names)} FROM events"
                " WHERE account = $1 AND time >= $2 AND time < $3"
            )
            await copy_rows(connection, statement, (account, *span), lines)
        return [self.folder / day.file for day in days], erased


def open_work_folder(sealed: Path) -> "tempfile.TemporaryDirectory[str]":
    """A folder for files that an analysis needs; on the disk of sealed days, as /tmp may be small.

    Its name begins with WORK; a crash leaves it to `DaySealer.tidy`.
    """
    sealed.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=WORK, dir=sealed)


async def copy_rows(
    connection: AsyncConnection, statement: str, values: Sequence[Any], lines: Path
) -> int:
    """Write the rows of a statement as CSV, within the connection's transaction; their number."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    status: str = await driver.copy_from_query(
        statement, *values, output=str(lines), format="csv", timeout=_WITHIN
    )
    return int(status.split()[-1])


def read_lines(lines: Path, names: Sequence[str]) -> str:
    """The table function of DuckDB that reads CSV of `copy_rows`."""
    columns = ", ".join(f"'{name}': '{TYPES[name]}'" for name in names)
    return (
        f"read_csv({quote_path(lines)}, columns={{{columns}}}, header=false, nullstr='',"
        " allow_quoted_nulls=false, max_line_size=4000000, parallel=true, auto_detect=false)"
    )


@dataclass(frozen=True, slots=True)
class _ViewSource:
    """Where the rows of a view come from: CSV, sealed files, and who was erased since."""

    lines: Path
    files: Sequence[Path]
    erased: Sequence[tuple[str, str, float]]
    names: Sequence[str]
    span: tuple[float, float]


def _create_view(connection: "DuckDBPyConnection", source: _ViewSource) -> None:
    """Create the view `activity`; open days are turned into Parquet, which is read faster."""
    rows = source.lines.with_suffix(".parquet")
    reading = read_lines(source.lines, source.names)
    connection.execute(f"COPY (FROM {reading}) TO {quote_path(rows)} (FORMAT parquet)")
    source.lines.unlink()
    columns = ", ".join(source.names)
    parts = [f"SELECT {columns} FROM read_parquet({quote_path(rows)})"]
    if source.files:
        create_anonyms(connection, source.erased)
        since, until = source.span
        sealed = select_sealed(source.files, source.names)
        parts.append(
            f"SELECT {columns} FROM ({sealed}) WHERE time >= {since!r} AND time < {until!r}"
        )
    connection.execute(f"CREATE VIEW activity AS {' UNION ALL '.join(parts)}")


def create_anonyms(
    connection: "DuckDBPyConnection", erased: Sequence[tuple[str, str, float]]
) -> None:
    """Create the table of erased pseudonyms that `select_sealed` joins."""
    connection.execute(
        "CREATE OR REPLACE TABLE anonyms (pseudonym VARCHAR, anonym VARCHAR, until DOUBLE)"
    )
    if erased:
        rows = [list(row) for row in erased]
        connection.executemany("INSERT INTO anonyms VALUES (?, ?, ?)", rows)


def select_sealed(files: Sequence[Path], names: Sequence[str]) -> str:
    """The query of sealed files, with a random id in the place of each erased follower."""
    replacements = ["coalesce(a.anonym, s.pseudonym) AS pseudonym"]
    for name, empty in (("unit", "''"), ("properties", "'{}'")):
        if name in names:
            replacements.append(
                f"CASE WHEN a.anonym IS NULL THEN s.{name} ELSE {empty} END AS {name}"
            )
    if "id" in names:
        digits = "substr(s.pseudonym, 3), substr(a.anonym, 3)"
        replacements.append(f"coalesce(replace(s.id, {digits}), s.id) AS id")
    paths = ", ".join(map(quote_path, files))
    return _SEALED.format(replacements=", ".join(replacements), files=f"[{paths}]")


def quote_path(path: Path) -> str:
    """The path as a text in a query."""
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"


async def list_sealed_days(
    connection: AsyncConnection, account: str, since: float, until: float
) -> list[Row[Any]]:
    """The rows of `sealed_days` of a span, the first day first."""
    in_span = and_(
        sealed_days.c.account == account,
        sealed_days.c.day >= find_day(since),
        sealed_days.c.day <= find_day(until),
    )
    query = select(sealed_days).where(in_span).order_by(sealed_days.c.day)
    return list(await connection.execute(query))


def find_events(connection: "DuckDBPyConnection", pseudonym: str) -> list[dict[str, Any]]:
    """The events of a follower in the view `activity`, the first one first."""
    result = connection.execute(
        "SELECT * FROM activity WHERE pseudonym = ? ORDER BY time, id", [pseudonym]
    )
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return [row | {"properties": json.loads(row["properties"])} for row in rows]
