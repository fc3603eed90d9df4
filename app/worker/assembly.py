"""Builds a worker from settings, Redis, database and models."""

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
from app.delivery.outbox import Outbox
from app.delivery.user_queue import UserQueues
from app.dialogue.account_context import build_account_contexts
from app.dialogue.actions import ActionRunner
from app.dialogue.agent_answers import AgentAnswers
from app.dialogue.alerts import Alerts
from app.dialogue.generate import AnswerGenerator, make_drafter
from app.dialogue.generation_log import GenerationLog
from app.dialogue.orders.webhook import Webhook
from app.dialogue.repository import TurnLog
from app.dialogue.understand import understand_messages
from app.inbox.agent_replies import AgentReplies
from app.inbox.notice_queue import Notices
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inference import rerankers, writers
from app.inference.cached_classifier import CachedClassifier
from app.inference.local.encoder import LocalClassifier
from app.inference.local.search import LocalSearchModel
from app.inference.ports import Classifier, SearchModel, Writer
from app.inference.reranking import RerankedSearchModel
from app.kit.http_clients import open_async_client
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.service import Gaps
from app.knowledge.gaps.suggestions import GapSuggestions
from app.knowledge.imports.repository import ImportStore
from app.knowledge.imports.service import Importer
from app.knowledge.repository import EntryStore
from app.knowledge.service import Knowledge
from app.notices import targets
from app.notices.notifier import Notifier
from app.notices.robots import Robots
from app.privacy import pii
from app.privacy.consent import Consent
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.sessions import rate_limit
from app.sessions.allowance import GenerationAllowance
from app.settings import Settings, Speaks
from app.wechat.client.customer_service import WeChatClient, show_typing
from app.wechat.client.quota import QuotaLedger
from app.wechat.outbox_sender import OutboxSender
from app.worker.agent_updates import build_agent_updates
from app.worker.committing import TurnCommitter
from app.worker.follower_states import FollowerStates
from app.worker.loading import TurnLoader
from app.worker.loop import Worker
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import ReplyDispatcher
from app.worker.requests import RequestHandler
from app.worker.steps import PeriodicTask, StepRunner
from app.worker.turn_records import TurnRecorder
from app.worker.turns import TurnProcessor, erase_follower


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """A worker, and the parts of it that callers inspect."""

    worker: Worker
    classifier: Classifier
    knowledge: Knowledge
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Models:
    """Classifier, search model and, where one is configured, the writer."""

    classifier: Classifier
    search: SearchModel
    writer: Writer | None = None


