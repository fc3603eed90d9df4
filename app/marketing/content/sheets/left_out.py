"""Which cells of a product sheet are no facts, and the remarks on them. No I/O."""

import re
from collections.abc import Iterator, Sequence

from app.knowledge.imports.formats.values import Remark, SheetRow
from app.marketing.content.brief_checks.fact_names import is_placeholder
from app.marketing.content.sheets.columns import find_field, is_internal

_IMAGE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|bmp|svg|heic)(?:\?\S*)?", re.IGNORECASE)
_INTERNAL = "is internal and was left out: to write about it, give the column another name"
_PICTURE = "has addresses of pictures, which were left out"
_PLACEHOLDER = (
    "has cells that state nothing (-, 暂无), which were left out: to say that there is none, write"
    " a sentence (不含香精)"
)
_CHINESE = {
    _INTERNAL: "是内部信息，没有读取：要写进文案，请换个列名",
    _PICTURE: "里是图片地址，没有读取",
    _PLACEHOLDER: "有的格子等于没写（-、暂无），没有读取：要说明没有，请写成一句话（如“不含香精”）",
}


def explain_left_out(column: str, text: str) -> str:
    """Why a cell is no fact, as what a remark says of its column; "" for a fact or a field."""
    field = find_field(column)
    if field != "product" and is_placeholder(text):
        return _PLACEHOLDER
    if field:
        return ""
    if is_internal(column):
        return _INTERNAL
    return _PICTURE if _IMAGE.fullmatch(text) else ""


def list_left_out(rows: Sequence[SheetRow]) -> Iterator[Remark]:
    """A remark for each column and reason, at the first row that it concerns."""
    places: dict[tuple[str, str, str], str] = {}
    for row in rows:
        for column, text in row.cells:
            if reason := explain_left_out(column, text):
                places.setdefault((row.file, column, reason), row.at)
    for (file, column, reason), at in places.items():
        yield Remark(
            file, at, f"the column {column} {reason}", f"“{column}”这一列{_CHINESE[reason]}"
        )
