"""Content as lines of text, and how two versions of it differ."""

from dataclasses import dataclass

from app.publishing.diffs import compare_texts
from app.touchpoints.menus.lines import describe_rule, list_lines
from app.touchpoints.menus.values import Menu
from app.touchpoints.review.values import Content
from app.wechat.client.families.menus import to_stored


@dataclass(frozen=True)
class ContentDiff:
    """One field; `diff` is a unified diff."""

    field: str
    diff: str


def describe_fields(content: Content) -> dict[str, str]:
    """Each field as text, as an approver reads it; empty ones too."""
    if isinstance(content, Menu):
        return {
            "name": content.name,
            "rule": describe_rule(content.rule),
            "buttons": "\n".join(list_lines(to_stored(content.buttons))),
        }
    return {"reply": content.reply, "scan": content.scan}


def compare_contents(before: Content | None, after: Content) -> list[ContentDiff]:
    """The diffs of all fields that differ; without `before`, of all that are filled."""
    old = {} if before is None else describe_fields(before)
    return [
        ContentDiff(name, compare_texts(old.get(name, ""), text))
        for name, text in describe_fields(after).items()
        if text != old.get(name, "")
    ]
