"""Conditions on columns of strings for any number of values, as one statement.

`IN` has another statement for each number of values, and the server parses and plans each anew; an
array is one parameter of a statement that is prepared once.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, any_, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY


def is_any_of(column: Column[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column has one of these values."""
    return column == any_(_to_array(values))


def are_any_of(
    columns: tuple[Column[Any], Column[Any]], pairs: Iterable[tuple[str, str]]
) -> ColumnElement[bool]:
    """Whether both columns have the values of one of these pairs."""
    firsts, seconds = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    rows = func.unnest(_to_array(firsts), _to_array(seconds))
    row = rows.table_valued("first", "second").render_derived().c
    return tuple_(*columns).in_(select(row.first, row.second))


def _to_array(values: Iterable[str]) -> ColumnElement[Any]:
    # The driver knows text[]; for varchar[] it would ask the server once a connection.
    return literal(list(values), ARRAY(Text))
