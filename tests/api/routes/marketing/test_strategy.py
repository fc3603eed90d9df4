"""The strategy over HTTP: a night proposes from the day's results, and a person decides."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.service import Service, client

STRATEGY = "/api/v1/strategy"
DAY = 86_400


def make_events(active: int, dormant: int) -> list[dict[str, Any]]:
    now = time.time()
    return [
        {"id": f"e{number}", "openid": f"o{number}", "kind": "view", "item": "tea",
         "time": now - (1 if number < active else 60) * DAY}
        for number in range(active + dormant)
    ]  # fmt: skip


async def finish_job(http: httpx.AsyncClient, path: str, place: str) -> dict[str, Any]:
    job = (await http.post(path, json={"author": "小林"})).json()
    async with asyncio.timeout(40):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.1)
            job = (await http.get(f"{place}/{job['id']}")).json()
    return dict(job)


async def test_a_night_proposes_and_a_person_decides(huiyin: Service) -> None:
    item = {"id": "tea", "kind": "product", "title": "明前龙井", "tags": ["龙井"]}
    async with client(huiyin) as http:
        await http.post("/api/v1/items", json={"items": [item]})
        await http.post("/api/v1/events", json={"events": make_events(150, 150)})
        await finish_job(http, "/api/v1/audience/jobs/profiles", "/api/v1/audience/jobs/profiles")
        night = await finish_job(http, f"{STRATEGY}/nights", f"{STRATEGY}/nights")
        again = await finish_job(http, f"{STRATEGY}/nights", f"{STRATEGY}/nights")
        proposals = (await http.get(f"{STRATEGY}/proposals", params={"state": "open"})).json()
        by_kind = {each["kind"]: each for each in proposals["proposals"]}
        accept = f"{STRATEGY}/proposals/{by_kind['win_back']['id']}/accept"
        accepted = (await http.post(accept, json={"author": "主管", "reason": "试试"})).json()
        twice = await http.post(accept, json={"author": "主管"})
        decline = f"{STRATEGY}/proposals/{by_kind['write_topic']['id']}/decline"
        declined = (await http.post(decline, json={"author": "主管"})).json()
        experiment = await http.get(f"/api/v1/experiments/{accepted['experiment']}")

    assert night["report"]["score"]["outcomes"] == 0
    assert set(by_kind) == {"win_back", "write_topic"}
    assert by_kind["win_back"]["reason"].startswith("50% 的粉丝 30 天以上没有任何行为")
    assert by_kind["write_topic"]["title"] == "写一篇关于“龙井”的内容"
    assert again["report"]["proposals"] == []
    assert (accepted["state"], accepted["decided_by"]) == ("accepted", "主管")
    assert experiment.json()["state"] == "draft"
    assert (twice.status_code, twice.json()["code"]) == (409, "proposal_decided")
    assert declined["state"] == "declined"


async def test_the_strategy_is_kept_in_revisions(api_only: Service) -> None:
    async with client(api_only) as http:
        default = (await http.get(STRATEGY)).json()
        body = {"revision": 0, "strategy": {"objective": "conversion", "sends_a_month": 2}}
        stored = (await http.put(STRATEGY, json=body)).json()
        stale = await http.put(STRATEGY, json=body)

    assert (default["revision"], default["strategy"]["objective"]) == (0, "click")
    assert (stored["revision"], stored["strategy"]["sends_a_month"]) == (1, 2)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", f"proposals/{'0' * 32}/accept", {"author": "林"}, 404),
        ("POST", f"proposals/{'0' * 32}/accept", {"author": ""}, 422),
        ("PUT", "", {"revision": 0, "strategy": {"objective": "fame"}}, 422),
        ("PUT", "", {"revision": 0, "strategy": {"channels": []}}, 422),
        ("POST", "nights", {"author": "林", "account": "nobody"}, 404),
    ],
)
async def test_bad_requests_are_refused(
    api_only: Service, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    async with client(api_only) as http:
        response = await http.request(method, f"{STRATEGY}/{path}".rstrip("/"), json=body)

    assert response.status_code == status
