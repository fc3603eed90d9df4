"""Indexes of items are loaded before a worker is ready, so that the first answer has them."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.fakes import FakeClassifier
from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item, ItemKind
from app.marketing.events.snapshots import ActivityReader
from app.marketing.recommend.indexes import RecommendationIndexes
from app.marketing.recommend.loading import ItemEventFeed
from app.marketing.recommend.vectors.item_vectors import ItemEmbedder


async def test_an_index_is_fitted_when_loading_ends_and_others_stay_empty(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    item = Item(
        account="shop", id="i1", kind=ItemKind.PRODUCT, title="竹笛", created=1.0, changed=1.0
    )
    await Items(engine).put([item])
    indexes = RecommendationIndexes(
        feed=ItemEventFeed(engine=engine, reader=ActivityReader(engine=engine, folder=tmp_path)),
        items=Items(engine),
        embedder=ItemEmbedder(engine=engine, search=FakeClassifier()),
    )

    await indexes.load(["shop", "cafe"], within=60.0)

    assert [indexes.is_warm(account) for account in ("shop", "cafe")] == [True, False]
