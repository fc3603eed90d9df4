"""PDF files, page by page."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.knowledge.files.values import Fault, Section, Sections, Unusable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 2_000
ENDS = re.compile(r"[。！？；：.!?;:…”」』）)]\s*$")
STARTS = re.compile(
    r"\s*(?:[•●◆■·*-]|\d+[.、)）]|[（(]?[一二三四五六七八九十]+[、)）]|第.{1,4}[条章节])"
)
NUMBER = re.compile(r"\d+")
REPEATED = 3  # pages that begin or end alike, and half of all: a running title
FULL = 0.7  # of the longest line; a shorter one ends a paragraph


def read_pdf(data: bytes) -> Sections:
    """A section a page, without running titles and page numbers."""
    reader = _opened(data)
    pages: dict[int, list[str]] = {}
    for number, page in enumerate(reader.pages, 1):
        found = _lines(number, page)
        if isinstance(found, Fault):
            yield found
        elif found:
            pages[number] = found
    running = _running([*pages.values()])
    for number, lines in pages.items():
        kept = [line for n, line in enumerate(lines) if not _is_running(n, lines, running)]
        yield Section(f"page {number}", (f"第 {number} 页",), "\n".join(_paragraphs(kept)))


def _opened(data: bytes) -> "PdfReader":
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would comment each oddity
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many files only forbid printing: they open with no password.
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    except Exception as error:  # noqa: BLE001 - pypdf lets through whatever went wrong
        raise Unusable(f"it is no PDF that can be read ({error!r:.80})", "save it anew") from None
    if locked:
        raise Unusable("it is encrypted", "save it without a password")
    if count > MOST_PAGES:
        raise Unusable(f"it has {count} pages", f"split it: {MOST_PAGES} are the most")
    return reader


def _lines(number: int, page: "PageObject") -> list[str] | Fault:
    at = f"page {number}"
    try:
        found = [line.strip() for line in page.extract_text().split("\n") if line.strip()]
        if found or not len(page.images):
            return found
    except Exception as error:  # noqa: BLE001 - as above
        return Fault("", at, f"it can't be read ({error!r:.80})", "save the file anew")
    return Fault("", at, "it is a picture without text", "send a file whose text can be copied")


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """First and last lines that most pages share but for a number."""
    seen = Counter(edge for lines in pages for edge in {_plain(lines[0]), _plain(lines[-1])})
    return {edge for edge, n in seen.items() if n >= REPEATED and n * 2 > len(pages)}


def _is_running(place: int, lines: Sequence[str], running: set[str]) -> bool:
    return place in {0, len(lines) - 1} and _plain(lines[place]) in running


def _plain(line: str) -> str:
    return NUMBER.sub("0", line)


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines that only the page's width broke are one again."""
    longest = max(map(len, lines), default=0)
    text = ""
    for line in lines:
        broken = text and not STARTS.match(line)
        if broken:
            text = _joined(text, line)
        else:
            if text:
                yield text
            text = line
        if ENDS.search(line) or len(line) < longest * FULL:
            yield text
            text = ""
    if text:
        yield text


def _joined(text: str, line: str) -> str:
    """Chinese goes on without a space, other writing with one."""
    spaced = text[-1].isascii() and line[0].isascii()
    return f"{text} {line}" if spaced else text + line
