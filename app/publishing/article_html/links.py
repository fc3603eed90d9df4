"""Links: those to WeChat stay, outside ones become numbered notes, since followers can't tap them.

Footnotes of the Markdown share the numbering, in the order in which a reader meets them.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.publishing.article_html.trees import Element, append_text, make, move_content, text_of

TAPPABLE_HOSTS = frozenset({"mp.weixin.qq.com"})
NOTES_TITLE = "注释与链接"


@dataclass
class _Notes:
    """Notes by their key, an address or the id of a footnote, in order of appearance."""

    texts: dict[str, str] = field(default_factory=dict)

    def number_of(self, key: str, text: str) -> int:
        self.texts.setdefault(key, text)
        return list(self.texts).index(key) + 1


def number_links(root: Element) -> None:
    """Replace outside links and footnotes by numbers and append the list of notes."""
    footnote_texts = _take_footnotes(root)
    notes = _Notes()
    for element in list(root.iter("a", "sup")):
        if element.getparent() is None or _is_gone(element, root):
            continue
        if element.tag == "sup":
            _number_footnote(element, footnote_texts, notes)
        else:
            _number_link(element, notes)
    if notes.texts:
        root.append(make("p", "notes-title", NOTES_TITLE))
        for number, text in enumerate(notes.texts.values(), 1):
            root.append(make("p", "note", f"[{number}] {text}"))


def _is_gone(element: Element, root: Element) -> bool:
    return all(ancestor is not root for ancestor in element.iterancestors())


def _take_footnotes(root: Element) -> dict[str, str]:
    """Texts of the Markdown's footnotes by their number in brackets; the list is removed."""
    texts: dict[str, str] = {}
    if not any("footnote-ref" in sup.get("class", "").split() for sup in root.iter("sup")):
        return texts
    for section in list(root.iter("section")):
        if "footnotes" not in section.get("class", "").split():
            continue
        items = list(section.iter("li"))
        texts = {f"[{at}]": _footnote_text(item) for at, item in enumerate(items, 1)}
        section.drop_tree()
    for rule in list(root.iter("hr")):
        if "footnotes-sep" in rule.get("class", "").split():
            rule.drop_tree()
    return texts


def _footnote_text(item: Element) -> str:
    for anchor in list(item.iter("a")):
        if "footnote-backref" in anchor.get("class", "").split():
            anchor.drop_tree()
    links = [href for anchor in item.iter("a") if _is_web(href := anchor.get("href", ""))]
    text = text_of(item)
    return " ".join([text, *(href for href in links if href not in text)])


def _number_footnote(sup: Element, texts: dict[str, str], notes: _Notes) -> None:
    if "footnote-ref" not in sup.get("class", "").split():
        return
    label = text_of(sup).split(":")[0].rstrip("]") + "]"
    number = notes.number_of(f"footnote {label}", texts.get(label, ""))
    for child in list(sup):
        sup.remove(child)
    sup.text = f"[{number}]"
    sup.set("class", "note-number")


def _number_link(anchor: Element, notes: _Notes) -> None:
    href, words = anchor.get("href", "").strip(), text_of(anchor)
    if _is_tappable(href):
        anchor.set("class", "link")
        return
    span = make("span", "link")
    move_content(anchor, span)
    target = href.removeprefix("mailto:").removeprefix("tel:")
    parent = anchor.getparent()
    if parent is None:
        return
    span.tail = anchor.tail
    parent.replace(anchor, span)
    if not target or target.startswith("#") or target in words or not _is_address(href):
        span.set("class", "plain-link")
        return
    number = notes.number_of(target, f"{words}：{target}" if words else target)
    mark = make("sup", "note-number", f"[{number}]")
    mark.tail, span.tail = span.tail, None
    span.addnext(mark)


def _is_web(href: str) -> bool:
    return href.startswith(("http://", "https://"))


def _is_address(href: str) -> bool:
    return _is_web(href) or href.startswith(("mailto:", "tel:"))


def _is_tappable(address: str) -> bool:
    """Whether it leads to WeChat in every browser: no other scheme, port, user or backslash."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and parts.netloc.lower() in TAPPABLE_HOSTS
        and "\\" not in address
    )


def append_note(root: Element, text: str, css_class: str) -> None:
    """Append a closing line such as the AI label."""
    line = make("p", css_class)
    append_text(line, text)
    root.append(line)
