"""The audience over HTTP: profiles computed from events, segments, clusters, funnels, erasure."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.conftest import Open
from tests.marketing.audience.profile_rows import store_profiles
from tests.service import Service, client

AUDIENCE = "/api/v1/audience"
DAY = 86_400


def make_events(readers: int, buyers: int) -> list[dict[str, Any]]:
    """Readers read 40 days ago; buyers read, clicked and bought yesterday and the day before."""
    now, events = time.time(), []
    for number in range(readers):
        event = {"openid": f"oReader{number}", "kind": "view", "time": now - 40 * DAY}
        events.append(event | {"id": f"r{number}", "item": "cup"})
    for number in range(buyers):
        openid = f"oBuyer{number}"
        for at, (kind, days) in enumerate([("view", 2.0), ("click", 1.5), ("conversion", 1.0)]):
            event = {"openid": openid, "kind": kind, "time": now - days * DAY, "item": "tea"}
            event |= {"value": 168} if kind == "conversion" else {}
            events.append(event | {"id": f"b{number}-{at}"})
    return events


ITEMS = [
    {"id": "tea", "kind": "product", "title": "明前龙井", "tags": ["龙井"]},
    {"id": "cup", "kind": "product", "title": "紫砂茶壶", "tags": ["紫砂"]},
]


async def run_job(http: httpx.AsyncClient, kind: str, **body: Any) -> dict[str, Any]:
    response = await http.post(f"{AUDIENCE}/jobs/{kind}", json={"author": "小林"} | body)
    assert response.status_code == 202, response.text
    job = response.json()
    async with asyncio.timeout(40):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.1)
            job = (await http.get(f"{AUDIENCE}/jobs/{kind}/{job['id']}")).json()
    return dict(job)


async def store_events(http: httpx.AsyncClient) -> None:
    await http.post("/api/v1/items", json={"items": ITEMS})
    response = await http.post("/api/v1/events", json={"events": make_events(30, 30)})
    assert response.json()["stored"] == 120


async def test_profiles_segments_and_a_follower_who_is_erased(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await store_events(http)
        before = (await http.post(f"{AUDIENCE}/segments/preview", json={"rule": "消费>1"})).json()
        job = await run_job(http, "profiles")
        summary = (await http.get(f"{AUDIENCE}/summary")).json()
        profile = (await http.get(f"{AUDIENCE}/followers/oBuyer7")).json()
        preview = await http.post(
            f"{AUDIENCE}/segments/preview", json={"rule": "消费 >= 168 且 interests has 龙井"}
        )
        everybody = await http.post(f"{AUDIENCE}/segments/preview", json={"rule": "消费 >= 0"})
        segment = await http.post(
            f"{AUDIENCE}/segments", json={"author": "小林", "name": "茶客", "rule": "消费 >= 168"}
        )
        erasure = await http.delete("/api/v1/followers/oBuyer7/data")
        erased = await http.get(f"{AUDIENCE}/followers/oBuyer7")
        smaller = (await http.get(f"{AUDIENCE}/segments/{segment.json()['id']}")).json()

    assert before["warning"].startswith("还没有粉丝画像")
    assert (job["result"]["stages"], job["result"]["gone"]) == ({"dormant": 30, "new": 30}, 0)
    assert job["result"]["no_churn_risk"].startswith("流失风险要从历史中学习")
    assert (summary["followers"], summary["value"]) == (60, 30 * 168)
    assert (profile["value"], profile["clicks"], profile["interests"]) == (168, 1, ["龙井"])
    assert (len(profile["active_hours"]), profile["moods"]) == (2, [None, None, None])
    assert profile["intents"] == []
    assert profile["churn_reason"].startswith("账号的历史还不足以预测")
    assert preview.json() == {
        "rule": '消费 >= 168 且 兴趣 包含 "龙井"', "followers": 30, "of": 60, "warning": "",
    }  # fmt: skip
    assert everybody.json()["warning"] == "所有粉丝都符合这条规则"
    assert (segment.status_code, segment.json()["followers"]) == (201, 30)
    assert (erasure.status_code, erased.status_code) == (204, 404)
    assert (smaller["followers"], smaller["of"]) == (29, 59)


async def test_clusters_lookalikes_funnels_and_cohorts(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await store_events(http)
        await run_job(http, "profiles")
        clusters = await run_job(http, "clusters")
        again = await run_job(http, "clusters")
        segments = (await http.get(f"{AUDIENCE}/segments")).json()["segments"]
        buyers = next(each for each in segments if each["followers"] == 30)
        members = (await http.get(f"{AUDIENCE}/segments/{buyers['id']}/members")).json()
        named = await http.post(
            f"{AUDIENCE}/segments/preview", json={"rule": f"人群 = {buyers['name']}"}
        )
        seeds = await run_job(http, "lookalikes", segment=buyers["id"], name="像他们的人", count=10)
        funnel = await run_job(
            http, "funnel", since="2020-01-01", steps=["view", "click", "conversion"]
        )
        retention = await run_job(http, "retention", weeks=8)

    assert clusters["result"]["stability"] > 0.9
    assert [each["followers"] for each in clusters["result"]["segments"]] == [30, 30]
    assert len(again["result"]["segments"]) == len(segments) == 2
    assert members["followers"] == len(members["pseudonyms"]) == 30
    assert named.json()["followers"] == 30
    assert seeds["result"] == {
        "segment": seeds["result"]["segment"], "followers": 10, "seeds": 30,
        "area": pytest.approx(1.0), "left_out": [], "warning": seeds["result"]["warning"],
    }  # fmt: skip
    assert "区分度必然偏高" in seeds["result"]["warning"]
    assert funnel["result"]["since"] < funnel["result"]["until"]
    assert (funnel["result"]["within_days"], funnel["result"]["unfinished"]) == (7.0, 30)
    assert [step["followers"] for step in funnel["result"]["steps"]] == [60, 30, 30]
    assert sum(cohort["followers"] for cohort in retention["result"]["cohorts"]) >= 30


@pytest.mark.parametrize(
    "rule",
    [
        "非 兴趣 包含 龙井", "非 (消费 > 1 或 情绪 < 0)", "阶段 != 活跃", "非 意图 = price",
        "流失风险 <= 0.5 且 活跃时段 >= 20 且 认识天数 > 1",
    ],
)  # fmt: skip
async def test_every_form_of_a_rule_can_be_asked(api_only: Service, rule: str) -> None:
    async with client(api_only) as http:
        response = await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule})

    assert (response.status_code, response.json()["followers"]) == (200, 0)


async def test_who_left_is_in_no_segment(api_only: Service) -> None:
    async with client(api_only) as http:
        answers = [
            await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule})
            for rule in ("阶段 = 已离开", "消费 > 1 且 非 stage = gone")
        ]

    assert [each.status_code for each in answers] == [422, 422]
    assert all("不在任何人群里" in each.json()["detail"] for each in answers)


async def test_a_rule_says_where_no_risk_of_churn_is_computed(api_only: Service) -> None:
    await store_profiles(api_only.engine, "default", ["f-li", "f-mei"])
    async with client(api_only) as http:
        answers = [
            (await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule})).json()
            for rule in ("流失风险 > 0.5", "非 (流失风险 > 0.5)", "阅读数 > 0")
        ]
        new = {"author": "小林", "name": "可能流失", "rule": "流失风险 > 0.5"}
        stored = (await http.post(f"{AUDIENCE}/segments", json=new)).json()

    sentences = [each["warning"].partition("：")[0] for each in [*answers, stored]]
    assert [each["followers"] for each in answers] == [0, 2, 0]
    unknown = "流失风险还没有算出来"
    assert sentences == [unknown, unknown, "没有粉丝符合这条规则", unknown]


async def test_a_rule_says_where_no_follower_has_an_intent(api_only: Service) -> None:
    await store_profiles(api_only.engine, "default", ["f-li", "f-mei"])
    async with client(api_only) as http:
        answers = [
            (await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule})).json()
            for rule in ("意图 = 飞天", "非 (意图 = 飞天)", "阅读数 > 0")
        ]

    sentences = [each["warning"].partition("：")[0] for each in answers]
    assert [each["followers"] for each in answers][::2] == [0, 0]
    assert sentences == ["还没有哪位粉丝有意图"] * 2 + ["没有粉丝符合这条规则"]


async def test_an_intent_that_no_follower_has_is_refused_with_the_others(
    api_only: Service,
) -> None:
    rules = ("意图 = 投诉", "阅读数 > 0 或 非 intent != Price", "意图 = complaint")
    async with client(api_only) as http:
        early = await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rules[0]})
        names, intents = ["f-li", "f-mei", "f-wu"], ["price", "complaint", None]
        await store_profiles(api_only.engine, "default", names, intent=intents)
        answers = [
            await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule}) for rule in rules
        ]

    assert early.json()["warning"].startswith("还没有粉丝画像")
    assert [each.json().get("detail") for each in answers] == [
        "没有粉丝的“意图”是“投诉”，现有的是 complaint、price：请从中选写",
        "没有粉丝的“意图”是“Price”，现有的是 complaint、price：请从中选写",
        None,
    ]
    assert answers[2].json()["followers"] == 1


async def test_only_segments_with_stored_members_are_named_in_rules(api_only: Service) -> None:
    new = {"author": "小林", "name": "茶客", "rule": "消费 > 1"}
    async with client(api_only) as http:
        stored = await http.post(f"{AUDIENCE}/segments", json=new)
        answers = [
            await http.post(f"{AUDIENCE}/segments/preview", json={"rule": rule})
            for rule in ("人群 = 茶客", "消费 > 1 且 非 人群 != 常客")
        ]

    assert stored.json()["warning"].startswith("还没有粉丝画像")
    assert [(each.status_code, each.json()["detail"]) for each in answers] == [
        (422, "“茶客”是按规则划分的人群，不能写在“人群”里：请把它的规则直接写进来"),
        (422, "没有名为“常客”的人群"),
    ]


async def test_segments_are_edited_in_versions(api_only: Service) -> None:
    new = {"author": "小林", "name": "茶客", "rule": "消费 > 1"}
    async with client(api_only) as http:
        segment = (await http.post(f"{AUDIENCE}/segments", json=new)).json()
        twice = await http.post(f"{AUDIENCE}/segments", json=new)
        path = f"{AUDIENCE}/segments/{segment['id']}"
        edit = {"author": "小王", "version": 1, "name": "大茶客", "rule": "消费 > 99"}
        edited = (await http.put(path, json=edit)).json()
        stale = await http.put(path, json=edit)
        gone = await http.delete(path)
        missing = await http.get(path)

    assert (twice.status_code, twice.json()["code"]) == (409, "segment_exists")
    assert (edited["name"], edited["rule"], edited["version"]) == ("大茶客", "消费 > 99", 2)
    assert (stale.status_code, "重新读取" in stale.text) == (409, True)
    assert (gone.status_code, missing.status_code) == (204, 404)


async def test_a_segment_is_tagged_by_a_job(open_service: Open) -> None:
    new = {"author": "小林", "name": "茶客", "rule": "消费 > 1"}
    async with (
        open_service(workers=0, wechat_secret=SecretStr("secret")) as running,
        client(running) as http,
    ):
        segment = (await http.post(f"{AUDIENCE}/segments", json=new)).json()["id"]
        path = f"{AUDIENCE}/segments/{segment}/tag"
        job = (await http.post(path, json={"author": "小林"})).json()
        stored = await http.get(f"{path}/{job['id']}")
        elsewhere = await http.get(f"{AUDIENCE}/segments/{'0' * 32}/tag/{job['id']}")
        missing = await http.post(f"{AUDIENCE}/segments/{'0' * 32}/tag", json={"author": "小林"})

    expected = {
        "id": job["id"], "segment": segment, "action": "write", "author": "小林",
        "state": "queued", "progress": 0, "result": None, "reason": "",
    }  # fmt: skip
    assert (stored.json(), elsewhere.json()["code"]) == (expected, "unknown_job")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_segment")


async def test_an_account_without_tags_cannot_tag_segments(api_only: Service) -> None:
    async with client(api_only) as http:
        response = await http.post(f"{AUDIENCE}/segments/{'0' * 32}/tag", json={"author": "小林"})

    assert (response.status_code, response.json()["code"]) == (403, "tags_not_allowed")


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("segments/preview", {"rule": "年龄 > 30"}, 422, "没有“年龄”这个字段"),
        ("segments", {"author": "林", "name": "a", "rule": "消费 >"}, 422, "要和 0 或更大的数比较"),
        ("jobs/clusters", {"author": "林", "method": "magic"}, 422, "kmeans"),
        ("jobs/funnel", {"author": "林", "since": "2026-01-01", "steps": ["view"]}, 422, "2 items"),
        (
            "jobs/lookalikes", {"author": "林", "segment": "0" * 32, "name": "x"}, 404,
            "没有人群",
        ),
        ("jobs/profiles", {"author": "林", "account": "nobody"}, 404, "nobody"),
    ],
)  # fmt: skip
async def test_bad_requests_are_refused(
    api_only: Service, path: str, body: dict[str, Any], status: int, sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.post(f"{AUDIENCE}/{path}", json=body)

    assert response.status_code == status
    assert sentence in response.text
