"""HTML pages, as people see them: without scripts, menus and forms."""

import codecs
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.knowledge.files import encodings, grids
from app.knowledge.files.headings import Block, Heading, Paragraph, sections
from app.knowledge.files.values import Sections, Unusable

UNSEEN = [
    "script", "style", "template", "noscript", "head", "nav", "aside", "button", "select",
    "textarea", "iframe", "svg", "object", "canvas", "audio", "video",
]  # fmt: skip
FRAME = "header, footer"  # of the page; an article's own hold its title
HEADING = re.compile(r"h[1-6]")
BLOCKS = {
    "address", "article", "blockquote", "body", "br", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "hr", "li", "main", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"' ]?([\w-]{2,20})", re.IGNORECASE)
LINE = "\ue000"  # of a table that became text: no white space, which a page has without meaning
DEEPEST = 500  # elements in one another


def read_html(data: bytes) -> Sections:
    """Sections by their headings."""
    tree = LexborHTMLParser(_text(data))
    tree.strip_tags(UNSEEN)
    for edge in [node for node in tree.css(FRAME) if not _is_of_article(node)]:
        edge.decompose()
    if tree.body is None:
        raise Unusable("there is no page in it", "save the page anew, as HTML only")
    for table in tree.css("table"):
        _flatten(table)
    return sections(_blocks(tree.body))


def title(data: bytes) -> str:
    """The page's own; "" where it has none."""
    found = LexborHTMLParser(_text(data)).css_first("title")
    return " ".join(found.text().split()) if found else ""


def _text(data: bytes) -> str:
    said = CHARSET.search(data, 0, 4096)
    if said and not data.startswith(codecs.BOM_UTF8):
        name = said[1].decode().lower()
        name = "gb18030" if name in {"gbk", "gb2312"} else name  # it holds all of both
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass  # pages say one thing and are another
    return encodings.decode(data)


def _is_of_article(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in {"article", "main"}:
            break
        above = above.parent
    return above is not None


def _flatten(table: LexborNode) -> None:
    """A table of its own as lines; one with tables in it is a page's frame, and stays."""
    if table.css("table table") or len(table.css("table")) > 1:
        return
    rows = [row.css("th, td") for row in table.css("tr")]
    headed = bool(rows) and bool(rows[0]) and all(cell.tag == "th" for cell in rows[0])
    found = grids.lines([[c.text(separator=" ") for c in row] for row in rows], headed=headed)
    table.replace_with(LINE + LINE.join(found) + LINE)


def _blocks(body: LexborNode) -> Iterator[Block]:
    """Text of one block in one paragraph; what comes after an inner block begins another."""
    open_at, texts = (-1, ""), list[str]()
    for node in body.traverse(include_text=True):
        if node.tag != "-text":
            if node.tag in BLOCKS:  # an empty one parts the text around it, too
                yield from _closed(open_at[1], texts)
                texts = []
            continue
        where = _block(node)
        if where != open_at:
            yield from _closed(open_at[1], texts)
            texts = []
        open_at = where
        texts.append(node.text(deep=False) or "")
    yield from _closed(open_at[1], texts)


def _block(node: LexborNode) -> tuple[int, str]:
    """The nearest block around it: which, and its tag."""
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in BLOCKS:
            break
        above = above.parent
    return (above.mem_id, above.tag or "") if above else (-1, "")


def _closed(tag: str, texts: list[str]) -> Iterator[Block]:
    text = " ".join("".join(texts).split()).replace(LINE, "\n").strip()
    if text:
        yield Heading(int(tag[1]), text) if HEADING.fullmatch(tag) else Paragraph(text)
