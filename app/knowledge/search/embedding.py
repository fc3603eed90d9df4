"""Embeds lists of texts, such as those of an entry or a chunk."""

from collections.abc import Sequence

import numpy as np

from app.inference.ports import ClassificationFailed, SearchModel, TextVector

Vectors = tuple[np.ndarray, str]  # (texts, D), and the version of the model


async def embed_texts(search: SearchModel, texts: Sequence[Sequence[str]]) -> list[Vectors]:
    """For each list of texts its vectors; (0, 0) and "" if the model fails on one of them."""
    rows = iter(await search.embed([text for some in texts for text in some]))
    return [_stack_vectors([next(rows) for _ in some]) for some in texts]


def _stack_vectors(rows: Sequence[TextVector | ClassificationFailed]) -> Vectors:
    text_vectors = [row for row in rows if isinstance(row, TextVector)]
    if len(text_vectors) < len(rows):
        return np.zeros((0, 0), np.float32), ""
    return np.stack([row.vector for row in text_vectors]), text_vectors[0].model
