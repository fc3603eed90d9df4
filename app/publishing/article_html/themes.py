"""Themes: a style sheet each, whose rules become style attributes.

Rules name tags and the classes that the transforms set. A theme sets no font family: the
platform's own is the only one that its editor keeps.
"""

import functools
from importlib import resources

import css_inline

from app.errors import Refusal
from app.publishing.article_html.trees import Element, iter_elements, parse_fragment, serialize

NAMES = {
    "plain": "简洁",
    "warm": "暖橙",
    "ink": "墨绿",
    "blue": "商务蓝",
    "rose": "玫瑰",
}  # name to its title in the console


class UnknownTheme(Refusal):
    """No theme has that name."""

    status = 422
    name = "unknown_theme"


@functools.cache
def load_theme(name: str) -> str:
    """The style sheet of a theme: what all share, then its own. Raises UnknownTheme."""
    if name not in NAMES:
        known_names = "、".join(f"{key}（{title}）" for key, title in NAMES.items())
        raise UnknownTheme(f"没有名为“{name}”的主题。可用的主题：{known_names}。")
    folder = resources.files(__package__) / "themes"
    return "\n".join((folder / f"{part}.css").read_text("utf-8") for part in ("shared", name))


def apply_theme(root: Element, name: str) -> Element:
    """The tree with the theme's rules in style attributes and without classes.

    A style attribute of the source wins over the theme. Raises UnknownTheme.
    """
    styled = css_inline.inline_fragment(
        serialize(root), load_theme(name), load_remote_stylesheets=False
    )
    tree = parse_fragment(styled)
    themed: Element = tree[0] if len(tree) == 1 else tree
    for element in iter_elements(themed):
        element.attrib.pop("class", None)
    return themed
