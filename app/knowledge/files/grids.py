"""Tables in documents as lines of text: a row alone still says what its figures are."""

from collections.abc import Sequence

NAME = 30  # characters; a longer cell in the first row is no name of a column


def lines(rows: Sequence[Sequence[str]], *, headed: bool) -> list[str]:
    """One a row: 型号：X；价格：Y under a row of names, else the cells side by side."""
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if headed and _names(rows):
        return [_labelled(rows[0], row) for row in rows[1:]]
    return ["：".join(row) if _is_pair(row) else " | ".join(filter(None, row)) for row in rows]


def _names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row are names of the columns."""
    if len(rows) < 2 or {len(row) for row in rows} != {len(rows[0])}:
        return False
    first = rows[0]
    return len(set(first)) == len(first) and all(0 < len(cell) <= NAME for cell in first)


def _labelled(names: Sequence[str], row: Sequence[str]) -> str:
    pairs = zip(names, row, strict=True)
    return "；".join(f"{name}：{cell}" for name, cell in pairs if cell)


def _is_pair(row: Sequence[str]) -> bool:
    return len(row) == 2 and all(row) and not row[0].endswith(("：", ":"))
