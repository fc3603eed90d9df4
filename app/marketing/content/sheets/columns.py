"""The columns of a product sheet, and the words of its cells: columns.toml. No I/O but the file."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from app.knowledge.imports.formats.tables.headers import simplify_name

Words = Mapping[str, Sequence[str]]


def list_product_names() -> tuple[str, ...]:
    """The names of the column that every product sheet has."""
    return tuple(_load()["columns"]["product"])


def find_field(column: str) -> str:
    """The field of a brief that a column is about; "" where its cells are facts."""
    return _find(_load()["columns"], column)


def read_choice(field: str, cell: str) -> str:
    """The value of a channel, an industry or a language, by its name or code.

    Raises ValueError with what could be written.
    """
    words = _load()[field]
    if simplify_name(cell) in words:
        return simplify_name(cell)
    if value := _find(words, cell):
        return value
    options = "、".join(names[0] for names in words.values())
    raise ValueError(f"{field} is {cell[:40]!r}: write one of {options} ({', '.join(words)})")


def _find(words: Words, name: str) -> str:
    plain = simplify_name(name)
    return next((value for value, names in words.items() if plain in map(simplify_name, names)), "")


@functools.cache
def _load() -> Mapping[str, Words]:
    text = files("app.marketing.content.sheets").joinpath("columns.toml").read_text("utf-8")
    return tomllib.loads(text)
