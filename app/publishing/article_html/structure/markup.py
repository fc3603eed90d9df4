"""Rules of the markup: nesting, empty nodes, leaves, code, and what the platform strips."""

from collections.abc import Iterator

from app.publishing.article_html.structure.places import make_finding, style_of
from app.publishing.article_html.trees import BLOCKS, Element, is_empty, iter_elements, text_of
from app.publishing.article_html.values import Finding

MAX_SAME_NESTED = 10
MANY_CHILDREN, MANY_EMPTY = 20, 15
_MEDIA = frozenset({"img", "svg", "video", "iframe"})
_STRIPPED = frozenset({"script", "style", "iframe", "form", "object", "embed", "link", "meta"})


def check_nest_level(root: Element) -> Iterator[Finding]:
    """The same tag and style more than ten deep: the editor removes the inner ones."""
    for element in iter_elements(root):
        look = (element.tag, element.get("style"))
        depth = 1 + sum(
            1 for node in element.iterancestors() if (node.tag, node.get("style")) == look
        )
        if depth == MAX_SAME_NESTED + 1 and element.tag not in _MEDIA:
            yield make_finding("nest-level", element, "同样的标签嵌套超过 10 层。")


def check_redundant_nodes(root: Element) -> Iterator[Finding]:
    """More than 20 children of which more than 15 are empty."""
    for element in iter_elements(root):
        if len(element) > MANY_CHILDREN:
            empty = sum(1 for child in element if isinstance(child.tag, str) and is_empty(child))
            if empty > MANY_EMPTY:
                yield make_finding("redundant-node", element, "空的段落太多，请删掉。")


def check_leaves(root: Element) -> Iterator[Finding]:
    """Blocks inside `span[leaf]` and `section[nodeleaf]`."""
    for element in iter_elements(root):
        is_leaf = (element.tag == "span" and element.get("leaf") is not None) or (
            element.tag == "section" and element.get("nodeleaf") is not None
        )
        if is_leaf and any(child.tag in BLOCKS for child in element.iter() if child is not element):
            yield make_finding("leaf", element, "行内节点里不能放段落。")


def check_pre(root: Element) -> Iterator[Finding]:
    """Text in `<pre>` that does not wrap."""
    for element in root.iter("pre"):
        wraps = (
            style_of(element).get("white-space", "").startswith(("pre-wrap", "pre-line", "norm"))
        )
        if text_of(element) and not wraps:
            yield make_finding("pre", element, "代码不会换行，在手机上看不全。")


def check_stripped(root: Element) -> Iterator[Finding]:
    """Tags and attributes that the platform removes or that run code."""
    for element in iter_elements(root):
        if element.tag in _STRIPPED:
            yield make_finding("stripped-element", element, "公众号会删除这个标签。")
        if any(str(name).lower().startswith("on") for name in element.attrib):
            yield make_finding("script", element, "不能带脚本。")
        if element.get("href", "").startswith("#"):
            yield make_finding("anchor", element, "公众号里页内跳转无效。")


def check_bare_asterisks(root: Element) -> Iterator[Finding]:
    """`**` that was meant as bold and is shown as asterisks."""
    for element in iter_elements(root):
        texts = [element.text, *(child.tail for child in element)]
        if _is_code(element):
            continue
        if any(_has_bare_bold(text) for text in texts if text):
            yield make_finding("bare-asterisks", element, "加粗标记 ** 没有生效，请检查成对与否。")


def _is_code(element: Element) -> bool:
    """Inside `<code>`, or in a block whose style breaks words anywhere as code blocks do."""
    return any(
        node.tag in {"code", "pre"} or style_of(node).get("word-break") == "break-all"
        for node in (element, *element.iterancestors())
    )


def _has_bare_bold(text: str) -> bool:
    """`**` beside a Chinese character or a letter, in what is not a masked number or a power."""
    at = text.find("**")
    while at >= 0:
        end = at
        while text[end : end + 1] == "*":
            end += 1
        before, after = text[max(at - 1, 0) : at], text[end : end + 1]
        if end - at == 2 and (before.isalpha() or after.isalpha()):
            return True
        at = text.find("**", end)
    return False


RULES = (
    check_nest_level, check_redundant_nodes, check_leaves, check_pre, check_stripped,
    check_bare_asterisks,
)  # fmt: skip
