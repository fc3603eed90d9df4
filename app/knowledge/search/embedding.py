"""Embeds lists of texts, such as those of an entry or a chunk."""

from collections.abc import Sequence

import numpy as np

from app.errors import EmbeddingFailed
from app.inference.ports import ClassificationFailed, SearchModel, TextVector
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.values import Entry

Vectors = tuple[np.ndarray, str]  # (texts, D), and the version of the model


async def embed_texts(search: SearchModel, texts: Sequence[Sequence[str]]) -> list[Vectors]:
    """For each list of texts its vectors; (0, 0) and "" if the model fails on one of them."""
    return [_stack_vectors(rows) for rows in await _embed_lists(search, texts)]


async def embed_entries(search: SearchModel, entries: Sequence[Entry]) -> list[StoredEntry]:
    """The entries with their vectors. Raises EmbeddingFailed for a text that the model fails on."""
    lists = await _embed_lists(search, [entry.texts for entry in entries])
    for entry, rows in zip(entries, lists, strict=True):
        for text, row in zip(entry.texts, rows, strict=True):
            if isinstance(row, ClassificationFailed):
                raise EmbeddingFailed(f"the model fails on {text!r}: leave it out")
    return [StoredEntry(e, *_stack_vectors(rows)) for e, rows in zip(entries, lists, strict=True)]


async def _embed_lists(
    search: SearchModel, texts: Sequence[Sequence[str]]
) -> list[list[TextVector | ClassificationFailed]]:
    """One call of the model for the texts of all lists."""
    rows = iter(await search.embed([text for some in texts for text in some]))
    return [[next(rows) for _ in some] for some in texts]


def _stack_vectors(rows: Sequence[TextVector | ClassificationFailed]) -> Vectors:
    text_vectors = [row for row in rows if isinstance(row, TextVector)]
    if len(text_vectors) < len(rows):
        return np.zeros((0, 0), np.float32), ""
    return np.stack([row.vector for row in text_vectors]), text_vectors[0].model
