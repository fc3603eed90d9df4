"""Item vectors in PostgreSQL: the same items are found, and recommended, as from memory."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.fakes import FakeClassifier
from app.inference.ports import ClassificationFailed, TextVector
from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item, ItemKind
from app.marketing.events.repository import Events
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.recommend.choosing import RecommendationPolicy
from app.marketing.recommend.indexes import RecommendationIndexes
from app.marketing.recommend.loading import ItemEventFeed
from app.marketing.recommend.ranking.selection import SelectionPolicy
from app.marketing.recommend.ranking.texts import build_item_vectors
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.vectors.item_vectors import ItemEmbedder
from app.marketing.recommend.vectors.stored_vectors import StoredVectors
from app.privacy.pseudonym import make_pseudonym

pytestmark = pytest.mark.engines

WIDTH, ITEMS, NOW = 16, 300, 1_800_000_000.0
KEY = "k" * 32


class HashEmbedder(FakeClassifier):
    """Embeds a text as a vector drawn from its hash; all are near to one another, as E5's are."""

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        return [TextVector(self.name, embed_text(text)) for text in texts]


def embed_text(text: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
    vector = 3.0 + np.random.default_rng(seed).normal(size=WIDTH)
    return (vector / np.linalg.norm(vector)).astype(np.float16).astype(np.float32)


def make_items(count: int = ITEMS) -> list[Item]:
    item = Item(
        account="shop", id="", kind=ItemKind.ARTICLE, title="", created=NOW, changed=NOW
    )  # fmt: skip
    return [replace(item, id=f"i{number:03}", title=f"第{number}篇文章") for number in range(count)]


@pytest.fixture
def embedder(engine: AsyncEngine) -> ItemEmbedder:
    return ItemEmbedder(engine=engine, search=HashEmbedder())


async def test_the_nearest_items_are_those_found_in_memory(
    engine: AsyncEngine, embedder: ItemEmbedder
) -> None:
    items = make_items()
    embeddings = await embedder.embed_items("shop", items)
    await embedder.embed_items("cafe", items[:5])
    vectors = build_item_vectors(np.stack([embeddings[item.id] for item in items]))

    stored = await StoredVectors(engine=engine).refresh("shop", "fake-1")

    assert stored is not None
    assert stored.mean == pytest.approx(vectors.mean, abs=1e-6)
    for row, excluded in ((0, []), (7, ["i007", "i008"]), (99, [item.id for item in items[:290]])):
        direction = vectors.unit[row]
        in_memory = [items[at].id for at in np.argsort(-(vectors.unit @ direction), kind="stable")]
        expected = [item for item in in_memory if item not in excluded][:20]
        assert await stored.nearest_items(direction, 20, excluded) == expected


async def test_a_changed_text_and_another_model_take_the_place_of_the_former(
    engine: AsyncEngine, embedder: ItemEmbedder
) -> None:
    items, table = make_items(3), StoredVectors(engine=engine)
    await embedder.embed_items("shop", items)
    await table.refresh("shop", "fake-1")

    await embedder.embed_items("shop", [replace(items[0], title="新标题")])
    changed = await table.refresh("shop", "fake-1")
    other = await table.refresh("shop", "fake-2")

    assert changed is not None
    titles = ("新标题", "第1篇文章", "第2篇文章")
    assert changed.mean == pytest.approx(np.mean([embed_text(each) for each in titles], 0))
    assert other is None


@pytest.mark.parametrize("question", ["", "送妈妈什么好"])
async def test_recommendations_are_those_of_vectors_in_memory(
    engine: AsyncEngine, embedder: ItemEmbedder, tmp_path: Path, question: str
) -> None:
    await Items(engine, clock=lambda: NOW).put(make_items(40))
    view = MarketingEvent(
        account="shop", id="", kind=EventKind.VIEW, time=NOW, recorded=NOW,
        pseudonym=make_pseudonym("o-reader", KEY),
    )  # fmt: skip
    await Events(engine).write([
        replace(view, id=f"e{number}", item=f"i{number:03}", time=NOW - 60 * number)
        for number in range(1, 4)
    ])  # fmt: skip
    stored = StoredVectors(engine=engine, most_in_memory=10)

    recommenders = [make_recommender(embedder, tmp_path, vectors) for vectors in (None, stored)]

    answers = [
        await each.recommend("shop", "o-reader", 5, question=question, records=False)
        for each in recommenders
    ]
    messages = [await each.choose("shop", view.pseudonym, 5) for each in recommenders]

    assert answers[1].items == answers[0].items
    assert messages[1].items == messages[0].items
    assert answers[0].strategy == ("question" if question else "text")


def make_recommender(
    embedder: ItemEmbedder, folder: Path, stored: StoredVectors | None
) -> Recommender:
    engine = embedder.engine
    reader = ActivityReader(engine=engine, folder=folder)
    indexes = RecommendationIndexes(
        feed=ItemEventFeed(engine=engine, reader=reader), items=Items(engine), embedder=embedder,
        stored=stored, clock=lambda: NOW,
    )  # fmt: skip
    return Recommender(
        indexes=indexes, events=Events(engine), key=KEY, clock=lambda: NOW,
        rng=np.random.default_rng(0),
        policy=RecommendationPolicy(selection=SelectionPolicy(exploration=0)),
    )  # fmt: skip
