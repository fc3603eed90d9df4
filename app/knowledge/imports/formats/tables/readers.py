"""Reads questions and answers from CSV, TSV, Excel, JSON Lines and JSON."""

import csv
import io
import itertools
import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.knowledge.imports.formats import cells, encodings
from app.knowledge.imports.formats.excel import workbooks
from app.knowledge.imports.formats.radicals import replace_radicals
from app.knowledge.imports.formats.tables.headers import (
    COLUMNS,
    LARGEST_CELL,
    NAMES,
    SEARCHED,
    Fields,
    NoColumns,
    Record,
    is_header,
    match_column,
    read_records,
)
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    ImportItems,
    Remark,
    Row,
    TableLine,
    UnreadableCell,
    UnreadableFile,
)
from app.knowledge.values import ID, MOST_VARIANTS, QUESTION_LENGTH
from app.messages import marks
from app.messages.lengths import TEXT_BYTES
from app.messages.values import CARD, Answer, Text, as_plain_text

DELIMITERS = ",\t;|，；"
SEPARATOR = re.compile(r'"?sep=(.)"?\r?(?:\n|$)', re.IGNORECASE)  # Excel's own first line
EXAMPLE = '{"question": "多久发货？", "variants": ["几天寄出"], "answer": "48 小时内。"}'

Records = Iterator[Record | Remark]


def read_csv(file: str, data: bytes) -> ImportItems:
    """The rows below the header."""
    text = encodings.decode(data)
    first = 1
    if separator := SEPARATOR.match(text):
        text, delimiter, first = text[separator.end() :], separator[1], 2
    else:
        delimiter = _find_delimiter(file, text)
    return _read_rows(file, read_records(_csv_lines(text, delimiter, first)))


def read_excel(file: str, data: bytes) -> ImportItems:
    """The rows of every sheet, each below a header."""
    return _read_rows(file, _read_sheets(data))


def read_jsonl(file: str, data: bytes) -> ImportItems:
    """A row for each line, which is a JSON object."""
    return _read_rows(file, _json_lines(file, encodings.decode(data) if data.strip() else ""))


def read_json(file: str, data: bytes) -> ImportItems:
    """A row for each object of a JSON array, or of JSON Lines."""
    text = encodings.decode(data)
    if not text.lstrip().startswith("["):
        return _read_rows(file, _json_lines(file, text))
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"it isn't JSON ({error})", f"make it [{EXAMPLE}, ...]") from None
    return _read_rows(
        file, ((f"item {n}", _check_fields(file, n, one)) for n, one in enumerate(items, 1))
    )


def _read_rows(file: str, records: Records) -> ImportItems:
    count = 0
    remarks = False
    for record in records:
        if isinstance(record, Remark):
            remarks = True
            yield Remark(file, record.at, record.what)
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableFile(f"it has over {MOST_ROWS} rows", "split it into several imports")
        at, fields = record
        if isinstance(fields, Fault):
            yield Fault(file, fields.at, fields.what, fields.remedy)
        else:
            yield _build_row(file, at, fields)
    if not count and not remarks:  # such as an export of an account without entries
        yield Remark(file, "", "it has no rows")


def _build_row(file: str, at: str, fields: Fields) -> Row | Fault:
    values: dict[str, list[Any]] = {name: [] for name in NAMES}
    for name, value in fields:
        if ours := match_column(name):
            values[ours].append(value)
    try:
        return _check_row(
            Row(
                file=file,
                at=at,
                id=_first_text(values["id"]).strip(),
                question=_first_text(values["question"]).strip(),
                variants=tuple(
                    each for value in values["variants"] for each in _split_texts(value)
                ),
                answer=_read_answer(values["answer"]),
            )
        )
    except UnreadableFile as error:
        return Fault(file, at, error.what, error.remedy)


def _check_row(row: Row) -> Row:
    texts = (row.question, *row.variants)
    longest = max(map(len, texts))
    answer = as_plain_text(row.answer)
    size = len(answer.encode(errors="replace"))
    checks = (
        (not row.question, "there is no question", "write one, or leave the row out"),
        (not answer.strip(), "there is no answer", "write one, or leave the row out"),
        (longest > QUESTION_LENGTH, f"a question has {longest} characters",
         f"shorten it to {QUESTION_LENGTH}"),
        (len(row.variants) > MOST_VARIANTS, f"there are {len(row.variants)} variants",
         f"keep the best {MOST_VARIANTS}"),
        (size > TEXT_BYTES, f"the answer has {size} bytes",
         f"shorten it to {TEXT_BYTES}: WeChat takes no more in a message"),
        (bool(row.id) and not ID.fullmatch(row.id), f"the id {row.id[:40]!r} can't be one",
         "make it up to 32 letters, digits, - and _, or leave it out"),
        (bool(odd := encodings.describe_unwritable("".join(texts))), odd, "take it out"),
    )  # fmt: skip
    for wrong, what, remedy in checks:
        if wrong:
            raise UnreadableFile(what, remedy)
    return row


