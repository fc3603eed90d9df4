"""Value types of the readers: rows, parts, sections, faults and remarks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from app.messages.values import Answer, as_plain_text

MOST_ROWS = 20_000  # of one import, and as many chunks
MOST_FILES = 1_000  # in a zip archive
MOST_CHARACTERS = 20_000_000  # of all rows, chunks and faults of one import: 40 MB in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question and its answer, read at the place `at` of a file."""

    file: str
    at: str  # such as "row 3"; "" for the whole file
    id: str  # "" if the file gives none
    question: str
    variants: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file's text, which becomes a chunk of a document."""

    file: str
    at: str
    document: str  # the document's title
    title: str  # the headings above the text, with the document's title
    text: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table whose columns its reader doesn't know, as texts.

    Rows that share a merged key cell are one row: `at` is "row 2-3", and a column occurs once for
    each of its different texts.
    """

    file: str
    at: str
    cells: tuple[tuple[str, str], ...]  # (name of the column, text) of the filled cells


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: where, what, and what to do about it.

    chinese: what and remedy in one sentence for operators, "" where nobody wrote it.
    """

    file: str
    at: str
    what: str
    remedy: str
    chinese: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something left out of a file or read in an unexpected way; doesn't refuse the import.

    chinese: the same for operators, "" where nobody wrote it.
    """

    file: str
    at: str
    what: str
    chinese: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, or of one page; one paragraph per line."""

    at: str
    headings: tuple[str, ...]
    text: str


ImportItem = Row | Part | Fault | Remark
ImportItems = Iterator[ImportItem]
SheetItem = SheetRow | Fault | Remark
Sections = Iterator[Section | Fault | Remark]


def count_characters(item: ImportItem | SheetRow) -> int:
    """The characters of all texts of an item, including the file's name."""
    if isinstance(item, SheetRow):
        return sum(len(name) + len(text) for name, text in item.cells) + len(item.file)
    if isinstance(item, Row):
        own = (item.file, item.at, item.id, item.question, as_plain_text(item.answer))
        return sum(map(len, (*own, *item.variants)))
    return sum(map(len, astuple(item)))


@dataclass(frozen=True, slots=True)
class UnreadableCell:
    """A cell without readable text: what is wrong, and what to do; `chinese` says both."""

    what: str
    remedy: str
    chinese: str = ""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of cells. Columns inside a merged cell give the place where that cell begins."""

    at: str
    cells: Sequence[Any]
    merged: Mapping[int, tuple[int, int]] = field(default_factory=dict)


class UnreadableFile(Exception):
    """A whole file can't be read; has what is wrong and what to do. `chinese` says both."""

    def __init__(self, what: str, remedy: str, chinese: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.chinese = chinese

    def describe(self, file: str, at: str = "") -> Fault:
        """The fault of a file, or of a place in it."""
        return Fault(file, at, self.what, self.remedy, self.chinese)
