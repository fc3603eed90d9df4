"""Refusals that operators meet are Chinese where the caller prefers it, also from a worker."""

from typing import Any

import pytest

from app.api.schemas.marketing.briefs import EXAMPLE
from tests.api.routes.marketing.test_experiment_plans import BY, EXPERIMENTS, create, make_request
from tests.service import Service, client

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
MORE_THAN_EXPOSURES = {
    "variants": [
        {"name": "A", "exposures": 10, "conversions": 11},
        {"name": "B", "exposures": 10, "conversions": 1},
    ]
}


@pytest.mark.parametrize(
    ("path", "body", "chinese", "english"),
    [
        (
            f"{EXPERIMENTS}/analyze",
            MORE_THAN_EXPOSURES,
            "“A”的转化（11）多于曝光（10）：每位粉丝只计一次转化",
            "variant 'A' has 11 conversions of 10 exposures: count each follower once",
        ),
        (
            f"{EXPERIMENTS}/{'0' * 32}/start",
            BY,
            f"没有实验 '{'0' * 32}'：请先查询实验列表",
            f"there is no experiment '{'0' * 32}': list the experiments",
        ),
        (
            EXPERIMENTS,
            make_request(past_days=7, unit="day"),
            "按天轮换没有各自的过去：请不填 past_days",
            "days have no past of their own: leave past_days out",
        ),
        (
            "/api/v1/drafts",
            {"author": "小林", "job": "0" * 32, "variant": 1},
            f"没有任务 '{'0' * 32}'：请先查询任务列表",
            f"there is no job '{'0' * 32}': list the jobs",
        ),
        (
            "/api/v1/briefs",
            EXAMPLE | {"brief": EXAMPLE["brief"] | {"facts": []}},
            "facts 是空的：文案只写简报里的事实，请至少写一条事实和它的来源",
            "facts is empty: a text states only what the brief does",
        ),
    ],
)
async def test_a_refusal_is_told_in_the_callers_language(
    huiyin: Service, path: str, body: dict[str, Any], chinese: str, english: str
) -> None:
    async with client(huiyin) as http:
        in_chinese = await http.post(path, json=body, headers=CHINESE)
        in_english = await http.post(path, json=body)

    assert in_chinese.json()["code"] == in_english.json()["code"]
    assert (chinese in in_chinese.text, chinese in in_english.text) == (True, False)
    assert (english in in_english.text, english in in_chinese.text) == (True, False)


async def test_a_stale_revision_is_told_in_chinese(api_only: Service) -> None:
    async with client(api_only) as http:
        http.headers.update(CHINESE)
        response = await http.put("/api/v1/content/rules", json={"revision": 7})

    assert response.json() == {
        "detail": "版本 7 已不是最新的：请重新读取，再作修改",
        "code": "stale_revision",
    }


async def test_a_draft_says_in_chinese_what_its_start_needs(api_only: Service) -> None:
    variants = [{"name": "A", "share": 0.5, "content": "春茶"}, {"name": "B", "share": 0.5}]
    async with client(api_only) as http:
        unwritten = await create(http, variants=variants, method="anytime")
        unplanned = await create(http)
        answers = [
            (await http.post(f"{address}/start", json=BY, headers=CHINESE)).json()["detail"]
            for address in (unwritten, unplanned)
        ]

    assert answers == [
        "方案“B”还没有文案：请写好它的内容",
        "sequential 方法需要计划的样本数：请先做计划，或改用 anytime 方法（大约需要两倍的样本）",
    ]
