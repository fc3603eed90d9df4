"""What may be expected of a click predictor, whichever it is."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.inference.click_ports import ClickPredictor
from app.inference.fake_clicks import FakeClickPredictor
from app.inference.local.clicks import LocalClickPredictor, open_click_models
from models.encoder.bundle import MODELS
from models.encoder.heads import read_manifest
from models.registry.click_models import ClickModels
from models.registry.pointer import Pointer, Promotion
from tests.models import bundles

pytestmark = pytest.mark.timeout(120)

TEXTS = ["免费试饮春茶", "关于门店的通知"]
HEADLINES = [
    "She Opened The Door To A Stranger. What Happened Next Left Her Speechless.",
    "A Report On Regional Tax Policy",
]


def open_models(folder: Path) -> ClickModels:
    return open_click_models("cpu", "fp32", folder, folder / "accounts")


@pytest.fixture(scope="module", params=["fake", pytest.param("local", marks=pytest.mark.weights)])
async def predictor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ClickPredictor]:
    if request.param == "fake":
        yield FakeClickPredictor()
        return
    local = LocalClickPredictor(open_models(tmp_path_factory.mktemp("models")))
    yield local
    local.close()


async def test_each_text_gets_a_rate_within_its_interval(predictor: ClickPredictor) -> None:
    predictions = await predictor.predict_clicks("shop", TEXTS)
    reversed_order = await predictor.predict_clicks("shop", TEXTS[::-1])

    assert all(0 < each.low < each.rate < each.high < 1 for each in predictions)
    assert [each.log_odds for each in reversed_order] == pytest.approx(
        [each.log_odds for each in predictions[::-1]], abs=1e-4
    )
    assert predictions[0].beats(predictions[1]) == pytest.approx(
        1 - predictions[1].beats(predictions[0])
    )


async def test_no_texts_get_no_predictions(predictor: ClickPredictor) -> None:
    assert (
        await predictor.predict_clicks("shop", []),
        await predictor.explain_clicks("shop", []),
    ) == ([], [])


async def test_words_are_named_with_their_effects(predictor: ClickPredictor) -> None:
    [effects] = await predictor.explain_clicks("shop", TEXTS[:1])

    assert "免费" in [effect.word for effect in effects]
    assert any(effect.effect for effect in effects)


async def test_the_training_is_told(predictor: ClickPredictor) -> None:
    [prediction] = await predictor.predict_clicks("shop", TEXTS[:1])
    training = await predictor.describe_training("shop")

    assert training.model == prediction.model
    assert training.account_share("nobody") == 0
    assert training.language_share("en") > 0.5


@pytest.mark.weights
async def test_the_training_of_the_larger_model_is_told_where_it_serves(tmp_path: Path) -> None:
    english = bundles.clicks_beside(tmp_path / "english")
    local = LocalClickPredictor(replace(open_models(tmp_path), english=english))

    training = await local.describe_english_training("shop")
    [prediction] = await local.predict_clicks("shop", HEADLINES[:1])
    Pointer(tmp_path / "ctr").write([Promotion("ctr-own", "2026-12-01T00:00:00+00:00", "shipped")])
    shutil.copytree(MODELS / "ctr", tmp_path / "ctr" / "ctr-own")
    after_a_promotion = await local.describe_english_training("shop")
    local.close()

    assert training is not None
    assert training.model == prediction.model == read_manifest(english).version
    assert after_a_promotion is None


@pytest.mark.weights
async def test_a_curious_headline_beats_a_dry_one(tmp_path: Path) -> None:
    local = LocalClickPredictor(open_models(tmp_path))

    [curious, dry] = await local.predict_clicks("shop", HEADLINES)
    local.close()

    assert curious.beats(dry) > 0.6


@pytest.mark.weights
async def test_a_promoted_model_that_is_lost_leaves_the_shipped_one(tmp_path: Path) -> None:
    local = LocalClickPredictor(open_models(tmp_path))
    Pointer(tmp_path / "ctr").write([Promotion("ctr-gone", "2026-12-01T00:00:00+00:00", "shipped")])

    training = await local.describe_training("shop")
    local.close()

    assert training.model == read_manifest(MODELS / "ctr").version
