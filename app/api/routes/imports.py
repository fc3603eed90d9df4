"""REST for files on their way into the knowledge base."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer
from sqlalchemy.engine import Row

from app import accounts
from app.api import uploads
from app.api.schemas.imports import Filed, Import
from app.api.uploads import read_uploads
from app.deps import Door, door
from app.errors import UnknownImport
from app.knowledge.imports.repository import Imports, Upload
from app.observability import metrics

PATH = "/api/v1/knowledge/imports"

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix=PATH, tags=["knowledge"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
Account = Annotated[str, Query(max_length=64)]
Uploads = Annotated[list[Upload], Depends(read_uploads)]
Id = Annotated[str, Path(max_length=32)]


@router.post("", status_code=202, openapi_extra=uploads.BODY)
async def file(
    files: Uploads,
    at: OpenDoor,
    account: Account = "default",
    dry_run: bool = False,
    skip_faulty: bool = False,
) -> Filed:
    """Take in files: tables of questions and answers, documents, folders as .zip.

    All of them go in or none; with `skip_faulty` all but faulty rows, with `dry_run` none.
    """
    accounts.get(at.accounts, account)
    filed = await Imports(at.engine).file(account, files, dry_run=dry_run, skip_faulty=skip_faulty)
    return Filed(id=filed)


@router.get("/{id}")
async def read(id: Id, at: OpenDoor) -> Import:  # noqa: A002 - what it is called in the URL
    """How far it is, and once it is over what was found; kept for 30 days."""
    return _report(id, await Imports(at.engine).get(id))


@router.delete("/{id}")
async def cancel(id: Id, at: OpenDoor) -> Import:  # noqa: A002
    """Stop it, whatever it is at: nothing of it goes in. One that is over stays as it ended."""
    imports = Imports(at.engine)
    if await imports.cancel(id):
        metrics.IMPORTS.labels("cancelled").inc()
    return _report(id, await imports.get(id))


def _report(which: str, row: Row[Any] | None) -> Import:
    if row is None:
        raise UnknownImport(f"there is no import {which!r}; reports are kept for 30 days")
    return Import.model_validate({**row.report, **row._mapping})
