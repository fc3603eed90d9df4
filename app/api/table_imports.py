"""Sends a file of events or items to a worker, which stores its rows."""

import base64
from collections.abc import Sequence
from typing import Literal

from app.api.schemas.marketing.events import ImportTableResponse
from app.api.worker_client import call_worker
from app.deps import AppState
from app.errors import BadFiles
from app.jobs import ImportTable
from app.knowledge.imports.repository import Upload


async def import_table(
    state: AppState, account: str, holds: Literal["events", "items"], files: Sequence[Upload]
) -> ImportTableResponse:
    """The worker's report. Raises BadFiles unless there is one file, and what the worker raises."""
    if len(files) != 1:
        raise BadFiles(f"there are {len(files)} files: send one table at a time")
    content = base64.b64encode(files[0].content).decode()
    request = ImportTable(
        waiter="", account=account, holds=holds, file=files[0].name, content=content
    )
    report = await call_worker(state, lambda waiter: request.model_copy(update={"waiter": waiter}))
    return ImportTableResponse.model_validate(report)
