"""Sections in parts of a length that is searched well and cited at a glance."""

from collections.abc import Iterator

from app.knowledge.imports.formats.values import Section
from app.messages import lengths

LARGEST = 900  # bytes: 300 characters of Chinese


def split_section(section: Section) -> Iterator[str]:
    """Cut after paragraphs, else sentences, into parts of about equal length."""
    rest = section.text.strip()
    bytes_left = lengths.size(rest)
    while rest:
        # All that could be in this part and the next: cutting looks at no more.
        window = rest[: LARGEST * 2]
        share = min(LARGEST, bytes_left * 6 // (-(-bytes_left // LARGEST) * 5) + 4)
        part, over = lengths.cut(window, share)
        cut = len(window) - len(over)
        bytes_left -= lengths.size(rest[:cut])
        rest = rest[cut:].lstrip()
        yield part
