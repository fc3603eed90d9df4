"""Word documents."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.knowledge.files import grids
from app.knowledge.files.archives import within_bounds
from app.knowledge.files.headings import Block, Heading, Paragraph, sections
from app.knowledge.files.values import Sections, Unusable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph as Written

STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
COLUMNS = 3  # a table of so many has names in its first row; of two, in its first column


def read_docx(data: bytes) -> Sections:
    """Sections by their headings; tables as lines of text."""
    return sections(_blocks(_opened(data)))


def _opened(data: bytes) -> "Document":
    import docx

    within_bounds(data)
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # noqa: BLE001 - python-docx lets through whatever went wrong
        what = f"it is no Word document ({error!r:.80})"
        raise Unusable(what, "save it as .docx anew") from None


def _blocks(document: "Document") -> Iterator[Block]:
    from docx.table import Table

    for number, block in enumerate(document.iter_inner_content(), 1):
        at = f"paragraph {number}"
        if isinstance(block, Table):
            found = grids.lines(_rows(block), headed=len(block.columns) >= COLUMNS)
            yield Paragraph("\n".join(found), at)
        elif level := _level(block):
            yield Heading(level, block.text, at)
        else:
            yield Paragraph(block.text, at)


def _level(paragraph: "Written") -> int:
    """Of a heading, from 1, which is the title's; 0 for any other paragraph."""
    name = (paragraph.style.name or "") if paragraph.style else ""
    if name in {"Title", "标题"}:
        return 1
    found = STYLE.match(name)
    return int(found[1]) + 1 if found else 0


def _rows(table: "Table") -> list[list[str]]:
    """Cells that are merged count once."""
    rows = []
    for row in table.rows:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        texts = {cell._tc: cell.text for cell in row.cells}
        rows.append([texts[cell] for cell in cells])
    return rows
