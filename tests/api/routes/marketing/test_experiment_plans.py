"""Experiments over HTTP: drafted, planned, started, assigned from, stopped by a named person."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from app.api.schemas.marketing.experiment_plans import EXAMPLE
from tests.service import Service, client

EXPERIMENTS = "/api/v1/experiments"
BY = {"author": "小林"}
TRAFFIC = BY | {"base_rate": 0.05, "daily_exposures": 2_000}
STOP = BY | {"reason": "新茶卖完了"}
STOP_DETAILS = {"reason": "新茶卖完了", "chosen": "B"}


def make_request(**changes: Any) -> dict[str, Any]:
    return EXAMPLE | {"plan": EXAMPLE["plan"] | changes}


async def create(http: Any, **changes: Any) -> str:
    """The address of a new draft."""
    response = await http.post(EXPERIMENTS, json=make_request(**changes))
    return f"{EXPERIMENTS}/{response.json()['id']}"


async def test_an_experiment_is_planned_started_assigned_from_and_decided(huiyin: Service) -> None:
    async with client(huiyin) as http:
        address = await create(http)
        run = (await http.post(f"{address}/plan", json=TRAFFIC)).json()
        await http.post(f"{address}/start", json=BY)
        assignments = [
            (await http.get(f"{address}/assignment/openid-{number}")).json()
            for number in (*range(40), *range(40))
        ]
        stop = (await http.post(f"{address}/stop", json=STOP | {"chosen": "B"})).json()
        ended = (await http.get(address)).json()
        late = await http.get(f"{address}/assignment/openid-1")

    assert (run["exposures"], run["days"], run["source"]) == (29_616, 15, "request")
    assert assignments[:40] == assignments[40:]  # sticky
    counts = Counter((each["variant"], each["content"]) for each in assignments[:40])
    assert set(counts) == {("A", "明前龙井到了"), ("B", "3 月 28 日采的龙井到了")}
    assert (ended["state"], ended["chosen"], ended["decided_by"]) == ("decided", "B", "小林")
    assert [(each["action"], each["by"]) for each in ended["log"]] == [
        (action, "小林") for action in ("decide", "start", "plan", "create")
    ]
    sample = "目前有 0 位粉丝看到，计划 29,616 位。"
    assert stop["warning"] == f"“B”还没有曝光，没有数据支持这个选择。{sample}"
    assert ended["log"][0]["details"] == STOP_DETAILS | {"warning": stop["warning"]}
    assert (late.status_code, late.json()["code"]) == (409, "wrong_experiment_state")


async def test_a_metric_cannot_change_in_mid_test(api_only: Service) -> None:
    async with client(api_only) as http:
        address = await create(http, method="anytime")
        edit = make_request(method="anytime", metric={"event": "share"})
        await http.post(f"{address}/start", json=BY)
        response = await http.put(address, json=edit | {"version": 2})

    assert response.status_code == 409
    assert "the experiment is running: its metric can't change any more" in response.text


async def test_an_edit_voids_what_was_planned_and_a_stale_one_is_refused(huiyin: Service) -> None:
    async with client(huiyin) as http:
        address = await create(http)
        await http.post(f"{address}/plan", json=TRAFFIC)
        stale = await http.put(address, json=make_request(lift=0.3) | {"version": 1})
        edited = (await http.put(address, json=make_request(lift=0.3) | {"version": 2})).json()
        started = await http.post(f"{address}/start", json=BY)

    assert stale.status_code == 409
    assert (edited["version"], edited["plan"]["lift"], edited["run"]) == (3, 0.3, None)
    assert (started.status_code, started.json()["code"]) == (409, "unplanned_experiment")


async def test_an_experiment_that_compares_nothing_needs_no_plan(huiyin: Service) -> None:
    variants = [EXAMPLE["plan"]["variants"][0] | {"share": 1.0}, {"name": "B", "share": 0.0}]
    variants[1]["content"] = "3 月 28 日采的龙井到了"
    async with client(huiyin) as http:
        address = await create(http, variants=variants)
        run = await http.post(f"{address}/plan", json=TRAFFIC)
        start = await http.post(f"{address}/start", json=BY)
        result = (await http.get(f"{address}/result")).json()

    assert (run.status_code, run.json()["code"]) == (422, "unusable_counts")
    assert start.status_code == 200
    assert (result["recommendation"], result["reason"]) == (
        "continue", "还没有曝光，没有可以分析的数据，请在各组开始展示后再看。",
    )  # fmt: skip


async def test_experiments_of_one_namespace_share_no_follower(api_only: Service) -> None:
    openids = [f"openid-{number}" for number in range(60)]
    async with client(api_only) as http:
        addresses = [await create(http, method="anytime", share=0.5) for _ in range(3)]
        starts = await asyncio.gather(
            *(http.post(f"{address}/start", json=BY) for address in addresses)
        )
        running = [
            address
            for address, start in zip(addresses, starts, strict=True)
            if start.status_code == 200
        ]
        groups = [
            {o for o in openids if (await http.get(f"{a}/assignment/{o}")).json()["variant"]}
            for a in running
        ]
        listed = (await http.get(EXPERIMENTS, params={"state": "draft"})).json()["experiments"]

    [refused] = [start.json() for start in starts if start.status_code != 200]
    assert refused["code"] == "no_free_followers"
    assert "50% of the followers are asked for and 0% are in no experiment" in refused["detail"]
    assert groups[0] | groups[1] == set(openids)
    assert not groups[0] & groups[1]
    assert len(listed) == 1


async def test_a_follower_outside_is_told_why(api_only: Service) -> None:
    async with client(api_only) as http:
        address = await create(http, method="anytime", share=0.3, holdout=0.3)
        await http.post(f"{address}/start", json=BY)
        answers = [(await http.get(f"{address}/assignment/o{n}")).json() for n in range(40)]

    reasons = Counter(each["reason"] for each in answers if each["variant"] is None)
    assert set(reasons) == {"holdout", "not_selected"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": [{"name": "A", "share": 0.5}] * 2}, "two variants have the name 'A'"),
        ({"variants": [{"name": n, "share": 0.4} for n in "AB"]}, "shares sum to 0.8"),
        ({"metric": {"event": "applause"}}, "must be 'follow'"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(
    api_only: Service, changes: dict[str, Any], sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.post(EXPERIMENTS, json=make_request(**changes))

    assert response.status_code == 422
    assert sentence in response.text


async def test_what_is_not_running_is_not_stopped(api_only: Service) -> None:
    async with client(api_only) as http:
        address = await create(http)
        responses = [
            await http.post(f"{address}/stop", json=STOP),
            await http.post(f"{address}/stop", json=STOP | {"chosen": "C"}),
            await http.get(f"{EXPERIMENTS}/{'0' * 32}"),
        ]

    codes = [response.json()["code"] for response in responses]
    assert codes == ["wrong_experiment_state", "wrong_variant", "unknown_experiment"]


async def test_a_bandits_texts_get_priors_from_the_click_model(huiyin: Service) -> None:
    variants = [
        {"name": name, "share": 0.5, "content": text}
        for name, text in (("A", "春茶通知"), ("B", "免费试喝春茶"))
    ]
    async with client(huiyin) as http:
        address = await create(http, kind="bandit", method="bayesian", variants=variants)
        run = (await http.post(f"{address}/plan", json=TRAFFIC)).json()
        stored = (await http.get(address)).json()["run"]

    assert [round(each["rate"], 4) for each in run["priors"]] == [0.0309, 0.0798]
    assert stored == run


async def test_days_alternate_and_one_days_post_is_drafted_to_all(api_only: Service) -> None:
    span = {"first": "2026-12-03", "last": "2026-12-06"}
    article = {"title": "春茶", "source": "今年的龙井到店了。"}
    async with client(api_only) as http:
        address = await create(http, method="anytime", unit="day")
        early = await http.get(f"{address}/days", params=span)
        await http.post(f"{address}/start", json=BY)
        days = (await http.get(f"{address}/days", params=span)).json()["days"]
        body = BY | {"article": article, "day": "2026-12-03"}
        [draft] = (await http.post(f"{address}/posts", json=body)).json()["posts"]

    assert early.json()["code"] == "wrong_experiment_state"
    variants = [each["variant"] for each in days]
    assert {"A", "B"} == set(variants)
    titles = {"A": "明前龙井到了", "B": "3 月 28 日采的龙井到了"}
    assert (draft["variant"], draft["tag_id"], draft["post"]["articles"][0]["title"]) == (
        variants[0], None, titles[variants[0]],
    )  # fmt: skip


async def test_a_segment_goes_with_writing_groups(api_only: Service) -> None:
    async with client(api_only) as http:
        address = await create(http, method="anytime")
        body = BY | {"action": "expose", "segment": "0" * 32}
        response = await http.post(f"{address}/groups", json=body)

    assert response.status_code == 422
    assert "a segment goes with the action write" in response.text


async def test_posts_to_groups_need_the_right_to_tags(api_only: Service) -> None:
    article = {"title": "春茶", "source": "今年的龙井到店了。"}
    async with client(api_only) as http:
        address = await create(http, method="anytime")
        await http.post(f"{address}/start", json=BY)
        response = await http.post(f"{address}/posts", json=BY | {"article": article})

    assert (response.status_code, response.json()["code"]) == (403, "groups_not_allowed")
