"""Each variant's followers get a tag of the platform, are noted as exposed, and lose it again."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.account_rights.values import AccountRights
from app.errors import Refusal
from app.marketing.audience.segment_repository import Segments
from app.marketing.events.repository import Events
from app.marketing.experiments.groups import (
    GroupJobHandler,
    GroupsNotAllowed,
    PostNotSent,
    refuse_groups,
)
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import (
    StoredExperiment,
    WrongExperimentState,
    WrongVariant,
)
from app.marketing.jobs.values import JsonObject, MarketingJob
from app.publishing.repository import Posts
from app.publishing.sending.follower_tags import FollowerTags
from app.publishing.service import PostContent, open_post_service
from app.publishing.values import PostArticle
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users
from tests.marketing.audience.test_segment_tags import KEY, add_segment
from tests.marketing.experiments.people import FIELDS, make_experiment, open_log
from tests.wechat.client.support import SHOP, make_platform, open_client

WIN_BACK = [
    {"name": "不发送", "share": 0.5}, {"name": "唤回", "share": 0.5, "content": "好久不见"},
]  # fmt: skip


async def ignore_progress(share: float, result: JsonObject | None) -> None:
    """Record nothing."""


def make_job(experiment: StoredExperiment, action: str) -> MarketingJob:
    return MarketingJob(
        id="j" * 32, account=SHOP.name, kind="experiment_groups", author="小林",
        request={"experiment": experiment.id, "action": action}, state="running", progress=0.0,
        result={}, reason="", created=0.0, finished=None,
    )  # fmt: skip


@pytest.fixture
async def tags(redis_url: str) -> AsyncIterator[FollowerTags]:
    """The tags of a platform with 61 followers."""
    platform = make_platform()
    for number in range(60):
        platform.interacted(f"o{number:03}", "subscribe")
    async with open_client(redis_url, platform) as client:
        yield FollowerTags(Tags(client), Users(client))


def make_handler(engine: AsyncEngine, tags: FollowerTags, folder: Path) -> GroupJobHandler:
    return GroupJobHandler(
        store=ExperimentStore(engine), accounts={SHOP.name: SHOP}, tags=tags,
        events=Events(engine), log=open_log(engine, folder), posts=Posts(engine),
        read_members=Segments(engine).read_members, key=KEY,
    )  # fmt: skip


async def send_posts(engine: AsyncEngine, *times: float | None) -> list[str]:
    """The ids of posts that were sent then; None: not yet."""
    service = open_post_service(engine)
    content = PostContent(articles=(PostArticle(title="春茶", source="到店了。"),), channel="mass")
    posts = [await service.create(SHOP.name, "小林", content) for _ in times]
    for post, sent_at in zip(posts, times, strict=True):
        await service.posts.change(SHOP.name, post.id, partial(replace, sent_at=sent_at))
    return [post.id for post in posts]


async def start(engine: AsyncEngine, **changes: Any) -> StoredExperiment:
    experiments = Experiments(ExperimentStore(engine))
    plan = ExperimentPlan.model_validate(FIELDS | {"method": "anytime"} | changes)
    return await experiments.start(await experiments.create(SHOP.name, "小林", plan), "小林")


async def test_the_groups_are_tagged_exposed_and_removed(
    engine: AsyncEngine, tags: FollowerTags, tmp_path: Path
) -> None:
    log = open_log(engine, tmp_path)
    experiment = await start(engine, holdout=0.2)
    handler = make_handler(engine, tags, tmp_path)

    answers = [
        (await handler.run(make_job(experiment, action), ignore_progress))["groups"]
        for action in ("write", "write", "expose", "expose")
    ]
    members = [await tags.read_group(SHOP, each["tag_id"]) for each in answers[0]]
    exposed = (await log.read_exposures(experiment)).exposed
    await handler.run(make_job(experiment, "remove"), ignore_progress)
    names = [tag.name for tag in (await tags.tags.list_all(SHOP)).tags]

    assert answers[0] == answers[1]
    assert [each["variant"] for each in answers[0]] == ["A", "B"]
    assert not members[0] & members[1]
    assert 61 * 0.6 < len(members[0] | members[1]) < 61  # the others are held out
    assert [each["followers"] for each in answers[2]] == [len(each) for each in members]
    counts = [sum(each.variant == name for each in exposed) for name in "AB"]
    assert counts == [len(each) for each in members]
    assert names == []
    assert max(each.first for each in exposed) <= time.time()


async def test_followers_were_exposed_when_their_variants_post_was_sent(
    engine: AsyncEngine, tags: FollowerTags, tmp_path: Path
) -> None:
    log = open_log(engine, tmp_path)
    experiment = await start(engine)
    sent_at = (experiment.started or 0.0) + 3_600
    posts = await send_posts(engine, sent_at, None)
    handler = make_handler(engine, tags, tmp_path)
    await handler.run(make_job(experiment, "write"), ignore_progress)
    job = make_job(experiment, "expose")

    with pytest.raises(PostNotSent, match="of the variant 'B' isn't sent yet"):
        await handler.run(
            replace(job, request={**job.request, "posts": {"B": posts[1]}}), ignore_progress
        )
    await handler.run(
        replace(job, request={**job.request, "posts": {"A": posts[0]}}), ignore_progress
    )

    exposed = (await log.read_exposures(experiment)).exposed
    assert {each.first for each in exposed if each.variant == "A"} == {sent_at}
    assert {each.variant for each in exposed} == {"A"}


async def test_a_control_that_is_sent_nothing_counts_from_the_first_post_on(
    engine: AsyncEngine, tags: FollowerTags, tmp_path: Path
) -> None:
    experiment = await start(engine, subject="copy", variants=WIN_BACK)
    sent_at = (experiment.started or 0.0) + 3_600
    [post] = await send_posts(engine, sent_at)
    handler, job = make_handler(engine, tags, tmp_path), make_job(experiment, "expose")
    await handler.run(make_job(experiment, "write"), ignore_progress)
    no_post = replace(job, request={**job.request, "posts": {"不发送": post}})
    unknown = replace(job, request={**job.request, "posts": {"Z": post}})

    for wrong, sentence in ((no_post, "'不发送' is sent nothing"), (unknown, "no variant 'Z'")):
        with pytest.raises(WrongVariant, match=sentence):
            await handler.run(wrong, ignore_progress)
    await handler.run(
        replace(job, request={**job.request, "posts": {"唤回": post}}), ignore_progress
    )

    exposed = (await handler.log.read_exposures(experiment)).exposed
    assert len(exposed) == 61
    assert {(each.variant, each.first) for each in exposed} == {
        ("不发送", sent_at), ("唤回", sent_at),
    }  # fmt: skip


async def test_groups_are_made_of_the_members_of_a_segment(
    engine: AsyncEngine, tags: FollowerTags, tmp_path: Path
) -> None:
    experiment = await start(engine, subject="copy", variants=WIN_BACK)
    dormant = [f"o{number:03}" for number in range(20)]
    segment = await add_segment(engine, dormant, "沉睡")
    job = make_job(experiment, "write")

    answer = await make_handler(engine, tags, tmp_path).run(
        replace(job, request={**job.request, "segment": segment.id}), ignore_progress
    )

    members = [await tags.read_group(SHOP, each["tag_id"]) for each in answer["groups"]]
    assert sorted(members[0] | members[1]) == dormant


@pytest.mark.parametrize(
    ("changes", "state", "refusal", "sentence"),
    [
        ({"unit": "day"}, "running", WrongExperimentState, "alternate by day"),
        ({}, "stopped", WrongExperimentState, "only a running one has groups"),
    ],
)
def test_an_experiment_without_groups_is_refused(
    changes: dict[str, Any], state: Any, refusal: type[Refusal], sentence: str
) -> None:
    experiment = replace(make_experiment(**changes), state=state)

    with pytest.raises(refusal, match=sentence):
        refuse_groups(SHOP, experiment)


def test_an_account_without_tags_is_told_of_days() -> None:
    rights = AccountRights(
        kind="subscription", is_verified=False, is_personal=True, rights=frozenset()
    )

    with pytest.raises(GroupsNotAllowed, match="unit day, which compares days and not people"):
        refuse_groups(replace(SHOP, rights=rights), make_experiment())
