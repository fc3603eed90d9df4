"""Menus as lines of text, for people to read and to compare."""

from collections.abc import Iterator, Sequence

from app.wechat.client.families.menus import MenuRule, StoredButton

_PLATFORMS = {"ios": "iPhone", "android": "安卓手机", "others": "其他设备"}


def list_lines(buttons: Sequence[StoredButton]) -> list[str]:
    """A line for each button: its name and what it does; those below one are indented."""
    return [line for button in buttons for line in _write_button(button)]


def describe_rule(rule: MenuRule | None) -> str:
    """Who sees the menu."""
    if rule is None:
        return "所有粉丝"
    conditions = [] if rule.tag_id is None else [f"标签 {rule.tag_id}"]
    if rule.platform is not None:
        conditions.append(_PLATFORMS[rule.platform])
    return "，".join(conditions)


def _write_button(button: StoredButton) -> Iterator[str]:
    if button.sub_button:
        yield f"{button.name}："
        yield from (f"  {_write_action(sub)}" for sub in button.sub_button)
    else:
        yield _write_action(button)


def _write_action(button: StoredButton) -> str:
    targets = (
        button.key, button.url, button.value, button.media_id, button.article_id,
        button.appid, button.pagepath,
    )  # fmt: skip
    return " ".join(part for part in (f"{button.name}：{button.type}", *targets) if part)
