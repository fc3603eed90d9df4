"""REST for an account's documents: they come by import, and are read and erased here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.imports import Chunk, Document, Documents, Text
from app.deps import Door, door
from app.errors import UnknownDocument
from app.knowledge.document_repository import Documents as Kept

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(
    prefix="/api/v1/knowledge/documents", tags=["knowledge"], dependencies=[Security(_bearer)]
)
OpenDoor = Annotated[Door, Depends(door)]
Account = Annotated[str, Query(max_length=64)]
Id = Annotated[str, Path(max_length=32)]


@router.get("")
async def browse(
    at: OpenDoor,
    account: Account = "default",
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Documents:
    """Documents by id, `limit` of them from behind `after`; `next` is the next page's `after`."""
    accounts.get(at.accounts, account)
    kept = Kept(at.engine)
    found = await kept.page(account, after, limit + 1)
    page = [Document.model_validate(row, from_attributes=True) for row in found[:limit]]
    following = page[-1].id if len(found) > limit else None
    return Documents(documents=page, total=await kept.count(account), next=following)


@router.get("/{document}")
async def read(document: Id, at: OpenDoor, account: Account = "default") -> Text:
    """One document with its parts."""
    accounts.get(at.accounts, account)
    found = await Kept(at.engine).get(account, document)
    if found is None:
        raise _unknown(account, document)
    row, chunks = found
    parts = [Chunk.model_validate(chunk, from_attributes=True) for chunk in chunks]
    return Text.model_validate({**row._mapping, "parts": parts})


@router.delete("/{document}", status_code=204)
async def delete(document: Id, at: OpenDoor, account: Account = "default") -> None:
    """Erase a document with all of its parts; within two seconds no worker cites it."""
    accounts.get(at.accounts, account)
    if not await Kept(at.engine).delete(account, document):
        raise _unknown(account, document)


def _unknown(account: str, document: str) -> UnknownDocument:
    return UnknownDocument(f"account {account!r} has no document {document!r}")
