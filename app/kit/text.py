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


def fold_name(name: str) -> str:
    """A person's name for comparison: `fold` without spaces and invisible characters."""
    return "".join(letter for letter in fold(name) if not _is_invisible(letter))


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: spaces and invisible characters alone."""
    return all(map(_is_invisible, text))


def _is_invisible(letter: str) -> bool:
    """Whether a character is a space, a control or a format character (U+200B)."""
    return unicodedata.category(letter)[0] in "ZC"
