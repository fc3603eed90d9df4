"""Has a worker store the rows of a file of events or items: within the request, or as a job."""

import base64
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from app.api.schemas.marketing.table_imports import (
    ImportTableResponse,
    TableJobResponse,
    describe_table_job,
    describe_table_report,
)
from app.api.uploads import OpenUpload, open_upload
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State
from app.jobs import ImportTable
from app.marketing.events.batches import OnError
from app.marketing.events.files.orders import KINDS, Holds, TableOrder
from app.marketing.jobs.queue import MarketingJobs

RESPONSES: dict[int | str, dict[str, Any]] = {
    202: {"model": TableJobResponse, "description": "A large file: a job stores it"}
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUpload:
    """A file of an account, and what becomes of the others where a row is faulty."""

    state: AppState
    account: str
    upload: OpenUpload
    on_error: OnError
    author: str

    async def store(
        self, holds: Holds, response: Response
    ) -> ImportTableResponse | TableJobResponse:
        """The worker's report; for a file that takes longer than a request its job, with 202.

        Raises what the worker raises, and Overloaded.
        """
        if self.upload.size <= self.state.limits.import_bytes:
            report = await self._store_now(holds)
            if report is not None:
                return describe_table_report(report, self.state.language)
        order = TableOrder(file=self.upload.name, on_error=self.on_error)
        job = await MarketingJobs(self.state.engine).add(
            self.account, KINDS[holds], self.author, asdict(order), self.upload.read_parts()
        )
        response.status_code = 202
        return describe_table_job(job, self.state.language)

    async def _store_now(self, holds: Holds) -> Any:
        """The report as JSON values; None where the file takes longer than a request."""
        content = b"".join([part async for part in self.upload.read_parts()])
        request = ImportTable(
            waiter="", account=self.account, holds=holds, file=self.upload.name,
            content=base64.b64encode(content).decode(), on_error=self.on_error,
        )  # fmt: skip
        return await call_worker(
            self.state, lambda waiter: request.model_copy(update={"waiter": waiter})
        )


async def open_table(
    state: State,
    account: ServedAccount,
    upload: Annotated[OpenUpload, Depends(open_upload)],
    on_error: OnError = "keep_rest",
    author: Annotated[str, Query(min_length=1, max_length=64)] = "rest",
) -> TableUpload:
    """The uploaded file with the parameters of the query; `author` is of a large file's job."""
    return TableUpload(
        state=state, account=account.name, upload=upload, on_error=on_error, author=author
    )


Table = Annotated[TableUpload, Depends(open_table)]


async def read_import_job(
    state: AppState, account: str, holds: Holds, job_id: str
) -> TableJobResponse:
    """A job that stores a large file. Raises UnknownJob."""
    job = await MarketingJobs(state.engine).get(account, KINDS[holds], job_id)
    return describe_table_job(job, state.language)
