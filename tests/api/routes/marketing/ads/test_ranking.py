"""Texts are ranked over HTTP by what a worker predicts and what was measured."""

from typing import Any

import pytest

from app.api.schemas.marketing.ads.ranking import RankAdsRequest
from tests.service import Service, client

RANK = "/api/v1/ads/rank"
EXAMPLE: dict[str, Any] = RankAdsRequest.model_json_schema()["examples"][0]


async def test_few_lucky_clicks_do_not_beat_many(huiyin: Service) -> None:
    async with client(huiyin) as http:
        response = await http.post(RANK, json=EXAMPLE)

    answer = response.json()
    ranking = answer["ranking"]
    assert ranking[0]["row"] == 0
    assert {place["row"]: place["basis"] for place in ranking} == {
        0: "prediction_and_counts", 1: "prediction_and_counts", 2: "prediction",
    }  # fmt: skip
    [proven, lucky, guess] = sorted(ranking, key=lambda place: place["row"])
    assert proven["counts"]["rate"] == 0.03
    assert proven["rate"] == pytest.approx(0.03, rel=0.01)
    assert lucky["counts"]["weight"] < 0.5 < proven["counts"]["weight"]
    assert guess["counts"] is None
    assert guess["note"].startswith("只有预测，没有投放数据。")
    assert proven["note"].startswith(
        "实测 100,000 次展示、3,000 次点击（3.00%）。估计几乎全部来自实测。"
    )
    share = round(100 * lucky["counts"]["weight"])
    assert f"估计有 {share}% 来自实测，其余来自预测。" in lucky["note"]
    assert answer["leaders"][0] == 0
    assert [each["language"] for each in answer["trust"]] == ["zh"]
    assert answer["trust"][0]["note"].startswith("训练数据")


async def test_predictions_alone_are_ranked_as_they_are_scored(huiyin: Service) -> None:
    texts = ["新品通知", "今天免费试喝", "龙井到店"]

    async with client(huiyin) as http:
        ranking = (await http.post(RANK, json={"texts": texts})).json()["ranking"]

    assert [place["text"] for place in ranking] == ["今天免费试喝", "龙井到店", "新品通知"]
    assert [place["rate"] for place in ranking] == pytest.approx(
        [place["prediction"]["rate"] for place in ranking]
    )
    assert ranking[-1]["better_than_next"] is None


@pytest.mark.parametrize(
    ("texts", "place", "sentence"),
    [
        (["茶", {"text": "水", "impressions": 10, "clicks": 11}], 1, "11 clicks of 10 impressions"),
        (["茶", {"text": "水", "impressions": -1, "clicks": 0}], 1, "must be 0 or more, got -1"),
        (["茶", {"text": "水", "impressions": 10, "clicks": -1}], 1, "must be 0 or more, got -1"),
        (["茶", {"text": "水", "impressions": 10, "rate": 1.3}], 1, "must be 1 or less, got 1.3"),
        (["茶", {"text": "水", "impressions": 10, "rate": 130}], 1, "must be 1 or less, got 130"),
        (["茶", {"text": "水", "rate": 0.3}], 1, "without impressions"),
        (["茶", {"text": "水", "clicks": 3}], 1, "without impressions"),
        (["茶", {"text": "水", "impressions": 10}], 1, "has 10 impressions without clicks"),
        (["茶", {"text": "水", "impressions": 9, "clicks": 3, "rate": 0.3}], 1, "give one of them"),
        (
            ["茶", {"text": "水", "impressions": 10.5, "clicks": 3}],
            1,
            "must be a whole number, got 10.5",
        ),
        (["茶", " "], 1, "must not be empty"),
        (["茶", "茶" * 1_001], 1, "must have 1000 characters or less"),
        (["茶"], None, "must have 2 items or more"),
        ([], None, "must have 2 items or more"),
        ([f"茶 {at}" for at in range(201)], None, "must have 200 items or less"),
        (["春茶", "水", "春茶！"], None, "texts[0] and texts[2] are the same text"),
    ],
)
async def test_texts_that_cannot_be_ranked_are_named_by_row(
    api_only: Service, texts: list[Any], place: int | None, sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.post(RANK, json={"texts": texts})

    [fault] = response.json()["detail"]
    assert response.status_code == 422
    assert sentence in fault["msg"]
    assert fault["loc"][:3] == ["body", "texts", *([] if place is None else [place])]
