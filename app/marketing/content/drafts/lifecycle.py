"""The steps of a copy draft that is no post: edit, approve, reject. No I/O."""

from dataclasses import replace

from app.errors import Refusal
from app.kit.text import fold_name, is_blank
from app.marketing.content.drafts.values import MOST_VERSIONS, CopyDraft, DraftVersion
from app.publishing.lifecycle import NameMissing, StaleVersion, WrongState, make_self_approval
from app.publishing.values import VersionApproval


class DraftIsPost(Refusal):
    """The draft is a post: it is edited and approved there."""

    status = 409
    name = "draft_is_post"


class EmptyDraft(Refusal):
    """A draft's text shows nothing: it is neither stored nor approved."""

    status = 422
    name = "empty_draft"


def edit(draft: CopyDraft, *, text: str, editor: str, version: int, now: float) -> CopyDraft:
    """The next version, a draft again: an approval of the former version is void.

    Raises DraftIsPost, StaleVersion, NameMissing, EmptyDraft, and WrongState for too many versions.
    """
    _require_step(draft, editor)
    _require_version(draft, version)
    _require_text(text)
    if draft.version >= MOST_VERSIONS:
        raise WrongState(f"这份草稿已经有 {MOST_VERSIONS} 个版本，请重新生成一份。")
    edited = DraftVersion(editor=editor.strip(), at=now, text=text)
    return replace(
        draft, versions=(*draft.versions, edited), state="draft", approval=None, reason=""
    )


def approve(
    draft: CopyDraft, *, by: str, version: int, now: float, own_allowed: bool, reason: str
) -> CopyDraft:
    """Approve the version that was read; `reason` signs for what is open in it.

    Raises DraftIsPost, StaleVersion, NameMissing, WrongState, EmptyDraft, and SelfApproval for its
    author and editors unless `own_allowed`.
    """
    _require_step(draft, by)
    _require_version(draft, version)
    if draft.state != "draft":
        raise WrongState(f"这份草稿已经{_TITLES[draft.state]}，不能再审核；修改后可以重新审核。")
    _require_text(draft.text)
    if fold_name(by) in map(fold_name, draft.editors) and not own_allowed:
        raise make_self_approval()
    approval = VersionApproval(by=by.strip(), version=version, at=now, reason=reason.strip())
    return replace(draft, state="approved", approval=approval)


def reject(draft: CopyDraft, *, by: str, reason: str) -> CopyDraft:
    """Send it back; its next version is a draft again. Raises DraftIsPost and NameMissing."""
    _require_step(draft, by)
    sentence = f"{by.strip()}：{reason.strip() or '未说明原因'}"
    return replace(draft, state="rejected", approval=None, reason=sentence)


_TITLES = {"approved": "审核通过", "rejected": "被退回"}


def _require_step(draft: CopyDraft, name: str) -> None:
    if draft.post:
        raise DraftIsPost(f"这份草稿是内容 {draft.post}：请在 /api/v1/posts/{draft.post} 操作。")
    if not name.strip():
        raise NameMissing("请写明操作人的姓名。")


def _require_text(text: str) -> None:
    if is_blank(text):
        raise EmptyDraft("文案是空的：请写上内容再保存或审核，不要的草稿可以退回。")


def _require_version(draft: CopyDraft, version: int) -> None:
    if version > draft.version:
        raise StaleVersion(
            f"没有第 {version} 版：最新的是第 {draft.version} 版。请核对版本号后再操作。"
        )
    if version != draft.version:
        raise StaleVersion(
            f"草稿已经被修改：现在是第 {draft.version} 版，您看到的是第 {version} 版。"
            "请刷新后再操作。"
        )