def _first_text(values: Sequence[Any]) -> str:
    """The first text that isn't blank."""
    texts = [_to_text(value) for value in values]
    return next((text for text in texts if text.strip()), "")


def _split_texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(text for text in (_to_text(each).strip() for each in value) if text)
    return tuple(part.strip() for part in cells.split_variants(_to_text(value)) if part.strip())


def _read_answer(values: Sequence[Any]) -> Answer:
    """The first answer that isn't blank: text, or a rich message as an object or in a cell."""
    answers = [_rich(each) if isinstance(each, dict) else _plain(each) for each in values]
    return next((each for each in answers if as_plain_text(each).strip()), Text(content=""))


def _plain(value: Any) -> Answer:
    text = _to_text(value)
    if odd := encodings.describe_unwritable(text):
        raise UnreadableFile(odd, "take it out")
    return marks.read(text)


def _rich(value: Mapping[str, Any]) -> Answer:
    try:
        return CARD.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        what = f"the answer is no card ({'.'.join(map(str, first['loc']))}: {first['msg']})"
        raise UnreadableFile(what, "give its type and what that needs, or a text") from None


def _to_text(value: Any) -> str:
    """A value as text; whole floats without decimals: 1.0 becomes 1."""
    if isinstance(value, UnreadableCell):
        raise UnreadableFile(value.what, value.remedy)
    if isinstance(value, list | dict):
        raise UnreadableFile(f"{str(value)[:40]!r} is no text", f"make it {EXAMPLE}")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else replace_radicals(str(value))


def _find_delimiter(file: str, text: str) -> str:
    """The delimiter that yields a header, else the most frequent one in the first line."""
    if file.lower().endswith(".tsv"):
        return "\t"
    first = text.lstrip().partition("\n")[0]
    likely = sorted(DELIMITERS, key=first.count, reverse=True)
    return next((each for each in likely if _has_header(text, each)), likely[0])


def _has_header(text: str, delimiter: str) -> bool:
    try:
        rows = itertools.islice(_csv_reader(text, delimiter), SEARCHED)
        return any(is_header(row) for row in rows)
    except csv.Error:
        return False


def _csv_reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_CELL * 2)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _csv_lines(text: str, delimiter: str, first: int) -> Iterator[TableLine]:
    number = first - 1
    try:
        for number, row in enumerate(_csv_reader(text, delimiter), first):
            yield TableLine(f"row {number}", row)
    except csv.Error as error:
        remedy = 'put a text with " in it in quotes, each " in it twice'
        raise UnreadableFile(f"row {number + 1} can't be read ({error})", remedy) from None


def _read_sheets(data: bytes) -> Records:
    """Rows of all sheets. A sheet without header is a fault if no other sheet has one."""
    lacking: list[Fault] = []
    read = False
    for sheet in workbooks.read_sheets(data):
        try:
            read |= yield from _read_sheet(sheet)
        except NoColumns as error:
            lacking.append(Fault("", sheet.where, error.what, error.remedy))
    for fault in lacking:
        if read:
            yield Remark("", fault.at, f"{fault.what}; it was left out")
        else:
            yield fault.at, fault
    if not read and not lacking:
        raise UnreadableFile("it has no rows", f"{COLUMNS}, and write a row for each question")


def _read_sheet(sheet: workbooks.Sheet) -> Generator[Record | Remark, None, bool]:
    """Yield a sheet's records; returns whether it has a header or a fault. Raises NoColumns."""
    if sheet.fault:
        yield sheet.where, sheet.fault
        return True
    if sheet.hidden:
        yield Remark("", sheet.where, "it is hidden and was left out")
        return False
    yield from (Remark("", sheet.where, what) for what in sheet.describe_hidden())
    if not sheet.rows:
        return False
    yield from read_records(sheet.lines())
    return True


def _json_lines(file: str, text: str) -> Records:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                item = json.loads(line)
            except (ValueError, RecursionError) as error:
                fault = Fault(file, f"row {number}", f"it isn't JSON ({error})", _suggest_example())
                yield f"row {number}", fault
                continue
            yield f"row {number}", _check_fields(file, number, item)


def _check_fields(file: str, number: int, item: Any) -> Fields | Fault:
    if not isinstance(item, Mapping):
        return Fault(file, f"row {number}", "it is no JSON object", _suggest_example())
    return [*item.items()]


def _suggest_example() -> str:
    return f"make it {EXAMPLE}"
