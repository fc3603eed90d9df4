"""Questions and answers out of CSV, TSV, Excel, JSON Lines and JSON."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.kit.lengths import TEXT_BYTES
from app.knowledge import cards
from app.knowledge.files import cells, encodings
from app.knowledge.files.archives import within_bounds
from app.knowledge.files.values import MOST_ROWS, Fault, Reading, Row, Unusable
from app.knowledge.values import ID, MOST_VARIANTS, QUESTION_LENGTH

NAMES = {
    "id": ("id", "编号"),
    "question": ("question", "questions", "q", "问题", "标准问题", "标准问", "标准问法", "主问题"),
    "variants": (
        "variants", "variant", "similar", "similar questions", "相似问法", "相似问题", "相似问",
        "扩展问", "扩展问题", "扩展问法", "其他问法", "同义问法", "变体",
    ),
    "answer": ("answer", "answers", "a", "reply", "答案", "标准答案", "回答", "回复", "答复"),
}  # fmt: skip
DELIMITERS = ",\t;|，；"
EXAMPLE = '{"question": "多久发货？", "variants": ["几天寄出"], "answer": "48 小时内。"}'
COLUMNS = "name columns question (问题), variants (相似问法) and answer (答案) in the first row"
LARGEST_CELL = 200_000  # characters: 50 variants of 2,000, and their marks

Fields = Sequence[tuple[str, Any]]  # name of the column, value
Records = Iterator[tuple[str, Fields | Fault]]  # where it stands, and what stands there


def read_csv(file: str, data: bytes) -> Reading:
    """Rows below a first line of names; the separator is whichever that line has most of."""
    text = encodings.decode(data)
    return _rows(file, _headed(_csv_lines(text, _delimiter(file, text))))


def read_excel(file: str, data: bytes) -> Reading:
    """Rows of every sheet, each below a first row of names."""
    return _rows(file, _sheets(data))


def read_jsonl(file: str, data: bytes) -> Reading:
    """An object a line."""
    return _rows(file, _json_lines(file, encodings.decode(data)))


def read_json(file: str, data: bytes) -> Reading:
    """An array of objects, or an object a line."""
    text = encodings.decode(data)
    if not text.lstrip().startswith("["):
        return _rows(file, _json_lines(file, text))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it isn't JSON ({error})", f"make it [{EXAMPLE}, ...]") from None
    return _rows(file, ((f"item {n}", _fields(file, n, one)) for n, one in enumerate(found, 1)))


def _rows(file: str, records: Records) -> Reading:
    found = 0
    for at, fields in records:
        found += 1
        if found > MOST_ROWS:
            raise Unusable(f"it has over {MOST_ROWS} rows", "split it into several imports")
        if isinstance(fields, Fault):
            yield Fault(file, fields.at, fields.what, fields.remedy)
        else:
            yield _row(file, at, fields)
    if not found:
        raise Unusable("it has no rows", f"{COLUMNS}, and write a row for each question")


def _row(file: str, at: str, fields: Fields) -> Row | Fault:
    values: dict[str, list[Any]] = {name: [] for name in NAMES}
    for name, value in fields:
        if ours := _column(name):
            values[ours].append(value)
    try:
        return _checked(Row(
            file, at, _one(values["id"]).strip(), _one(values["question"]).strip(),
            tuple(each for value in values["variants"] for each in _many(value)),
            _one([_answer(value) for value in values["answer"]]),
        ))  # fmt: skip
    except Unusable as error:
        return Fault(file, at, error.what, error.remedy)


def _checked(row: Row) -> Row:
    texts = (row.question, *row.variants)
    longest = max(map(len, texts))
    size = len(row.answer.encode(errors="replace"))
    checks = (
        (not row.question, "there is no question", "write one, or leave the row out"),
        (not row.answer.strip(), "there is no answer", "write one, or leave the row out"),
        (longest > QUESTION_LENGTH, f"a question has {longest} characters",
         f"shorten it to {QUESTION_LENGTH}"),
        (len(row.variants) > MOST_VARIANTS, f"there are {len(row.variants)} variants",
         f"keep the best {MOST_VARIANTS}"),
        (size > TEXT_BYTES and cards.read(row.answer) is None, f"the answer has {size} bytes",
         f"shorten it to {TEXT_BYTES}: WeChat takes no more in a message"),
        (bool(row.id) and not ID.fullmatch(row.id), f"the id {row.id[:40]!r} can't be one",
         "make it up to 32 letters, digits, - and _, or leave it out"),
        (bool(odd := encodings.unwritable("".join(texts) + row.answer)), odd, "take it out"),
    )  # fmt: skip
    for wrong, what, remedy in checks:
        if wrong:
            raise Unusable(what, remedy)
    return row


def _column(name: str) -> str:
    """Our name for a column: "variants" for 相似问法2, "" for one that means nothing here."""
    plain = re.sub(r"[\s_]*[(（]?\d*[)）]?$", "", name.strip().lower())
    return next((ours for ours, known in NAMES.items() if plain in known), "")


def _one(values: Sequence[Any]) -> str:
    """The first that isn't blank."""
    texts = [_text(value) for value in values]
    return next((text for text in texts if text.strip()), "")


