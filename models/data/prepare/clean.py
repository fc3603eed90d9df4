"""Turns rows into examples: cleaned, complete and deduplicated."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from models.data import kinds
from models.data.files import BadData, DataRow, DataTable
from models.data.kinds import RowKind
from models.data.normalise import CleanText, clean_text, has_letters


@dataclass(frozen=True)
class CleanedExample:
    """A cleaned row, with its file and line."""

    file: str
    line: int
    values: dict[str, str]
    label: str = ""


@dataclass(frozen=True)
class LabelConflict:
    """Equal texts with several labels: label -> rows; `commonest_label` is "" for a tie."""

    values: dict[str, str]
    labels: dict[str, int]
    commonest_label: str


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """The examples, and counts of what was dropped and changed."""

    examples: list[CleanedExample]
    rows: int
    dropped: dict[str, int]  # why -> rows
    masked: dict[str, int]  # kind of number or address -> how many
    simplified: int  # texts that had traditional characters
    cut: int  # texts that were too long
    conflicts: list[LabelConflict]

    @property
    def labelled(self) -> bool:
        """Whether the examples have labels: all have one, or none has."""
        return bool(self.examples[0].label)


@dataclass(frozen=True)
class _CleanedRow:
    example: CleanedExample
    texts: list[CleanText]
    fault: str  # why it can't be used; "" when it can


def clean_tables(
    tables: Sequence[DataTable], kind: RowKind, mask: bool = True, simplify: bool = True
) -> Cleaned:
    """Clean and deduplicate all tables. Raises BadData for an invalid count or an empty result."""
    rows = [(table, row) for table in tables for row in table.rows]
    bar = tqdm(rows, desc="clean", unit=" rows", disable=None, leave=False)
    read = [_clean_row(table, row, kind, mask, simplify) for table, row in bar]
    fit = [reading for reading in read if not reading.fault]
    complete = _keep_labelled([reading.example for reading in fit])
    examples, conflicts = deduplicate_examples(complete)
    tied = sum(
        sum(conflict.labels.values()) for conflict in conflicts if not conflict.commonest_label
    )
    dropped = Counter(reading.fault for reading in read if reading.fault)
    dropped["without label"] = len(fit) - len(complete)
    dropped["duplicate"] = len(complete) - len(examples) - tied
    dropped["tied labels"] = tied
    if not examples:
        why = ", ".join(f"{reason}: {count}" for reason, count in (+dropped).items())
        raise BadData(f"nothing is left of {len(rows)} rows ({why}); add texts of letters")
    texts = [text for reading in fit for text in reading.texts]
    return Cleaned(
        examples=examples,
        rows=len(rows),
        dropped=dict(+dropped),
        masked=dict(sum((text.masked for text in texts), Counter())),
        simplified=sum(text.simplified for text in texts),
        cut=sum(text.cut for text in texts),
        conflicts=conflicts,
    )


def deduplicate_examples(
    examples: Sequence[CleanedExample],
) -> tuple[list[CleanedExample], list[LabelConflict]]:
    """Each row once; of several labels the most frequent one, and none of a tie's rows."""
    same: dict[tuple[str, ...], list[CleanedExample]] = defaultdict(list)
    for example in examples:
        same[tuple(example.values.values())].append(example)
    unique_examples, conflicts = [], []
    for rows in same.values():
        labels = Counter(row.label for row in rows)
        winner = _majority_label(labels)
        unique_examples += [row for row in rows if row.label == winner][:1]
        if len(labels) > 1:
            conflicts.append(LabelConflict(rows[0].values, dict(labels), winner or ""))
    return unique_examples, conflicts


def _clean_row(
    table: DataTable, row: DataRow, kind: RowKind, mask: bool, simplify: bool
) -> _CleanedRow:
    clean_texts = {name: clean_text(row.values[name], mask, simplify) for name in kind.texts}
    for name in kind.counts:
        _check_count(table, row, name)
    values = {c.name: row.values[c.name].strip() for c in kind.columns if c.name != kind.label}
    cleaned = {name: text.text for name, text in clean_texts.items()}
    example = CleanedExample(
        str(table.path), row.line, values | cleaned, _extract_label(table, row, kind)
    )
    return _CleanedRow(
        example, list(clean_texts.values()), _find_fault(table, row, kind, clean_texts.values())
    )


def _check_count(table: DataTable, row: DataRow, name: str) -> None:
    count_text = row.values[name].strip()
    if not (count_text.isascii() and count_text.isdigit()):
        raise BadData(
            f"{table.path}, line {row.line}: {name} must be a whole number, not {count_text!r}"
        )


def _extract_label(table: DataTable, row: DataRow, kind: RowKind) -> str:
    unsure = kinds.is_record(table) and row.values["source"] in kinds.NO_ANSWER
    return "" if unsure or not kind.label else row.values[kind.label].strip()


def _find_fault(table: DataTable, row: DataRow, kind: RowKind, texts: Iterable[CleanText]) -> str:
    source = row.values["source"] if kinds.is_record(table) else ""
    if source in kinds.NO_TEXT:
        return "not a text"
    if source in kinds.NO_ANSWER and "answer" in kind.texts:
        return "not answered"
    return "" if all(has_letters(text.text) for text in texts) else "without letters"


def _keep_labelled(examples: list[CleanedExample]) -> list[CleanedExample]:
    """The examples with a label; all if none has one."""
    return [example for example in examples if example.label] or examples


def _majority_label(labels: Counter[str]) -> str | None:
    """The most frequent label; None for a tie."""
    (first, most), *others = labels.most_common(2)
    return None if others and others[0][1] == most else first
