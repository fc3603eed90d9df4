"""What keeps a copy draft from being stored or approved."""

from dataclasses import replace

import pytest

from app.marketing.content.drafts import lifecycle
from app.marketing.content.drafts.values import CopyDraft, DraftVersion
from app.publishing.lifecycle import SelfApproval

DRAFT = CopyDraft(
    id="d1", account="default", author="老周", channel="moments", post="", brief="b1",
    brief_version=1, origin={}, review={},
    versions=(DraftVersion(editor="老周", at=1.0, text="新茶上市"),),
    state="draft", approval=None, reason="", created=1.0, changed=1.0,
)  # fmt: skip
EMPTY = ["", "  ", "\n\t", "\u3000", "\u200b\ufeff"]


def approve(draft: CopyDraft, by: str) -> CopyDraft:
    return lifecycle.approve(draft, by=by, version=1, now=2.0, own_allowed=False, reason="已核对")


@pytest.mark.parametrize("text", EMPTY)
def test_an_empty_text_is_no_version(text: str) -> None:
    with pytest.raises(lifecycle.EmptyDraft, match="文案是空的"):
        lifecycle.edit(DRAFT, text=text, editor="老周", version=1, now=2.0)


@pytest.mark.parametrize("text", EMPTY)
def test_an_empty_text_is_not_approved_for_any_reason(text: str) -> None:
    empty = replace(DRAFT, versions=(DraftVersion(editor="老周", at=1.0, text=text),))

    with pytest.raises(lifecycle.EmptyDraft, match="文案是空的"):
        approve(empty, "老陈")


@pytest.mark.parametrize("by", ["老周", " 老周 ", "老 周", "老\u3000周", "老\u200b周"])
def test_an_editor_does_not_approve_under_another_spelling(by: str) -> None:
    with pytest.raises(SelfApproval):
        approve(DRAFT, by)


def test_another_person_approves() -> None:
    assert approve(DRAFT, "老陈").state == "approved"
