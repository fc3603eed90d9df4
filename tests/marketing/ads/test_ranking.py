"""Places among texts, and the sentences that explain them."""

from dataclasses import replace

from app.marketing.ads.ranking import list_leaders, rank_predictions
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
