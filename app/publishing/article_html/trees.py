"""Helpers over trees of lxml elements: text lies in `text`, and behind a child in its `tail`."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree, html

Element: TypeAlias = Any  # an lxml.html.HtmlElement: lxml declares no types

BLOCKS = frozenset({
    "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
})  # fmt: skip


def parse_fragment(source: str) -> Element:
    """A `<section>` that holds the fragment."""
    return html.fragment_fromstring(source or "", create_parent="section")


def serialize(root: Element) -> str:
    """The element as HTML."""
    return str(html.tostring(root, encoding="unicode"))


def make(tag: str, css_class: str = "", text: str | None = None) -> Element:
    """A new element."""
    element = html.Element(tag)
    if css_class:
        element.set("class", css_class)
    element.text = text
    return element


def text_of(element: Element) -> str:
    """All text inside an element: blocks apart by a space, white space folded to one space."""
    return " ".join("".join(_iter_texts(element, " ")).split())


def lines_of(element: Element) -> str:
    """All text inside an element, a line for each block."""
    lines = "".join(_iter_texts(element, "\n")).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _iter_texts(element: Element, glue: str) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        is_block = child.tag in BLOCKS or child.tag == "br"
        yield glue if is_block else ""
        if isinstance(child.tag, str):
            yield from _iter_texts(child, glue)
        yield glue if is_block else ""
        yield child.tail or ""


def has_blocks(element: Element) -> bool:
    """Whether a block element lies directly or deeper inside."""
    return any(child.tag in BLOCKS for child in iter_elements(element) if child is not element)


def iter_elements(root: Element) -> Iterator[Element]:
    """The element and its descendants, without comments."""
    elements: Iterator[Element] = root.iter(etree.Element)
    return elements


def move_content(source: Element, target: Element) -> None:
    """Append text and children of `source` to `target`, in order."""
    append_text(target, source.text)
    source.text = None
    for child in list(source):
        target.append(child)


def append_text(element: Element, text: str | None) -> None:
    """Add text behind the last child."""
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def unwrap(element: Element) -> None:
    """Remove an element and leave its content in its place."""
    element.drop_tag()


def replace(element: Element, *replacements: Element) -> None:
    """Put elements in the place of one; its tail stays behind the last of them."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        raise ValueError("the root can't be replaced")
    at = parent.index(element)
    element.tail = None
    parent.remove(element)
    for offset, new in enumerate(replacements):
        parent.insert(at + offset, new)
    if replacements:
        replacements[-1].tail = tail
    elif tail:
        _append_before(parent, at, tail)


def _append_before(parent: Element, at: int, text: str) -> None:
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def is_empty(element: Element) -> bool:
    """Whether nothing inside an element is seen: no text, image or rule."""
    return not text_of(element).replace("\xa0", "").strip() and not any(
        child.tag in {"img", "hr", "br"} for child in iter_elements(element)
    )