def _many(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(text for text in (_text(each).strip() for each in value) if text)
    return tuple(part.strip() for part in cells.split(_text(value)) if part.strip())


def _answer(value: Any) -> Any:
    """A card, which JSON may hold as an object, as its mark."""
    if not isinstance(value, dict):
        return value
    try:
        return cards.write(cards.CARD.validate_python(value))
    except ValidationError as error:
        first = error.errors()[0]
        what = f"the answer is no card ({'.'.join(map(str, first['loc']))}: {first['msg']})"
        raise Unusable(what, "give its type and what that needs, or a text") from None


def _text(value: Any) -> str:
    """Excel keeps counts as floats: 1.0 is 1."""
    if isinstance(value, list | dict):
        raise Unusable(f"{str(value)[:40]!r} is no text", f"make it {EXAMPLE}")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _headed(lines: Iterator[tuple[str, Sequence[Any]]]) -> Records:
    """Cells below a line of names; a name may stand over several columns."""
    header: list[str] | None = None
    for at, line in lines:
        if not any(cell is not None and str(cell).strip() for cell in line):
            continue
        if header is None:
            header = _header(line)
        else:
            yield at, _cells(at, header, line)


def _header(line: Sequence[Any]) -> list[str]:
    names = ["" if cell is None else str(cell) for cell in line]
    ours = {_column(name) for name in names}
    missing = [name for name in ("question", "answer") if name not in ours]
    if missing:
        seen = ", ".join(name.strip()[:20] for name in names[:8] if name.strip())
        raise Unusable(f"there is no column {' or '.join(missing)}, only {seen}", COLUMNS)
    return names


def _cells(at: str, header: Sequence[str], line: Sequence[Any]) -> Fields | Fault:
    beyond = [cell for cell in line[len(header) :] if cell is not None and str(cell).strip()]
    if beyond:
        what = f"there are {len(line)} cells, and {len(header)} names in the first row"
        return Fault("", at, what, 'put a text with the separator in it in double quotes ("")')
    if any(isinstance(cell, str) and len(cell) > LARGEST_CELL for cell in line):
        return Fault("", at, f"a cell has over {LARGEST_CELL} characters", "shorten it")
    return [
        (name, cells.unguarded(cell) if isinstance(cell, str) else cell)
        for name, cell in zip(header, line, strict=False)
    ]


def _delimiter(file: str, text: str) -> str:
    if file.lower().endswith(".tsv"):
        return "\t"
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[str, Sequence[str]]]:
    csv.field_size_limit(LARGEST_CELL * 2)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, line in enumerate(reader, 1):
            yield f"row {number}", line
    except csv.Error as error:
        remedy = 'put a text with " in it in quotes, each " in it twice'
        raise Unusable(f"row {number + 1} can't be read ({error})", remedy) from None


def _sheets(data: bytes) -> Records:
    from openpyxl import load_workbook  # 0.3 s that only workbooks cost

    within_bounds(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - openpyxl lets through whatever went wrong
        raise Unusable(f"it is no workbook ({error!r:.80})", "save it as .xlsx anew") from None
    several = len(book.worksheets) > 1
    for sheet in book.worksheets:
        where = f"sheet {sheet.title}" if several else ""
        try:
            yield from _headed(_sheet(sheet, where))
        except Unusable as error:  # the others may be good
            yield where, Fault("", where, error.what, error.remedy)


def _sheet(sheet: Any, where: str) -> Iterator[tuple[str, Sequence[Any]]]:
    try:
        rows: Iterable[Sequence[Any]] = sheet.iter_rows(values_only=True)
        for number, row in enumerate(rows, 1):
            yield f"{where} row {number}".lstrip(), [_unnamed(cell) for cell in row]
    except Unusable:
        raise
    except Exception as error:  # noqa: BLE001 - broken XML surfaces at the row it stands in
        raise Unusable(f"it is broken ({error!r:.80})", "save it as .xlsx anew") from None


def _unnamed(cell: Any) -> Any:
    return cells.unnamed(cell) if isinstance(cell, str) else cell


def _json_lines(file: str, text: str) -> Records:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                fault = Fault(file, f"row {number}", f"it isn't JSON ({error})", _like())
                yield f"row {number}", fault
                continue
            yield f"row {number}", _fields(file, number, found)


def _fields(file: str, number: int, found: Any) -> Fields | Fault:
    if not isinstance(found, Mapping):
        return Fault(file, f"row {number}", "it is no JSON object", _like())
    return [*found.items()]


def _like() -> str:
    return f"make it {EXAMPLE}"
