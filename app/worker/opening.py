"""Opens a worker: loads and warms its models, connects its HTTP client, and assembles it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference import rerankers, writers
from app.inference.local.click_trainer import LocalClickTrainer
from app.inference.local.clicks import LocalClickPredictor, open_click_models
from app.inference.local.encoder import LocalClassifier
from app.inference.local.search import LocalSearchModel
from app.inference.ports import SearchModel, Writer
from app.inference.reranking import RerankedSearchModel
from app.kit.threads import open_background_thread
from app.notices import targets
from app.privacy import pii
from app.settings import Settings
from app.wechat.client.http import open_platform_http
from app.worker.assembly import assemble
from app.worker.in_flight import InFlightEntries
from app.worker.loop import Worker
from app.worker.shared_parts import Models


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[Worker]:
    """Open a worker whose models are loaded and warmed up.

    Raises BadSettings when DEVICE isn't there, and before a model is loaded when a proxy or an
    endpoint is no address.
    """
    limits, in_flight = settings.limits, InFlightEntries()
    targets.read_targets(settings)
    rerankers.check_settings(settings)
    async with (
        open_platform_http(settings) as http,
        _open_writer(settings, in_flight) as writer,
    ):
        classifier = await asyncio.to_thread(
            LocalClassifier,
            settings.device,
            settings.threads,
            limits.batch_tokens,
            settings.models,
            settings.encoder_dtype,
        )
        try:
            await classifier.classify(["你好"])  # warm-up: the first pass is slow
            async with (
                _open_search(settings, classifier) as search,
                _open_clicks(settings, classifier) as clicks,
            ):
                models = Models(classifier, search, *clicks, writer)
                yield assemble(settings, redis, engine, http, models, in_flight).worker
        finally:
            classifier.close()


@contextlib.asynccontextmanager
async def _open_writer(
    settings: Settings, in_flight: InFlightEntries
) -> AsyncIterator[Writer | None]:
    """The writer, if one is configured. Copy that it writes here pauses while turns are run."""
    writer = await writers.open_writer(settings, lambda: in_flight.has_turns)
    try:
        yield writer
    finally:
        if writer:
            await writer.close()


@contextlib.asynccontextmanager
async def _open_clicks(
    settings: Settings, classifier: LocalClassifier
) -> AsyncIterator[tuple[LocalClickPredictor, LocalClickTrainer]]:
    """The click predictor of this process, which loads its models at the first call, and the
    trainer of accounts' own.
    """
    click_models = open_click_models(
        classifier.device, classifier.dtype, settings.models, settings.account_models
    )
    predictor = LocalClickPredictor(click_models)
    with open_background_thread("click-training") as pool:
        try:
            yield predictor, LocalClickTrainer(click_models, pool)
        finally:
            predictor.close()


@contextlib.asynccontextmanager
async def _open_search(
    settings: Settings, classifier: LocalClassifier
) -> AsyncIterator[SearchModel]:
    """The search model of this process, warmed up, with the reranker if one is configured."""
    device, dtype = classifier.device, classifier.dtype
    search = await asyncio.to_thread(LocalSearchModel, device, dtype)
    try:
        await search.embed(["你好"])
        reranker = await rerankers.open_reranker(settings, device, dtype)
        if reranker is None:
            yield search
            return
        try:
            bands, within = rerankers.reranker_bands(settings), settings.timing.rerank_within
            yield RerankedSearchModel(search, reranker, bands, pii.mask, within)
        finally:
            await reranker.close()
    finally:
        search.close()
