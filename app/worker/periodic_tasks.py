"""What a worker does again and again beside its turns; every worker runs all of these tasks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

from app.db.clock import read_earlier_time
from app.delivery.event_queue import EventQueue
from app.delivery.undelivered import UndeliveredReplies
from app.dialogue.gaps.agent_answers import AgentAnswers
from app.inbox.agent_replies import AgentReplies
from app.inbox.reply_forwarding import ReplyForwarder
from app.inbox.repository import Conversations
from app.knowledge.imports.repository import ImportStore
from app.knowledge.imports.service import Importer
from app.marketing.events.published_items import PublishedItems
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.waiting_events import EventWriter
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.recommend.batches.repository import BatchItems
from app.notices import targets
from app.notices.notifier import Notifier
from app.notices.robots import Robots
from app.wechat.outbox_sender import OutboxSender, may_push
from app.wechat.rights_refresh import RightsRefresher
from app.worker.marketing_parts import list_marketing_tasks
from app.worker.shared_parts import SharedParts
from app.worker.steps import PeriodicTask

# Deletes what is too old at a time, in seconds since 1970.
Drop = Callable[[float], Awaitable[object]]


def list_periodic_tasks(parts: SharedParts, stopping: asyncio.Event) -> tuple[PeriodicTask, ...]:
    """All periodic tasks of one worker; `stopping` is set when it is to stop."""
    return (
        *_list_record_tasks(parts),
        *_list_knowledge_tasks(parts),
        *_list_import_tasks(parts, stopping),
        *_list_agent_tasks(parts),
        *_list_rights_tasks(parts),
        *_list_outbox_tasks(parts),
        *_list_publishing_tasks(parts),
        *list_marketing_tasks(parts, stopping),
        *_list_retention_tasks(parts),
        *_list_event_tasks(parts),
        PeriodicTask(lambda: parts.recommender.refresh(list(parts.accounts)), every=5.0),
    )


def _list_record_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Write what turns have left in Redis or memory; once more when the worker stops."""
    return (
        PeriodicTask(parts.recorder.write, last=True),
        PeriodicTask(EventWriter(EventQueue(parts.redis), Events(parts.engine)).write, last=True),
        PeriodicTask(parts.gaps.record, last=True),
    )


def _list_knowledge_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Take over what others have changed: the model, entries and documents, rules and phrases."""
    return (
        PeriodicTask(parts.classifier.refresh),
        PeriodicTask(parts.knowledge.refresh),
        PeriodicTask(parts.knowledge.compact),
        PeriodicTask(parts.knowledge.prepare, every=0.2),
        PeriodicTask(parts.account_contexts.refresh),
        PeriodicTask(parts.gaps.embed),
    )


def _list_import_tasks(parts: SharedParts, stopping: asyncio.Event) -> tuple[PeriodicTask, ...]:
    """Run imports of files; small ones beside large ones."""
    imports = ImportStore(parts.engine)
    importer = Importer(imports, parts.knowledge)
    small_importer = Importer(imports, parts.knowledge, small=True)
    return (
        PeriodicTask(lambda: importer.step(stopping)),
        PeriodicTask(lambda: small_importer.step(stopping)),
    )


def _list_agent_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Forward agents' replies, close expired conversations, notify agents of those that wait."""
    notifier = Notifier(
        targets=targets.read_targets(parts.settings),
        queue=parts.notices,
        conversations=Conversations(parts.engine),
        robots=Robots(parts.http),
        accounts=parts.accounts,
        rules=parts.account_contexts.rules.of,
        address=parts.settings.reached_at,
        key=parts.settings.key_of_pseudonyms,
    )
    forwarder = ReplyForwarder(
        replies=AgentReplies(parts.engine),
        outbox=parts.outbox,
        may_push=partial(may_push, parts.accounts),
        learn=AgentAnswers(parts.engine, parts.gaps).learn,
    )
    return (
        PeriodicTask(forwarder.forward_replies, every=0.5),
        PeriodicTask(lambda: parts.handoffs.tidy(time.time()), every=10.0),
        PeriodicTask(lambda: parts.handoffs.notice(time.time()), every=30.0),
        PeriodicTask(notifier.step),
    )


def _list_rights_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Ask what each account may do on the platform, and take over what any worker was told."""
    refresher = RightsRefresher(parts.client, parts.rights, parts.accounts)
    return (
        PeriodicTask(refresher.refresh_due, every=5.0),
        PeriodicTask(parts.accounts.refresh, every=2.0),
    )


def _list_outbox_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Send what no copy returned, as customer-service messages."""
    sender = OutboxSender(
        undelivered_replies=UndeliveredReplies(parts.redis),
        outbox=parts.outbox,
        ledger=parts.quota_ledger,
        messages=parts.messages,
        accounts=parts.accounts,
        text=parts.account_contexts.text,
    )
    return (PeriodicTask(sender.send_due), PeriodicTask(sender.tidy, every=10.0))


def _list_publishing_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Send posts whose time has come, ask what became of them, and fetch statistics."""
    return (
        PeriodicTask(parts.publishing.sender.send_due),
        PeriodicTask(parts.statistics.fetch_due, every=parts.settings.timing.statistics_every),
    )


def _list_retention_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Delete what is older than the law and the settings allow to keep."""
    keep, ledger = parts.settings.kept_for, parts.publishing.cap.ledger
    jobs, batches = MarketingJobs(parts.engine), BatchItems(parts.engine)
    drops: tuple[Drop, ...] = (
        lambda now: parts.subject_data.drop_old(now, keep),
        ledger.drop_old,
        lambda now: jobs.drop_old(now, keep),
        lambda now: batches.drop_old(now - keep.total_seconds()),
    )
    return tuple(PeriodicTask(partial(_drop_old, parts, drop), every=3600.0) for drop in drops)


async def _drop_old(parts: SharedParts, drop: Drop) -> None:
    """Delete what is too old at a time that no clock alone tells: one may have jumped ahead."""
    await drop(await read_earlier_time(parts.engine))


def _list_event_tasks(parts: SharedParts) -> tuple[PeriodicTask, ...]:
    """Make items of published posts; seal and delete old events, and forget who was erased."""
    items = PeriodicTask(PublishedItems(parts.engine).add_new, every=30.0)
    sealer = DaySealer(
        engine=parts.engine,
        folder=parts.settings.sealed_events,
        open_days=parts.settings.open_days,
        keep_days=parts.settings.events_keep_days,
    )
    return (items, PeriodicTask(lambda: sealer.run(list(parts.accounts)), every=1800.0))
