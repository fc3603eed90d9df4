"""Embeds the entries and chunks of an import in batches; unchanged texts keep their vectors."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.inference.ports import SearchModel
from app.knowledge.imports.batch_sizer import BatchSizer, SearchedTexts
from app.knowledge.imports.plan import Plan
from app.knowledge.imports.repository import State
from app.knowledge.search.embedding import Vectors, embed_texts
from app.knowledge.service import Knowledge

MOST_AT_ONCE = 256  # entries and chunks in one call of the model


@dataclass(slots=True)
class Progress:
    """How far a worker is with an import."""

    state: State = "reading"
    done: int = 0  # entries and chunks that have vectors
    total: int = 0
    settling: bool = False  # storing has begun: a stop waits for the end


def list_searched(plan: Plan) -> list[SearchedTexts]:
    """The texts of every entry and chunk of the plan, with their ids."""
    entries: list[SearchedTexts] = [(entry.id, entry.texts) for entry in plan.entries.values()]
    return [*entries, *((chunk.id, chunk.texts) for chunk in plan.chunks)]


def reuse_vectors(
    knowledge: Knowledge, account: str, searched: Sequence[SearchedTexts]
) -> dict[str, Vectors]:
    """By id, the stored vectors of this model for texts that the account has already."""
    entries = knowledge.index(account).stored_entries
    chunks = knowledge.documents.stored_chunks(account)
    model = knowledge.search.version
    stored_items = ((*each, entries.get(each[0]) or chunks.get(each[0])) for each in searched)
    return {
        which: (old.vectors, model)
        for which, texts, old in stored_items
        if old and old.model == model and old.entry.texts == texts
    }


async def embed_batches(
    search: SearchModel, searched: Sequence[SearchedTexts], progress: Progress
) -> dict[str, Vectors]:
    """Vectors by id, made batch by batch, so that followers' turns come between."""
    vectors: dict[str, Vectors] = {}
    batch_sizer, at = BatchSizer(), 0
    while batch := batch_sizer.take_batch(searched[at : at + MOST_AT_ONCE]):
        start = time.perf_counter()
        batch_vectors = await embed_texts(search, [texts for _, texts in batch])
        batch_sizer.adjust(time.perf_counter() - start)
        vectors |= zip((each for each, _ in batch), batch_vectors, strict=True)
        at += len(batch)
        progress.done += len(batch)
    return vectors
