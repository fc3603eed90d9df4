"""Whether a database's tables are those of this version: mended, or refused in one sentence.

There are no migrations yet. A VARCHAR that is too narrow is widened, and a column that has a
default is added, both of which PostgreSQL does at once, however many rows there are. What else
differs is refused.
"""

from typing import Any

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    TypeDecorator,
    inspect,
    text,
)
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateColumn

from app.db.engines import patient
from app.db.tables import lock_schema, metadata
from app.errors import BadSettings

log = structlog.get_logger()


async def fit(engine: AsyncEngine) -> None:
    """Compare the database's columns with `app.db.tables`; widen what is too narrow, add what has
    a default.

    Safe to run from every process at the same moment. Raises BadSettings with one sentence for
    each column that doesn't fit.
    """
    async with patient(engine).begin() as connection:
        faults = await connection.run_sync(_fit)
    if faults:
        raise BadSettings([f"DATABASE_URL: {fault}" for fault in faults])


def _fit(connection: Connection) -> list[str]:
    lock_schema(connection)
    columns = inspect(connection).get_multi_columns()
    faults: list[str] = []
    for table in metadata.sorted_tables:
        present = {column["name"]: column for column in columns[None, table.name]}
        faults += _unknown_columns(table, present)
        for column in table.c:
            faults += _check_column(connection, column, present.get(column.name))
    return faults


def _unknown_columns(table: Table, present: dict[str, Any]) -> list[str]:
    """Columns that every row must fill and that this version doesn't fill."""
    return [
        f"table {table.name} has a column {name} that this version doesn't write and that must "
        "have a value: the database belongs to another version."
        for name, column in present.items()
        if name not in table.c and not column["nullable"] and column["default"] is None
    ]


def _check_column(connection: Connection, column: Column[Any], present: Any) -> list[str]:
    type_name = _type_name(connection, column.type)
    if present is None and column.server_default is not None:
        return _add(connection, column)
    if present is None:
        return [
            f"table {column.table.name} has no column {column.name} ({type_name}): the database "
            "belongs to another version."
        ]
    change = f"ALTER TABLE {column.table.name} ALTER COLUMN {column.name} TYPE {type_name}"
    if _python_type(column.type) is not _python_type(present["type"]):
        found = _type_name(connection, present["type"])
        return [
            f"column {column.table.name}.{column.name} is {found} and has to be {type_name}: "
            f"{change};"
        ]
    if connection.dialect.name == "postgresql" and _is_narrower(present["type"], column.type):
        return _widen(connection, change, _type_name(connection, present["type"]))
    return []


def _is_narrower(present: Any, needed: Any) -> bool:
    if isinstance(needed, BigInteger):
        return isinstance(present, Integer) and not isinstance(present, BigInteger)
    if not isinstance(present, String) or present.length is None:
        return False
    length = _plain(needed).length
    return length is None or present.length < length


def _add(connection: Connection, column: Column[Any]) -> list[str]:
    clause = str(CreateColumn(column).compile(dialect=connection.dialect))
    change = f"ALTER TABLE {column.table.name} ADD COLUMN {clause}"
    try:
        with connection.begin_nested():
            connection.execute(text(change))
    except ProgrammingError:  # these tables are another role's
        return [f"a column is missing and DATABASE_URL's role may not add it: {change};"]
    log.info("column_added", statement=change)
    return []


def _widen(connection: Connection, change: str, before: str) -> list[str]:
    try:
        with connection.begin_nested():
            connection.execute(text(change))
    except ProgrammingError:  # these tables are another role's
        return [f"a column is too narrow and DATABASE_URL's role may not widen it: {change};"]
    log.info("column_widened", statement=change, before=before)
    return []


def _python_type(column_type: Any) -> type:
    kind: type = _plain(column_type).python_type
    return kind


def _plain(column_type: Any) -> Any:
    return column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type


def _type_name(connection: Connection, column_type: Any) -> str:
    return str(column_type.compile(connection.dialect))
