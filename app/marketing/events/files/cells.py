"""Cells of files as spreadsheets write them: Chinese names, days without a zone, money.

A row of strings becomes what an event or item as sent by REST has. What isn't recognised stays as
it is, for the row's check to name.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from app.kit.clock import CHINA
from app.kit.text import fold_width
from app.knowledge.imports.formats.tables.headers import simplify_name
from app.marketing.events.files.orders import Holds
from app.marketing.events.files.price_cells import write_prices

_TIMES = frozenset({"time", "published", "expires"})
_CLOCK = r"(?:T|\s+|(?<=日))(\d{1,2})[:时](\d{1,2})(?:[:分](?:(\d{1,2})秒?)?)?"
_LOCAL_TIME = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:{_CLOCK})?")
_MONEY = re.compile(r"[¥$]?\s*([+-]?)[¥$]?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*元?")


def read_cells(row: Mapping[str, Any], holds: Holds) -> dict[str, Any]:
    """The row under the names of fields; of two columns for one field the second keeps its name."""
    cells: dict[str, Any] = {}
    for name, cell in row.items():
        field = find_column(name, holds)
        if field in cells or (field != name and field in row):
            field = name
        cells[field] = _read_cell(field, cell.strip(), holds) if isinstance(cell, str) else cell
    return write_prices(cells) if holds == "items" else cells


@functools.lru_cache(1_000)
def find_column(name: str, holds: Holds) -> str:
    """The field of a column's name, in English or Chinese; the name where it is no field's."""
    return _find(_load(holds)["columns"], name) or name


def _read_cell(field: str, cell: str, holds: Holds) -> str:
    if field in _TIMES:
        return _read_time(cell)
    if field == "value":
        return _read_money(cell)
    words = _load(holds).get(field)
    return (_find(words, cell) or cell) if words else cell


def _read_time(cell: str) -> str:
    """A day or time without a zone, in ISO 8601 with China's."""
    parts = _LOCAL_TIME.fullmatch(fold_width(cell))
    if parts is None:
        return cell
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA).isoformat()
    except ValueError:  # such as a thirteenth month
        return cell


def _read_money(cell: str) -> str:
    """A number without the sign of a currency and commas between thousands."""
    parts = _MONEY.fullmatch(fold_width(cell))
    if parts is None:
        return cell
    sign, whole, rest = parts.groups()
    return f"{sign}{whole.replace(',', '')}{rest or ''}"


def _find(words: Mapping[str, str], name: str) -> str:
    return words.get(name) or words.get(simplify_name(name), "")


@functools.cache
def load_words(holds: Holds) -> Mapping[str, Mapping[str, list[str]]]:
    """Chinese names of the columns by field, and of the words of cells, the usual one first."""
    text = files("app.marketing.events.files").joinpath("words.toml").read_text("utf-8")
    words: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(text)[holds]
    return words


@functools.cache
def _load(holds: Holds) -> Mapping[str, Mapping[str, str]]:
    """The names of columns, and words of their cells, as keys."""
    return {field: _turn(words) for field, words in load_words(holds).items()}


def _turn(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {
        key: value
        for value, names in words.items()
        for name in [value, *names]
        for key in (name, simplify_name(name))
    }
