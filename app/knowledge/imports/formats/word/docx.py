"""Reads Word documents (.docx)."""

import re
from collections.abc import Iterator

from lxml import etree

from app.knowledge.imports.formats.sections import grids
from app.knowledge.imports.formats.sections.grids import WIDEST, Cell
from app.knowledge.imports.formats.sections.headings import (
    Block,
    Heading,
    Paragraph,
    build_remarks,
    build_sections,
)
from app.knowledge.imports.formats.values import Sections
from app.knowledge.imports.formats.word.ooxml import (
    find_child,
    local_name,
    open_package,
    read_attribute,
    read_number,
    read_switch,
)
from app.knowledge.imports.formats.word.runs import DELETED, HIDDEN, Runs, Styles, choose_form

HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
TITLE_STYLES = {"Title", "标题"}
REMOVED = {"del", "moveFrom"}
BODY_LEVEL = 9  # the outline level of body text
NAMED_COLUMNS = 3  # from so many columns, the first row has names; else the first column
CONTENTS, EMBEDDED = "table of contents", "embedded files"


def read_docx(data: bytes) -> Sections:
    """Sections by their headings; tables as lines of text; notes in brackets.

    Deleted, hidden and struck-out text, comments and the table of contents are left out, with a
    remark; headers and footers without one. Raises UnreadableFile.
    """
    package = open_package(data)
    reader = _Reader(Runs(package=package, styles=Styles.of(package)))
    yield from build_sections(reader.blocks(package.document()))
    yield from build_remarks({kind: count > 0 for kind, count in reader.runs.omissions.items()})


class _Reader:
    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self._number = 0  # of the block in the document
        self._open = ""  # text of a paragraph whose end was deleted: joined with the next one

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables in order, also those inside other elements."""
        for each in element:
            name = local_name(each)
            if name in {"p", "tbl"}:
                self._number += 1
                read = self._read_paragraph if name == "p" else self._read_table
                yield from read(each, f"paragraph {self._number}")
            elif name == "AlternateContent":
                yield from self.blocks(choose_form(each))
            elif name == "altChunk":
                self.runs.omissions[EMBEDDED] += 1
            elif name not in {"sectPr", *REMOVED}:
                yield from self.blocks(each)

    def _read_paragraph(self, paragraph: etree._Element, at: str) -> Iterator[Block]:
        properties = find_child(paragraph, "pPr")
        styles = [*self.runs.styles.chain(read_attribute(find_child(properties, "pStyle")))]
        if any(CONTENTS_STYLE.match(style.name) for style in styles):
            self.runs.omissions[CONTENTS] += 1
            return
        text = self._open + self.runs.read(paragraph)
        boxes, self.runs.boxes = self.runs.boxes, []
        mark = find_child(properties, "rPr")
        is_end_deleted = any(find_child(mark, name) is not None for name in REMOVED)
        self._open = text if is_end_deleted else ""
        if not is_end_deleted:
            level = _find_level(properties, [(style.name, style.paragraph) for style in styles])
            yield Heading(level, text, at) if level else Paragraph(text, at)
        for box in boxes:
            yield from self.blocks(box)

    def _read_table(self, table: etree._Element, at: str) -> Iterator[Block]:
        rows = [row for row in _find_elements(table, "tr") if not self._is_left_out(row)]
        if all(len([*_find_elements(row, "tc")]) < 2 for row in rows):  # a frame
            for row in rows:
                yield from self.blocks(row)
            return
        grid: list[list[Cell]] = []
        for row in rows:
            grid.append(self._read_row(row, grid[-1] if grid else []))
        has_names = read_switch(find_child(rows[0], "trPr"), "tblHeader")
        headed = has_names or max(map(len, grid)) >= NAMED_COLUMNS
        yield Paragraph("\n".join(grids.format_lines(grid, headed=headed)), at)

    def _read_row(self, row: etree._Element, above: list[Cell]) -> list[Cell]:
        """The cells of a row; a merged cell is repeated in each place that it covers."""
        properties = find_child(row, "trPr")
        cells = [
            Cell("") for _ in range(min(read_number(find_child(properties, "gridBefore")), WIDEST))
        ]
        for each in _find_elements(row, "tc"):
            merge = find_child(each, "tcPr", "vMerge")
            goes_on = (
                merge is not None and read_attribute(merge) != "restart" and len(above) > len(cells)
            )
            cell = above[len(cells)] if goes_on else Cell(self._cell_text(each))
            cells += [cell] * max(1, min(read_number(find_child(each, "tcPr", "gridSpan")), WIDEST))
        return cells

    def _cell_text(self, cell: etree._Element) -> str:
        """The text of a cell; lines of inner tables are joined by ；."""
        number = self._number
        texts = [block.text.replace("\n", "；") for block in self.blocks(cell)]
        self._number = number
        return " ".join(texts)

    def _is_left_out(self, row: etree._Element) -> bool:
        properties = find_child(row, "trPr")
        is_deleted = find_child(properties, "del") is not None
        is_hidden = bool(read_switch(properties, "hidden"))
        self.runs.omissions[DELETED] += is_deleted
        self.runs.omissions[HIDDEN] += is_hidden
        return is_deleted or is_hidden


def _find_level(
    properties: etree._Element | None, styles: list[tuple[str, etree._Element | None]]
) -> int:
    """The level of a heading (1 for the document's title); 0 for other paragraphs."""
    for name, paragraph in [("", properties), *styles]:
        if name in TITLE_STYLES:
            return 1
        if heading := HEADING_STYLE.match(name):
            return int(heading[1]) + 1
        if (outline := find_child(paragraph, "outlineLvl")) is not None:
            level = read_number(outline)
            return level + 2 if level < BODY_LEVEL else 0
    return 0


def _find_elements(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also in content controls; not those of inner tables."""
    for each in element:
        child_name = local_name(each)
        if child_name == name:
            yield each
        elif child_name not in {"tbl", "tr", "tc"}:
            yield from _find_elements(each, name)
