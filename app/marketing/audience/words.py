"""The nouns of a text, compounds whole: 信阳毛尖 and not 信阳 and 毛尖."""

import rjieba

LONGEST = 6  # characters of a compound
_LEAST = 2


def list_nouns(text: str) -> list[str]:
    """Nouns in their order; neighbours are joined up to LONGEST characters."""
    nouns: list[str] = []
    compound = ""
    for word, tag in [*rjieba.tag(text), ("", "x")]:
        if tag.startswith("n") and len(compound) + len(word) <= LONGEST:
            compound += word
            continue
        if len(compound) >= _LEAST:
            nouns.append(compound)
        compound = word if tag.startswith("n") else ""
    return nouns
