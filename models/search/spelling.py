"""Normalises script and case of texts, and finds the tokens that two texts share literally."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from opencc import OpenCC
from tokenizers import Tokenizer

IN_PARTS = 0.8  # largest share of a token of which only the characters occur in the other text


def simplify_text(text: str) -> str:
    """The text in simplified characters and lower case, as the search encodes it."""
    return str(_load_simplifier().convert(text)).lower()


@cache
def _load_simplifier() -> OpenCC:
    return OpenCC("t2s")


class Spelling:
    """Compares tokens of a tokenizer by their written form."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._pieces: dict[int, str] = {}

    def shares(self, ids: Sequence[int], others: Sequence[int]) -> np.ndarray:
        """(len(ids),) fp32: 1 for a token among `others`, else IN_PARTS times the share of its
        characters that occur in `others`; 0 for ASCII tokens that aren't among them.
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
