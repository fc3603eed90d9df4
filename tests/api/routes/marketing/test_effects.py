"""Effect reports over HTTP, from items and events, with a worker behind it."""

import asyncio
import re
import time
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.service import Service, client

REPORTS = "/api/v1/effects/reports"
DAY = 86_400
FIRST = date(2026, 9, 1)


def make_rows(items: int, followers: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Items of 40 days; titles that ask are read by twice as many of those who saw them."""
    now = time.time()
    rows, events = [], []
    for at in range(items):
        asks = at % 2 == 0
        title = f"怎么泡好第 {at} 款茶？" if asks else f"茶园来信之 {at}"
        published = now - (at % 40 + 1) * DAY
        rows.append({"id": f"i{at}", "kind": "article", "title": title, "published": published})
        readers = (10 if asks else 5) + at % 3
        for number in range(followers):
            event = {"openid": f"o{number}", "item": f"i{at}", "time": published + 60}
            events.append(event | {"id": f"x{at}-{number}", "kind": "exposure"})
            if number < readers:
                events.append(event | {"id": f"v{at}-{number}", "kind": "view"})
    return rows, events


async def wait_until_finished(http: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    async with asyncio.timeout(40):
        while True:
            job: dict[str, Any] = (await http.get(f"{REPORTS}/{job_id}")).json()
            if job["state"] in {"done", "failed"}:
                return job
            await asyncio.sleep(0.1)


def ask(**changes: Any) -> dict[str, Any]:
    today = time.time()
    first, last = (time.strftime("%Y-%m-%d", time.gmtime(today - days * DAY)) for days in (60, -1))
    return {"author": "小林", "first": first, "last": last, "metrics": ["reads"]} | changes


async def test_a_report_names_what_went_with_reads(huiyin: Service) -> None:
    items, events = make_rows(48, 25)
    async with client(huiyin) as http:
        stored = await http.post("/api/v1/items", json={"items": items})
        await http.post("/api/v1/events", json={"events": events})
        job = await http.post(REPORTS, json=ask())
        report = await wait_until_finished(http, job.json()["id"])
        page = await http.get(f"{REPORTS}/{job.json()['id']}/page")
        listed = (await http.get(REPORTS)).json()["reports"]

    assert stored.status_code < 300, stored.text
    assert (job.status_code, report["state"]) == (202, "done"), report
    [metric] = report["report"]["metrics"]
    significant = [each["feature"] for each in metric["effects"] if each["significant"]]
    assert significant == ["title_question"]
    assert report["report"]["paragraph"].startswith(
        "共分析 48 篇内容。一篇内容头七天的阅读，通常几乎都在发布当天。"
        "以下比较都以其他特征相同为前提。阅读率：标题是问句的内容，平均高 "
    )
    [day_1, *_] = report["report"]["checkpoints"]["usual"]
    assert (day_1["contents"], day_1["reads_reached"]) == (48, 1.0)
    assert "不是因果" in report["report"]["paragraph"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<svg" in page.text
    assert "发布后第 1、3、7 天" in page.text
    assert not re.search(r"(?:src|href)=|https?://", page.text)
    assert listed == [report]


async def test_days_without_contents_fail_with_a_reason(huiyin: Service) -> None:
    async with client(huiyin) as http:
        job = await http.post(REPORTS, json=ask(source="platform"))
        report = await wait_until_finished(http, job.json()["id"])
        page = await http.get(f"{REPORTS}/{job.json()['id']}/page")

    assert (report["state"], report["report"]) == ("failed", None)
    assert report["reason"].startswith("这段时间没有发布过有数据的内容")
    assert page.status_code == 409


async def test_a_series_and_segments_are_estimated_at_once(huiyin: Service) -> None:
    figures = [
        {"day": str(FIRST + timedelta(at)), "value": 100 * (1.5 if at >= 42 else 1) + at % 7,
         "control": 200 + at % 5}
        for at in range(56)
    ]  # fmt: skip
    segment = {
        "segment": "新粉",
        "control": {"exposures": 5000, "conversions": 250},
        "treatment": {"exposures": 5000, "conversions": 400},
    }
    async with client(huiyin) as http:
        change = await http.post(
            "/api/v1/effects/changes",
            json={"figures": figures, "changed_on": str(FIRST + timedelta(42))},
        )
        short = await http.post(
            "/api/v1/effects/changes", json={"figures": figures[:9], "changed_on": str(FIRST)}
        )
        uplift = await http.post("/api/v1/effects/uplift", json={"segments": [segment]})
        wrong = segment | {"control": {"exposures": 1, "conversions": 2}}
        bad = await http.post("/api/v1/effects/uplift", json={"segments": [wrong]})

    assert change.json()["change"] == pytest.approx(0.5, abs=0.03)
    assert change.json()["is_trustworthy"]
    assert change.json()["sentence"].startswith("与对照相比，变化之后平均高 ")
    assert (short.status_code, short.json()["code"]) == (422, "unusable_contents")
    assert uplift.json()["segments"][0]["lift"] == pytest.approx(0.6)
    assert uplift.json()["sentence"].startswith("与对照相比，“新粉”高 60%")
    assert "新粉·对照组" in bad.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"first": "2026-02-01", "last": "2026-01-01"}, 422, "first 不能晚于 last"),
        ({"metrics": []}, 422, "must not be empty"),
        ({"metrics": ["sleep"]}, 422, "metrics"),
        ({"source": "moon"}, 422, "source"),
        ({"account": "nobody"}, 404, "nobody"),
    ],
)
async def test_bad_requests_are_refused(
    api_only: Service, changes: dict[str, Any], status: int, sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.post(REPORTS, json=ask(**changes))

    assert response.status_code == status
    assert sentence in response.text
