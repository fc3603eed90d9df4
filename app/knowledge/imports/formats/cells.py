"""Encodes texts in cells of CSV and Excel so that an export can be imported unchanged."""

import json
import re
from collections.abc import Sequence

# Spreadsheets read a cell that begins so as a formula, and formulas may call programs.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_APART = re.compile(r"[|｜\n]")
# Characters that XML can't contain, and text that looks like the escape of one.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def guard_formula(text: str) -> str:
    """Put ' before a text that would be read as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unguard_formula(cell: str) -> str:
    """Remove the ' that `guard_formula` added."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def join_variants(variants: Sequence[str]) -> str:
    """Join variants by line breaks, or as a JSON array if `split_variants` would differ."""
    lines = "\n".join(variants)
    return (
        lines
        if split_variants(lines) == tuple(variants)
        else json.dumps(variants, ensure_ascii=False)
    )


def split_variants(cell: str) -> tuple[str, ...]:
    """Split a cell at | and line breaks, or parse it as a JSON array of strings."""
    if cell.lstrip().startswith("["):
        try:
            variants = json.loads(cell)
        except (ValueError, RecursionError):
            variants = None
        if isinstance(variants, list) and all(isinstance(each, str) for each in variants):
            return tuple(variants)
    return tuple(part.strip() for part in _APART.split(cell) if part.strip())


def escape_characters(text: str) -> str:
    """Escape characters that a workbook can't contain, such as _x000D_."""
    return _ODD.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def unescape_characters(cell: str) -> str:
    """Undo `escape_characters`."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), cell)
