"""Each variant's followers get a tag of the platform, are noted as exposed, and lose it again."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.account_rights.values import AccountRights
from app.errors import Refusal
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
from app.marketing.experiments.values import StoredExperiment, WrongExperimentState
from app.marketing.jobs.values import JsonObject, MarketingJob
from app.publishing.repository import Posts
from app.publishing.sending.follower_tags import FollowerTags
from app.publishing.service import PostContent, open_post_service
from app.publishing.values import PostArticle
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users
from tests.marketing.experiments.people import FIELDS, make_experiment, open_log
from tests.wechat.client.support import SHOP, make_platform, open_client


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


async def start(engine: AsyncEngine, **changes: Any) -> StoredExperiment:
    experiments = Experiments(ExperimentStore(engine))
    plan = ExperimentPlan.model_validate(FIELDS | {"method": "anytime"} | changes)
    return await experiments.start(await experiments.create(SHOP.name, "小林", plan), "小林")


async def test_the_groups_are_tagged_exposed_and_removed(
    engine: AsyncEngine, tags: FollowerTags, tmp_path: Path
) -> None:
    log = open_log(engine, tmp_path)
    experiment = await start(engine, holdout=0.2)
    handler = GroupJobHandler(
        store=ExperimentStore(engine), accounts={SHOP.name: SHOP}, tags=tags,
        events=Events(engine), log=log, posts=Posts(engine), key="k" * 16,
    )  # fmt: skip

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
    service = open_post_service(engine)
    content = PostContent(articles=(PostArticle(title="春茶", source="到店了。"),), channel="mass")
    posts = [await service.create(SHOP.name, "小林", content) for _ in range(2)]
    await service.posts.change(SHOP.name, posts[0].id, lambda post: replace(post, sent_at=sent_at))
    handler = GroupJobHandler(
        store=ExperimentStore(engine), accounts={SHOP.name: SHOP}, tags=tags,
        events=Events(engine), log=log, posts=Posts(engine), key="k" * 16,
    )  # fmt: skip
    await handler.run(make_job(experiment, "write"), ignore_progress)
    job = make_job(experiment, "expose")

    with pytest.raises(PostNotSent, match="of the variant 'B' isn't sent yet"):
        await handler.run(
            replace(job, request={**job.request, "posts": {"B": posts[1].id}}), ignore_progress
        )
    await handler.run(
        replace(job, request={**job.request, "posts": {"A": posts[0].id}}), ignore_progress
    )

    exposed = (await log.read_exposures(experiment)).exposed
    assert {each.first for each in exposed if each.variant == "A"} == {sent_at}
    assert {each.variant for each in exposed} == {"A"}


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
