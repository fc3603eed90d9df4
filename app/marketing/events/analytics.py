"""Expressions over events, written once with Ibis, and the engines that compute them.

DuckDB by default: open days and sealed files together. PostgreSQL by the setting ANALYTICS, in the
database, where no day may be sealed. Ibis only writes the queries: its own back ends, which need
pandas and pyarrow, aren't used.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import patient
from app.marketing.events.repository import COLUMNS
from app.marketing.events.snapshots import ActivityReader, list_sealed_days
from app.marketing.events.values import SealedEvents
from app.settings import Settings

if TYPE_CHECKING:
    from ibis.expr.types import Table

_NUMBERS = {"time", "recorded", "value"}
FOREVER = (0.0, 1e12)  # seconds since 1970
# The events of an account as the table that expressions name.
_POSTGRES = """
WITH activity AS (
  SELECT {columns} FROM events WHERE account = $1 AND time >= $2 AND time < $3
) SELECT * FROM ({query}) AS answer
"""

Rows = list[dict[str, Any]]
Span = tuple[float, float]  # from the first up to, without, the second (seconds since 1970)


class Analytics(Protocol):
    """Computes an expression over `describe_activity` for an account."""

    async def run(self, account: str, expression: "Table", span: Span = FOREVER) -> Rows:
        """The rows of the expression's answer, as mappings by column."""
        ...


def describe_activity() -> "Table":
    """The table of an account's events, to write expressions over: columns as in MarketingEvent;
    `properties` is JSON as a text.
    """
    import ibis  # 0.8 s that only analyses cost

    types = {name: "float64" if name in _NUMBERS else "string" for name in COLUMNS}
    return ibis.table(types, name="activity")


@dataclass(frozen=True, slots=True)
class DuckdbAnalytics:
    """Computes in DuckDB, in this process, on a thread."""

    reader: ActivityReader

    async def run(self, account: str, expression: "Table", span: Span = FOREVER) -> Rows:
        """The rows of the expression's answer."""
        query = await asyncio.to_thread(_compile, expression, "duckdb")
        columns = _find_columns(expression)
        since, until = span
        async with self.reader.read_activity(
            account, since=since, until=until, columns=columns
        ) as connection:
            return await asyncio.to_thread(_fetch, connection, query)


@dataclass(frozen=True, slots=True)
class PostgresAnalytics:
    """Computes in the service's database, as long as no day of the span is sealed."""

    engine: AsyncEngine

    async def run(self, account: str, expression: "Table", span: Span = FOREVER) -> Rows:
        """The rows of the expression's answer. Raises SealedEvents."""
        query = await asyncio.to_thread(_compile, expression, "postgres")
        columns = ", ".join(
            "properties::text AS properties" if name == "properties" else name for name in COLUMNS
        )
        statement = _POSTGRES.format(columns=columns, query=query)
        async with patient(self.engine).connect() as connection:
            await _refuse_sealed(connection, account, span)
            result = await connection.exec_driver_sql(statement, (account, *span))
            return [dict(row) for row in result.mappings()]


async def _refuse_sealed(connection: AsyncConnection, account: str, span: Span) -> None:
    """Raise SealedEvents where files have events of the span: the database alone has not all."""
    if days := await list_sealed_days(connection, account, *span):
        raise SealedEvents(
            f"the days up to {days[-1].day} are sealed, and ANALYTICS=postgresql reads the"
            " database alone: set ANALYTICS=duckdb, which reads both",
            chinese=f"{days[-1].day} 及以前的事件已封存，而 ANALYTICS=postgresql 只读数据库："
            "请设置 ANALYTICS=duckdb，两者都读",
        )


def build_analytics(engine: AsyncEngine, settings: Settings) -> Analytics:
    """The engine that the settings name."""
    if settings.analytics == "postgresql":
        return PostgresAnalytics(engine)
    return DuckdbAnalytics(build_reader(engine, settings))


def build_reader(engine: AsyncEngine, settings: Settings) -> ActivityReader:
    """The reader of events for DuckDB."""
    return ActivityReader(engine=engine, folder=settings.sealed_events)


def _compile(expression: "Table", dialect: str) -> str:
    from ibis.backends.sql.compilers import DuckDBCompiler, PostgresCompiler

    compiler = DuckDBCompiler() if dialect == "duckdb" else PostgresCompiler()
    return str(compiler.to_sqlglot(expression.unbind()).sql(dialect=dialect))


def _find_columns(expression: "Table") -> list[str]:
    """The columns of events that an expression reads."""
    from ibis.expr.operations import Field

    names = {node.name for node in expression.op().find(Field)}
    return [name for name in COLUMNS if name in names]


def _fetch(connection: Any, query: str) -> Rows:
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
