"""What the CMS is told of imports and documents."""

from typing import Literal

from pydantic import BaseModel


class ImportStartedResponse(BaseModel):
    """Ask for it by this id."""

    id: str


class ImportFaultResponse(BaseModel):
    """What is wrong at a place in a file, such as "row 3" or "page 2", and what to do."""

    file: str
    at: str
    what: str
    remedy: str


class ImportRemarkResponse(BaseModel):
    """What of a file was left out, such as a hidden row; it refuses nothing."""

    file: str
    at: str
    what: str


class PairEntryResponse(BaseModel):
    """An entry; `where` it stands in the files, "" when it was known before."""

    id: str
    question: str
    answer: str
    where: str


class EntryPairResponse(BaseModel):
    """Two entries; `score` is how likely one answers the other's question."""

    one: PairEntryResponse
    other: PairEntryResponse
    score: float


class EntryCountsResponse(BaseModel):
    """Entries: new ones, changed ones, and those that stand there as they are."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportResponse(BaseModel):
    """How an import stands.

    `done` of `total` texts are understood. Once it is over: what is in it, up to 500 of its
    `faulty` places and of `remarks`, doubles (the same answer to nearly the same question) and
    contradictions (another answer). `refused`: nothing of it went in, or would with a dry run.
    `cancelled`: by its sender, and nothing of it went in.
    """

    id: str
    account: str
    state: Literal["waiting", "reading", "embedding", "done", "refused", "cancelled"]
    dry_run: bool
    skip_faulty: bool
    done: int
    total: int
    entries: EntryCountsResponse = EntryCountsResponse()
    documents: int = 0
    chunks: int = 0
    faulty: int = 0
    faults: list[ImportFaultResponse] = []
    remarks: list[ImportRemarkResponse] = []
    alike: list[EntryPairResponse] = []
    contradictions: list[EntryPairResponse] = []


class DocumentResponse(BaseModel):
    """A file that answers are grounded on; `changed` is when, in seconds since 1970."""

    id: str
    title: str
    source: str
    chunks: int
    changed: float


class DocumentListResponse(BaseModel):
    """`next` is what to give as `after`; null on the last page."""

    documents: list[DocumentResponse]
    total: int
    next: str | None


class ChunkResponse(BaseModel):
    """A part of a document, as it is searched and cited."""

    id: str
    title: str
    text: str


class DocumentTextResponse(DocumentResponse):
    """A document with its parts, in order."""

    parts: list[ChunkResponse]
