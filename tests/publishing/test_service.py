"""What people do with posts, over a database."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.lifecycle import (
    NameMissing,
    PastTime,
    SelfApproval,
    StaleVersion,
    WrongState,
)
from app.publishing.repository import UnknownPost
from app.publishing.values import Post, PostState, VersionApproval
from app.simulator.clock import Clock
from tests.publishing.factories import (
    ARTICLE,
    NOW,
    make_content,
    make_scheduled,
    make_service,
)


async def test_a_post_is_stored_as_each_step_leaves_it(engine: AsyncEngine) -> None:
    service = make_service(engine)

    post = await make_scheduled(service, make_content(channel="mass", tag_ids=(2,)), NOW + 60)

    assert post == await service.posts.get("default", post.id)
    assert post == Post(
        id=post.id,
        account="default",
        author="小林",
        articles=(ARTICLE,),
        channel="mass",
        audience=make_content(tag_ids=(2,)).audience,
        state=PostState.SCHEDULED,
        approval=VersionApproval(by="王敏", version=1, at=NOW),
        scheduled_at=NOW + 60,
    )


async def test_every_edit_is_kept_with_its_editor(engine: AsyncEngine) -> None:
    service = make_service(engine)
    post = await service.create("default", "小林", make_content())
    article = replace(ARTICLE, digest="新茶")

    await service.edit("default", post.id, editor="周周", version=1, content=make_content(article))

    first, second = await service.posts.list_edits("default", post.id)
    assert (first.version, first.editor, first.at) == (1, "小林", NOW)
    assert (second.version, second.editor, second.diffs) == (
        2, "周周", [{"article": 1, "field": "digest", "diff": "--- \n+++ \n@@ -0,0 +1 @@\n+新茶"}]
    )  # fmt: skip


async def test_who_wrote_or_edited_it_may_not_approve(engine: AsyncEngine) -> None:
    service = make_service(engine)
    post = await service.create("default", "小林", make_content())
    await service.edit("default", post.id, editor="周周", version=1, content=make_content())
    await service.submit("default", post.id, 2)

    for name in ("小林", "周周"):
        with pytest.raises(SelfApproval, match="不允许审核自己写的内容"):
            await service.approve("default", post.id, by=name, version=2)


async def test_an_account_may_allow_authors_to_approve(engine: AsyncEngine) -> None:
    service = make_service(engine)
    await service.policies.write("default", {"own_allowed": True}, 0)
    post = await service.create("default", "小林", make_content())
    await service.submit("default", post.id, 1)

    approved = await service.approve("default", post.id, by="小林", version=1)

    assert approved.approval == VersionApproval(by="小林", version=1, at=NOW)


async def test_of_two_steps_on_one_version_the_later_is_refused(engine: AsyncEngine) -> None:
    service = make_service(engine)
    post = await service.create("default", "小林", make_content())

    outcomes = await asyncio.gather(
        *(
            service.edit("default", post.id, editor=name, version=1, content=make_content())
            for name in ("小林", "周周")
        ),
        return_exceptions=True,
    )

    assert {type(outcome) for outcome in outcomes} == {Post, StaleVersion}


async def test_bad_steps_are_refused(engine: AsyncEngine) -> None:
    service = make_service(engine)
    post = await make_scheduled(service, at=NOW + 60)

    with pytest.raises(UnknownPost, match="没有编号为 nowhere 的内容"):
        await service.submit("default", "nowhere", 1)
    with pytest.raises(UnknownPost):
        await service.unschedule("other", post.id)
    with pytest.raises(NameMissing):
        await service.create("default", " ", make_content())
    with pytest.raises(PastTime, match="发布时间已经过去了"):
        await service.schedule("default", post.id, NOW - 1)
    with pytest.raises(WrongState, match="状态是“已排期”，不能提交审核"):
        await service.submit("default", post.id, 1)


async def test_text_that_the_database_refuses_is_stored_without_it(engine: AsyncEngine) -> None:
    service = make_service(engine)

    post = await service.create(
        "default", "小林", make_content(replace(ARTICLE, title="茶\0", source="\ud800"))
    )

    stored = await service.posts.get("default", post.id)
    assert stored.articles == (replace(ARTICLE, title="茶", source="?"),)


async def test_a_due_post_is_leased_by_one_worker(engine: AsyncEngine) -> None:
    clock = Clock(NOW)
    service = make_service(engine, clock)
    post = await make_scheduled(service, at=NOW + 60)

    early = await service.posts.lease_due("w1", 30)
    clock.turn(60)
    leases = await asyncio.gather(*(service.posts.lease_due(name, 30) for name in ("w1", "w2")))
    clock.turn(31)
    late = await service.posts.lease_due("w3", 30)

    assert early is None
    assert sorted(leases, key=lambda lease: lease is None) == [post, None]
    assert late == post
