"""Who reads which wording: sticky, bounded in time, and nothing for who takes no part."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import UNAVAILABLE, open_engine
from app.jobs import MessageJob
from app.marketing.events.repository import Events
from app.marketing.experiments.exposing import make_exposure
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.serving.reply_wordings import ReplyWordings
from app.marketing.experiments.serving.running import RunningExperiments
from app.marketing.experiments.values import OverlappingExperiment, StoredExperiment
from app.privacy.pseudonym import make_pseudonym
from tests.marketing.experiments.people import FIELDS

KEY = "k" * 16
VARIANTS = [
    {"name": "A", "share": 0.5, "content": "您好。"},
    {"name": "B", "share": 0.5, "content": "在的。"},
]
REPLY = FIELDS | {
    "subject": "reply", "target": "intent.greet", "variants": VARIANTS, "method": "anytime",
}  # fmt: skip


@dataclass(frozen=True)
class SilentExposures(FirstExposures):
    """Of a database that doesn't answer."""

    async def find_first_variants(
        self, experiment: StoredExperiment, pseudonyms: Any
    ) -> dict[str, str]:
        await asyncio.sleep(60)
        return {}


def make_message(number: int) -> MessageJob:
    return MessageJob(
        id=f"wx1:{number}", account="default", openid=f"o{number}", kind="text", text="你好",
        received=time.time(),
    )  # fmt: skip


async def start(engine: AsyncEngine, **changes: Any) -> StoredExperiment:
    experiments = Experiments(ExperimentStore(engine))
    plan = ExperimentPlan.model_validate(REPLY | changes)
    return await experiments.start(await experiments.create("default", "小林", plan), "小林")


async def open_wordings(engine: AsyncEngine, log: FirstExposures | None = None) -> ReplyWordings:
    running = RunningExperiments(ExperimentStore(engine))
    await running.refresh()
    return ReplyWordings(running=running, exposures=log or FirstExposures(engine), key=KEY)


async def test_each_follower_reads_their_variant_until_the_experiment_is_stopped(
    engine: AsyncEngine,
) -> None:
    experiment = await start(engine, share=0.8, holdout=0.1)
    wordings, messages = await open_wordings(engine), [make_message(n) for n in range(80)]

    first, second = await wordings.find(messages), await wordings.find(messages)
    await Experiments(ExperimentStore(engine)).stop(experiment, "小林", "", "B")
    await wordings.running.refresh()
    after_stop = await wordings.find(messages)

    texts = [[(each.variant, each.text) for each in some] for some in first]
    assert texts == [[(each.variant, each.text) for each in some] for some in second]
    assert {tuple(each) for each in texts} == {(), (("A", "您好。"),), (("B", "在的。"),)}
    assert 5 < texts.count([]) < 40  # the holdout, and who isn't selected
    assert all(
        wording.assigned > message.received
        for message, some in zip(messages, first, strict=True)
        for wording in some
    )
    assert after_stop == [()] * 80  # the winner's words are the operator's to adopt


async def test_a_bandits_follower_keeps_what_they_were_shown_first(engine: AsyncEngine) -> None:
    experiment = await start(engine, kind="bandit", method="bayesian")
    messages = [make_message(number) for number in range(20)]
    exposures = [
        make_exposure(experiment, make_pseudonym(each.openid, KEY), "A", time.time())
        for each in messages
    ]
    await Events(engine).write(exposures)

    wordings = await (await open_wordings(engine)).find(messages)

    assert [[each.variant for each in some] for some in wordings] == [["A"]] * 20


async def test_a_database_that_does_not_answer_delays_no_reply(engine: AsyncEngine) -> None:
    await start(engine, kind="bandit", method="bayesian")
    await start(engine, target="intent.say_ok", namespace="second")
    wordings = await open_wordings(engine, SilentExposures(engine))

    async with asyncio.timeout(10):
        some = await wordings.find([make_message(1)])

    assert [[each.target for each in one] for one in some] == [["intent.say_ok"]]


async def test_while_the_database_is_away_experiments_go_on_from_memory(
    engine: AsyncEngine,
) -> None:
    await start(engine)
    wordings = await open_wordings(engine)
    nobody = open_engine("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    wordings.running.store = ExperimentStore(nobody)

    with pytest.raises(UNAVAILABLE):
        await wordings.running.refresh()

    [some] = await wordings.find([make_message(1)])
    await nobody.dispose()
    assert [each.target for each in some] == ["intent.greet"]


async def test_experiments_of_other_subjects_and_accounts_word_no_reply(
    engine: AsyncEngine,
) -> None:
    await start(engine, subject="title", target="")
    await start(engine, target="", namespace="by the CMS")
    wordings = await open_wordings(engine)
    other = make_message(1).model_copy(update={"account": "cafe"})

    assert await wordings.find([make_message(1), other]) == [(), ()]


@pytest.mark.parametrize("changes", [{"namespace": "second"}, {"unit": "day"}])
async def test_one_reply_is_in_one_experiment_at_a_time(
    engine: AsyncEngine, changes: dict[str, Any]
) -> None:
    await start(engine, share=0.5)
    await start(engine, target="entry.hours", namespace="second")
    await start(engine, share=0.5)  # of the same namespace: other followers

    with pytest.raises(OverlappingExperiment, match="decides the same for the same followers"):
        await start(engine, **changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "asks.order"}, "neither intent.ID nor entry.ID"),
        ({"variants": [VARIANTS[0], VARIANTS[1] | {"content": ""}]}, "variant 'B': it is empty"),
        (
            {"variants": [VARIANTS[0], VARIANTS[1] | {"content": "{品牌}"}]},
            "no slot of this phrase",
        ),
        ({"subject": "title"}, "only variants of a reply have a target"),
    ],
)
def test_words_that_cannot_be_said_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ExperimentPlan.model_validate(REPLY | changes)
