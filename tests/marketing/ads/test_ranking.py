"""Places among texts, and the sentences that explain them."""

from dataclasses import replace

from app.inference.fake_clicks import FakeClickPredictor
from app.jobs.marketing import MeasuredText
from app.marketing.ads.ranking import list_leaders, rank_predictions, rank_texts
from tests.marketing.ads.texts import make_prediction


def test_places_name_the_ties_and_the_leaders() -> None:
    predictions = [make_prediction(rate) for rate in (0.02, 0.021, 0.06)]

    ranking = rank_predictions(predictions, [(0, 0)] * 3)

    assert [place.row for place in ranking] == [2, 1, 0]
    assert [place.tied_with_next for place in ranking] == [False, True, False]
    assert ranking[-1].better_than_next is None
    assert list_leaders(ranking) == [2]


def test_one_text_alone_is_its_own_leader() -> None:
    ranking = rank_predictions([make_prediction(0.02)], [(0, 0)])

    assert list_leaders(ranking) == [0]


def test_a_prediction_of_nothing_or_all_is_ranked() -> None:
    sure = make_prediction(0.5)
    extremes = [
        replace(sure, rate=rate, low=rate, high=rate, log_odds=log_odds, text_error=0.0)
        for rate, log_odds in ((0.0, -50.0), (1.0, 50.0))
    ]

    ranking = rank_predictions([*extremes, sure], [(10**12, 10**12), (10**12, 0), (0, 0)])

    assert {place.row for place in ranking} == {0, 1, 2}
    assert all(0 <= place.posterior.rate <= 1 for place in ranking)


async def test_a_row_says_that_the_counts_of_others_moved_its_prediction() -> None:
    texts = [MeasuredText(text="新茶"), MeasuredText(text="红茶", impressions=10_000, clicks=3_000)]

    ranking = (await rank_texts(FakeClickPredictor(), "default", texts))["ranking"]

    notes = {place["text"]: place["note"] for place in ranking}
    assert notes["新茶"].startswith(
        "只有预测，没有投放数据。其他各条的实测普遍比预测高，说明账号整体水平如此，"
        "这条的估计随之上调（单看预测是 4.74%）。"
    )
    assert "随之" not in notes["红茶"]
