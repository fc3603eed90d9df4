"""Answers to the import of a file of events or items."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.api.schemas.marketing.events import RowFaultResponse, describe_row_fault
from app.kit.field_faults import Language
from app.marketing.events.batches import RowFault
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


def describe_table_report(report: Mapping[str, Any], language: Language) -> ImportTableResponse:
    """The response of a worker's report, told in a language."""
    faults = [describe_row_fault(RowFault(**each), language) for each in report["faults"]]
    return ImportTableResponse.model_validate({**report, "faults": faults})


def describe_table_job(job: MarketingJob, language: Language) -> TableJobResponse:
    """The response of a job."""
    return TableJobResponse(
        id=job.id, author=job.author, file=job.request["file"], state=job.state,
        progress=job.progress, reason=job.reason, created=job.created, finished=job.finished,
        result=describe_table_report(job.result, language) if job.result else None,
    )  # fmt: skip
