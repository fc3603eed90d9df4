"""How near items are to questions about them, and to questions about other shops' goods.

The corpus of shops (models/shops): the entries of a shop are its items, its followers' messages are
near questions, each with the entries that answer it; those of two other shops are far ones. The
search encoder learnt from the shops of the split train; tune and test are other trades.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.inference.local.search import LocalSearchModel
from app.inference.ports import ClassificationFailed, SearchModel
from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend.ranking.texts import ItemVectors, build_item_vectors
from app.marketing.recommend.vectors.item_vectors import describe_item_text
from models.search.shops import FOLDER, Split, list_shops, read_json_lines
from tests.bench.marketing.figures import Figure

SPLITS: tuple[Split, ...] = ("tune", "test")
THRESHOLDS = (0.35, 0.40, 0.45, 0.50, 0.55, 0.60)
MOST_QUESTIONS = 40  # of a shop
_AT_ONCE = 32  # texts of one pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopItems:
    """A shop's items with their vectors, and questions with the ids of the items that answer."""

    ids: list[str]
    vectors: ItemVectors
    questions: list[tuple[np.ndarray, frozenset[str]]]  # (D,), ids


@dataclass(frozen=True, slots=True)
class Closeness:
    """Cosines: of near questions and the right item, of far questions and the nearest one."""

    near: np.ndarray
    far: np.ndarray


def measure(data: Path) -> list[Figure]:
    """The shares of near and far questions that reach each threshold, by split."""
    search = LocalSearchModel("cpu", "fp32")
    try:
        return [
            figure
            for split in SPLITS
            for figure in _describe(split, asyncio.run(compare_split(search, split)))
        ]
    finally:
        search.close()


async def compare_split(search: SearchModel, split: Split) -> Closeness:
    """The cosines of all shops of a split."""
    shops = [await _embed_shop(search, FOLDER / name) for name in list_shops(split)]
    near = [cosine for shop in shops for cosine in _compare_own(shop)]
    far = [
        float(shop.vectors.measure_closeness(vector, np.arange(len(shop.ids))).max())
        for at, shop in enumerate(shops)
        for other in (shops[(at + 1) % len(shops)], shops[(at + 2) % len(shops)])
        for vector, _ in other.questions
    ]
    return Closeness(np.array(near), np.array(far))


def _compare_own(shop: ShopItems) -> Iterator[float]:
    for vector, right_ids in shop.questions:
        closeness = shop.vectors.measure_closeness(vector, np.arange(len(shop.ids)))
        yield max(float(closeness[shop.ids.index(name)]) for name in right_ids)


async def _embed_shop(search: SearchModel, folder: Path) -> ShopItems:
    items = [
        Item(
            account="shop", id=row["id"], kind=ItemKind.ARTICLE, title=row["question"],
            text=row["answer"], created=0.0, changed=0.0,
        )
        for row in read_json_lines(folder / "entries.jsonl")
    ]  # fmt: skip
    ids = [item.id for item in items]
    rows = [row for row in read_json_lines(folder / "messages.jsonl") if row.get("entry")]
    messages = [
        (row["text"], right_ids)
        for row in rows
        if row["kind"] == "answerable"
        and (right_ids := frozenset(row["entry"].split("|")).intersection(ids))
    ][:MOST_QUESTIONS]
    embeddings = await _embed(search, [describe_item_text(item) for item in items])
    questions = await _embed(search, [text for text, _ in messages])
    return ShopItems(
        ids=ids,
        vectors=build_item_vectors(embeddings),
        questions=[(row, right) for row, (_, right) in zip(questions, messages, strict=True)],
    )


async def _embed(search: SearchModel, texts: Sequence[str]) -> np.ndarray:
    """(len(texts), D). Raises ClassificationFailed."""
    vectors = []
    for start in range(0, len(texts), _AT_ONCE):
        for row in await search.embed(texts[start : start + _AT_ONCE]):
            if isinstance(row, ClassificationFailed):
                raise row
            vectors.append(row.vector)
    return np.array(vectors)


def _describe(split: Split, closeness: Closeness) -> list[Figure]:
    return [
        Figure(
            what=f"{split}: cosine ≥ {threshold:.2f}: near questions reach their item, far ones any"
            f" ({len(closeness.near)}, {len(closeness.far)} questions)",
            measured=f"{(closeness.near >= threshold).mean():.2f},"
            f" {(closeness.far >= threshold).mean():.2f}",
        )
        for threshold in THRESHOLDS
    ]
