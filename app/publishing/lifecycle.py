"""The states of a post and the steps between them. No I/O.

Nothing reaches followers unless a named person has approved exactly the version that is sent:
WeChat's operating rules forbid accounts on which software alone creates and publishes.
"""

from dataclasses import replace

from app.errors import Refusal
from app.kit.text import fold_name
from app.publishing.values import (
    Audience,
    Channel,
    Post,
    PostItem,
    PostState,
    VersionApproval,
)

EDITABLE = frozenset(
    {
        PostState.DRAFT,
        PostState.SUBMITTED,
        PostState.APPROVED,
        PostState.SCHEDULED,
        PostState.FAILED,
        PostState.EXPORTED,
    }
)
ENDED = frozenset({PostState.PUBLISHED, PostState.WITHDRAWN})
# The platform's answer is waited for, or may still come.
_OPEN = frozenset({PostState.SENDING, PostState.UNCONFIRMED})
_TITLES = {
    PostState.DRAFT: "草稿",
    PostState.SUBMITTED: "待审核",
    PostState.APPROVED: "已通过",
    PostState.SCHEDULED: "已排期",
    PostState.SENDING: "发送中",
    PostState.UNCONFIRMED: "结果待确认",
    PostState.PUBLISHED: "已发布",
    PostState.FAILED: "发布失败",
    PostState.EXPORTED: "待手动发布",
    PostState.WITHDRAWN: "已撤回",
}


class WrongState(Refusal):
    """The step is not possible in the post's state."""

    status = 409
    name = "wrong_state"


class StaleVersion(Refusal):
    """The post was edited since the version that the step names."""

    status = 409
    name = "stale_version"


class SelfApproval(Refusal):
    """The account forbids authors to approve what they wrote."""

    status = 403
    name = "self_approval"


class NameMissing(Refusal):
    """A step that a person answers for came without a name."""

    status = 422
    name = "name_missing"


class PastTime(Refusal):
    """A schedule in the past."""

    status = 422
    name = "past_time"


def edit(
    post: Post,
    *,
    articles: tuple[PostItem, ...],
    channel: Channel,
    audience: Audience,
    version: int,
) -> Post:
    """The next version, a draft again: an approval of the former version is void.

    Raises WrongState once sending has begun, StaleVersion for another version.
    """
    _require(post, EDITABLE, "修改")
    _require_version(post, version)
    return replace(
        post,
        articles=articles,
        channel=channel,
        audience=audience,
        version=post.version + 1,
        state=PostState.DRAFT,
        approval=None,
        scheduled_at=None,
        reason="",
    )


def submit(post: Post, version: int) -> Post:
    """Hand a draft to the approvers. Raises WrongState and StaleVersion."""
    _require(post, {PostState.DRAFT, PostState.FAILED}, "提交审核")
    _require_version(post, version)
    return replace(post, state=PostState.SUBMITTED, approval=None, reason="")


def approve(
    post: Post, *, by: str, version: int, now: float, own_allowed: bool, reason: str = ""
) -> Post:
    """Approve the version that was read; `reason` signs for its findings.

    Raises WrongState, StaleVersion, NameMissing, and SelfApproval where the author approves and
    `own_allowed` is false.
    """
    _require(post, {PostState.SUBMITTED}, "审核")
    _require_version(post, version)
    name = _require_name(by)
    if fold_name(name) == fold_name(post.author) and not own_allowed:
        raise make_self_approval()
    approval = VersionApproval(by=name, version=version, at=now, reason=reason.strip())
    return replace(post, state=PostState.APPROVED, approval=approval)


def make_self_approval() -> SelfApproval:
    """The refusal of an approval by an author or an editor."""
    return SelfApproval("这个公众号不允许审核自己写的内容，请换一位同事审核。")


def reject(post: Post, *, by: str, reason: str) -> Post:
    """Send a submitted or approved post back to its author with a reason.

    Raises WrongState and NameMissing.
    """
    _require(
        post,
        {PostState.SUBMITTED, PostState.APPROVED, PostState.SCHEDULED},
        "退回",
    )
    name = _require_name(by)
    return replace(
        post,
        state=PostState.DRAFT,
        approval=None,
        scheduled_at=None,
        reason=f"{name}：{reason.strip() or '未说明原因'}",
    )


