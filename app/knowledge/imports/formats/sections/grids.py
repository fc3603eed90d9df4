"""Turns tables of documents into lines, each with its columns' names."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_NAME = 30  # characters; a longer cell in the first row is no column name
WIDEST = 200  # columns; HTML lets one cell claim a thousand


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell: its text, and how many rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1


Grid = Sequence[Sequence[Cell]]  # the same Cell in each place that it covers


def expand_cells(rows: Iterable[Iterable[Cell]]) -> list[list[Cell]]:
    """Repeat cells, given row by row, in each place that they cover."""
    grid: list[list[Cell]] = []
    above: dict[int, tuple[Cell, int]] = {}  # column -> (cell, rows that it still covers)
    for cells in rows:
        row, column = dict(above), 0
        for cell in cells:
            column = next(n for n in itertools.count(column) if n not in row)
            end = min(column + cell.columns, WIDEST)
            for place in range(column, max(end, column + 1)):
                row.setdefault(place, (cell, cell.rows))
        width = max(row, default=-1) + 1
        grid.append([row[n][0] if n in row else Cell("") for n in range(width)])
        above = {
            column: (cell, rows_left - 1)
            for column, (cell, rows_left) in row.items()
            if rows_left > 1
        }
    return grid


def format_lines(grid: Grid, *, headed: bool) -> list[str]:
    """One line per row: 型号：X；价格：Y if `headed`, else the cells side by side."""
    grid = [row for row in grid if any(map(_flatten_text, row))]
    titles, names, rows = split_header(grid) if headed else ([], [], grid)
    return [label_row([], row) for row in titles] + [label_row(names, row) for row in rows]


def split_header(grid: Grid) -> tuple[Grid, list[str], Grid]:
    """Split into title rows as wide as the table, the columns' names or [], and other rows."""
    wide = (len(row) > 1 and len(set(row)) == 1 for row in grid)
    top = next((number for number, is_wide in enumerate(wide) if not is_wide), 0)
    depth = top + _count_name_rows(grid[top:])
    names = _column_names(grid[top:depth]) if len(grid) > depth else []
    return (grid[:top], names, grid[depth:]) if names else ([], [], grid)


def label_row(names: Sequence[str], row: Sequence[Cell]) -> str:
    """A row as a line with its columns' names; a cell over several columns occurs once."""
    texts = ["" if n and cell is row[n - 1] else _flatten_text(cell) for n, cell in enumerate(row)]
    if len(row) == len(names) and len(set(row)) > 1:
        pairs = zip(names, texts, strict=True)
        return "；".join(f"{name}：{text}" if name else text for name, text in pairs if text)
    is_pair = len(texts) == 2 and all(texts) and not texts[0].endswith(("：", ":"))
    return "：".join(texts) if is_pair else " | ".join(filter(None, texts))


def _column_names(rows: Grid) -> list[str]:
    """The name of each column from one or two rows (价格 平日); [] if the rows have no names.

    The top left cell may be empty.
    """
    if len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        return []
    columns = [dict.fromkeys(map(_flatten_text, column)) for column in zip(*rows, strict=True)]
    names = [" ".join(filter(None, column)) for column in columns]
    short = all(len(name) <= LONGEST_NAME for name in names)
    return names if short and all(names[1:]) and len(set(names)) == len(names) else []


def _count_name_rows(grid: Grid) -> int:
    """How many rows have names: 2 if a cell covers both and another several columns, else 1."""
    if len(grid) < 2 or len(grid[0]) != len(grid[1]):
        return 1
    across = len(set(grid[0])) < len(grid[0])
    pairs = zip(grid[0], grid[1], strict=True)
    down = any(
        upper is lower or (_flatten_text(upper) and not _flatten_text(lower))
        for upper, lower in pairs
    )
    return 2 if across and down else 1


def _flatten_text(cell: Cell) -> str:
    return " ".join(cell.text.split())
