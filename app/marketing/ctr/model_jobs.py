"""The jobs that train an account's own click model on its ended tests."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.inference.click_ports import ClickPredictor
from app.inference.click_training import ClickModelTrial, ClickTrainer, VariantText
from app.marketing.jobs.nightly import AUTHOR
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress

KIND = "click_model"
FEWEST_TESTS = 10  # ended tests: of so many, the latest two judge the model
FEWEST_CLICKS = 200  # of all of them; with fewer, rates are mostly chance
RECENT_JOBS = 20  # among which the last training is looked for

# Gives an account's ended tests as `rows`, and the experiments that are `left_out`.
ReadRows = Callable[[str], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickModelJobHandler:
    """Reads the account's tests, trains where there are enough, and tells what came of it."""

    jobs: MarketingJobs
    read_rows: ReadRows
    predictor: ClickPredictor
    trainer: ClickTrainer

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """`outcome` (activated, kept, unchanged, too_few) with a sentence `note`, what there is to
        learn from, and `trial`: the new model beside the one in use. Raises ClickTrainingFailed.
        """
        table = await self.read_rows(job.account)
        texts = _list_texts(table["rows"])
        before = await self.predictor.describe_training(job.account)
        evidence = _count_evidence(texts) | {"model": before.model}
        await record(0.3, None)
        answer = {**evidence, "left_out": table["left_out"], "trial": None}
        if note := _explain_few(evidence):
            return {**answer, "outcome": "too_few", "note": note}
        if job.author == AUTHOR and evidence == await self._read_last_evidence(job):
            note = "上次训练之后没有新的测试数据，沿用现有模型"
            return {**answer, "outcome": "unchanged", "note": note}
        trial = await self.trainer.train_clicks(job.account, texts)
        return {
            **answer,
            "model": trial.new if trial.is_passed else trial.current,
            "trial": asdict(trial),
            "outcome": "activated" if trial.is_passed else "kept",
            "note": _describe_trial(trial),
        }

    async def _read_last_evidence(self, job: MarketingJob) -> dict[str, Any] | None:
        """What there was after the account's last training; None before the first one."""
        recent = await self.jobs.list_page(job.account, KIND, limit=RECENT_JOBS)
        trainings = [each.result for each in recent if each.result.get("trial")]
        names = ("tests", "impressions", "clicks", "model")
        return {name: trainings[0][name] for name in names} if trainings else None


def _list_texts(rows: Sequence[Mapping[str, Any]]) -> list[VariantText]:
    """The rows, in the order in which their tests ended."""
    return [
        VariantText(
            text=row["text"],
            test=row["test_id"],
            impressions=row["impressions"],
            clicks=row["clicks"],
            channel=row["channel"],
        )
        for row in sorted(rows, key=lambda row: (row["ended"], row["test_id"]))
    ]


def _count_evidence(texts: Sequence[VariantText]) -> dict[str, Any]:
    return {
        "tests": len({text.test for text in texts}),
        "impressions": sum(text.impressions for text in texts),
        "clicks": sum(text.clicks for text in texts),
    }


def _explain_few(evidence: Mapping[str, Any]) -> str:
    """How much is missing, in Chinese; "" where there is enough."""
    tests, clicks = evidence["tests"], evidence["clicks"]
    if tests >= FEWEST_TESTS and clicks >= FEWEST_CLICKS:
        return ""
    missing = [
        f"还差 {fewest - count:,} {unit}"
        for count, fewest, unit in (
            (tests, FEWEST_TESTS, "个测试"),
            (clicks, FEWEST_CLICKS, "次点击"),
        )
        if count < fewest
    ]
    return (
        f"已结束且可用的标题或文案测试有 {tests:,} 个，共 {clicks:,} 次点击；训练至少需要"
        f" {FEWEST_TESTS} 个测试、{FEWEST_CLICKS} 次点击，{'、'.join(missing)}"
    )


def _describe_trial(trial: ClickModelTrial) -> str:
    comparison = f"用最近 {trial.later_tests} 个测试比较"
    if trial.is_passed:
        return f"{comparison}，新模型不比原来的差，已启用 {trial.new}"
    return f"{comparison}，新模型更差，继续使用 {trial.current}"
