"""REST for product sheets: a CSV or Excel file becomes a brief for each product."""

import base64
from typing import Annotated

from fastapi import Depends, Query, Response

from app.api import uploads
from app.api.schemas.marketing.brief_imports import ImportBriefsResponse, describe_brief_import
from app.api.uploads import read_uploads
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.errors import BadFiles
from app.jobs import ImportBriefs
from app.knowledge.imports.repository import Upload
from app.marketing.content.brief import Channel, Language
from app.safety.advertising.values import Industry

router = api_router("/api/v1/briefs", "content", "content")


async def read_defaults(
    channel: Channel | None = None,
    industry: Industry | None = None,
    language: Language | None = None,
) -> dict[str, str]:
    """Fields of briefs whose rows have no such cell."""
    fields = {"channel": channel, "industry": industry, "language": language}
    return {name: value for name, value in fields.items() if value is not None}


@router.post("/import", status_code=201, openapi_extra=uploads.BODY)
async def import_product_sheet(  # noqa: PLR0913 - each is a part of the query
    state: State,
    account: ServedAccount,
    author: Annotated[str, Query(min_length=1, max_length=64)],
    files: Annotated[list[Upload], Depends(read_uploads)],
    defaults: Annotated[dict[str, str], Depends(read_defaults)],
    response: Response,
    dry_run: bool = False,
    skip_faulty: bool = False,
) -> ImportBriefsResponse:
    """Store a brief for each row of one CSV or Excel file of up to 2,000 products.

    All or none are stored; with `skip_faulty` all but faulty rows. With `dry_run` nothing is, and
    the answer (200) lists what would be. 422 names the rows that are no briefs.
    """
    if len(files) != 1:
        raise BadFiles(
            f"there are {len(files)} files: send one product sheet at a time",
            chinese=f"上传了 {len(files)} 个文件：请一次上传一个商品表格",
        )
    request = ImportBriefs(
        waiter="",
        account=account.name,
        author=author,
        file=files[0].name,
        content=base64.b64encode(files[0].content).decode(),
        defaults=defaults,
        dry_run=dry_run,
        skip_faulty=skip_faulty,
    )
    report = await call_worker(state, lambda waiter: request.model_copy(update={"waiter": waiter}))
    if dry_run:
        response.status_code = 200
    return describe_brief_import(report, state.language)
