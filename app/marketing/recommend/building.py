"""Puts the recommender of a worker together."""

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.inference.ports import SearchModel
from app.marketing.events.item_repository import Items
from app.marketing.events.repository import Events
from app.marketing.events.snapshots import ActivityReader
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.serving.recommendation_variants import RecommendationVariants
from app.marketing.experiments.serving.running import RunningExperiments
from app.marketing.recommend.indexes import RecommendationIndexes
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.loading import ItemEventFeed
from app.marketing.recommend.offers import ItemOffers
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.vectors.item_vectors import ItemEmbedder
from app.marketing.recommend.vectors.stored_vectors import StoredVectors
from app.settings import Settings


def build_recommender(
    engine: AsyncEngine, search: SearchModel, settings: Settings, running: RunningExperiments
) -> Recommender:
    """A recommender over the database and the search model; `running` may test how it works."""
    reader = ActivityReader(engine=engine, folder=settings.sealed_events)
    return Recommender(
        indexes=RecommendationIndexes(
            feed=ItemEventFeed(engine=engine, reader=reader),
            items=Items(engine),
            embedder=ItemEmbedder(engine=engine, search=search),
            stored=StoredVectors(engine=engine) if settings.item_search == "pgvector" else None,
        ),
        events=Events(engine),
        key=settings.key_of_pseudonyms,
        rng=np.random.default_rng(),
        find_variant=RecommendationVariants(running, FirstExposures(engine)).find,
    )


def build_item_offers(
    recommender: Recommender, accounts: Accounts, settings: Settings
) -> ItemOffers:
    """What finds items for conversations, with links that count where PUBLIC_URL is set."""
    links = ItemLinks(
        accounts=accounts, public_url=settings.public_url, key=settings.key_of_pseudonyms
    )
    return ItemOffers(recommender=recommender, links=links)
