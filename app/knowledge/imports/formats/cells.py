"""Texts in cells of CSV and Excel, there and back: what is exported is imported unchanged."""

import json
import re
from collections.abc import Sequence

# A spreadsheet takes a cell that begins so for a formula, and a formula may call programs.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_APART = re.compile(r"[|｜\n]")
# What XML can't hold, and what would be read as the name of such a character.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def guard_formula(text: str) -> str:
    """With ' before what would be a formula, as people write it by hand."""
    return f"'{text}" if FORMULA.match(text) else text


def unguard_formula(cell: str) -> str:
    """Without that '."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def join_variants(variants: Sequence[str]) -> str:
    """One a line; a JSON array where a line wouldn't bring one back."""
    lines = "\n".join(variants)
    return (
        lines
        if split_variants(lines) == tuple(variants)
        else json.dumps(variants, ensure_ascii=False)
    )


def split_variants(cell: str) -> tuple[str, ...]:
    """Apart at | and line ends, or as the JSON array that it is."""
    if cell.lstrip().startswith("["):
        try:
            variants = json.loads(cell)
        except (ValueError, RecursionError):
            variants = None
        if isinstance(variants, list) and all(isinstance(each, str) for each in variants):
            return tuple(variants)
    return tuple(part.strip() for part in _APART.split(cell) if part.strip())


def escape_characters(text: str) -> str:
    """Characters that a workbook can't hold by their names, such as _x000D_."""
    return _ODD.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def unescape_characters(cell: str) -> str:
    """The characters themselves."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), cell)
