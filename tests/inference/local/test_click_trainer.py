"""An account's own click model, trained beside the predictor that serves it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.inference.click_training import ClickTrainingFailed, VariantText
from app.inference.local.click_trainer import LocalClickTrainer
from app.inference.local.clicks import LocalClickPredictor
from models.encoder.bundle import MODELS
from models.encoder.heads import read_manifest
from models.registry.registry import Registry
from tests.inference.local.test_clicks import open_models
from tests.models import bundles

pytestmark = [pytest.mark.weights, pytest.mark.timeout(180)]

CLICKED, IGNORED = "春茶免费试饮第{}天", "关于第{}天营业的通知"
SHIPPED = read_manifest(MODELS / "ctr").version


@dataclass(frozen=True)
class ClickService:
    """A predictor and a trainer over the same models."""

    folder: Path
    predictor: LocalClickPredictor
    trainer: LocalClickTrainer


@pytest.fixture
def clicks(tmp_path: Path) -> Iterator[ClickService]:
    models = open_models(tmp_path)
    predictor = LocalClickPredictor(models)
    with ThreadPoolExecutor(1) as pool:
        trainer = LocalClickTrainer(models, pool, clock=lambda: 1.8e9)
        yield ClickService(tmp_path, predictor, trainer)
    predictor.close()


def make_texts(rates: dict[str, list[float]]) -> list[VariantText]:
    """A test for each number; `rates`: template -> its click rate in each test."""
    tests = range(len(next(iter(rates.values()))))
    return [
        VariantText(
            text=template.format(number), test=f"t{number}", impressions=1000,
            clicks=round(1000 * of_test[number]), channel="title",
        )
        for number in tests
        for template, of_test in rates.items()
    ]  # fmt: skip


async def test_an_account_gets_a_model_that_serves_at_once_and_others_keep_theirs(
    clicks: ClickService,
) -> None:
    texts = make_texts({CLICKED: [0.12] * 10, IGNORED: [0.06] * 10})
    [before] = await clicks.predictor.predict_clicks("shop", [CLICKED.format(11)])

    trial = await clicks.trainer.train_clicks("shop", texts)
    again = await clicks.trainer.train_clicks("shop", texts)

    [clicked, ignored] = await clicks.predictor.predict_clicks(
        "shop", [CLICKED.format(11), IGNORED.format(11)]
    )
    training = await clicks.predictor.describe_training("shop")
    [others] = await clicks.predictor.predict_clicks("other", [CLICKED.format(11)])
    assert (trial.current, trial.is_passed, trial.later_tests) == (SHIPPED, True, 2)
    assert (again.current, again.new, again.is_passed) == (trial.new, trial.new, True)
    assert (before.model, others.model) == (SHIPPED, SHIPPED)
    assert (clicked.model, ignored.model) == (trial.new, trial.new)
    assert ignored.rate < clicked.rate < 0.18
    assert clicked.high > 2 * clicked.low  # a few tests don't make it sure
    assert abs(clicked.rate - 0.12) < abs(before.rate - 0.12)
    assert [(s.name, s.account, s.rows, dict(s.languages)) for s in training.sources[1:]] == [
        ("experiments", "shop", 16, {"zh": 16})
    ]
    assert training.figures["later_tests"] == 2
    assert training.figures["later_click_log_loss"] < training.figures["before_click_log_loss"]
    card = Registry(clicks.folder / "accounts" / "shop").card(trial.new, "ctr")
    assert "| experiments | shop | 16 | 16,000 | zh 16 |" in card


async def test_english_tests_are_compared_by_the_larger_model_that_serves_them(
    tmp_path: Path,
) -> None:
    english = bundles.clicks_beside(tmp_path / "english")
    models = replace(open_models(tmp_path), english=english)
    texts = make_texts({"A free cup of tea on day {}": [0.12] * 4, "Day {} is off": [0.06] * 4})

    with ThreadPoolExecutor(1) as pool:
        trial = await LocalClickTrainer(models, pool, lambda: 1.8e9).train_clicks("shop", texts)

    assert trial.current == read_manifest(english).version != SHIPPED


async def test_an_order_that_fails_leaves_the_shipped_one_with_the_accounts_level(
    clicks: ClickService,
) -> None:
    # The latest tests have the contrary order, at the same level.
    texts = make_texts({CLICKED: [0.16] * 8 + [0.05] * 2, IGNORED: [0.04] * 8 + [0.15] * 2})

    trial = await clicks.trainer.train_clicks("shop", texts)

    [clicked, ignored] = await clicks.predictor.predict_clicks(
        "shop", [CLICKED.format(11), IGNORED.format(11)]
    )
    [plain, dull] = await clicks.predictor.predict_clicks(
        "other", [CLICKED.format(11), IGNORED.format(11)]
    )
    card = Registry(clicks.folder / "accounts" / "shop").card(trial.new, "ctr")
    assert (trial.is_passed, clicked.model) == (True, trial.new)
    assert trial.new_figures["pair_log_loss"] == trial.current_figures["pair_log_loss"]
    assert clicked.log_odds - ignored.log_odds == pytest.approx(plain.log_odds - dull.log_odds)
    assert 0.05 < clicked.rate < 0.15
    assert "head of the shipped model, level of the account" in card


async def test_a_model_that_is_worse_on_the_latest_tests_is_not_used(
    clicks: ClickService,
) -> None:
    # Followers turn: what was clicked in earlier tests isn't in the latest ones.
    texts = make_texts({CLICKED: [0.9] * 8 + [0.01] * 2, IGNORED: [0.3] * 8 + [0.02] * 2})

    trial = await clicks.trainer.train_clicks("shop", texts)

    [prediction] = await clicks.predictor.predict_clicks("shop", [CLICKED.format(11)])
    assert (trial.is_passed, prediction.model) == (False, SHIPPED)
    assert trial.new_figures["click_log_loss"] > trial.current_figures["click_log_loss"]
    assert not (clicks.folder / "accounts").exists()


async def test_a_folder_that_cannot_be_written_is_a_refusal(clicks: ClickService) -> None:
    (clicks.folder / "accounts").write_text("no folder", "utf-8")

    with pytest.raises(ClickTrainingFailed, match="can't be written"):
        await clicks.trainer.train_clicks(
            "shop", make_texts({CLICKED: [0.12] * 10, IGNORED: [0.06] * 10})
        )
