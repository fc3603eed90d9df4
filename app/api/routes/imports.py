"""REST for imports of files into the knowledge base: start, follow, cancel."""

from typing import Annotated, Any

from fastapi import Depends, Path
from sqlalchemy.engine import Row

from app.api import uploads
from app.api.paths import IMPORTS
from app.api.schemas.imports import ImportResponse, ImportStartedResponse
from app.api.uploads import read_uploads
from app.deps import ServedAccount, State, api_router
from app.errors import UnknownImport
from app.knowledge.imports.repository import ImportStore, Upload
from app.observability import metrics

router = api_router(IMPORTS, "knowledge", "knowledge")
Uploads = Annotated[list[Upload], Depends(read_uploads)]
Id = Annotated[str, Path(max_length=32)]


@router.post("", status_code=202, openapi_extra=uploads.BODY)
async def start_import(
    state: State,
    account: ServedAccount,
    files: Uploads,
    dry_run: bool = False,
    skip_faulty: bool = False,
) -> ImportStartedResponse:
    """Import files: tables of questions and answers, documents, folders as .zip.

    All or nothing is stored; with `skip_faulty` all but faulty rows, with `dry_run` nothing.
    """
    import_id = await ImportStore(state.engine).file(
        account.name, files, dry_run=dry_run, skip_faulty=skip_faulty
    )
    return ImportStartedResponse(id=import_id)


@router.get("/{id}")
async def read_import(id: Id, state: State) -> ImportResponse:  # noqa: A002 - what it is called in the URL
    """Read an import's progress and, once it is over, its report; kept for 30 days."""
    return _import_response(id, await ImportStore(state.engine).get(id))


@router.delete("/{id}")
async def cancel_import(id: Id, state: State) -> ImportResponse:  # noqa: A002
    """Cancel a running import: nothing is stored. A finished one is unchanged."""
    imports = ImportStore(state.engine)
    if await imports.cancel(id):
        metrics.IMPORTS.labels("cancelled").inc()
    return _import_response(id, await imports.get(id))


def _import_response(which: str, row: Row[Any] | None) -> ImportResponse:
    if row is None:
        raise UnknownImport(f"there is no import {which!r}; reports are kept for 30 days")
    return ImportResponse.model_validate({**row.report, **row._mapping})
