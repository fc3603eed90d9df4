"""A post's states: what leads where, and that nothing goes out without a named approver."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.errors import Refusal
from app.publishing import lifecycle
from app.publishing.values import (
    Audience,
    Post,
    PostArticle,
    PostState,
    VersionApproval,
)

ARTICLE = PostArticle(title="春茶上新", source="正文")
NOW = 1_800_000_000.0


def make_post(state: PostState = PostState.DRAFT) -> Post:
    return Post(id="p1", account="default", author="小林", articles=(ARTICLE,), state=state)


def approve(post: Post, by: str = "王敏") -> Post:
    return lifecycle.approve(post, by=by, version=1, now=NOW, own_allowed=False)


def test_an_article_goes_from_draft_to_published() -> None:
    submitted = lifecycle.submit(make_post(), 1)
    approved = approve(submitted)
    scheduled = lifecycle.schedule(approved, at=NOW + 60, now=NOW)
    sending = lifecycle.begin_sending(scheduled, NOW + 60)

    assert lifecycle.confirm(sending) == replace(
        make_post(PostState.PUBLISHED),
        approval=VersionApproval(by="王敏", version=1, at=NOW),
        scheduled_at=NOW + 60,
        sent_at=NOW + 60,
    )


def test_an_edit_voids_the_approval() -> None:
    approved = approve(lifecycle.submit(make_post(), 1))

    edited = lifecycle.edit(
        approved, articles=(ARTICLE,), channel="mass", audience=Audience(tag_ids=(2,)), version=1
    )

    assert (edited.state, edited.version, edited.approval) == (PostState.DRAFT, 2, None)


def test_a_version_that_changed_meanwhile_is_not_approved() -> None:
    submitted = replace(make_post(PostState.SUBMITTED), version=2)

    with pytest.raises(lifecycle.StaleVersion, match="现在是第 2 版，您看到的是第 1 版"):
        approve(submitted)


@pytest.mark.parametrize("own_allowed", [True, False])
def test_authors_approve_their_own_only_where_the_account_allows_it(own_allowed: bool) -> None:
    submitted = make_post(PostState.SUBMITTED)

    def approve_own() -> Post:
        return lifecycle.approve(
            submitted, by=" 小林 ", version=1, now=NOW, own_allowed=own_allowed
        )

    if own_allowed:
        assert approve_own().state == PostState.APPROVED
    else:
        with pytest.raises(lifecycle.SelfApproval, match="换一位同事"):
            approve_own()


def test_an_approver_has_a_name() -> None:
    with pytest.raises(lifecycle.NameMissing):
        approve(make_post(PostState.SUBMITTED), by="  ")


def test_a_schedule_in_the_past_is_refused() -> None:
    with pytest.raises(lifecycle.PastTime):
        lifecycle.schedule(make_post(PostState.APPROVED), at=NOW - 1, now=NOW)


@pytest.mark.parametrize("state", [PostState.SENDING, PostState.WITHDRAWN])
def test_what_is_being_sent_can_not_be_withdrawn(state: PostState) -> None:
    with pytest.raises(lifecycle.WrongState, match="不能撤回"):
        lifecycle.withdraw(make_post(state), by="王敏", reason="价格有误")


def test_a_sent_publication_is_not_edited() -> None:
    with pytest.raises(lifecycle.WrongState, match="状态是“已发布”，不能修改"):
        lifecycle.edit(
            make_post(PostState.PUBLISHED),
            articles=(ARTICLE,),
            channel="publish",
            audience=Audience(),
            version=1,
        )


class AnyPath(RuleBasedStateMachine):
    """Steps in any order, by any name, with versions that may be stale."""

    NAMES = st.sampled_from(["小林", "王敏", "", " "])
    VERSIONS = st.integers(1, 4)
    TIMES = st.floats(NOW - 10, NOW + 10)

    def __init__(self) -> None:
        super().__init__()
        self.post = make_post()
        self.approvals: set[tuple[str, int]] = set()  # by whom, of which version

    def take(self, step: str, *args: object, **keywords: object) -> None:
        try:
            self.post = getattr(lifecycle, step)(self.post, *args, **keywords)
        except Refusal:
            return
        if step == "approve":
            self.approvals.add((str(keywords["by"]).strip(), self.post.version))

    @rule(version=VERSIONS)
    def edit(self, version: int) -> None:
        self.take(
            "edit", articles=(ARTICLE,), channel="publish", audience=Audience(), version=version
        )

    @rule(version=VERSIONS)
    def submit(self, version: int) -> None:
        self.take("submit", version)

    @rule(by=NAMES, version=VERSIONS)
    def approve(self, by: str, version: int) -> None:
        self.take("approve", by=by, version=version, now=NOW, own_allowed=False)

    @rule(by=NAMES)
    def reject(self, by: str) -> None:
        self.take("reject", by=by, reason="")

    @rule(at=TIMES)
    def schedule(self, at: float) -> None:
        self.take("schedule", at=at, now=NOW)

    @rule(now=TIMES)
    def begin_sending(self, now: float) -> None:
        self.take("begin_sending", now)

    @rule(step=st.sampled_from(["unschedule", "confirm"]))
    def move_on(self, step: str) -> None:
        self.take(step)

    @rule()
    def fail(self) -> None:
        self.take("fail", "审核不通过")

    @rule(by=NAMES)
    def withdraw(self, by: str) -> None:
        self.take("withdraw", by=by, reason="")

    @invariant()
    def what_is_sent_was_approved_by_a_named_colleague_in_this_version(self) -> None:
        if self.post.state in {PostState.SENDING, PostState.PUBLISHED}:
            approval = self.post.approval
            assert approval is not None
            assert approval.version == self.post.version
            assert (approval.by, approval.version) in self.approvals
            assert approval.by not in {"", self.post.author}


AnyPath.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
test_nothing_goes_out_without_a_named_approver = AnyPath.TestCase
