"""The counts of an experiment are analysed over HTTP, by a worker."""

from typing import Any

import pytest

from tests.service import Service, client

ANALYZE = "/api/v1/experiments/analyze"


def make_request(*counts: tuple[int, int], **settings: Any) -> dict[str, Any]:
    variants = [
        {"name": "AB"[at], "exposures": exposures, "conversions": conversions}
        for at, (exposures, conversions) in enumerate(counts)
    ]
    return {"method": "fixed", "variants": variants} | settings


async def test_a_better_variant_is_recommended(huiyin: Service) -> None:
    async with client(huiyin) as http:
        response = await http.post(ANALYZE, json=make_request((10_000, 500), (10_000, 600)))

    answer = response.json()
    assert {name: answer[name] for name in ("significant", "recommendation", "variant")} == {
        "significant": True,
        "recommendation": "launch_variant",
        "variant": "B",
    }
    assert answer["sample_ratio_ok"] is True
    assert answer["lift"] == pytest.approx(0.2)
    assert answer["p_value"] == pytest.approx(0.0019, abs=1e-4)
    assert answer["interval"] == pytest.approx([0.069, 0.347], abs=1e-3)
    assert answer["reason"] == "“B”优于对照组，相对提升 +20.0%（区间 +6.9% 至 +34.7%），建议采用。"


async def test_sequential_without_a_plan_is_always_valid(huiyin: Service) -> None:
    request = make_request((10_000, 500), (10_000, 510), method="sequential")

    async with client(huiyin) as http:
        answer = (await http.post(ANALYZE, json=request)).json()

    assert (answer["method"], answer["recommendation"]) == ("anytime", "continue")
    assert answer["reason"].endswith(
        "证据还不够，请继续。要看出 10% 的相对提升，每组约需 62,468 次曝光。"
    )
    assert answer["needed_size"] == {"lift": 0.1, "exposures": 62_468}


async def test_a_posterior_has_no_p_value(huiyin: Service) -> None:
    request = make_request((1_000, 0), (1_000, 10), method="bayesian")

    async with client(huiyin) as http:
        answer = (await http.post(ANALYZE, json=request)).json()

    assert (answer["p_value"], answer["lift"], answer["interval"][1]) == (None, None, None)
    assert answer["probability_better"] > 0.99
    assert len(answer["warnings"]) == 1


async def test_wrong_shares_of_followers_come_before_any_result(huiyin: Service) -> None:
    async with client(huiyin) as http:
        answer = (await http.post(ANALYZE, json=make_request((10_000, 500), (9_000, 700)))).json()

    assert (answer["sample_ratio_ok"], answer["significant"]) == (False, False)
    assert answer["recommendation"] == "fix_assignment"


@pytest.mark.parametrize(
    ("request_body", "sentence"),
    [
        (make_request((10, 11), (10, 1)), "11 conversions of 10 exposures"),
        (make_request((10, -1), (10, 1)), "must be 0 or more"),
        (make_request((10, 1)), "must have 2 items or more"),
        (make_request((10, 1), (10, 1), alpha=1.5), "less than 1"),
        (make_request((10, 1), (10, 1), method="peeking"), "'sequential'"),
        (make_request((10, 1), (10, 1), shares=[0.5, 0.6]), "the shares sum to 1.1"),
        (make_request((10, 1), (10, 1), shares=[1.0]), "1 shares for 2 variants"),
        (
            {"variants": [{"name": "A", "exposures": 1, "conversions": 0}] * 2},
            "two variants have the name 'A'",
        ),
    ],
)
async def test_counts_that_cannot_be_analysed_are_refused(
    huiyin: Service, request_body: dict[str, Any], sentence: str
) -> None:
    async with client(huiyin) as http:
        response = await http.post(ANALYZE, json=request_body)

    assert response.status_code == 422
    assert sentence in response.text
