"""Answers to the import of a file of events or items."""

from pydantic import BaseModel

from app.api.schemas.marketing.events import RowFaultResponse
from app.marketing.jobs.values import JobState, MarketingJob


class ImportTableResponse(BaseModel):
    """Rows that were stored, rows that were stored before, how many are faulty, and the first
    500 of these.
    """

    stored: int
    repeated: int
    faulty: int
    faults: list[RowFaultResponse]


class TableJobResponse(BaseModel):
    """A job that stores a large file. `result` is of the rows so far, `reason` of a failure."""

    id: str
    author: str
    file: str
    state: JobState
    progress: float
    result: ImportTableResponse | None
    reason: str
    created: float
    finished: float | None


def describe_table_job(job: MarketingJob) -> TableJobResponse:
    """The response of a job."""
    return TableJobResponse(
        id=job.id, author=job.author, file=job.request["file"], state=job.state,
        progress=job.progress, reason=job.reason, created=job.created, finished=job.finished,
        result=ImportTableResponse.model_validate(job.result) if job.result else None,
    )  # fmt: skip