def assemble(
    settings: Settings,
    redis: Redis,
    engine: AsyncEngine,
    http: httpx.AsyncClient,
    models: Models,
) -> WorkerParts:
    """Build the worker over open connections; the base URL of `http` is the platform's API."""
    accounts_by_name, classifier = accounts.load(settings), CachedClassifier(models.classifier)
    writer, knowledge = models.writer, Knowledge(store=EntryStore(engine), search=models.search)
    gaps = Gaps(GapStore(engine), knowledge, pii.mask)
    speaks: Speaks = settings.speaks if writer else "never"
    notice_targets = targets.read_targets(settings)
    notices = Notices(redis, tuple(target.id for target in notice_targets))
    account_contexts = build_account_contexts(
        engine, accounts_by_name, speaks, settings.limits.keep_days
    )
    handoffs = Handoffs(redis, Conversations(engine), notices)
    notifier = Notifier(
        targets=notice_targets,
        queue=notices,
        conversations=Conversations(engine),
        robots=Robots(http),
        accounts=accounts_by_name,
        rules=account_contexts.rules.of,
        address=settings.reached_at,
        key=settings.key_of_pseudonyms,
    )
    subject_data = SubjectData(redis, Followers(engine))
    reply_outbox, ledger = Outbox(engine), QuotaLedger(redis)
    client = WeChatClient(http, redis)
    answer_generator = AnswerGenerator(
        None if speaks == "never" else writer, settings.timing, partial(show_typing, client),
        knowledge.has_all, GenerationAllowance(redis, settings.limits.written_a_day).take,
    )  # fmt: skip
    action_runner = ActionRunner(
        Webhook(http), subject_data, answer_generator, handoffs.queue_position
    )
    recorder = TurnRecorder(
        redis=redis,
        classifier=classifier,
        turns=TurnLog(engine),
        generations=GenerationLog(engine, settings.key_of_pseudonyms),
        gaps=gaps,
        key=settings.key_of_pseudonyms,
    )
    dispatcher = ReplyDispatcher(
        redis,
        reply_outbox,
        lambda name: name in accounts_by_name and accounts_by_name[name].verified,
        settings.timing,
        account_contexts.text,
    )
    consent, outbox_reader = Consent(redis), OutboxReader(reply_outbox)
    loader = TurnLoader(
        redis=redis,
        outbox=outbox_reader,
        follower_states=FollowerStates(
            handoffs, rate_limit.from_limits(redis, settings.limits), consent, settings.consent
        ),
        account_contexts=account_contexts,
        understand=partial(understand_messages, classifier, knowledge),
    )
    committer = TurnCommitter(
        redis=redis,
        outbox=outbox_reader,
        consent=consent,
        record_activity=ledger.record_activity,
        dispatcher=dispatcher,
        text=account_contexts.text,
        max_tries=settings.limits.tries,
    )
    turn_processor = TurnProcessor(
        action_runner=action_runner,
        agent_updates=build_agent_updates(handoffs, Alerts()),
        recorder=recorder,
        dispatcher=dispatcher,
        committer=committer,
        erase_follower=partial(erase_follower, subject_data, handoffs),
    )
    outbox_sender = OutboxSender(
        user_queues=UserQueues(redis),
        outbox=reply_outbox,
        replies=AgentReplies(engine),
        ledger=ledger,
        client=client,
        accounts=accounts_by_name,
        text=account_contexts.text,
        learn=AgentAnswers(engine, gaps).learn,
    )
    stopping, importer = asyncio.Event(), Importer(ImportStore(engine), knowledge)
    small_importer = Importer(ImportStore(engine), knowledge, small=True)
    worker = Worker(
        redis=redis,
        steps=StepRunner(redis, stopping),
        loader=loader,
        turns=turn_processor,
        committer=committer,
        requests=RequestHandler(
            redis=redis,
            classifier=classifier,
            knowledge=knowledge,
            account_contexts=account_contexts,
            action_runner=action_runner,
            suggestions=GapSuggestions(gaps, make_drafter(writer) if writer else None),
        ),
        preparing=(
            knowledge.refresh,
            knowledge.compact,
            account_contexts.refresh,
            lambda: handoffs.restore(time.time()),
            lambda: handoffs.notice(time.time()),
        ),
        periodic_tasks=(
            PeriodicTask(recorder.write, last=True),
            PeriodicTask(gaps.record, last=True),
            PeriodicTask(classifier.refresh),
            PeriodicTask(knowledge.refresh),
            PeriodicTask(knowledge.compact),
            PeriodicTask(knowledge.prepare, every=0.2),
            PeriodicTask(account_contexts.refresh),
            PeriodicTask(gaps.embed),
            PeriodicTask(lambda: importer.step(stopping)),
            PeriodicTask(lambda: small_importer.step(stopping)),
            PeriodicTask(lambda: handoffs.tidy(time.time()), every=10.0),
            PeriodicTask(lambda: handoffs.notice(time.time()), every=30.0),
            PeriodicTask(notifier.step),
            PeriodicTask(outbox_sender.send_due),
            PeriodicTask(outbox_sender.tidy, every=10.0),
            PeriodicTask(
                lambda: subject_data.drop_old(time.time(), settings.kept_for), every=3600.0
            ),
        ),
        ping_database=partial(ping, engine),
        claim_after=settings.timing.claim_after,
        blocking_read=settings.timing.blocking_read,
    )
    return WorkerParts(worker, classifier, knowledge, gaps)


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[Worker]:
    """Open a worker whose models are loaded and warmed up.

    Raises BadSettings when DEVICE isn't there, and before a model is loaded when a proxy or an
    endpoint is no address.
    """
    limits = settings.limits
    targets.read_targets(settings)
    rerankers.check_settings(settings)
    async with (
        open_async_client(base_url=settings.wechat_api_base) as http,
        _open_writer(settings) as writer,
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
            async with _open_search(settings, classifier) as search:
                models = Models(classifier, search, writer)
                yield assemble(settings, redis, engine, http, models).worker
        finally:
            classifier.close()


@contextlib.asynccontextmanager
async def _open_writer(settings: Settings) -> AsyncIterator[Writer | None]:
    writer = await writers.open_writer(settings)
    try:
        yield writer
    finally:
        if writer:
            await writer.close()


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
