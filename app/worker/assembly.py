"""How a worker is put together: every room it works in, over what is open."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import httpx
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.db.engines import ping
from app.delivery.outbox import Parcels
from app.delivery.user_queue import Mailboxes
from app.dialogue.account_context import build
from app.dialogue.actions import Workshop
from app.dialogue.agent_answers import AgentAnswers
from app.dialogue.generate import Desk, drafting
from app.dialogue.generation_log import GenerationLog
from app.dialogue.orders.webhook import Webhook
from app.dialogue.repository import TurnLog
from app.inbox.agent_replies import AgentReplies
from app.inbox.notice_queue import Notices
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inference import rerankers, writers
from app.inference.cached_classifier import Remembering
from app.inference.local.encoder import LocalClassifier
from app.inference.local.search import LocalSearchModel
from app.inference.ports import Classifier, SearchModel, Writer
from app.inference.reranking import RerankedSearchModel
from app.kit.http_clients import open_async_client
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.service import Gaps
from app.knowledge.gaps.suggestions import Offers
from app.knowledge.imports.repository import Imports
from app.knowledge.imports.service import Importer
from app.knowledge.repository import Store
from app.knowledge.service import Knowledge
from app.notices import targets
from app.notices.notifier import Notifier
from app.notices.robots import Robots
from app.privacy import pii
from app.privacy.consent import Consent
from app.privacy.repository import Followers
from app.privacy.subject_data import Dossiers
from app.sessions import rate_limit
from app.sessions.allowance import Allowance
from app.settings import Settings, Speaks
from app.wechat.client.customer_service import Client, show_typing
from app.wechat.client.quota import Ledger
from app.wechat.outbox_sender import Outbox
from app.worker.agent_updates import hearing
from app.worker.loop import Chore, Worker
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import Sealing
from app.worker.requests import Asks
from app.worker.turn_records import Records
from app.worker.turns import Letters


@dataclass(frozen=True, slots=True)
class Parts:
    """A worker, and what a caller may want to look into."""

    worker: Worker
    classifier: Classifier
    knowledge: Knowledge
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Models:
    """What reads messages, what finds and verifies answers, and what writes some."""

    classifier: Classifier
    search: SearchModel
    writer: Writer | None = None


def assemble(
    settings: Settings,
    redis: Redis,
    engine: AsyncEngine,
    http: httpx.AsyncClient,
    models: Models,
) -> Parts:
    """A worker over what is open; `http` reaches WeChat."""
    known, classifier = accounts.load(settings), Remembering(models.classifier)
    writer, knowledge = models.writer, Knowledge(store=Store(engine), search=models.search)
    gaps = Gaps(GapStore(engine), knowledge, pii.mask)
    speaks: Speaks = settings.speaks if writer else "never"
    told = targets.read(settings)
    notices = Notices(redis, tuple(target.id for target in told))
    house = build(engine, known, speaks, settings.limits.keep_days)
    handoffs = Handoffs(redis, Conversations(engine), notices)
    notifier = Notifier(
        targets=told,
        queue=notices,
        conversations=Conversations(engine),
        robots=Robots(http),
        accounts=known,
        rules=house.rules.of,
        address=settings.reached_at,
        key=settings.key_of_pseudonyms,
    )
    dossiers = Dossiers(redis, Followers(engine))
    parcels, ledger = Parcels(engine), Ledger(redis)
    client = Client(http, redis)
    desk = Desk(
        None if speaks == "never" else writer, settings.timing, partial(show_typing, client),
        knowledge.knows, Allowance(redis, settings.limits.written_a_day).take,
    )  # fmt: skip
    workshop = Workshop(Webhook(http), dossiers, desk, handoffs.place)
    records = Records(
        redis, TurnLog(engine), GenerationLog(engine, settings.key_of_pseudonyms), gaps,
        settings.key_of_pseudonyms,
    )  # fmt: skip
    sealing = Sealing(
        redis, parcels, lambda name: name in known and known[name].verified, settings.timing,
        house.text,
    )  # fmt: skip
    letters = Letters(
        redis=redis,
        classifier=classifier,
        knowledge=knowledge,
        house=house,
        handoffs=handoffs,
        hearing=hearing(handoffs),
        pace=rate_limit.of(redis, settings.limits),
        consent=Consent(redis),
        workshop=workshop,
        records=records,
        outbox=OutboxReader(parcels),
        sealing=sealing,
        opened=ledger.opened,
        settings=settings,
    )
    outbox = Outbox(
        mailboxes=Mailboxes(redis),
        parcels=parcels,
        replies=AgentReplies(engine),
        ledger=ledger,
        client=client,
        accounts=known,
        text=house.text,
        learn=AgentAnswers(engine, gaps).learn,
    )
    offers = Offers(gaps, drafting(writer) if writer else None)
    stopping, importer = asyncio.Event(), Importer(Imports(engine), knowledge)
    small_importer = Importer(Imports(engine), knowledge, small=True)
    worker = Worker(
        redis=redis,
        letters=letters,
        asks=Asks(
            redis=redis,
            classifier=classifier,
            knowledge=knowledge,
            house=house,
            workshop=workshop,
            offers=offers,
        ),
        outbox=outbox,
        preparing=(
            knowledge.refresh,
            knowledge.settle,
            house.refresh,
            lambda: handoffs.restore(time.time()),
            lambda: handoffs.notice(time.time()),
        ),
        chores=(
            Chore(records.write, last=True),
            Chore(gaps.record, last=True),
            Chore(classifier.refresh),
            Chore(knowledge.refresh),
            Chore(knowledge.settle),
            Chore(knowledge.prepare, every=0.2),
            Chore(house.refresh),
            Chore(gaps.embed),
            Chore(lambda: importer.step(stopping)),
            Chore(lambda: small_importer.step(stopping)),
            Chore(lambda: handoffs.tidy(time.time()), every=10.0),
            Chore(lambda: handoffs.notice(time.time()), every=30.0),
            Chore(notifier.step),
            Chore(outbox.tidy, every=10.0),
            Chore(lambda: dossiers.drop_old(time.time(), settings.kept_for), every=3600.0),
        ),
        ask_database=partial(ping, engine),
        claim_after=settings.timing.claim_after,
        blocking_read=settings.timing.blocking_read,
        stopping=stopping,
    )
    return Parts(worker, classifier, knowledge, gaps)


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[Worker]:
    """A worker with its models warm.

    Raises BadSettings when DEVICE isn't there, and before it loads a model when a proxy or an
    endpoint is no address.
    """
    limits = settings.limits
    targets.read(settings)
    rerankers.check(settings)
    async with (
        open_async_client(base_url=settings.wechat_api_base) as http,
        _writing(settings) as writer,
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
            await classifier.classify(["你好"])  # the first pass is slow: nobody should wait for it
            async with _searching(settings, classifier) as search:
                models = Models(classifier, search, writer)
                yield assemble(settings, redis, engine, http, models).worker
        finally:
            classifier.close()


@contextlib.asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Writer | None]:
    writer = await writers.opened(settings)
    try:
        yield writer
    finally:
        if writer:
            await writer.close()


@contextlib.asynccontextmanager
async def _searching(settings: Settings, classifier: LocalClassifier) -> AsyncIterator[SearchModel]:
    """The search in this process, warm, and a reranker over it where one is named."""
    device, dtype = classifier.device, classifier.dtype
    search = await asyncio.to_thread(LocalSearchModel, device, dtype)
    try:
        await search.embed(["你好"])
        reranker = await rerankers.opened(settings, device, dtype)
        if reranker is None:
            yield search
            return
        try:
            bands, within = rerankers.bands(settings), settings.timing.rerank_within
            yield RerankedSearchModel(search, reranker, bands, pii.mask, within)
        finally:
            await reranker.close()
    finally:
        search.close()
