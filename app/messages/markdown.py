"""Converts models' Markdown to the plain text of a WeChat message.

WeChat renders no Markdown, only line breaks. Text messages do render <a href>, but generated text
must not hide where a link leads: the address is shown, and the client makes it tappable. For
generated text only; what an operator wrote is sent unchanged.
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

_LINKS = 100  # opening brackets; beyond, links aren't parsed: that takes quadratic time


def _reader(*without: str) -> MarkdownIt:
    """A CommonMark parser with tables, but without the rules that would lose words.

    `[客服]: 400-…` would define a link and vanish, a paragraph above --- would become a heading.
    HTML tags are dropped one by one, so that the text between them is kept.
    """
    reader = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    reader.disable(["reference", "lheading", "html_block", *without])
    reader.inline.ruler.at("emphasis", emphasis.tokenize)
    return reader


_READER, _READER_WITHOUT_LINKS = _reader(), _reader("link", "image")

Node = SyntaxTreeNode


def plain(markdown: str) -> str:
    """Convert Markdown to plain text; formulas such as 2*3*4 are unchanged.

    Headings become 【…】, list items begin with "• " or "1. ", table cells become lines of
    "column：value", links and images "words：address". At most one blank line in a row.
    """
    source = markdown.replace("\r\n", "\n").replace("\r", "\n")
    reader = _READER if source.count("[") <= _LINKS else _READER_WITHOUT_LINKS
    text = _blocks(Node(reader.parse(source)).children, source.split("\n"))
    # An <a> that is left, in code for instance, must not become a link.
    text = _ANCHOR.sub("＜", text)
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _blocks(nodes: list[Node], lines: list[str]) -> str:
    """The blocks' texts, with a blank line between two where the source has one."""
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
        case _:  # a quotation; a rule has no children
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
    """One line per cell, a blank line between rows: a phone shows some 20 characters a line."""
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
        # Clients take text directly after an address for a part of the address.
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
    """Words：address, or the words alone where the address is neither web, mail nor phone."""
    words = words.strip()
    if address.startswith(_SPOKEN):
        address = address.partition(":")[2]
    elif not address.startswith(_WEB):
        return words
    same = words.removesuffix("/") in {address.removesuffix("/"), _bare(address)}
    return address if same else _pair(words, address)


def _bare(address: str) -> str:
    return address.partition("://")[2].removesuffix("/")
