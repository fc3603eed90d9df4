"""Each follower is recommended items as their variant asks, and the exposures name it."""

import time
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.recommendation_settings import RecommendationSettings
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.serving.recommendation_variants import (
    USUAL,
    RecommendationVariant,
    RecommendationVariants,
)
from app.marketing.experiments.serving.running import RunningExperiments
from tests.api.routes.marketing.test_experiment_plans import BY, EXPERIMENTS, make_request
from tests.marketing.experiments.people import FIELDS
from tests.service import Service, client, until

POPULAR = {"ranking": "popular", "exploration": 0.0}
VARIANTS = [
    {"name": "A", "share": 0.5, "recommendation": {}},
    {"name": "B", "share": 0.5, "recommendation": POPULAR},
]
RECOMMENDATION = FIELDS | {
    "subject": "recommendation", "variants": VARIANTS, "method": "anytime", "holdout": 0.2,
}  # fmt: skip
ITEMS = [
    {"id": f"i{n}", "title": f"第{n}款茶", "link": f"https://shop.example.com/{n}"}
    for n in range(3)
]


async def test_a_followers_variant_has_its_settings(engine: AsyncEngine) -> None:
    experiments = Experiments(ExperimentStore(engine))
    draft = await experiments.create(
        "default", "小林", ExperimentPlan.model_validate(RECOMMENDATION)
    )
    running = RunningExperiments(experiments.store)
    variants = RecommendationVariants(running, FirstExposures(engine))
    experiment = await experiments.start(draft, "小林")
    await running.refresh()

    assignments = {await variants.find("default", f"f-{n:016x}", time.time()) for n in range(60)}

    assert assignments == {
        USUAL,
        RecommendationVariant(experiment.id, "A", RecommendationSettings()),
        RecommendationVariant(
            experiment.id, "B", RecommendationSettings(ranking="popular", exploration=0.0)
        ),
    }
    assert await variants.find("cafe", "f-0", time.time()) == USUAL


async def test_recommendations_follow_the_variant_and_are_its_exposures(huiyin: Service) -> None:
    request = make_request(**RECOMMENDATION | {"guardrails": []})
    openids = [f"openid-{number}" for number in range(8)]
    async with client(huiyin) as http:
        await http.post("/api/v1/items", json={"items": ITEMS})
        experiment = (await http.post(EXPERIMENTS, json=request)).json()["id"]
        address = f"{EXPERIMENTS}/{experiment}"
        await http.post(f"{address}/start", json=BY)

        async def is_served() -> bool:
            answers = [await look(http, openid) for openid in openids]
            return any("实验" in each["explanation"] for each in answers)

        await until(is_served)
        variants = {
            openid: (await http.get(f"{address}/assignment/{openid}")).json()["variant"] or ""
            for openid in openids
        }
        answers = {
            openid: (await http.get(f"/api/v1/recommendations/{openid}")).json()
            for openid in openids
        }
        events = (await http.get("/api/v1/events", params={"kind": "exposure"})).json()["events"]
        result = (await http.get(f"{address}/result")).json()

    for openid, variant in variants.items():
        assert ("实验" in answers[openid]["explanation"]) is (variant == "B")
        mine = [each for each in events if each["recommendation"] == answers[openid]["id"]]
        assert {(each["experiment"], each["variant"]) for each in mine} == {
            (experiment if variant else "", variant)
        }
    assert result["faults"] == []
    counts = [list(variants.values()).count(name) for name in "AB"]
    assert [each["exposures"] for each in result["variants"]] == counts


async def look(http: Any, openid: str) -> Any:
    """A follower's recommendation, without an exposure."""
    answer = await http.get(f"/api/v1/recommendations/{openid}", params={"record": False})
    return answer.json()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": [VARIANTS[1], {"name": "A", "share": 0.5}]}, "give each its own"),
        (
            {"variants": [VARIANTS[1], VARIANTS[1] | {"name": "A"}]},
            "the same recommendation settings",
        ),
        ({"subject": "title"}, "only variants of subject recommendation"),
    ],
)
def test_settings_that_compare_nothing_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ExperimentPlan.model_validate(RECOMMENDATION | changes)
