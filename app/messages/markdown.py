"""Markdown, as models write it, in the plain text of a WeChat message.

WeChat shows no marks, only line breaks. Links: text messages do render <a href>, but what a model
wrote must not hide where a tap leads; so the address is shown, and the client makes it tappable.
Only for generated text: what an operator wrote is sent as it is.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.messages import emphasis

_WEB = ("http://", "https://")
_SPOKEN = ("mailto:", "tel:")  # shown without the scheme
_NEW_LINE = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[!-~]+")
_ENDS_URL = re.compile(r"[\s，。；：！？、）】》」』”’…]")
_ANCHOR = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")

_LINKS = 100  # opening brackets of a text; from there on the reader takes the square of the time


def _reader(*without: str) -> MarkdownIt:
    """CommonMark without what loses words of customers' language.

    `[客服]: 400-…` would define a link and vanish, and a paragraph above --- become a heading. Tags
    are dropped one by one, so that what stands between them is read.
    """
    reader = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    reader.disable(["reference", "lheading", "html_block", *without])
    reader.inline.ruler.at("emphasis", emphasis.tokenize)
    return reader


_READER, _READER_WITHOUT_LINKS = _reader(), _reader("link", "image")

Node = SyntaxTreeNode


def plain(markdown: str) -> str:
    """The same words without marks; figures and formulas such as 2*3*4 stay as they are.

    Headings become 【…】, lists "• " and "1. ", a table's cells lines of "column：value", links and
    images "words：address". At most one blank line in a row.
    """
    source = markdown.replace("\r\n", "\n").replace("\r", "\n")
    reader = _READER if source.count("[") <= _LINKS else _READER_WITHOUT_LINKS
    text = _blocks(Node(reader.parse(source)).children, source.split("\n"))
    # Whatever is left of a tag, in code for instance, must not become a link.
    text = _ANCHOR.sub("＜", text)
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _blocks(nodes: list[Node], lines: list[str]) -> str:
    """With a blank line between them where the writer left one."""
    text = ""
    for node in nodes:
        block = _block(node, lines)
        if text and block:
            above = lines[node.map[0] - 1] if node.map else ""
            text += "\n" if above.strip(" \t>") else "\n\n"
        text += block
    return text


def _block(node: Node, lines: list[str]) -> str:  # noqa: PLR0911
    match node.type:
        case "heading":
            return _title(_inline(node))
        case "paragraph":
            return _inline(node)
        case "bullet_list" | "ordered_list":
            return _list(node, lines)
        case "fence" | "code_block":
            return node.content.rstrip("\n")
        case "table":
            return _table(node)
        case _:  # a quotation's words; a rule has none
            return _blocks(node.children, lines)


def _title(text: str) -> str:
    return text if not text or text.startswith("【") else f"【{text}】"


def _list(node: Node, lines: list[str]) -> str:
    first = int(node.attrs.get("start", 1))
    marks = (
        f"{first + n}. " if node.type == "ordered_list" else "• " for n in range(len(node.children))
    )
    return "\n".join(
        mark + _item(item, lines) for mark, item in zip(marks, node.children, strict=True)
    )


def _item(node: Node, lines: list[str]) -> str:
    blocks = ((child, _block(child, lines)) for child in node.children)
    return "\n".join(_indented(text) if _is_list(child) else text for child, text in blocks)


def _is_list(node: Node) -> bool:
    return node.type in {"bullet_list", "ordered_list"}


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _table(node: Node) -> str:
    """A line a cell, a blank line between rows: a phone shows some twenty characters a line."""
    head, *body = [
        [_inline(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    rows = ("\n".join(_cells(head, row)) for row in body)
    return "\n\n".join(row for row in rows if row) or "，".join(filter(None, head))


def _cells(head: list[str], row: list[str]) -> list[str]:
    return [_pair(name, value) for name, value in zip(head, row, strict=False) if value]


def _pair(name: str, value: str) -> str:
    name = name.rstrip("：: ")
    return f"{name}：{value}" if name else value


def _inline(node: Node) -> str:
    text = ""
    for child in node.children:
        piece = _piece(child)
        # Clients take what follows an address for a part of it.
        if piece and not _ENDS_URL.match(piece) and _ends_in_url(text):
            text += " "
        text += piece
    return text


def _ends_in_url(text: str) -> bool:
    scheme = text.rfind("://")
    return scheme > 0 and _ADDRESS.fullmatch(text, scheme) is not None


def _piece(node: Node) -> str:  # noqa: PLR0911
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if _NEW_LINE.match(node.content) else ""
        case "link":
            return _link(_inline(node), str(node.attrs["href"]))
        case "image":
            return _link(node.content, str(node.attrs["src"]))
        case _:
            return _inline(node)


def _link(words: str, address: str) -> str:
    """`words` alone where a tap would do something else than open a page."""
    words = words.strip()
    if address.startswith(_SPOKEN):
        address = address.partition(":")[2]
    elif not address.startswith(_WEB):
        return words
    same = words.removesuffix("/") in {address.removesuffix("/"), _bare(address)}
    return address if same else _pair(words, address)


def _bare(address: str) -> str:
    return address.partition("://")[2].removesuffix("/")
