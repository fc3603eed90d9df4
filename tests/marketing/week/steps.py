"""The steps of the week over HTTP, as a CMS takes them."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import httpx

from app.simulator.platform import Platform
from tests.publishing.test_publishing_over_rest import POSTS, read, take_step
from tests.service import until

API = "/api/v1"
BY = {"author": "小林"}
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}


async def send(http: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What a POST answers; it must be taken."""
    response = await http.post(f"{API}/{path}", json=body)
    assert response.status_code < 300, f"{path}: {response.text}"
    return dict(response.json()) if response.content else {}


async def finish_job(http: httpx.AsyncClient, path: str, place: str, **body: Any) -> dict[str, Any]:
    """The job that a POST to `path` queues, once it is done; it is read at `place`.

    With `by` that person approves what the job does, and there is no author.
    """
    job = await send(http, path, **(body if "by" in body else BY | body))
    async with asyncio.timeout(60):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.1)
            job = (await http.get(f"{API}/{place}/{job['id']}")).json()
    assert job["state"] == "done", job["reason"]
    return job


async def record_past(
    http: httpx.AsyncClient, items: Sequence[Mapping[str, Any]], events: Sequence[Any]
) -> None:
    """Store items and events, 5,000 at once."""
    await send(http, "items", items=list(items))
    for start in range(0, len(events), 5_000):
        await send(http, "events", events=list(events[start : start + 5_000]))


async def approve_and_send(
    http: httpx.AsyncClient, platform: Platform, post: str
) -> dict[str, Any]:
    """A draft, once another person approved it and it is sent."""
    await take_step(http, post, "submit", version=1)
    await take_step(http, post, "approve", by="王敏", version=1)
    await take_step(http, post, "schedule")
    await until(partial(_is_sent, http, platform, post), within=60)
    return await read(http, post)


async def _is_sent(http: httpx.AsyncClient, platform: Platform, post: str) -> bool:
    await platform.push_due_events()
    return bool((await http.get(f"{POSTS}/{post}")).json()["state"] == "published")


async def tap_links(
    http: httpx.AsyncClient,
    phone: httpx.AsyncClient,
    origin: str,
    link: Mapping[str, str],
    openids: Sequence[str],
) -> None:
    """Followers tap the links that they were sent."""
    links = (await send(http, "links", **link, openids=list(openids)))["links"]
    for each in links:
        response = await phone.get(each["address"].removeprefix(origin), headers=PHONE)
        assert response.status_code == 302, response.text
