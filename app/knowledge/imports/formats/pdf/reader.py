"""Reads PDF files page by page."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.knowledge.imports.formats.pdf.lines import Char, PdfLine, join_lines
from app.knowledge.imports.formats.pdf.tables import PageLines
from app.knowledge.imports.formats.values import Fault, Remark, Section, Sections, UnreadableFile

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.pdf import PDF

MOST_PAGES = 2_000
NUMBER = re.compile(r"\d+")
REPEATED = 3  # pages (and half of all) that share a first or last line, to be a running title
# A glyph without a character: pdfminer gives its number, or the file maps it to none.
NO_CHARACTER = re.compile(
    r"\(cid:\d+\)|[\x00-\x08\x0e-\x1f\x7f\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
BULLETS = {"\uf0b7", "\uf06c", "\uf06e", "\uf0a7", "\uf075", "\uf0d8"}  # of symbol fonts
BULLET = "•"
UNREADABLE = 0.05  # share of a page's characters above which the page is unreadable
MOST_CURVES = 50  # curves on a page without text, above which letters are drawn as shapes
PICTURE = 0.7  # share of the page: short text on so large a picture may be a stamp on a scan
STAMP = 30  # characters of such a stamp at most
COPY = "send a file whose text can be copied"
EXPORT = "export it anew from the program that made it, or recognise its text (OCR)"


def read_pdf(data: bytes) -> Sections:
    """A section per page, without running titles and page numbers. Raises UnreadableFile."""
    document = _open_pdf(data)
    reader = PageLines()
    pages: dict[int, list[PdfLine]] = {}
    widths: dict[int, float] = {}
    for number, page in enumerate(document.pages, 1):
        for piece in _read_page(f"page {number}", page, reader):
            if isinstance(piece, PdfLine):
                pages.setdefault(number, []).append(piece)
            else:
                yield piece
        widths[number] = float(page.width)
        page.close()
    running = _find_running_titles([*pages.values()])
    for number, lines in pages.items():
        rest = [line for n, line in enumerate(lines) if not _is_running(n, lines, running)]
        text = "\n".join(join_lines(rest, widths[number]))
        yield Section(f"page {number}", (f"第 {number} 页",), text)


def _open_pdf(data: bytes) -> "PDF":
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # else it logs each irregularity
    try:
        # Many encrypted files only forbid printing: they open with an empty password.
        document = pdfplumber.open(io.BytesIO(data))
        count = len(document.pages)
    except Exception as error:  # noqa: BLE001 - pdfminer raises errors of any kind
        if isinstance(error.args[0] if error.args else error, PDFPasswordIncorrect):
            raise UnreadableFile("it is encrypted", "save it without a password") from None
        raise UnreadableFile(
            f"it is no PDF that can be read ({error!r:.80})", "save it anew"
        ) from None
    if count > MOST_PAGES:
        raise UnreadableFile(f"it has {count} pages", f"split it: {MOST_PAGES} are the most")
    return document


def _read_page(at: str, page: "Page", reader: PageLines) -> Iterator[PdfLine | Fault | Remark]:
    try:
        chars = _select_visible(page)
        readable = [char for char in chars if not NO_CHARACTER.match(char["text"])]
        lost = len(chars) - len(readable)
        if lost > UNREADABLE * len(chars):
            what = f"{lost} of {len(chars)} glyphs have no characters: it can be seen, not read"
            yield Fault("", at, what, EXPORT)
            return
        yield from reader.read(page, readable)
        yield from _check_page(at, page, len(chars), lost)
    except Exception as error:  # noqa: BLE001 - as above
        yield Fault("", at, f"it can't be read ({error!r:.80})", "save the file anew")


def _check_page(at: str, page: "Page", count: int, lost: int) -> Iterator[Fault | Remark]:
    """Faults and remarks on text of a page that couldn't be read."""
    if lost:
        yield Remark("", at, f"{lost} glyphs without a character left out")
    area = max((float(image["width"] * image["height"]) for image in page.images), default=0.0)
    is_picture = area > PICTURE * float(page.width * page.height)
    if not count and (page.images or len(page.curves) >= MOST_CURVES):
        yield Fault("", at, "it is a picture without text", COPY)
    elif 0 < count < STAMP and is_picture:
        yield Remark("", at, "it is a picture with little text; what the picture shows isn't read")


def _select_visible(page: "Page") -> list[Char]:
    """The page's characters, without those off the page or drawn twice to look bold."""
    chars = page.chars
    placed = {(char["text"], round(char["x0"]), round(char["top"])) for char in chars}
    if len(placed) < len(chars):
        chars = page.dedupe_chars().chars
    x0, top, x1, bottom = page.bbox
    return [
        char | {"text": BULLET} if char["text"] in BULLETS else char
        for char in chars
        if char["x1"] > x0 and char["x0"] < x1 and char["bottom"] > top and char["top"] < bottom
    ]


def _find_running_titles(pages: Sequence[Sequence[PdfLine]]) -> set[str]:
    """First and last lines that many pages share, but for their numbers."""
    edges = Counter(
        edge for lines in pages for edge in {_mask_numbers(lines[0]), _mask_numbers(lines[-1])}
    )
    return {edge for edge, n in edges.items() if n >= REPEATED and n * 2 > len(pages)}


def _is_running(place: int, lines: Sequence[PdfLine], running: set[str]) -> bool:
    return place in {0, len(lines) - 1} and _mask_numbers(lines[place]) in running


def _mask_numbers(line: PdfLine) -> str:
    return NUMBER.sub("0", line.text)