def schedule(post: Post, *, at: float, now: float) -> Post:
    """Send at a time, or move the time. Raises WrongState and PastTime."""
    _require(post, {PostState.APPROVED, PostState.SCHEDULED}, "排期")
    if at < now:
        raise PastTime("发布时间已经过去了，请选一个将来的时间。")
    return replace(post, state=PostState.SCHEDULED, scheduled_at=at)


def unschedule(post: Post) -> Post:
    """Take a post off the calendar; the approval stays. Raises WrongState."""
    _require(post, {PostState.SCHEDULED}, "取消排期")
    return replace(post, state=PostState.APPROVED, scheduled_at=None)


def begin_sending(post: Post, now: float) -> Post:
    """The step before the first call that followers may see. Raises WrongState."""
    _require(post, {PostState.SCHEDULED}, "发送")
    if post.approval is None or post.approval.version != post.version:
        raise WrongState("这个版本还没有人审核通过，不能发送。")
    if post.scheduled_at is None or post.scheduled_at > now:
        raise WrongState("还没到发布时间。")
    return replace(post, state=PostState.SENDING, sent_at=now)


def confirm(post: Post, note: str = "") -> Post:
    """The platform says that it is published; `note`: what wasn't sent. Raises WrongState."""
    _require(post, _OPEN, "确认发布")
    return replace(post, state=PostState.PUBLISHED, reason=note)


def lose_track(post: Post, reason: str) -> Post:
    """It may have been sent, and the platform doesn't tell. Raises WrongState.

    A person looks there and settles it; nothing is sent again before.
    """
    _require(post, _OPEN, "标记为结果待确认")
    return replace(post, state=PostState.UNCONFIRMED, reason=reason)


def settle(post: Post, *, by: str, is_published: bool) -> Post:
    """A named person has looked whether the platform sent it. Raises WrongState, NameMissing.

    What was not sent has failed: it may be edited and submitted again, as a new version.
    """
    _require(post, {PostState.UNCONFIRMED}, "确认结果")
    name = _require_name(by)
    if is_published:
        return replace(post, state=PostState.PUBLISHED, reason=f"{name} 确认已发布")
    return fail(post, f"{name} 确认没有发出")


def fail(post: Post, reason: str) -> Post:
    """The platform refused; the author may edit and submit again. Raises WrongState."""
    _require(post, _OPEN, "标记失败")
    return replace(post, state=PostState.FAILED, approval=None, scheduled_at=None, reason=reason)


def hand_over(post: Post, reason: str) -> Post:
    """The account may not publish over the API: a person pastes the HTML. Raises WrongState."""
    _require(post, {PostState.SENDING}, "转为手动发布")
    return replace(post, state=PostState.EXPORTED, channel="export", reason=reason)


def withdraw(post: Post, *, by: str, reason: str) -> Post:
    """Take back what was published, or drop what was not sent. Raises WrongState, NameMissing.

    While the platform works on it nothing can be withdrawn: its answer is waited for.
    """
    if post.state in {*_OPEN, PostState.WITHDRAWN}:
        raise _wrong_state(post, "撤回")
    name = _require_name(by)
    return replace(
        post,
        state=PostState.WITHDRAWN,
        scheduled_at=None,
        reason=f"{name}：{reason.strip() or '未说明原因'}",
    )


def _require(post: Post, states: set[PostState] | frozenset[PostState], step: str) -> None:
    if post.state not in states:
        raise _wrong_state(post, step)


def _wrong_state(post: Post, step: str) -> WrongState:
    return WrongState(f"这篇内容的状态是“{_TITLES[post.state]}”，不能{step}。")


def _require_version(post: Post, version: int) -> None:
    if version > post.version:
        raise StaleVersion(
            f"没有第 {version} 版：最新的是第 {post.version} 版。请核对版本号后再操作。"
        )
    if version != post.version:
        raise StaleVersion(
            f"内容已经被修改：现在是第 {post.version} 版，"
            f"您看到的是第 {version} 版。请刷新后再操作。"
        )


def _require_name(name: str) -> str:
    if not name.strip():
        raise NameMissing("请写明操作人的姓名。")
    return name.strip()
