"""Rows as they were read made examples: cleaned, complete, and each there once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from models.data import kinds
from models.data.files import BadData, Row, Table
from models.data.kinds import Kind
from models.data.normalise import Plain, has_letters, plain


@dataclass(frozen=True)
class Example:
    """A row that can be learnt from, and where it was read."""

    file: str
    line: int
    values: dict[str, str]
    label: str = ""


@dataclass(frozen=True)
class Conflict:
    """The same texts under several labels; `kept` is the commonest, "" when there is none."""

    values: dict[str, str]
    labels: dict[str, int]
    kept: str


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """The examples that are left, and what was done to get there."""

    examples: list[Example]
    rows: int
    dropped: dict[str, int]  # why -> rows
    masked: dict[str, int]  # kind of number or address -> how many
    simplified: int  # texts that had traditional characters
    cut: int  # texts that were too long
    conflicts: list[Conflict]

    @property
    def labelled(self) -> bool:
        """All or none are."""
        return bool(self.examples[0].label)


@dataclass(frozen=True)
class _Reading:
    example: Example
    texts: list[Plain]
    fault: str  # why it can't be used; "" when it can


def clean(tables: Sequence[Table], kind: Kind, mask: bool = True, simplify: bool = True) -> Cleaned:
    """All steps over all tables. Raises BadData for a count that is none, or if nothing is left."""
    rows = [(table, row) for table in tables for row in table.rows]
    bar = tqdm(rows, desc="clean", unit=" rows", disable=None, leave=False)
    read = [_read(table, row, kind, mask, simplify) for table, row in bar]
    fit = [reading for reading in read if not reading.fault]
    complete = _labelled([reading.example for reading in fit])
    examples, conflicts = deduplicate(complete)
    tied = sum(sum(conflict.labels.values()) for conflict in conflicts if not conflict.kept)
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


def deduplicate(examples: Sequence[Example]) -> tuple[list[Example], list[Conflict]]:
    """Each row once. One that has several labels gets the commonest; a tie removes it."""
    same: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in examples:
        same[tuple(example.values.values())].append(example)
    kept, conflicts = [], []
    for rows in same.values():
        labels = Counter(row.label for row in rows)
        winner = _majority(labels)
        kept += [row for row in rows if row.label == winner][:1]
        if len(labels) > 1:
            conflicts.append(Conflict(rows[0].values, dict(labels), winner or ""))
    return kept, conflicts


def _read(table: Table, row: Row, kind: Kind, mask: bool, simplify: bool) -> _Reading:
    done = {name: plain(row.values[name], mask, simplify) for name in kind.texts}
    for name in kind.counts:
        _check_count(table, row, name)
    values = {c.name: row.values[c.name].strip() for c in kind.columns if c.name != kind.label}
    cleaned = {name: text.text for name, text in done.items()}
    example = Example(str(table.path), row.line, values | cleaned, _label(table, row, kind))
    return _Reading(example, list(done.values()), _fault(table, row, kind, done.values()))


def _check_count(table: Table, row: Row, name: str) -> None:
    found = row.values[name].strip()
    if not (found.isascii() and found.isdigit()):
        raise BadData(
            f"{table.path}, line {row.line}: {name} must be a whole number, not {found!r}"
        )


def _label(table: Table, row: Row, kind: Kind) -> str:
    unsure = kinds.is_record(table) and row.values["source"] in kinds.NO_ANSWER
    return "" if unsure or not kind.label else row.values[kind.label].strip()


def _fault(table: Table, row: Row, kind: Kind, texts: Iterable[Plain]) -> str:
    source = row.values["source"] if kinds.is_record(table) else ""
    if source in kinds.NO_TEXT:
        return "not a text"
    if source in kinds.NO_ANSWER and "answer" in kind.texts:
        return "not answered"
    return "" if all(has_letters(text.text) for text in texts) else "without letters"


def _labelled(examples: list[Example]) -> list[Example]:
    """Those with a label; all, when none has one."""
    return [example for example in examples if example.label] or examples


def _majority(labels: Counter[str]) -> str | None:
    """None for a tie at the top."""
    (first, most), *others = labels.most_common(2)
    return None if others and others[0][1] == most else first
