"""What is read out of files: rows, texts in chunks, and what was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from app.messages.values import Answer, as_plain_text

MOST_ROWS = 20_000  # and chunks, each; of one import
MOST_FILES = 1_000  # in a folder
MOST_CHARACTERS = 20_000_000  # of all rows, chunks and faults of one import: 40 MB in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question and its answer, as they stand at `at` of a file."""

    file: str
    at: str  # "row 3"; "" is the file as a whole
    id: str  # "" where the file gives none
    question: str
    variants: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Part:
    """Some text of a file: a chunk of a document."""

    file: str
    at: str
    document: str  # its title
    title: str  # and the headings above the text
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where something is wrong, what, and what to do about it."""

    file: str
    at: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What of a file was left out or read otherwise than it may seem; it refuses nothing."""

    file: str
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, or of one page; paragraphs stand on lines of their own."""

    at: str
    headings: tuple[str, ...]
    text: str


ImportItem = Row | Part | Fault | Remark
ImportItems = Iterator[ImportItem]
Sections = Iterator[Section | Fault | Remark]


def count_characters(item: ImportItem) -> int:
    """Of all its texts, its file's name among them."""
    if isinstance(item, Row):
        own = (item.file, item.at, item.id, item.question, as_plain_text(item.answer))
        return sum(map(len, (*own, *item.variants)))
    return sum(map(len, astuple(item)))


@dataclass(frozen=True, slots=True)
class UnreadableCell:
    """A cell that shows no text: what is wrong with it, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """Cells side by side. Columns whose cell is part of a merged one name where that begins."""

    at: str
    cells: Sequence[Any]
    merged: Mapping[int, tuple[int, int]] = field(default_factory=dict)


class UnreadableFile(Exception):
    """A whole file can't be read: what is wrong with it, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
