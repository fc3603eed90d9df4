"""Splits sections into parts short enough to search and cite."""

from collections.abc import Iterator

from app.knowledge.imports.formats.values import Section
from app.messages import lengths

LARGEST = 900  # bytes: 300 characters of Chinese


def split_section(section: Section) -> Iterator[str]:
    """Split after paragraphs, else sentences, into parts of about equal length."""
    rest = section.text.strip()
    bytes_left = lengths.size(rest)
    while rest:
        # Limit the text that cutting looks at to this part and the next.
        window = rest[: LARGEST * 2]
        share = min(LARGEST, bytes_left * 6 // (-(-bytes_left // LARGEST) * 5) + 4)
        part, over = lengths.cut(window, share)
        cut = len(window) - len(over)
        bytes_left -= lengths.size(rest[:cut])
        rest = rest[cut:].lstrip()
        yield part
