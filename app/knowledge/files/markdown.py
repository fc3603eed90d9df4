"""Markdown and plain text."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.knowledge.files import encodings, grids
from app.knowledge.files.headings import Block, Heading, Paragraph, sections
from app.knowledge.files.values import Sections

TEXT = {"text", "code_inline", "html_inline"}


def read_markdown(data: bytes) -> Sections:
    """Sections by their headings; raw HTML is left out."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return sections(_blocks(parser.parse(_without_front(encodings.decode(data)))))


def read_text(data: bytes) -> Sections:
    """One section; a blank line ends a paragraph."""
    text = encodings.decode(data).replace("\r\n", "\n").replace("\r", "\n")
    return sections(Paragraph(part) for part in text.split("\n\n"))


def _without_front(text: str) -> str:
    """Site generators keep a page's settings between lines of --- above it."""
    text = text.replace("\r\n", "\n")
    head, end, rest = text.partition("\n---\n")
    return rest if end and head.startswith("---\n") else text


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        line = f"line {token.map[0] + 1}" if token.map else ""
        if token.type == "heading_open":
            yield Heading(int(token.tag[1:]), _inline(tokens[at + 1]), line)
            at += 1
        elif token.type == "table_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
            yield Paragraph("\n".join(grids.lines(_grid(tokens[at:end]), headed=True)), line)
            at = end
        elif token.type in {"inline", "fence", "code_block"}:
            yield Paragraph(_inline(token), line)
        at += 1


def _inline(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(_plain(child) for child in token.children)


def _plain(child: Token) -> str:
    match child.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return child.content  # what it shows, for who can't see it
        case kind if kind in TEXT:
            return child.content
        case _:
            return ""


def _grid(tokens: Sequence[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token))
    return rows
