"""REST for files on their way into the knowledge base."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Path, Query, Security, UploadFile
from fastapi.security import HTTPBearer

from app import accounts
from app.cms.import_values import Filed, Import
from app.db.imports import Imports, Upload
from app.deps import Door, door
from app.errors import BadFiles, UnknownImport

PATH = "/api/v1/knowledge/imports"
LONGEST_NAME = 200  # characters

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix=PATH, tags=["knowledge"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
Account = Annotated[str, Query(max_length=64)]
Files = Annotated[list[UploadFile], File(description="CSV, Excel, JSONL, Markdown, HTML, ...")]


@router.post("", status_code=202)
async def file(
    files: Files,
    at: OpenDoor,
    account: Account = "default",
    dry_run: bool = False,
    skip_faulty: bool = False,
) -> Filed:
    """Take in files: tables of questions and answers, documents, folders as .zip.

    All of them go in or none; with `skip_faulty` all but faulty rows, with `dry_run` none.
    """
    accounts.get(at.accounts, account)
    uploads = [Upload(_name(each.filename), await each.read()) for each in files]
    _check(uploads)
    imports = Imports(at.engine)
    id = await imports.file(account, uploads, dry_run=dry_run, skip_faulty=skip_faulty)  # noqa: A001
    return Filed(id=id)


@router.get("/{id}")
async def read(id: Annotated[str, Path(max_length=32)], at: OpenDoor) -> Import:  # noqa: A002
    """How far it is, and once it is over what was found; kept for 30 days."""
    found = await Imports(at.engine).get(id)
    if found is None:
        raise UnknownImport(f"there is no import {id!r}; reports are kept for 30 days")
    return Import.model_validate({**found.report, **found._mapping})


def _name(given: str | None) -> str:
    """As a path in a folder."""
    return (given or "").replace("\\", "/").removeprefix("./").lstrip("/")


def _check(uploads: Sequence[Upload]) -> None:
    names = [upload.name for upload in uploads]
    if bad := [name for name in names if not name.isprintable() or len(name) > LONGEST_NAME]:
        raise BadFiles(f"the file name {bad[0][:40]!r} is too long or can't be printed: rename it")
    if not all(names):
        raise BadFiles("a file has no name: send each with one, its ending says what it is")
