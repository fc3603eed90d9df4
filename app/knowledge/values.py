"""Questions with their answers, and what a search finds."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

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
        """All ways to ask it."""
        return (self.question, *self.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that may answer the query; `score` is how likely it does, 0 to 1."""

    id: str
    question: str
    answer: Answer
    score: float
    text: str = ""  # the way to ask that the query is nearest to
    kind: Literal["entry", "chunk"] = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An entry or a document's chunk that may answer a question."""

    id: str
    kind: Literal["entry", "chunk"]
    title: str  # the entry's question, or the chunk's headings
    text: str  # the entry's answer as plain text, or the whole chunk
    passage: str = ""  # of a chunk the sentences or the row that answer; of an entry its answer
    probability: float = 0.0  # that it answers
    rich: RichMessage | None = None  # the entry's answer, where it is no text

    @property
    def answer(self) -> str:
        """What is said: an entry's answer, or the passage of a chunk."""
        return self.text if self.kind == "entry" else speak_row(self.passage)

    @property
    def message(self) -> Answer:
        """The same as a message."""
        return self.rich or Text(content=self.answer)


def entry_evidence(entry: Entry, probability: float = 0.0) -> Evidence:
    """An entry as what may answer."""
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
    """An entry's id where none was given: the same for the same question.

    Sent twice, a question is changed, not doubled.
    """
    plain = "".join(unicodedata.normalize("NFKC", question).casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
