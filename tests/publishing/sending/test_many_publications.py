"""Many publications whose events are late, missing or misnamed: each told right, within budget."""

import random
from itertools import product
from typing import Literal

import pytest

from app.db.engines import open_engine
from app.publishing.sending.reports import PublishReports
from app.publishing.values import Post, PostState, VersionApproval
from app.simulator.callback.wire import to_xml
from app.simulator.families.freepublish import STATUS, SUBMIT, Publications
from app.simulator.publishing.jobs import EventFate, JobPlans, PublishPlan
from app.wechat.callback.jobs import build_job
from app.wechat.callback.messages import parse_message
from tests.publishing.factories import ARTICLE, NOW
from tests.publishing.sending.senders import ACCOUNT, SenderSetup, open_sender

DAYS, A_DAY = 2, 100  # the platform takes 100 submissions a day, and as many questions
DAY_SECONDS = 86_400.0
SECONDS = (1.0, 2.0, 30.0, 200.0)
STATUSES: tuple[Literal[0, 2, 3, 4], ...] = (0, 2, 3, 4)
EVENTS: tuple[EventFate, ...] = ("sent", "missing", "misnamed")
EVENTS_AFTER = (0.0, 20.0, 3_600.0)
PAUSES = (0.0, 1.0, 3.0, *(30.0,) * 5, *(300.0,) * 6, *(1_800.0,) * 5, *(7_200.0,) * 9)


def make_plans() -> list[PublishPlan]:
    """Each combination once, some twice, in an order by chance that repeats."""
    combinations = [
        PublishPlan(seconds=seconds, status=status, event=event, event_after=event_after)
        for seconds, status, event, event_after in product(SECONDS, STATUSES, EVENTS, EVENTS_AFTER)
    ]
    chance = random.Random(0)
    plans = combinations + chance.sample(combinations, DAYS * A_DAY - len(combinations))
    return chance.sample(plans, len(plans))


async def deliver_events(setup: SenderSetup) -> None:
    """Hand the platform's due events to the service, as its callback does."""
    reports = PublishReports(setup.sender.posts, setup.sender.steps)
    for event in setup.platform.state.take_due_events():
        head = {"ToUserName": "gh_1", "FromUserName": event.openid, "CreateTime": "1"}
        job = build_job(ACCOUNT, parse_message(to_xml({**head, **event.fields})), setup.clock())
        assert job is not None
        assert job.type == "publish_report"
        await reports.record(job)


async def schedule_many(setup: SenderSetup, count: int) -> list[Post]:
    """As many approved posts that are due now."""
    approval = VersionApproval(by="王敏", version=1, at=NOW)
    posts = [
        Post(
            id=f"{setup.clock():.0f}-{number}", account="default", author="小林",
            articles=(ARTICLE,), state=PostState.APPROVED, approval=approval,
        )
        for number in range(count)
    ]  # fmt: skip
    for post in posts:
        await setup.service.posts.add(post)
        await setup.service.schedule("default", post.id, None)
    return posts


async def read_truth(setup: SenderSetup, post: Post) -> tuple[PostState, PostState]:
    """What the post says, and what the platform did with it."""
    step = await setup.sender.steps.find(post, "publish")
    assert step
    jobs = setup.platform.account().store(Publications).jobs
    is_failed = jobs[step.answer["publish_id"]].plan.status != 0
    return (
        (await setup.read(post)).state,
        PostState.FAILED if is_failed else PostState.PUBLISHED,
    )


async def publish_for_a_day(setup: SenderSetup, plans: list[PublishPlan]) -> list[Post]:
    """Send as many posts as there are plans, and let a day pass."""
    setup.platform.account().store(JobPlans).publications.extend(plans)
    start, posts = setup.clock(), await schedule_many(setup, len(plans))
    for seconds in PAUSES:
        setup.clock.turn(seconds)
        await deliver_events(setup)
        for _ in range(A_DAY // 20):
            await setup.sender.send_due()
    setup.clock.turn(start + DAY_SECONDS - setup.clock())
    return posts


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_every_publication_is_told_right_within_the_budget(
    database_url: str, redis_url: str
) -> None:
    engine, plans = open_engine(database_url), make_plans()
    async with open_sender(engine, redis_url) as setup:
        for day in range(DAYS):
            posts = await publish_for_a_day(setup, plans[day * A_DAY : (day + 1) * A_DAY])
            truths = [await read_truth(setup, post) for post in posts]
            assert [state for state, _ in truths] == [right for _, right in truths]
    await engine.dispose()

    assert setup.platform.calls[SUBMIT] == DAYS * A_DAY
    assert setup.platform.calls[STATUS] <= DAYS * A_DAY
