"""Embeddings of items' texts, stored so that each text is embedded once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read, patient
from app.db.tables import item_vectors
from app.inference.ports import ClassificationFailed, SearchModel
from app.marketing.events.items import Item

BATCH = 32  # texts of one pass: turns wait behind it
LONGEST = 200  # characters of an item's text
MOST_NAMED = 5_000  # items of one query; for more, those of the whole account are read


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEmbedder:
    """Embeds items by the search model; what is in the table isn't computed again."""

    engine: AsyncEngine
    search: SearchModel

    async def embed_items(self, account: str, items: Sequence[Item]) -> dict[str, np.ndarray]:
        """(D,) fp32 by item id. An item whose text the model fails on is left out."""
        texts = {item.id: describe_item_text(item) for item in items if item.deleted is None}
        vectors = await self._load(account, texts)
        missing = [name for name in texts if name not in vectors]
        for start in range(0, len(missing), BATCH):
            names = missing[start : start + BATCH]
            fresh = await self._embed({name: texts[name] for name in names})
            await self._store(account, texts, fresh)
            vectors |= fresh
        return vectors

    async def embed_question(self, text: str) -> np.ndarray | None:
        """(D,) fp32; None where the model fails."""
        row = (await self.search.embed([text]))[0]
        return None if isinstance(row, ClassificationFailed) else row.vector

    async def _load(self, account: str, texts: Mapping[str, str]) -> dict[str, np.ndarray]:
        version = self.search.version
        query = select(item_vectors.c.item, item_vectors.c.text_hash, item_vectors.c.vector).where(
            item_vectors.c.account == account, item_vectors.c.model == version
        )
        if len(texts) <= MOST_NAMED:
            query = query.where(item_vectors.c.item.in_(texts))
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return {
            row.item: np.frombuffer(row.vector, np.float16).astype(np.float32)
            for row in rows
            if row.item in texts and row.text_hash == _hash(texts[row.item])
        }

    async def _embed(self, texts: Mapping[str, str]) -> dict[str, np.ndarray]:
        rows = await self.search.embed(list(texts.values()))
        return {
            name: row.vector
            for name, row in zip(texts, rows, strict=True)
            if not isinstance(row, ClassificationFailed)
        }

    async def _store(
        self, account: str, texts: Mapping[str, str], vectors: Mapping[str, np.ndarray]
    ) -> None:
        if not vectors:
            return
        rows = [
            {
                "account": account, "item": name, "model": self.search.version,
                "text_hash": _hash(texts[name]), "vector": vectors[name].astype("<f2").tobytes(),
            }
            for name in sorted(vectors)
        ]  # fmt: skip
        statement = insert(item_vectors)
        changes = {name: statement.excluded[name] for name in ("model", "text_hash", "vector")}
        statement = statement.on_conflict_do_update(
            index_elements=["account", "item"], set_=changes
        )
        async with patient(self.engine).begin() as connection:
            await connection.execute(statement, rows)


def describe_item_text(item: Item) -> str:
    """The text by which an item is found: title, tags and the beginning of its text."""
    return "。".join(
        part for part in (item.title, "、".join(item.tags), item.text[:LONGEST]) if part
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
