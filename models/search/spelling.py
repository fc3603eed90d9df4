"""How texts are written: in one script and one case, and which tokens two of them share."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from opencc import OpenCC
from tokenizers import Tokenizer

IN_PARTS = 0.8  # the most that a token counts as shared whose characters stand apart


def simplify_text(text: str) -> str:
    """Simplified characters, lower case: what the search reads of any text."""
    return str(_load_simplifier().convert(text)).lower()


@cache
def _load_simplifier() -> OpenCC:
    return OpenCC("t2s")


class Spelling:
    """The tokens of a vocabulary as they are written."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._pieces: dict[int, str] = {}

    def shares(self, ids: Sequence[int], others: Sequence[int]) -> np.ndarray:
        """(T,) fp32: 1 for a token that stands among the others, else up to `IN_PARTS` for the
        share of its Chinese characters that do; digits and Latin letters count whole or not.
        """
        pieces = {self._piece_of(each) for each in others}
        characters = set("".join(pieces))
        shares = {
            each: self._share_of_piece(self._piece_of(each), pieces, characters) for each in {*ids}
        }
        return np.array([shares[each] for each in ids], np.float32)

    def _share_of_piece(self, piece: str, pieces: set[str], characters: set[str]) -> float:
        if not piece or piece in pieces:
            return float(bool(piece))
        if piece.isascii():
            return 0.0
        return IN_PARTS * sum(each in characters for each in piece) / len(piece)

    def _piece_of(self, number: int) -> str:
        piece = self._pieces.get(number)
        if piece is None:
            vocabulary_piece = self._tokenizer.id_to_token(number) or ""
            piece = self._pieces[number] = vocabulary_piece.replace("▁", "")
        return piece
