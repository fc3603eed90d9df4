"""Finds the header of a table, and reads the rows below as questions, variants and answers."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.kit.text import fold
from app.knowledge.imports.formats import cells
from app.knowledge.imports.formats.values import (
    Fault,
    Remark,
    TableLine,
    UnreadableCell,
    UnreadableFile,
)

NAMES = {
    "id": ("id", "编号"),
    "question": (
        "question", "questions", "q", "问题", "标准问题", "标准问", "标准问法", "标准问句",
        "主问题", "主问", "问句", "提问", "用户问题", "用户提问", "用户问", "客户问题", "常见问题",
        "问题内容", "问题描述", "提问内容", "常见问法", "问法", "问",
    ),
    "variants": (
        "variants", "variant", "similarquestions", "similar", "相似问法", "相似问题", "相似问",
        "相似问句", "相似提问", "相似说法", "扩展问", "扩展问题", "扩展问法", "扩展问句",
        "其他问法", "其他问题", "其它问法", "同义问法", "同义问题", "同义问", "同义问句",
        "近似问法", "变体",
    ),
    "answer": (
        "answer", "answers", "a", "reply", "答案", "标准答案", "回答", "回复", "答复", "标准回答",
        "标准回复", "标准答复", "答案内容", "回答内容", "回复内容", "答复内容", "参考答案", "解答",
        "答",
    ),
}  # fmt: skip
COLUMNS = "name columns question (问题), variants (相似问法) and answer (答案) in one row"
SEARCHED = 20  # filled lines searched for the header; a title and remarks may be above it
LONGEST_NAME = 50  # characters of a column's name
LARGEST_CELL = 200_000  # characters: 50 variants of 2,000, and separators
# Traditional forms of the characters in the names above.
_SIMPLIFIED = str.maketrans("問題標準編號內擴變體義覆復戶復參", "问题标准编号内扩变体义复复户复参")
_REMARK = re.compile(r"[\s_]*(?:\([^()]*\)|\[[^\[\]]*\]|\d+)$|^\d+[.、)]")  # （必填）, 2, 1.
_SPACES = " \t\r\n*:"
_EDGES = f"{_SPACES}#;、.。·•\"'“”‘’[]【】「」『』《》<>〈〉()_-"

Fields = list[tuple[str, Any]]  # (name of the column, value)
Record = tuple[str, Fields | Fault]  # (place, its fields or fault)


class NoColumns(UnreadableFile):
    """No line of the table is a header."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row below the header; `merged` is where the question's merged cell begins, if any."""

    at: str
    fields: Fields
    merged: tuple[int, int] | None


@functools.lru_cache(1000)
def match_column(name: str) -> str:
    """The field of a column's name, such as variants for 【相似问法2】（选填）; "" for others."""
    plain = simplify_name(name)
    return next((ours for ours, names in NAMES.items() if plain in names), "")


def simplify_name(name: str) -> str:
    """A column's name for comparison: folded, without remarks, numbers, quotes and spaces."""
    plain, stripped = fold(name[:LONGEST_NAME]), ""
    while stripped != plain:
        stripped, plain = plain, _REMARK.sub("", plain.strip(_SPACES)).strip(_EDGES)
    return "".join(plain.split()).replace("_", "").translate(_SIMPLIFIED)


def is_header(row: Sequence[Any]) -> bool:
    """Whether a row names a column of questions and one of answers."""
    return {"question", "answer"} <= {match_column(cell) for cell in row if isinstance(cell, str)}


def read_records(lines: Iterator[TableLine]) -> Iterator[Record | Remark]:
    """Read the rows below the header, joining rows of one question. Raises NoColumns."""
    lines = (line for line in lines if any(is_filled(cell) for cell in line.cells))
    header, above = _find_header(lines)
    if above:
        yield remark_above(above[0])
    empty = True
    for _, group in itertools.groupby(_read_rows(lines, header), _group_key):
        empty = False
        yield from _join_rows(list(group))
    if empty:
        yield Remark("", header.at, "there are no rows below the names of the columns")


def remark_above(line: TableLine) -> Remark:
    """On the lines above the header, of which this is the first."""
    what = "what stands above the names of the columns was left out"
    return Remark("", line.at, what, "列名上方的内容没有读取")


def remark_title(line: TableLine) -> Remark:
    """On a line that is one merged cell."""
    what = "it is a title across the columns and was left out"
    return Remark("", line.at, what, "这一行是跨列的标题，没有读取")


