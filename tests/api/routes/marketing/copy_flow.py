"""Steps from a brief to a draft over HTTP, for tests."""

import asyncio
from typing import Any

import httpx

from app.api.schemas.marketing.briefs import EXAMPLE

GENERATE = "/api/v1/content/generate"
JOBS = "/api/v1/content/jobs"
DRAFTS = "/api/v1/drafts"


async def create_brief(http: httpx.AsyncClient, **changes: Any) -> str:
    """Store the example of the schema with other fields; its id."""
    request = EXAMPLE | {"brief": EXAMPLE["brief"] | changes}
    response = await http.post("/api/v1/briefs", json=request)
    return str(response.json()["id"])


async def wait_until_finished(http: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    """The job once it is done or has failed."""
    async with asyncio.timeout(30):
        while True:
            job: dict[str, Any] = (await http.get(f"{JOBS}/{job_id}")).json()
            if job["state"] in {"done", "failed"}:
                return job
            await asyncio.sleep(0.05)


async def write_copy(http: httpx.AsyncClient, brief: str, count: int = 1) -> dict[str, Any]:
    """The finished job that wrote variants of a brief."""
    request = {"author": "小林", "brief": brief, "count": count}
    response = await http.post(GENERATE, json=request)
    return await wait_until_finished(http, response.json()["id"])


async def create_draft(http: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """A draft of the first variant of a brief's text."""
    job = await write_copy(http, await create_brief(http, **changes))
    request = {"author": "小林", "job": job["id"], "variant": 1}
    draft: dict[str, Any] = (await http.post(DRAFTS, json=request)).json()
    return draft
