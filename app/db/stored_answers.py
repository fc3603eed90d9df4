"""Answers that version 0.1 stored as text with marks, converted to the JSON of messages."""

from collections.abc import Callable

from sqlalchemy import Connection, text

from app.messages import marks
from app.messages.values import as_plain_text

ANSWERS = (
    ("knowledge", "answer"), ("gap_approvals", "answer"), ("outbox", "text"), ("outbox", "rest"),
)  # fmt: skip


def convert_answers(connection: Connection) -> None:
    """Convert every answer of a database of version 0.1; to be called once."""
    for table, column in ANSWERS:
        _convert(connection, table, column, marks.convert_stored_marks, "<> ''")
    _convert(connection, "turns", "answer", _as_plain_text, "LIKE '\u27e6%'")


def _as_plain_text(stored: str) -> str:
    """The record of a turn is for people: it names a rich message."""
    return as_plain_text(marks.read_message(stored))


def _convert(
    connection: Connection, table: str, column: str, convert: Callable[[str], str], which: str
) -> None:
    query = f"SELECT CAST(ctid AS text), {column} FROM {table} WHERE {column} {which}"  # noqa: S608
    rows = [
        {"row": row, "answer": convert(stored)} for row, stored in connection.execute(text(query))
    ]
    change = f"UPDATE {table} SET {column} = :answer "  # noqa: S608
    if rows:
        where = "WHERE ctid = CAST(CAST(:row AS text) AS tid)"
        connection.execute(text(change + where), rows)
