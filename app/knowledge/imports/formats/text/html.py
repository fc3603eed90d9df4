"""Reads the visible text of HTML pages, without scripts, menus, forms and hidden text."""

import codecs
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.sections import grids
from app.knowledge.imports.formats.sections.grids import Cell
from app.knowledge.imports.formats.sections.headings import (
    Block,
    Heading,
    Paragraph,
    build_remarks,
    build_sections,
)
from app.knowledge.imports.formats.values import Remark, Sections, UnreadableFile

UNSEEN = [
    "script", "style", "template", "noscript", "head", "nav", "aside", "button", "select",
    "textarea", "iframe", "svg", "object", "canvas", "audio", "video", "rt", "rp",
]  # fmt: skip
FRAME = "header, footer, nav, aside"  # of the page; an article's header is kept for its title
HEADINGS = "h1, h2, h3, h4, h5, h6"
HEADING = re.compile(r"h[1-6]")
BLOCKS = {  # elements with lines of their own
    "address", "article", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "hr", "li", "main", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"' ]?([\w-]{2,20})", re.IGNORECASE)
# Elements that the page itself hides. Style sheets don't count: they hide tabs and menus that
# people open by a click. aria-hidden elements are on the screen and are read.
HIDDEN = "[hidden], dialog:not([open])"
HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:opacity|font-size)\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?)\s*(?:!|;|$)",
    re.IGNORECASE,
)
RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")  # of a style sheet
SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?[.#][\w-]{1,60}", re.IGNORECASE)
STRUCK = "s, strike, del"  # no longer valid, such as 原价 <del>500</del> 400
CONDITION = re.compile(r"\[(?:if|endif)\b|<!\[endif", re.IGNORECASE)  # in pages that Word wrote
SPAN = re.compile(r"[0-9]{1,5}")
LONGEST_SPAN = 65_534  # rows, in HTML
LONGEST_CELL = 200  # characters, of a table that has tables in its cells
LINE = "\ue000"  # line break of a table that became text; not white space, which HTML collapses
DEEPEST = 500  # levels of nested elements
LINE_NUMBER = "data-huiyin-line"  # of a heading, in HTML made from another format


def read_html(data: bytes) -> Sections:
    """Sections by headings, and remarks on hidden text that was left out. Raises UnreadableFile."""
    return read_page(_decode_page(data))


def read_page(page: str) -> Sections:
    """Like `read_html`, for a decoded page."""
    tree = LexborHTMLParser(page)
    if tree.body is None:
        raise UnreadableFile("there is no page in it", "save the page anew, as HTML only")
    folded = _find_folded(tree)
    frame = [n for n in tree.css(FRAME) if n.tag in {"nav", "aside"} or not _is_of_article(n)]
    omissions = {"menus, page headers and footers": _remove_nodes(frame)}
    tree.strip_tags(UNSEEN)
    hidden = [node for node in tree.css("[style]") if _is_hidden(node)]
    omissions |= {
        "hidden text": _remove_nodes(hidden) | _remove_nodes(tree.css(HIDDEN)),
        "struck-out text": _remove_nodes(tree.css(STRUCK)),
        "comments": _has_comments(tree.body),
    }
    _flatten_tables(tree)
    yield from build_sections(_read_blocks(tree.body))
    yield from build_remarks(omissions)
    if folded:
        what = (
            f"text that a style sheet hides at first went in ({', '.join(folded)}): is it for all?"
        )
        yield Remark("", "", what)


def _find_folded(tree: LexborHTMLParser) -> list[str]:
    """Up to five selectors by which style sheets hide text that a click may show."""
    selectors = (
        selector.strip()
        for sheet in tree.css("style")
        for rule in RULE.finditer(sheet.text())
        if HIDING.search(rule[2])
        for selector in rule[1].split(",")
    )
    simple = dict.fromkeys(name for name in selectors if SELECTOR.fullmatch(name))
    texts = [name for name in simple if any(node.text().strip() for node in tree.css(name))]
    return texts[:5]


def read_title(data: bytes) -> str:
    """The text of the page's title element; "" if it has none."""
    element = LexborHTMLParser(_decode_page(data)).css_first("title")
    return " ".join(element.text().split()) if element else ""


def _decode_page(data: bytes) -> str:
    declared = CHARSET.search(data, 0, 4096)
    if declared and not data.startswith(codecs.BOM_UTF8):
        name = declared[1].decode().lower()
        name = "gb18030" if name in {"gbk", "gb2312"} else name  # a superset of both
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass  # the declared encoding is often wrong
    return encodings.decode(data)


def _is_of_article(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in {"article", "main"}:
            break
        above = above.parent
    return above is not None


def _is_hidden(node: LexborNode) -> bool:
    # A hidden body is shown by a script once the page is loaded.
    return node.tag not in {"html", "body"} and bool(HIDING.search(node.attributes["style"] or ""))


def _remove_nodes(nodes: list[LexborNode]) -> bool:
    """Remove nodes from the tree; returns whether any had text."""
    has_text = False
    for node in reversed(nodes):  # inner ones first: removing a node frees its children
        has_text |= bool(node.text().strip())
        node.decompose()
    return has_text


def _has_comments(body: LexborNode) -> bool:
    """Whether there are comments, except conditional ones for old browsers."""
    comments = (node.comment_content or "" for node in body.traverse() if node.is_comment_node)
    return any(text.strip() and not CONDITION.match(text) for text in comments)


def _flatten_tables(tree: LexborHTMLParser) -> None:
    """Replace tables by lines of text, inner ones first, except those that lay out the page."""
    tables = tree.css("table")
    outer = {table.mem_id for table in tables if len(table.css("table")) > 1}
    for table in reversed(tables):
        if not _is_frame(table, holds_tables=table.mem_id in outer):
            table.replace_with(LINE + LINE.join(_table_lines(table)) + LINE)


def _is_frame(table: LexborNode, *, holds_tables: bool) -> bool:
    """Whether a table lays out an old page: it holds tables, and headings or long texts."""
    cells = table.css("th, td") if holds_tables else []
    return bool(table.css_first(HEADINGS)) or any(len(cell.text()) > LONGEST_CELL for cell in cells)


def _table_lines(table: LexborNode) -> list[str]:
    rows = [row.css("th, td") for row in table.css("tr")]
    captions = [_flat_text(caption) for caption in table.css("caption")]
    while len(rows) > 1 and _is_title(rows[0]):
        captions.append(_flat_text(rows.pop(0)[0]))
    headed = bool(rows) and bool(rows[0]) and all(cell.tag == "th" for cell in rows[0])
    grid = grids.expand_cells([_build_cell(node) for node in row] for row in rows)
    return captions + grids.format_lines(grid, headed=headed)


def _is_title(row: list[LexborNode]) -> bool:
    """Whether a row is a single cell over several columns."""
    return (
        len(row) == 1 and _read_span(row[0], "colspan") > 1 and _read_span(row[0], "rowspan") == 1
    )


def _build_cell(node: LexborNode) -> Cell:
    rows = _read_span(node, "rowspan") or LONGEST_SPAN  # 0: to the table's end
    return Cell(_flat_text(node), rows, _read_span(node, "colspan"))


def _read_span(node: LexborNode, name: str) -> int:
    digits = SPAN.match(node.attributes.get(name) or "")
    return int(digits[0]) if digits else 1


def _flat_text(node: LexborNode) -> str:
    """The text of a node on one line; lines of inner tables are joined by ；."""
    return " ".join(block.text.replace("\n", "；") for block in _read_blocks(node))


def _read_blocks(root: LexborNode) -> Iterator[Block]:
    """A paragraph or heading per block; text after an inner block begins a new one."""
    block: LexborNode | None = None
    texts: list[str] = []
    for node in root.traverse(include_text=True):
        if not node.is_text_node:
            if node.tag in BLOCKS:  # an empty one separates text too
                yield from _close_block(block, texts)
                texts = []
            continue
        nearest = _find_block(node)
        if (nearest and nearest.mem_id) != (block and block.mem_id):
            yield from _close_block(block, texts)
            texts = []
        block = nearest
        text = node.text(deep=False) or ""
        texts.append(text.replace("\n", LINE) if block and block.tag == "pre" else text)
    yield from _close_block(block, texts)


def _find_block(node: LexborNode) -> LexborNode | None:
    """The nearest block element around a node."""
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in BLOCKS:
            return above
        above = above.parent
    return None


def _close_block(block: LexborNode | None, texts: list[str]) -> Iterator[Block]:
    lines = (" ".join(line.split()) for line in "".join(texts).split(LINE))
    text = "\n".join(filter(None, lines))
    if not text:
        return
    tag = (block and block.tag) or ""
    if block and HEADING.fullmatch(tag):
        line = block.attributes.get(LINE_NUMBER)
        yield Heading(int(tag[1]), text, f"line {line}" if line else "")
    else:
        yield Paragraph(text)
