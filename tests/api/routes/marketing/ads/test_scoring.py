"""Ad texts are scored over HTTP, by a worker."""

from typing import Any

import pytest

from tests.service import Service, client

SCORE = "/api/v1/ads/score"


async def test_texts_are_scored_with_the_words_behind_the_rate(huiyin: Service) -> None:
    async with client(huiyin) as http:
        response = await http.post(SCORE, json={"texts": ["春茶免费试饮", "春茶通知"]})

    answer = response.json()
    [free, notice] = answer["texts"]
    assert (answer["model"], answer["account_share"]) == ("fake-clicks-1", 0.1)
    assert free["rate"] == pytest.approx(0.0759, abs=1e-4)
    assert free["interval"] == pytest.approx([0.0474, 0.1192], abs=1e-4)
    assert (free["words_for"], free["words_against"]) == ([{"word": "免费", "effect": 0.5}], [])
    assert (notice["words_for"], notice["words_against"]) == (
        [],
        [{"word": "通知", "effect": -0.5}],
    )
    assert notice["rate"] < free["rate"]


async def test_little_training_of_the_account_and_language_is_told(huiyin: Service) -> None:
    async with client(huiyin) as http:
        response = await http.post(SCORE, json={"texts": ["Free tea"], "language": "ja"})

    [score] = response.json()["texts"]
    assert (score["language"], score["language_share"]) == ("ja", 0.0)
    assert score["note"] == (
        "训练数据只有 10% 来自本账号，其他行业的标题只能作粗略参考；"
        "训练数据没有一条是日文，用其他语言学到的规律未必适用。点击率为预测值，不是实测值。"
    )


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"texts": []}, 422, "must not be empty, got a list of 0"),
        ({"texts": ["  "]}, 422, "must not be empty"),
        ({"texts": ["茶" * 301]}, 422, "must have 300 characters or less"),
        ({"texts": ["茶"] * 51}, 422, "must have 50 items or less"),
        ({"texts": ["茶"], "language": "fr"}, 422, "'zh', 'en', 'ja' or 'ko'"),
        ({"texts": ["茶"], "features": {"weather": "rain"}}, 422, "'channel', 'segment'"),
        ({"texts": ["茶"], "account": "nobody"}, 404, "no account is named 'nobody'"),
    ],
)
async def test_what_cannot_be_scored_is_one_sentence(
    huiyin: Service, body: dict[str, Any], status: int, sentence: str
) -> None:
    async with client(huiyin) as http:
        response = await http.post(SCORE, json=body)

    assert response.status_code == status
    assert sentence in response.text