def _find_header(lines: Iterator[TableLine]) -> tuple[TableLine, list[TableLine]]:
    """The header, and the lines above it. Raises NoColumns with the most likely header."""
    above: list[TableLine] = []
    for line in itertools.islice(lines, SEARCHED):
        if is_header(line.cells):
            return line, above
        above.append(line)
    # If no line names a column, the first with several cells is meant as the header.
    best = max(above, key=_score_header, default=None)
    if best is None:
        raise NoColumns("it has no rows", f"{COLUMNS}, and write a row for each question")
    missing = [name for name in ("question", "answer") if name not in _match_columns(best)]
    texts = [cell.strip()[:20] for cell in best.cells if isinstance(cell, str) and cell.strip()]
    what = f"there is no column {' or '.join(missing)}, only {', '.join(texts[:8])}"
    raise NoColumns(what, COLUMNS)


def _score_header(line: TableLine) -> tuple[int, bool]:
    """How much a line looks like a header; on ties, the first line is taken."""
    return len(_match_columns(line)), sum(map(is_filled, line.cells)) > 1


def _match_columns(line: TableLine) -> set[str]:
    return {match_column(cell) for cell in line.cells if isinstance(cell, str)} - {""}


def _read_rows(lines: Iterator[TableLine], header: TableLine) -> Iterator[_Row | Fault | Remark]:
    names = [cell if isinstance(cell, str) else "" for cell in header.cells]
    places = {match_column(name): n for n, name in reversed([*enumerate(names)])}
    question, answer = places["question"], places["answer"]
    for line in lines:
        merged = line.merged.get(question)
        if merged and merged == header.merged.get(question):
            continue  # the header has two rows
        if merged and merged == line.merged.get(answer):
            yield remark_title(line)
            continue
        fields = read_fields(line, names)
        yield fields if isinstance(fields, Fault) else _Row(line.at, fields, merged)


def read_fields(line: TableLine, names: Sequence[str]) -> Fields | Fault:
    """The cells of a line under the names of their columns."""
    if any(is_filled(cell) for cell in line.cells[len(names) :]):
        what = f"there are {len(line.cells)} cells, and {len(names)} names of columns"
        remedy = 'put a text with the separator in it in double quotes ("")'
        chinese = (
            f"有 {len(line.cells)} 格，而列名只有 {len(names)} 个："
            '内容里有分隔符的，请用英文双引号（""）括起来'
        )
        return Fault("", line.at, what, remedy, chinese)
    if any(isinstance(cell, str) and len(cell) > LARGEST_CELL for cell in line.cells):
        what, chinese = (
            f"a cell has over {LARGEST_CELL} characters",
            f"有一格超过 {LARGEST_CELL} 字：请缩短",
        )
        return Fault("", line.at, what, "shorten it", chinese)
    pairs = zip(names, line.cells, strict=False)
    return [(name, cells.unguard_formula(c) if isinstance(c, str) else c) for name, c in pairs]


def _group_key(row: _Row | Fault | Remark) -> object:
    return (isinstance(row, _Row) and row.merged) or row.at


def _join_rows(rows: Sequence[_Row | Fault | Remark]) -> Iterator[Record | Remark]:
    """Join rows with one question into a record: all variants, and each answer once, on a line."""
    shared = [row for row in rows if isinstance(row, _Row)]
    if len(shared) > 1:
        fields = [
            pair for row in shared for pair in row.fields if match_column(pair[0]) != "answer"
        ]
        yield shared[0].at, [*fields, *_join_answers(shared)]
        return
    for row in rows:
        if isinstance(row, Remark):
            yield row
        else:
            yield row.at, row if isinstance(row, Fault) else row.fields


def _join_answers(rows: Sequence[_Row]) -> Fields:
    firsts = [
        next(
            (
                cell
                for name, cell in row.fields
                if match_column(name) == "answer" and is_filled(cell)
            ),
            "",
        )
        for row in rows
    ]
    if unreadable := [cell for cell in firsts if isinstance(cell, UnreadableCell)]:
        return [("answer", unreadable[0])]
    return [("answer", "\n".join(dict.fromkeys(filter(None, firsts))))]


def is_filled(cell: Any) -> bool:
    """Whether a cell shows something."""
    return isinstance(cell, UnreadableCell) or bool(cell and cell.strip())
