"""Puts a worker together from settings, Redis, database, HTTP client and models."""

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial

import httpx
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import ping
from app.dialogue.care.alerts import Alerts
from app.dialogue.generate import make_drafter
from app.dialogue.understand import understand_messages
from app.inference.ports import Classifier
from app.knowledge.gaps.service import Gaps
from app.knowledge.gaps.suggestions import GapSuggestions
from app.knowledge.imports.repository import ImportStore
from app.knowledge.imports.service import Importer
from app.knowledge.service import Knowledge
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.serving.reply_wordings import ReplyWordings
from app.marketing.requests import MarketingRequests
from app.privacy.consent import Consent
from app.publishing.requests import PublishingRequests
from app.publishing.sending.reports import PublishReports
from app.sample import loading as sample_loading
from app.sessions import rate_limit
from app.settings import Settings
from app.worker.agent_updates import build_agent_updates
from app.worker.committing import TurnCommitter
from app.worker.follower_states import FollowerStates
from app.worker.in_flight import InFlightEntries
from app.worker.loading import TurnLoader
from app.worker.loop import Worker
from app.worker.outbox_reader import OutboxReader
from app.worker.periodic_tasks import list_periodic_tasks
from app.worker.requests import RequestHandler
from app.worker.shared_parts import Models, SharedParts
from app.worker.silent_jobs import SilentJobs
from app.worker.steps import Step, StepRunner
from app.worker.turns import TurnProcessor

LOADING = 10.0  # seconds that a worker's first batch waits at most for indexes of items


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """A worker, and the parts of it that callers inspect."""

    worker: Worker
    classifier: Classifier
    knowledge: Knowledge
    gaps: Gaps


def assemble(
    settings: Settings,
    redis: Redis,
    engine: AsyncEngine,
    http: httpx.AsyncClient,
    models: Models,
    in_flight: InFlightEntries | None = None,
) -> WorkerParts:
    """Build the worker over open connections; the base URL of `http` is the platform's API.

    `in_flight`: where the worker marks what it works on, for others to look at.
    """
    parts = SharedParts(settings, redis, engine, http, models)
    worker = _build_worker(parts, in_flight or InFlightEntries())
    return WorkerParts(worker, parts.classifier, parts.knowledge, parts.gaps)


def _build_worker(parts: SharedParts, in_flight: InFlightEntries) -> Worker:
    stopping, consent = asyncio.Event(), Consent(parts.redis)
    outbox_reader = OutboxReader(parts.outbox)
    committer = _build_committer(parts, consent, outbox_reader)
    return Worker(
        redis=parts.redis,
        steps=StepRunner(parts.redis, stopping),
        loader=_build_loader(parts, consent, outbox_reader),
        turns=_build_turn_processor(parts, committer),
        committer=committer,
        requests=_build_request_handler(parts),
        preparing=_list_preparing_steps(parts, stopping),
        periodic_tasks=list_periodic_tasks(parts, stopping),
        ping_database=partial(ping, parts.engine),
        in_flight=in_flight,
        claim_after=parts.settings.timing.claim_after,
        blocking_read=parts.settings.timing.blocking_read,
    )


def _build_loader(parts: SharedParts, consent: Consent, outbox_reader: OutboxReader) -> TurnLoader:
    rate_limiter = rate_limit.from_limits(parts.redis, parts.settings.limits)
    shows_notice = parts.settings.consent
    return TurnLoader(
        redis=parts.redis,
        outbox=outbox_reader,
        follower_states=FollowerStates(parts.handoffs, rate_limiter, consent, shows_notice),
        account_contexts=parts.account_contexts,
        understand=partial(understand_messages, parts.classifier, parts.knowledge),
        find_wordings=ReplyWordings(
            running=parts.experiments,
            exposures=FirstExposures(parts.engine),
            key=parts.settings.key_of_pseudonyms,
        ).find,
    )


def _build_committer(
    parts: SharedParts, consent: Consent, outbox_reader: OutboxReader
) -> TurnCommitter:
    return TurnCommitter(
        redis=parts.redis,
        outbox=outbox_reader,
        consent=consent,
        record_activity=parts.quota_ledger.record_activity,
        dispatcher=parts.dispatcher,
        text=parts.account_contexts.text,
        max_tries=parts.settings.limits.tries,
    )


def _build_turn_processor(parts: SharedParts, committer: TurnCommitter) -> TurnProcessor:
    return TurnProcessor(
        action_runner=parts.action_runner,
        agent_updates=build_agent_updates(parts.handoffs, Alerts()),
        recorder=parts.recorder,
        dispatcher=parts.dispatcher,
        committer=committer,
        silent_jobs=SilentJobs(
            subject_data=parts.subject_data,
            handoffs=parts.handoffs,
            publish_reports=PublishReports(parts.publishing.posts, parts.publishing.steps),
            scan_events=parts.scan_events,
            frequency_ledger=parts.publishing.cap.ledger,
            callback_events=parts.callback_events,
        ),
    )


def _build_request_handler(parts: SharedParts) -> RequestHandler:
    writer = parts.models.writer
    return RequestHandler(
        redis=parts.redis,
        classifier=parts.classifier,
        knowledge=parts.knowledge,
        account_contexts=parts.account_contexts,
        action_runner=replace(
            parts.action_runner,
            find_items=replace(parts.item_offers, records=False).find_items,
        ),
        suggestions=GapSuggestions(parts.gaps, make_drafter(writer) if writer else None),
        publishing=PublishingRequests(parts.publishing, parts.accounts),
        touchpoints=parts.touchpoints,
        marketing=MarketingRequests(
            engine=parts.engine,
            clicks=parts.models.clicks,
            recommender=parts.recommender,
            item_links=parts.item_offers.links,
            settings=parts.settings,
        ),
    )


def _list_preparing_steps(parts: SharedParts, stopping: asyncio.Event) -> tuple[Step, ...]:
    """What is done once before the first batch, and before the service counts as ready."""
    return (
        *_list_sample_steps(parts, stopping),
        parts.knowledge.refresh,
        parts.knowledge.compact,
        parts.account_contexts.refresh,
        parts.experiments.refresh,
        lambda: parts.recommender.load(list(parts.accounts), LOADING),
        lambda: parts.handoffs.restore(time.time()),
        lambda: parts.handoffs.notice(time.time()),
    )


def _list_sample_steps(parts: SharedParts, stopping: asyncio.Event) -> tuple[Step, ...]:
    """Import the sample shop where it is to be loaded: the first question has to find it."""
    if not sample_loading.is_sample(parts.settings):
        return ()
    importer = Importer(ImportStore(parts.engine), parts.knowledge, small=True)
    return (lambda: sample_loading.finish_import(parts.engine, importer.step, stopping),)
