"""Flattens what the platform's editor would cut: wrappers of wrappers, and empty elements."""

from app.publishing.article_html.trees import Element, is_empty, iter_elements, unwrap

MAX_SAME = 8  # of the same tag and style inside each other; the platform's editor removes from 11
_KEPT_EMPTY = frozenset({"img", "br", "hr", "td", "th"})


def flatten(root: Element) -> None:
    """Turn div into section, remove empty elements and wrappers that only hold one block."""
    for element in list(iter_elements(root)):
        if element.tag == "div":
            element.tag = "section"
    _remove_empty(root)
    for element in list(root.iter("section", "span", "blockquote")):
        if element is not root and _is_bare_wrapper(element):
            unwrap(element)
    _limit_depth(root)


def _remove_empty(root: Element) -> None:
    for element in reversed(list(iter_elements(root))):
        if element is root or element.tag in _KEPT_EMPTY or element.getparent() is None:
            continue
        if is_empty(element) and not any(True for _ in element.iter("td", "th")):
            element.drop_tag() if (element.text or "").strip(" \n") else element.drop_tree()


def _is_bare_wrapper(element: Element) -> bool:
    if element.tag == "blockquote" or element.get("class"):
        return False
    return not element.get("style")


def _limit_depth(root: Element) -> None:
    for element in list(iter_elements(root)):
        if element is root or element.getparent() is None or element.tag in {"td", "th", "tr"}:
            continue
        look = (element.tag, element.get("style"), element.get("class"))
        same = sum(
            1
            for ancestor in element.iterancestors()
            if (ancestor.tag, ancestor.get("style"), ancestor.get("class")) == look
        )
        if same >= MAX_SAME:
            unwrap(element)
