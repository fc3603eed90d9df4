"""Value types of documents and their chunks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.messages import lengths

SPLIT_VERSION = 1  # version of `Chunk.texts`: increase with each change of it
SEARCHED_BYTES = 480  # per searched text: at most 182 tokens (all digits); the encoder reads 192
TITLE_BYTES = 120  # of them, at most


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, under its headings."""

    id: str
    title: str  # "售后政策 > 退货"
    text: str

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts to embed: title and text, split into parts that the encoder can read."""
        title = lengths.clip(self.title, TITLE_BYTES)
        rest, parts = self.text, []
        room = SEARCHED_BYTES - lengths.size(title) - 1
        while rest:
            # Parts of about equal size, so that the last is no short rest.
            halves = -(-lengths.size(rest) // room)
            share = min(room, lengths.size(rest) * 6 // (halves * 5) + 4)
            part, rest = lengths.cut(rest, share)
            parts.append(f"{title}\n{part}")
        return tuple(parts)

    @property
    def full_text(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, in the order of its chunks."""

    id: str
    title: str
    source: str  # the file, as it was named
    chunks: tuple[Chunk, ...]


def build_document(title: str, source: str, parts: Sequence[tuple[str, str]]) -> Document:
    """Build a document from `parts` (title, text). Its id depends on `source` only; an unchanged
    part keeps its chunk id, so that citations stay valid.
    """
    id = make_document_id(source)  # noqa: A001 - the noun
    chunks: dict[str, Chunk] = {}
    for heading, text in parts:
        chunk, again = f"{id}-{_hash_parts(heading, text)}", 0
        while chunk in chunks:
            again += 1
            chunk = f"{id}-{_hash_parts(heading, text, str(again))}"
        chunks[chunk] = Chunk(chunk, heading, text)
    return Document(id, title, source, tuple(chunks.values()))


def make_document_id(source: str) -> str:
    """A document's id (12 hex digits), made from its source."""
    return _hash_parts(source)


def _hash_parts(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
