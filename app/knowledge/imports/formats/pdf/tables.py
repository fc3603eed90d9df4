"""Reads tables with rulings from a PDF's pages."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from app.knowledge.imports.formats.pdf.lines import (
    Char,
    PdfLine,
    build_lines,
    is_one_word,
    join_text,
)
from app.knowledge.imports.formats.sections import grids
from app.knowledge.imports.formats.sections.grids import Cell

if TYPE_CHECKING:
    from pdfplumber.page import Page

Box = tuple[float, float, float, float]  # x0, top, x1, bottom

MOST_RULINGS = 3_000  # per page; with more it is a drawing
NEAR = 3.0  # points within which rulings count as one
NAMED_COLUMNS = 3  # from so many columns, the first row has names; else the first column
FULL_LINE = 0.8  # share of a cell's width from which a line continues on the next


@dataclass(slots=True)
class RuledTable:
    """A table: rulings, the box of the cell that covers each place, and the cells' texts."""

    columns: list[float]  # x of the rulings
    rows: list[float]  # y
    boxes: dict[tuple[int, int], Box]  # by row and column
    chars: dict[Box, list[Char]] = field(default_factory=dict)

    def find(self, char: Char) -> Box | None:
        """The box of the cell that contains a character, or None."""
        row = bisect(self.rows, (char["top"] + char["bottom"]) / 2) - 1
        column = bisect(self.columns, (char["x0"] + char["x1"]) / 2) - 1
        return self.boxes.get((row, column))

    def take(self, char: Char) -> bool:
        """Put a character into its cell; False if it is in none."""
        box = self.find(char)
        if box:
            self.chars.setdefault(box, []).append(char)
        return box is not None

    def cuts_words(self, chars: Sequence[Char]) -> bool:
        """Whether a ruling cuts through words: then it belongs to a background."""
        return any(
            is_one_word(left, right) and self.find(left) != self.find(right)
            for left, right in pairwise(chars)
        )

    def grid(self) -> list[list[Cell]]:
        """The cells by row and column; a merged cell is repeated."""
        lines = {box: [*build_lines(chars)] for box, chars in self.chars.items()}
        cells = {
            box: Cell(_join_cell_lines(lines.get(box, []), box)) for box in self.boxes.values()
        }
        grid: list[list[Cell]] = []
        for row in range(len(self.rows) - 1):
            boxes = [self.boxes.get((row, column)) for column in range(len(self.columns) - 1)]
            texts = [lines.get(box, []) if box else [] for box in boxes]
            low = [box for box in boxes if not box or box[3] <= self.rows[row + 1] + NEAR]
            if row and len(low) == len(boxes) and _holds_rows(boxes, texts):
                grid += _split_rows(boxes, texts)
            else:
                grid.append([cells[box] if box else Cell("") for box in boxes])
        return [row for row in grid if any(cell.text for cell in row)]


@dataclass(slots=True)
class PageLines:
    """Reads pages in order: a table may continue on the next page without its names."""

    _names: list[str] = field(default_factory=list)  # of the table at the last page's end

    def read(self, page: "Page", chars: Sequence[Char]) -> list[PdfLine]:
        """All lines of a page; a table's rows are placed where its first character is."""
        tables = [table for table in _find_tables(page) if not table.cuts_words(chars)]
        pieces: list[list[Char] | RuledTable] = [[]]
        for char in chars:
            table = next((table for table in tables if table.take(char)), None)
            if table is None:
                last = pieces[-1]
                if isinstance(last, RuledTable):
                    pieces.append(last := [])
                last.append(char)
            elif table not in pieces:
                pieces += [table]
        return self._join_pieces(pieces)

    def _join_pieces(self, pieces: "Sequence[list[Char] | RuledTable]") -> list[PdfLine]:
        lines: list[PdfLine] = []
        end = 0  # number of lines up to the last table's end
        names, self._names = self._names, []
        for piece in pieces:
            if not isinstance(piece, RuledTable):
                lines += build_lines(piece)
                continue
            goes_on = names if len(lines) <= 1 else []  # only a running title may be above it
            texts, self._names = _table_lines(piece.grid(), goes_on)
            lines += [PdfLine(text, 0.0, 0.0, 0.0, is_row=True) for text in texts]
            end = len(lines)
        if len(lines) > end + 1:
            self._names = []
        return lines


def _table_lines(grid: grids.Grid, before: Sequence[str]) -> tuple[list[str], list[str]]:
    """(lines with column names, the names); `before` are the names from the last page."""
    titles, names, rows = grids.split_header(grid)
    if before and grid and len(before) == len(grid[0]) and names != before:
        titles, names, rows = [], [*before], grid
    elif not grid or len(grid[0]) < NAMED_COLUMNS:
        titles, names, rows = [], [], grid
    texts = [grids.label_row([], row) for row in titles] + [
        grids.label_row(names, row) for row in rows
    ]
    return texts, names


def _find_tables(page: "Page") -> Iterator[RuledTable]:
    """The tables with several rows and columns."""
    if not 4 <= len(page.edges) <= MOST_RULINGS:
        return
    for table in page.find_tables():
        boxes = table.cells
        columns = _merge_edges(x for box in boxes for x in (box[0], box[2]))
        rows = _merge_edges(y for box in boxes for y in (box[1], box[3]))
        if len(columns) > 2 and len(rows) > 2:
            yield RuledTable(columns, rows, dict(_place_boxes(boxes, columns, rows)))


def _place_boxes(
    boxes: Sequence[Box], columns: Sequence[float], rows: Sequence[float]
) -> Iterator[tuple[tuple[int, int], Box]]:
    for box in boxes:
        left, right = (bisect(columns, x + NEAR) - 1 for x in (box[0], box[2]))
        top, bottom = (bisect(rows, y + NEAR) - 1 for y in (box[1], box[3]))
        for row in range(top, bottom):
            for column in range(left, right):
                yield (row, column), box


def _merge_edges(values: Iterator[float]) -> list[float]:
    ordered = sorted(values)
    return ordered[:1] + [value for before, value in pairwise(ordered) if value - before > NEAR]


def _join_cell_lines(lines: Sequence[PdfLine], box: Box) -> str:
    text, is_full = "", False
    for line in lines:
        text = join_text(text, line.text) if is_full else f"{text} {line.text}".strip()
        is_full = _is_full(line, box)
    return text


def _is_full(line: PdfLine, box: Box) -> bool:
    return line.x1 - line.x0 >= FULL_LINE * (box[2] - box[0])


def _holds_rows(boxes: Sequence[Box | None], texts: Sequence[Sequence[PdfLine]]) -> bool:
    """Whether cells have a line for each of several rows without rulings between them."""
    pairs = [(box, lines) for box, lines in zip(boxes, texts, strict=True) if box and lines]
    counts = {len(lines) for _, lines in pairs}
    full = sum(any(_is_full(line, box) for line in lines[:-1]) for box, lines in pairs)
    return len(pairs) > 1 and len(counts) == 1 and counts != {1} and full * 2 < len(pairs)


def _split_rows(
    boxes: Sequence[Box | None], texts: Sequence[Sequence[PdfLine]]
) -> Iterator[list[Cell]]:
    for number in range(max(map(len, texts))):
        pairs = zip(boxes, texts, strict=True)
        cells = {box: Cell(lines[number].text if lines else "") for box, lines in pairs}
        yield [cells[box] for box in boxes]
