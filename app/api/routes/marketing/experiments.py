"""REST for experiments: the counts of variants are analysed, and become training rows."""

import csv
import io
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import JSONResponse

from app.api.schemas.marketing.experiments import (
    AnalyzeExperimentRequest,
    AnalyzeExperimentResponse,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import AnalyzeExperiment, ReadTrainingRows
from app.knowledge.imports.formats.cells import guard_formula

COLUMNS = ("text", "impressions", "clicks", "test_id", "channel", "source", "language")

router = api_router("/api/v1/experiments", "experiments", "experiments")


@router.post("/analyze")
async def analyze_experiment(
    request: AnalyzeExperimentRequest, state: State
) -> AnalyzeExperimentResponse:
    """Analyse counts by one of four methods. Nothing is stored."""
    question = request.model_dump(mode="json")
    answer = await call_worker(
        state, lambda waiter: AnalyzeExperiment(waiter=waiter, question=question)
    )
    return AnalyzeExperimentResponse.model_validate(answer)


@router.get("/training-rows", response_class=Response)
async def read_training_rows(
    state: State,
    account: ServedAccount,
    format: Literal["csv", "json"] = "csv",  # noqa: A002 - what it is called in the URL
) -> Response:
    """Download ended tests of titles and copy as the table that `models train ctr --own` takes.

    As JSON with `left_out`: the ended experiments that teach nothing, each with its reason.
    """
    answer: dict[str, Any] = await call_worker(
        state, lambda waiter: ReadTrainingRows(waiter=waiter, account=account.name)
    )
    if format == "json":
        return JSONResponse(answer)
    headers = {"Content-Disposition": f'attachment; filename="{account.name}-clicks.csv"'}
    return Response(_write_csv(answer["rows"]), media_type="text/csv", headers=headers)


def _write_csv(rows: list[dict[str, Any]]) -> bytes:
    """CSV in UTF-8 with a mark, without which Excel reads another encoding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([guard_formula(str(row[name])) for name in COLUMNS] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
