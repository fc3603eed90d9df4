"""Converts answers that version 0.1 stored as text with marks to the JSON of messages."""

from collections.abc import Callable

from sqlalchemy import Connection, text

from app.messages import marks
from app.messages.values import as_plain_text

ANSWERS = (("knowledge", "answer"), ("gap_approvals", "answer"), ("outbox", "text"))


def convert_answers(connection: Connection, remaining: str) -> None:
    """Convert every stored answer of a database of version 0.1; must run once only.

    remaining: the outbox's column with the text that remains, which was renamed later.
    """
    for table, column in (*ANSWERS, ("outbox", remaining)):
        _convert(connection, table, column, marks.convert_stored_marks, "<> ''")
    _convert(connection, "turns", "answer", _as_plain_text, "LIKE '\u27e6%'")


def _as_plain_text(stored: str) -> str:
    """The plain text for a turn's record, where a rich message is shown by its name."""
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
