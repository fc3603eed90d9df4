"""Responses of the endpoints for documents."""

from pydantic import BaseModel


class DocumentResponse(BaseModel):
    """A document; `changed` is in seconds since 1970."""

    id: str
    title: str
    source: str
    chunks: int
    changed: float


class DocumentListResponse(BaseModel):
    """A page of documents; `next` is the next page's `after`, null on the last page."""

    documents: list[DocumentResponse]
    total: int
    next: str | None


class ChunkResponse(BaseModel):
    """A chunk of a document, as searched and cited."""

    id: str
    title: str
    text: str


class DocumentTextResponse(DocumentResponse):
    """A document with its chunks, in order."""

    parts: list[ChunkResponse]
