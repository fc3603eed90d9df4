"""What is read out of files: rows, texts in chunks, and what was wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_ROWS = 20_000  # and chunks, each; of one import
MOST_FILES = 1_000  # in a folder


@dataclass(frozen=True, slots=True)
class Row:
    """A question and its answer, as they stand at `at` of a file."""

    file: str
    at: str  # "row 3"; "" is the file as a whole
    id: str  # "" where the file gives none
    question: str
    variants: tuple[str, ...]
    answer: str


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


Found = Row | Part | Fault | Remark
Reading = Iterator[Found]
Sections = Iterator[Section | Fault | Remark]


class Unusable(Exception):
    """A whole file can't be read: what is wrong with it, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
