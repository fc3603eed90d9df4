"""REST for an account's documents: list, read and erase; they are added by imports."""

from typing import Annotated

from fastapi import Path, Query

from app.api.schemas.documents import (
    ChunkResponse,
    DocumentListResponse,
    DocumentResponse,
    DocumentTextResponse,
)
from app.deps import ServedAccount, State, api_router
from app.errors import UnknownDocument
from app.knowledge.documents.document_repository import DocumentStore

router = api_router("/api/v1/knowledge/documents", "knowledge", "knowledge")
Id = Annotated[str, Path(max_length=32)]


@router.get("")
async def list_documents(
    state: State,
    account: ServedAccount,
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> DocumentListResponse:
    """List `limit` documents by id, after the id `after`; `next` is the next page's `after`."""
    repository = DocumentStore(state.engine)
    rows = await repository.page(account.name, after, limit + 1)
    page = [DocumentResponse.model_validate(row, from_attributes=True) for row in rows[:limit]]
    following = page[-1].id if len(rows) > limit else None
    return DocumentListResponse(
        documents=page, total=await repository.count(account.name), next=following
    )


@router.get("/{document}")
async def read_document(document: Id, state: State, account: ServedAccount) -> DocumentTextResponse:
    """Read a document with its chunks."""
    stored_document = await DocumentStore(state.engine).get(account.name, document)
    if stored_document is None:
        raise _unknown_document(account.name, document)
    row, chunks = stored_document
    parts = [ChunkResponse.model_validate(chunk, from_attributes=True) for chunk in chunks]
    return DocumentTextResponse.model_validate({**row._mapping, "parts": parts})


@router.delete("/{document}", status_code=204)
async def delete_document(document: Id, state: State, account: ServedAccount) -> None:
    """Erase a document with its chunks; within two seconds no worker cites it."""
    if not await DocumentStore(state.engine).delete(account.name, document):
        raise _unknown_document(account.name, document)


def _unknown_document(account: str, document: str) -> UnknownDocument:
    return UnknownDocument(f"account {account!r} has no document {document!r}")
