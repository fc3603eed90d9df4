"""Makes a brief of a product sheet's row, or says what keeps it from being one. No I/O."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from app.kit.field_faults import BilingualError, Language, describe_faults
from app.knowledge.imports.formats.values import SheetRow
from app.marketing.content.brief import Brief
from app.marketing.content.brief_checks.checking import refuse_unusable
from app.marketing.content.sheets.columns import (
    drop_number,
    find_field,
    read_choice,
    takes_several,
)
from app.marketing.content.sheets.left_out import explain_left_out
from app.safety.advertising.rulebook import AdvertisingRulebook

MOST_SENTENCES = 3  # things that are wrong in one row
LONGEST_PLACE = 40  # characters of a file's and a column's name in a fact's source
_LANGUAGES: tuple[Language, Language] = ("en", "zh")
_CHOICES = ("channel", "industry", "language")
_LISTS = ("must", "must_not")
_APART = re.compile(r"[、，,;；|｜\n]+")
_REMARK = re.compile(r"^(.+?)\s*[（(\[【]([^（）()\[\]【】]{1,8})[)）\]】]\s*$")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NO_UNITS = frozenset({"必填", "选填", "可选", "可不填", "required", "optional"})
_PLACE = re.compile(r"(?:sheet (.+) )?row ([\d-]+)")


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that is no brief: where, of which product, and what is wrong.

    chinese: what is wrong for operators, "" where nobody wrote it.
    """

    at: str
    product: str
    what: str
    chinese: str = ""

    def describe(self) -> str:
        """The fault as a clause that names the row."""
        return f"{self.at} ({self.product or 'no product'}): {self.what}"

    def describe_in_chinese(self) -> str:
        """The same in Chinese."""
        product = f"（{self.product}）" if self.product else ""
        return f"{name_place(self.at)}{product}：{self.chinese or self.what}"


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A row and its brief."""

    at: str
    brief: Brief


def build_brief(
    row: SheetRow, defaults: Mapping[str, str], rulebook: AdvertisingRulebook
) -> BriefRow | FaultyRow:
    """The brief of a row; `defaults` are fields, such as channel, where it has no such cell."""
    cells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for column, text in row.cells:
        if not explain_left_out(column, text):
            cells[find_field(column)].append((column, text))
    product = _join(cells["product"])
    if not product:
        return FaultyRow(
            row.at, "", "there is no product: write its name, or leave the row out",
            "没有写商品：请写上名称，或删掉这一行",
        )  # fmt: skip
    try:
        content = {**defaults, **_read_fields(cells), "facts": _list_facts(row, cells[""])}
    except BilingualError as error:
        return FaultyRow(row.at, product, str(error), error.chinese)
    try:
        brief = Brief.model_validate(content)
        refuse_unusable(brief, rulebook)
    except ValidationError as error:
        english, chinese = (
            describe_faults(error, content, most=MOST_SENTENCES, language=each)
            for each in _LANGUAGES
        )
        return FaultyRow(row.at, product, english, chinese)
    except BilingualError as error:
        return FaultyRow(row.at, product, str(error), error.chinese)
    return BriefRow(row.at, brief)


def _read_fields(cells: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    texts = {field: _join(some) for field, some in cells.items() if field and some}
    fields: dict[str, Any] = dict(texts)
    fields |= {name: read_choice(name, texts[name]) for name in _CHOICES if name in texts}
    fields |= {name: _split(texts[name]) for name in _LISTS if name in texts}
    return fields


def _list_facts(row: SheetRow, cells: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """A fact for each column; several different cells of one column are one fact.

    Raises BilingualError for columns of one name with different cells, where no rows are joined.
    """
    if "-" not in row.at.rpartition(" ")[2]:
        _refuse_repeated_columns(cells)
    values: dict[str, list[str]] = {}
    for column, text in cells:
        name, value = _apply_unit(drop_number(column), text)
        values.setdefault(name, []).append(value)
    return [
        {"name": name, "value": "；".join(dict.fromkeys(some)), "source": _name_source(row, name)}
        for name, some in values.items()
    ]


def _refuse_repeated_columns(cells: Sequence[tuple[str, str]]) -> None:
    texts: dict[str, str] = {}
    for column, text in cells:
        other = texts.setdefault(column, text)
        if other != text and not takes_several(column):
            raise BilingualError(
                f"two columns are named {column}, with {other[:40]!r} and {text[:40]!r}: keep the"
                " right one, or give them different names",
                f"有两列都叫“{column}”，内容是“{other[:40]}”和“{text[:40]}”："
                "请留下对的那列，或改成不同的列名",
            )


def _apply_unit(column: str, text: str) -> tuple[str, str]:
    """价格（元） and 168 are the fact 价格: 168 元; other remarks stay in the name."""
    match = _REMARK.match(column)
    if match is None:
        return column, text
    name, remark = match.groups()
    if remark.casefold() in _NO_UNITS:
        return name, text
    return (name, f"{text} {remark}") if _NUMBER.fullmatch(text) else (column, text)


def _name_source(row: SheetRow, column: str) -> str:
    """春茶.xlsx 第 2 行 产地."""
    file = PurePosixPath(row.file).name
    return f"{file[-LONGEST_PLACE:]} {name_place(row.at)} {column[:20]}"


def name_place(at: str) -> str:
    """A place in a file in Chinese: 第 2 行, 春茶 第 2 行."""
    place = _PLACE.fullmatch(at)
    sheet, number = place.groups() if place else (None, at)
    of_sheet = f"{sheet[:20]} " if sheet else ""
    return f"{of_sheet}第 {number} 行"


def _join(cells: Sequence[tuple[str, str]]) -> str:
    return "；".join(dict.fromkeys(text for _, text in cells))


def _split(text: str) -> list[str]:
    return [word.strip() for word in _APART.split(text) if word.strip()]
