"""Value types of the knowledge base: entries, hits, evidence and search results."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from app.kit.text import fold
from app.knowledge.table_rows import speak_row
from app.messages.values import Answer, RichMessage, Text, as_plain_text

QUESTION_LENGTH = 2000  # characters
MOST_VARIANTS = 50
ID = re.compile(r"[\w-]{1,32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A standard question, other ways to ask it, and the answer."""

    id: str
    question: str
    variants: tuple[str, ...]
    answer: Answer

    @property
    def texts(self) -> tuple[str, ...]:
        """The question and its variants."""
        return (self.question, *self.variants)

    @property
    def full_text(self) -> str:
        """Questions and answer."""
        return "\n".join((*self.texts, as_plain_text(self.answer)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry or chunk that may answer the query; `score` is the probability, 0 to 1."""

    id: str
    question: str
    answer: Answer
    score: float
    text: str = ""  # the question or variant nearest to the query
    kind: Literal["entry", "chunk"] = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An entry or a document's chunk that may answer a question."""

    id: str
    kind: Literal["entry", "chunk"]
    title: str  # the entry's question, or the chunk's headings
    text: str  # the entry's answer as plain text, or the whole chunk
    passage: str = ""  # chunk: the sentences or table row that answer; entry: its answer
    probability: float = 0.0  # that it answers the question
    rich: RichMessage | None = None  # the entry's answer, if it is a rich message

    @property
    def answer(self) -> str:
        """The text to send: an entry's answer, or a chunk's passage (a table row as a sentence)."""
        return self.text if self.kind == "entry" else speak_row(self.passage)

    @property
    def message(self) -> Answer:
        """The answer as a message: the rich one, if the entry has one."""
        return self.rich or Text(content=self.answer)


def entry_evidence(entry: Entry, probability: float = 0.0) -> Evidence:
    """An entry as evidence, with the given probability."""
    rich = None if isinstance(entry.answer, Text) else entry.answer
    text = as_plain_text(entry.answer)
    return Evidence(
        id=entry.id,
        kind="entry",
        title=entry.question,
        text=text,
        passage="",
        probability=probability,
        rich=rich,
    )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best entries, likeliest first; `answerable` when the first is likely enough."""

    answerable: bool
    hits: tuple[Hit, ...]


def make_entry_id(question: str) -> str:
    """An entry's id made from its question (16 hex digits), for entries without an id.

    Case, width and spaces don't count: a question sent twice replaces the entry.
    """
    plain = "".join(fold(question).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
