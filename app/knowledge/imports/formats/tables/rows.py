"""Turns the records of a table into rows of questions and answers, or into faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.kit.field_faults import describe_faults
from app.knowledge.imports.formats import cells, encodings
from app.knowledge.imports.formats.radicals import replace_radicals
from app.knowledge.imports.formats.tables.headers import NAMES, Fields, Record, match_column
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    ImportItems,
    Remark,
    Row,
    UnreadableCell,
    UnreadableFile,
)
from app.knowledge.values import ID, MOST_VARIANTS, QUESTION_LENGTH
from app.messages import marks
from app.messages.lengths import TEXT_BYTES
from app.messages.values import CARD, Answer, Text, as_plain_text

EXAMPLE = '{"question": "多久发货？", "variants": ["几天寄出"], "answer": "48 小时内。"}'

Records = Iterator[Record | Remark]


def build_rows(file: str, records: Records) -> ImportItems:
    """A row or fault for each record. Raises UnreadableFile beyond `MOST_ROWS`."""
    count = 0
    remarks = False
    for record in records:
        if isinstance(record, Remark):
            remarks = True
            yield replace(record, file=file)
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableFile(f"it has over {MOST_ROWS} rows", "split it into several imports")
        at, fields = record
        if isinstance(fields, Fault):
            yield replace(fields, file=file)
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
        return error.describe(file, at)


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
        what = f"the answer is no card ({describe_faults(error, value, most=1)})"
        raise UnreadableFile(what, "give its type and what that needs, or a text") from None


def _to_text(value: Any) -> str:
    """A value as text; whole floats without decimals: 1.0 becomes 1."""
    if isinstance(value, UnreadableCell):
        raise UnreadableFile(value.what, value.remedy, value.chinese)
    if isinstance(value, list | dict):
        raise UnreadableFile(f"{str(value)[:40]!r} is no text", f"make it {EXAMPLE}")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else replace_radicals(str(value))
