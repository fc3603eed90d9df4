"""Exposures come in, followers are erased, and the result over HTTP stays right."""

import math
import time
from typing import Any

from app.db.tables import items
from app.privacy.repository import Followers
from tests.api.routes.marketing.test_experiment_plans import BY, EXPERIMENTS, create
from tests.service import Service, client


async def start(http: Any, **changes: Any) -> str:
    """The address of a running experiment."""
    address = await create(http, method="anytime", **changes)
    response = await http.post(f"{address}/start", json=BY)
    assert response.status_code == 200
    return address


async def expose(http: Any, address: str, openid: str) -> str:
    """Show a follower what is assigned, and record it; the variant."""
    variant = (await http.get(f"{address}/assignment/{openid}")).json()["variant"]
    body = {"openid": openid, "variant": variant}
    response = await http.post(f"{address}/exposures", json=body)
    assert response.status_code == 201
    return str(variant)


def make_click(openid: str, seconds: float = 0.0) -> dict[str, Any]:
    return {
        "id": f"click-{openid}", "kind": "click", "time": time.time() + seconds, "openid": openid,
    }  # fmt: skip


async def record(http: Any, *rows: dict[str, Any]) -> None:
    response = await http.post("/api/v1/events", json={"events": list(rows)})
    assert response.status_code == 200


async def test_exposures_and_clicks_become_a_result_that_survives_an_erasure(
    huiyin: Service,
) -> None:
    openids = [f"openid-{number}" for number in range(40)]
    async with client(huiyin) as http:
        address = await start(http)
        variants = {openid: await expose(http, address, openid) for openid in openids}
        await record(http, *(make_click(openid) for openid in openids[:9]))
        before = (await http.get(f"{address}/result")).json()
        followers = Followers(huiyin.engine, huiyin.settings.key_of_pseudonyms)
        await followers.erase("default", openids[0], math.inf)
        after = (await http.get(f"{address}/result")).json()

    def counts(result: dict[str, Any]) -> list[tuple[int, int]]:
        return [(each["exposures"], each["conversions"]) for each in result["variants"]]

    assert counts(before) == [
        (
            sum(each == name for each in variants.values()),
            sum(variants[openid] == name for openid in openids[:9]),
        )
        for name in "AB"
    ]
    assert (before["faults"], before["erased"], before["recommendation"]) == ([], 0, "continue")
    assert counts(after) == counts(before)
    assert (after["faults"], after["erased"]) == ([], 1)


async def test_an_exposure_of_another_variant_is_refused_and_one_that_slipped_in_is_named(
    huiyin: Service,
) -> None:
    async with client(huiyin) as http:
        address = await start(http)
        theirs = await expose(http, address, "openid-1")
        other = "A" if theirs == "B" else "B"
        refused = await http.post(
            f"{address}/exposures", json={"openid": "openid-1", "variant": other}
        )
        slipped = {
            "id": "slipped", "kind": "exposure", "time": time.time(), "openid": "openid-1",
            "experiment": address.removeprefix(f"{EXPERIMENTS}/"), "variant": other,
        }  # fmt: skip
        await record(http, slipped)
        result = (await http.get(f"{address}/result")).json()

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_variant")
    assert [each["kind"] for each in result["faults"]] == ["several_variants"]
    assert result["recommendation"] == "fix_assignment"


async def test_a_deleted_item_is_named_and_a_draft_has_no_result(huiyin: Service) -> None:
    variants = [
        {"name": "A", "share": 0.5, "content": "龙井到了"},
        {"name": "B", "share": 0.5, "item": "tea-7"},
    ]
    row = {
        "account": "default", "id": "tea-7", "kind": "product", "title": "龙井", "text": "",
        "tags": [], "link": "", "cover": "", "hidden": False, "created": 1.0, "changed": 2.0,
        "deleted": 2.0,
    }  # fmt: skip
    async with huiyin.engine.begin() as connection:
        await connection.execute(items.insert().values(row))
    async with client(huiyin) as http:
        address = await start(http, variants=variants)
        result = (await http.get(f"{address}/result")).json()
        draft = await http.get(f"{await create(http)}/result")

    assert result["notes"][0].startswith("方案“B”展示的内容 tea-7 在实验中被删除")
    assert [each["exposures"] for each in result["variants"]] == [0, 0]
    assert (draft.status_code, draft.json()["code"]) == (409, "wrong_experiment_state")


async def test_the_plan_takes_the_accounts_own_traffic(huiyin: Service) -> None:
    day = 86_400.0
    views = [
        {"id": f"view-{n}", "kind": "view", "time": time.time() - day * (n % 20 + 0.5),
         "openid": f"openid-{n}"}
        for n in range(200)
    ]  # fmt: skip
    clicks = [make_click(f"openid-{n}", -day * (n % 20 + 0.5) + 60) for n in range(0, 200, 10)]
    async with client(huiyin) as http:
        address = await create(http)
        unknown = await http.post(f"{address}/plan", json=BY)
        await record(http, *views, *clicks)
        run = (await http.post(f"{address}/plan", json=BY)).json()

    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_traffic")
    assert (run["base_rate"], run["source"], run["days"]) == (0.1, "events", None)
    assert round(run["daily_exposures"], 1) == 10.3  # 200 followers in 19.5 days
