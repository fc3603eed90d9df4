"""Each variant becomes a draft to its group, at its hour; nothing is sent by that."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.errors import Refusal
from app.kit.clock import CHINA
from app.marketing.experiments.groups import KIND, GroupsNotAllowed
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.serving.variant_posts import (
    NoVariantGroups,
    NoVariantPost,
    VariantPosts,
)
from app.marketing.experiments.values import StoredExperiment, WrongExperimentState
from app.marketing.jobs.queue import MarketingJobs
from app.publishing.service import open_post_service
from app.publishing.titles import name_item
from app.publishing.values import Audience, PostArticle, PostState
from tests.marketing.experiments.people import FIELDS

VERIFIED = Account(name="default", appid="wx0123456789abcdef", token="token", verified=True)
ARTICLE = PostArticle(title="春茶", source="今年的龙井到店了。")
DAY = date(2026, 12, 3)
TITLES = [
    {"name": "A", "share": 0.5, "content": "龙井到了"},
    {"name": "B", "share": 0.5, "content": "3 月 28 日采的龙井"},
    {"name": "off", "share": 0, "content": "不发"},
]
HOURS = [
    {"name": "早", "share": 0.5, "content": "8"},
    {"name": "晚", "share": 0.5, "content": "20:30"},
]


async def start(engine: AsyncEngine, **changes: Any) -> StoredExperiment:
    experiments = Experiments(ExperimentStore(engine))
    plan = ExperimentPlan.model_validate(FIELDS | {"method": "anytime"} | changes)
    return await experiments.start(await experiments.create("default", "小林", plan), "小林")


async def finish_job(engine: AsyncEngine, experiment: StoredExperiment, action: str) -> None:
    """A job on the experiment's groups, done."""
    jobs = MarketingJobs(engine)
    work = {"experiment": experiment.id, "action": action}
    await jobs.add("default", KIND, "小林", work)
    job = await jobs.lease_next("w1", [KIND])
    assert job is not None
    names = experiment.plan.variant_names
    rows = [{"variant": name, "tag_id": at} for at, name in enumerate(names, start=100)]
    await jobs.finish(job, "w1", {"groups": rows})


def open_variant_posts(engine: AsyncEngine) -> VariantPosts:
    return VariantPosts(VERIFIED, open_post_service(engine), MarketingJobs(engine))


async def test_each_title_is_drafted_to_the_tag_of_its_group(engine: AsyncEngine) -> None:
    experiment = await start(engine, variants=TITLES)
    await finish_job(engine, experiment, "write")
    await finish_job(engine, experiment, "expose")

    drafts = await open_variant_posts(engine).create(experiment, "小林", ARTICLE, None)

    posts = [each.post for each in drafts]
    assert [(each.variant, each.tag_id, each.send_at) for each in drafts] == [
        ("A", 100, None), ("B", 101, None),
    ]  # fmt: skip
    assert [(name_item(post.articles[0]), post.audience) for post in posts] == [
        ("龙井到了", Audience(tag_ids=(100,))), ("3 月 28 日采的龙井", Audience(tag_ids=(101,))),
    ]  # fmt: skip
    assert {(post.channel, post.state) for post in posts} == {("mass", PostState.DRAFT)}


async def test_each_hour_is_drafted_with_the_time_to_schedule_it_for(engine: AsyncEngine) -> None:
    experiment = await start(engine, subject="send_time", variants=HOURS)
    await finish_job(engine, experiment, "write")

    drafts = await open_variant_posts(engine).create(experiment, "小林", ARTICLE, DAY)

    times = [datetime.fromtimestamp(each.send_at or 0.0, CHINA) for each in drafts]
    assert [f"{each:%m-%d %H:%M}" for each in times] == ["12-03 08:00", "12-03 20:30"]
    assert {each.post.articles for each in drafts} == {(ARTICLE,)}


async def test_a_variants_text_is_the_source_of_its_post(engine: AsyncEngine) -> None:
    experiment = await start(engine, subject="copy", variants=TITLES)
    await finish_job(engine, experiment, "write")

    [first, _] = await open_variant_posts(engine).create(experiment, "小林", ARTICLE, None)

    assert first.post.articles == (PostArticle(title="春茶", source="龙井到了"),)


async def test_a_control_without_a_text_has_no_post(engine: AsyncEngine) -> None:
    sent = {"name": "唤回", "share": 0.5, "content": "好久不见"}
    variants = [{"name": "不发送", "share": 0.5}, sent]
    experiment = await start(engine, subject="copy", variants=variants)
    await finish_job(engine, experiment, "write")

    drafts = await open_variant_posts(engine).create(experiment, "小林", ARTICLE, None)

    assert [(each.variant, each.tag_id) for each in drafts] == [("唤回", 101)]
    assert experiment.plan.unsent_variants == {"不发送"}


async def test_a_day_has_the_post_of_its_variant_to_all(engine: AsyncEngine) -> None:
    experiment = await start(engine, unit="day", variants=TITLES)
    days = [date(2026, 12, day) for day in (3, 4)]

    drafts = [
        (await open_variant_posts(engine).create(experiment, "小林", ARTICLE, day))[0]
        for day in days
    ]

    assert {each.variant for each in drafts} == {"A", "B"}
    assert [each.post.audience for each in drafts] == [Audience()] * 2


@pytest.mark.parametrize(
    ("changes", "actions", "day", "refusal", "sentence"),
    [
        ({"variants": TITLES}, [], None, NoVariantGroups, "queue a job on its groups"),
        ({"variants": TITLES}, ["write", "remove"], None, NoVariantGroups, "queue a job"),
        (
            {"subject": "send_time", "variants": HOURS},
            ["write"],
            None,
            NoVariantPost,
            "which `day`",
        ),
        ({"unit": "day", "variants": TITLES}, [], None, NoVariantPost, "which `day`"),
        ({"subject": "reply"}, [], None, WrongExperimentState, "on reply is not sent by posts"),
    ],
)
async def test_what_cannot_be_sent_is_refused_and_nothing_is_drafted(
    engine: AsyncEngine,
    changes: dict[str, Any],
    actions: list[str],
    day: date | None,
    refusal: type[Refusal],
    sentence: str,
) -> None:
    experiment = await start(engine, **changes)
    for action in actions:
        await finish_job(engine, experiment, action)
    service = open_variant_posts(engine)

    with pytest.raises(refusal, match=sentence):
        await service.create(experiment, "小林", ARTICLE, day)

    assert await service.posts.posts.list_page("default") == []


async def test_an_account_without_tags_is_told_the_right_that_it_lacks(engine: AsyncEngine) -> None:
    experiment = await start(engine, variants=TITLES)
    unverified = replace(VERIFIED, verified=False)
    posts = replace(open_variant_posts(engine), account=unverified)

    with pytest.raises(GroupsNotAllowed, match="lacks the right to give followers tags"):
        await posts.create(experiment, "小林", ARTICLE, None)
