"""The states of reviewed content and the steps between them. No I/O.

Followers meet nothing unless a named person has approved exactly the version that goes live.
"""

from dataclasses import replace

from app.errors import Refusal
from app.kit.text import fold_name
from app.publishing.lifecycle import NameMissing, SelfApproval, StaleVersion, WrongState
from app.publishing.values import VersionApproval
from app.touchpoints.menus.values import Menu
from app.touchpoints.review.values import Content, LiveVersion, ReviewedContent, ReviewState

_TITLES = {
    ReviewState.DRAFT: "草稿",
    ReviewState.SUBMITTED: "待审核",
    ReviewState.APPROVED: "已通过",
    ReviewState.LIVE: "已上线",
    ReviewState.WITHDRAWN: "已撤下",
}
_NOT_WITHDRAWN = frozenset(ReviewState) - {ReviewState.WITHDRAWN}


class OtherPlace(Refusal):
    """An edit would move the content: a default menu to a tag, a welcome to another channel."""

    status = 422
    name = "other_place"


def edit(item: ReviewedContent, *, content: Content, version: int) -> ReviewedContent:
    """The next version, a draft; what is live stays live.

    Raises WrongState, StaleVersion, OtherPlace.
    """
    _require(item, _NOT_WITHDRAWN, "修改")
    _require_version(item, version)
    if _find_place(content) != _find_place(item.content):
        raise OtherPlace("默认菜单和个性化菜单不能互相改，欢迎语也不能换渠道：请另建一个。")
    return replace(
        item,
        content=content,
        version=item.version + 1,
        state=ReviewState.DRAFT,
        approval=None,
        reason="",
    )


def submit(item: ReviewedContent, version: int) -> ReviewedContent:
    """Hand a draft to the approvers. Raises WrongState and StaleVersion."""
    _require(item, {ReviewState.DRAFT}, "提交审核")
    _require_version(item, version)
    return replace(item, state=ReviewState.SUBMITTED, reason="")


def approve(item: ReviewedContent, *, by: str, version: int, now: float) -> ReviewedContent:
    """Approve the version that was read. Raises WrongState, StaleVersion, NameMissing."""
    _require(item, {ReviewState.SUBMITTED}, "审核")
    _require_version(item, version)
    approval = VersionApproval(by=require_name(by), version=version, at=now)
    return replace(item, state=ReviewState.APPROVED, approval=approval)


def reject(item: ReviewedContent, *, by: str, reason: str) -> ReviewedContent:
    """Send the version back to its author. Raises WrongState and NameMissing."""
    _require(item, {ReviewState.SUBMITTED, ReviewState.APPROVED}, "退回")
    return replace(item, state=ReviewState.DRAFT, approval=None, reason=_write_reason(by, reason))


def check_approved(item: ReviewedContent, by: str) -> None:
    """Raise unless the present version may go live, again if it is: WrongState, NameMissing."""
    _require(item, {ReviewState.APPROVED, ReviewState.LIVE}, "上线")
    require_name(by)
    if item.approval is None or item.approval.version != item.version:
        raise WrongState("这个版本还没有人审核通过，不能上线。")


def go_live(
    item: ReviewedContent, *, by: str, now: float, platform_id: str = ""
) -> ReviewedContent:
    """The version is what followers meet now. Raises WrongState and NameMissing."""
    check_approved(item, by)
    live = LiveVersion(
        version=item.version,
        content=item.content,
        by=by.strip(),
        at=now,
        platform_id=platform_id,
    )
    return replace(item, state=ReviewState.LIVE, live=live)


def leave(item: ReviewedContent) -> ReviewedContent:
    """Another one took its place; the approval stays."""
    state = ReviewState.APPROVED if item.state is ReviewState.LIVE else item.state
    return replace(item, state=state, live=None)


def withdraw(item: ReviewedContent, *, by: str, reason: str) -> ReviewedContent:
    """Followers don't meet it any more, and nobody edits it. Raises WrongState, NameMissing."""
    _require(item, _NOT_WITHDRAWN, "撤下")
    return replace(item, state=ReviewState.WITHDRAWN, live=None, reason=_write_reason(by, reason))


def refuse_self_approval(by: str, editors: set[str], *, own_allowed: bool) -> None:
    """Raise SelfApproval where an editor approves and the account forbids it."""
    if fold_name(by) in map(fold_name, editors) and not own_allowed:
        raise SelfApproval("这个公众号不允许审核自己写的内容，请换一位同事审核。")


def require_name(name: str) -> str:
    """The name without spaces around it. Raises NameMissing."""
    if not name.strip():
        raise NameMissing("请写明操作人的姓名。")
    return name.strip()


def _find_place(content: Content) -> tuple[str, object]:
    """What an edit may not change: the kind, and whom it is for."""
    if isinstance(content, Menu):
        return content.kind, content.rule is None
    return content.kind, content.channel


def _write_reason(by: str, reason: str) -> str:
    return f"{require_name(by)}：{reason.strip() or '未说明原因'}"


def _require(
    item: ReviewedContent, states: set[ReviewState] | frozenset[ReviewState], step: str
) -> None:
    if item.state not in states:
        raise WrongState(f"它的状态是“{_TITLES[item.state]}”，不能{step}。")


def _require_version(item: ReviewedContent, version: int) -> None:
    if version != item.version:
        raise StaleVersion(
            f"内容已经被修改：现在是第 {item.version} 版，"
            f"您看到的是第 {version} 版。请刷新后再操作。"
        )
