"""The columns of a product sheet, and the words of its cells: columns.toml. No I/O but the file."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from app.kit.field_faults import BilingualError
from app.knowledge.imports.formats.tables.headers import simplify_name

Words = Mapping[str, Sequence[str]]

_CHINESE_FIELDS = {"channel": "文案类型", "industry": "行业", "language": "语言"}
_ADVICE = {  # which of them to take, after their names
    "industry": "（药品、医疗器械、隐形眼镜和保健食品写健康，吃的喝的写食品，护肤彩妆写化妆品，"
    "都不是就写通用）"
}
_CHINESE_NUMBERS = "一二三四五六七八九十"


def list_product_names() -> tuple[str, ...]:
    """The names of the column that every product sheet has."""
    return tuple(_load()["columns"]["product"])


def find_field(column: str) -> str:
    """The field of a brief that a column is about; "" where its cells are facts."""
    return _find(_load()["columns"], column)


def is_internal(column: str) -> bool:
    """Whether a column is the shop's own business, such as 成本价 or 库存."""
    plain, words = simplify_name(column), _load()["internal"]
    return plain in words["names"] or any(part in plain for part in words["parts"])


def drop_number(column: str) -> str:
    """卖点 for 卖点1 and 卖点二; other names as they are: 套餐1 isn't 套餐2."""
    return _find_numbered(column) or column


def takes_several(column: str) -> bool:
    """Whether several columns may have this name, such as 卖点, with a value each."""
    return bool(_find_numbered(column))


def read_choice(field: str, cell: str) -> str:
    """The value of a channel, an industry or a language, by its name or code.

    Raises BilingualError with what could be written.
    """
    words = _load()[field]
    if simplify_name(cell) in words:
        return simplify_name(cell)
    if value := _find(words, cell):
        return value
    options = "、".join(names[0] for names in words.values())
    raise BilingualError(
        f"{field} is {cell[:40]!r}: write one of {options} ({', '.join(words)})",
        f"{_CHINESE_FIELDS[field]}写的是“{cell[:40]}”：请写{options}之一{_ADVICE.get(field, '')}",
    )


def _find_numbered(column: str) -> str:
    names, plain = _load()["numbered"]["names"], simplify_name(column).rstrip(_CHINESE_NUMBERS)
    return next((name for name in names if simplify_name(name) == plain), "")


def _find(words: Words, name: str) -> str:
    plain = simplify_name(name)
    return next((value for value, names in words.items() if plain in map(simplify_name, names)), "")


@functools.cache
def _load() -> Mapping[str, Words]:
    text = files("app.marketing.content.sheets").joinpath("columns.toml").read_text("utf-8")
    return tomllib.loads(text)
