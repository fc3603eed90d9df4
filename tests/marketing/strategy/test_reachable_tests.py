"""A proposal says where the test that would prove it can't be finished."""

from dataclasses import replace

import pytest

from app.db.engines import UNAVAILABLE, open_engine
from app.inference.fake_clicks import FakeClickPredictor
from app.marketing.events.analytics import PostgresAnalytics
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.experiments.values import PlannedRun
from app.marketing.strategy.proposing import make_proposals
from app.marketing.strategy.reachable_tests import explain_reach, tell_unreachable_test
from app.marketing.strategy.values import Strategy
from tests.marketing.strategy.test_proposing import QUESTION, QUIET

RUN = PlannedRun(
    exposures=264_063, days=None, base_rate=0.02, daily_exposures=40.0, looks=90,
    smallest_lift=4.52, source="events",
)  # fmt: skip

SILENT = {"stages": {"active": 260, "dormant": 119}, "wanted_words": {}}


@pytest.mark.parametrize(
    ("changes", "run", "sentence"),
    [
        (
            SILENT, RUN,
            "要证明预计的提升，需要 264,063 位粉丝看到，而沉睡粉丝只有 119 位："
            "结果只能参考，多半证明不了差别。",
        ),
        (SILENT, replace(RUN, exposures=110, days=20), ""),
        (
            {"features": (QUESTION,)}, RUN,
            "要证明预计的提升，需要 264,063 次曝光，按目前的流量 90 天内达不到；"
            "四周最小能发现的提升约为 452%（4.5 倍）。结果只能参考，多半证明不了差别。",
        ),
        ({"features": (QUESTION,)}, replace(RUN, days=30), ""),
    ],
)  # fmt: skip
def test_a_test_beyond_reach_is_told(
    changes: dict[str, object], run: PlannedRun, sentence: str
) -> None:
    evidence = replace(QUIET, **changes)  # type: ignore[arg-type]  # one field of the evidence
    [proposal] = make_proposals(Strategy(), evidence)

    assert explain_reach(proposal, run, evidence) == sentence


async def test_an_outage_of_the_database_is_no_test_within_reach() -> None:
    engine = open_engine("postgresql+asyncpg://shop:shop@127.0.0.1:1/shop")
    experiments = ExperimentRequests(engine, FakeClickPredictor(), PostgresAnalytics(engine))
    evidence = replace(QUIET, features=(QUESTION,))
    [proposal, *_] = make_proposals(Strategy(), evidence, 1.0)

    with pytest.raises(UNAVAILABLE):
        await tell_unreachable_test(experiments, "shop", proposal, evidence)
