"""Folds texts for comparison: spellings that differ in width, case or signs only become equal."""

import unicodedata


def fold_width(text: str) -> str:
    """Unicode's NFKC: full width becomes half width, and compatibility characters plain ones."""
    return unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """`fold_width` in lower case. White space and punctuation stay."""
    return fold_width(text).casefold()


def fold_to_letters(text: str) -> str:
    """`fold` with letters and digits only."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
