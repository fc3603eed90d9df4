"""Responses of the endpoints for imports."""

from typing import Literal

from pydantic import BaseModel


class ImportStartedResponse(BaseModel):
    """The id of a started import."""

    id: str


class ImportFaultResponse(BaseModel):
    """A fault at a place in a file, such as "row 3" or "page 2", and its remedy."""

    file: str
    at: str
    what: str
    remedy: str


class ImportRemarkResponse(BaseModel):
    """A part of a file that was left out, such as a hidden row; no reason to refuse the file."""

    file: str
    at: str
    what: str


class PairEntryResponse(BaseModel):
    """An entry of a pair; `where` is its place in the files, "" for an existing entry."""

    id: str
    question: str
    answer: str
    where: str


class EntryPairResponse(BaseModel):
    """Two similar entries; `score` is P(one answers the other's question), 0 to 1."""

    one: PairEntryResponse
    other: PairEntryResponse
    score: float


class EntryCountsResponse(BaseModel):
    """Numbers of new, changed and unchanged entries."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportResponse(BaseModel):
    """The state of an import.

    `done` of `total` texts are embedded. Once it is over: its contents, up to 500 `faulty` places
    and `remarks`, duplicates (the same answer to nearly the same question) and contradictions
    (another answer). `refused`: nothing was stored, or would be after a dry run. `cancelled`: by
    its sender, and nothing was stored.
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
