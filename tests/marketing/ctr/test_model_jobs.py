"""Trainings of an account's own click model: what they take, and what comes of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.click_training import VariantText
from app.inference.fake_clicks import FakeClickPredictor, FakeClickTrainer
from app.marketing.ctr.model_jobs import KIND, ClickModelJobHandler
from app.marketing.jobs.nightly import AUTHOR
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.runner import MarketingJobRunner

LEFT_OUT = [{"experiment": "9", "reason": "it compares no texts, but reply"}]


@dataclass
class Account:
    """Trains on `rows`."""

    engine: AsyncEngine
    rows: list[dict[str, Any]]
    trainer: FakeClickTrainer = field(default_factory=FakeClickTrainer)
    predictor: FakeClickPredictor = field(default_factory=FakeClickPredictor)

    async def train(self, author: str = "小林") -> dict[str, Any]:
        """The result of a training."""
        jobs = MarketingJobs(self.engine)
        handler = ClickModelJobHandler(
            jobs=jobs, read_rows=self.read, predictor=self.predictor, trainer=self.trainer
        )
        job = await jobs.add("shop", KIND, author, {})
        await MarketingJobRunner(jobs=jobs, handlers={KIND: handler}).run_next()
        return (await jobs.get("shop", KIND, job.id)).result

    async def read(self, account: str) -> Mapping[str, Any]:
        assert account == "shop"
        return {"rows": self.rows, "left_out": LEFT_OUT}


def make_rows(tests: int, clicks: int) -> list[dict[str, Any]]:
    """Two texts a test, the latest test first."""
    return [
        {"text": f"{text}{number}", "test_id": f"t{number}", "impressions": 100, "clicks": clicks,
         "channel": "title", "ended": float(number)}
        for number in reversed(range(tests))
        for text in ("春茶", "通知")
    ]  # fmt: skip


async def test_a_better_model_is_used_and_learns_from_the_tests_in_their_order(
    engine: AsyncEngine,
) -> None:
    account = Account(engine, make_rows(tests=10, clicks=12))

    result = await account.train()

    [texts] = account.trainer.trained_texts
    assert texts[0] == VariantText(
        text="春茶0", test="t0", impressions=100, clicks=12, channel="title"
    )
    assert [text.test for text in texts[::2]] == [f"t{number}" for number in range(10)]
    assert result == {
        "outcome": "activated",
        "note": "用最近 2 个测试比较，新模型不比原来的差，已启用 fake-clicks-2",
        "tests": 10, "impressions": 2000, "clicks": 240, "model": "fake-clicks-2",
        "left_out": LEFT_OUT,
        "trial": asdict(await FakeClickTrainer().train_clicks("shop", texts)),
    }  # fmt: skip


async def test_a_worse_model_is_not_used(engine: AsyncEngine) -> None:
    account = Account(engine, make_rows(tests=12, clicks=10))

    result = await account.train()

    assert (result["outcome"], result["model"]) == ("kept", "fake-clicks-1")
    assert result["note"] == "用最近 2 个测试比较，新模型更差，继续使用 fake-clicks-1"


@pytest.mark.parametrize(
    ("tests", "clicks", "missing"),
    [
        (0, 0, "还差 10 个测试、还差 200 次点击"),
        (9, 50, "还差 1 个测试"),
        (10, 9, "还差 20 次点击"),
    ],
)
async def test_too_little_says_how_much_is_missing(
    engine: AsyncEngine, tests: int, clicks: int, missing: str
) -> None:
    account = Account(engine, make_rows(tests, clicks))

    result = await account.train()

    assert (result["outcome"], result["trial"]) == ("too_few", None)
    assert result["note"] == (
        f"已结束且可用的标题或文案测试有 {tests} 个，共 {tests * clicks * 2} 次点击；训练至少需要"
        f" 10 个测试、200 次点击，{missing}"
    )
    assert account.trainer.trained_texts == []


async def test_a_night_without_news_trains_nothing_and_a_person_always_does(
    engine: AsyncEngine,
) -> None:
    account = Account(engine, make_rows(tests=10, clicks=12))

    first = await account.train(AUTHOR)
    account.predictor.name = "fake-clicks-2"  # what was activated
    second = await account.train(AUTHOR)
    by_hand = await account.train()
    account.rows = make_rows(tests=11, clicks=12)
    with_news = await account.train(AUTHOR)

    outcomes = [each["outcome"] for each in (first, second, by_hand, with_news)]
    assert outcomes == ["activated", "unchanged", "activated", "activated"]
    assert second["note"] == "上次训练之后没有新的测试数据，沿用现有模型"
