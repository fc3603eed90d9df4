"""What a worker does for the marketing loop: handlers of its jobs, bandits, the night's jobs."""

import asyncio
import time
from collections.abc import Mapping

from app.db.account_documents import AccountDocuments
from app.dialogue.care.alerts import Alerts
from app.marketing.ads import orders
from app.marketing.ads.ad_worker import AdJobHandler
from app.marketing.ads.generation import AdWriting
from app.marketing.audience import jobs as audience_jobs
from app.marketing.audience.profile_repository import FollowerProfiles
from app.marketing.audience.segment_repository import Segments
from app.marketing.audience.segment_tags import SegmentTagJobHandler
from app.marketing.audience.worker import (
    AudienceData,
    ClusterJobHandler,
    FunnelJobHandler,
    LookalikeJobHandler,
    ProfileJobHandler,
    RetentionJobHandler,
)
from app.marketing.content import copy_jobs
from app.marketing.content.comment_care import CommentCare
from app.marketing.content.copy_worker import CopyJobHandler
from app.marketing.content.copywriting import CopyWriting
from app.marketing.content.style.learning import StyleLearner
from app.marketing.ctr import model_jobs
from app.marketing.ctr.model_jobs import ClickModelJobHandler
from app.marketing.effects import jobs as effect_jobs
from app.marketing.effects.loading import ContentOutcomes
from app.marketing.effects.worker import EffectJobHandler
from app.marketing.events.analytics import build_analytics
from app.marketing.events.files.orders import KINDS as IMPORT_KINDS
from app.marketing.events.files.table_jobs import TableJobHandler
from app.marketing.events.item_repository import Items
from app.marketing.events.repository import Events
from app.marketing.events.snapshots import ActivityReader
from app.marketing.experiments import groups
from app.marketing.experiments.bandits import BanditKeeper
from app.marketing.experiments.exposures import ExposureLog
from app.marketing.experiments.groups import GroupJobHandler
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.experiments.service import Experiments
from app.marketing.jobs.nightly import NightlyJobs
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.runner import MarketingJobRunner
from app.marketing.jobs.values import JobHandler
from app.marketing.recommend.batches import values as batches
from app.marketing.recommend.batches.computing import BatchJobHandler
from app.marketing.recommend.batches.exposing import BatchExposures
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.messaging import BatchMessagesJobHandler
from app.marketing.recommend.batches.posting import BatchPostsJobHandler
from app.marketing.recommend.batches.repository import BatchItems
from app.marketing.social import values as social
from app.marketing.social.worker import DigestJobHandler
from app.marketing.strategy.nightly import StrategyJobHandler
from app.marketing.strategy.settings import KIND as STRATEGY
from app.publishing.sending.follower_tags import FollowerTags
from app.publishing.service import open_post_service
from app.safety.words import word_lists
from app.settings import Settings
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users
from app.worker.shared_parts import SharedParts
from app.worker.steps import PeriodicTask


def list_marketing_tasks(parts: SharedParts, stopping: asyncio.Event) -> tuple[PeriodicTask, ...]:
    """Run the jobs of the marketing loop and queue those of each night; learn; move bandits."""
    jobs = MarketingJobs(parts.engine)
    runner = MarketingJobRunner(jobs=jobs, handlers=_build_handlers(parts), stopping=stopping)
    nights = NightlyJobs(jobs=jobs, times=list_nightly_times(parts.settings), clock=time.time)
    learner = StyleLearner(engine=parts.engine, writer=parts.models.writer)
    return (
        PeriodicTask(parts.experiments.refresh, every=2.0),
        PeriodicTask(runner.run_next, every=2.0),
        PeriodicTask(learner.learn, every=5.0),
        PeriodicTask(_build_bandit_keeper(parts).reallocate_due, every=60.0),
        PeriodicTask(lambda: nights.add_due(list(parts.accounts)), every=300.0),
        PeriodicTask(
            BatchExposures(
                groups=BatchGroups(parts.engine), events=Events(parts.engine)
            ).record_sent,
            every=60.0,
        ),
    )


def list_nightly_times(settings: Settings) -> tuple[tuple[int, str], ...]:
    """What each night computes, in this order: the hour of China, and the kind of the job."""
    clicks = [(4, model_jobs.KIND)] if settings.train_clicks_nightly else []
    return ((3, audience_jobs.PROFILES), *clicks, (5, STRATEGY))


def _build_handlers(parts: SharedParts) -> Mapping[str, JobHandler]:
    writing = CopyWriting(writer=parts.models.writer)
    analytics = build_analytics(parts.engine, parts.settings)
    experiments = ExperimentRequests(parts.engine, parts.models.clicks, analytics)
    ads = AdWriting(writing=writing, clicks=parts.models.clicks, search=parts.models.search)
    return {
        copy_jobs.KIND: CopyJobHandler(
            engine=parts.engine,
            writing=writing,
            care=CommentCare(
                handoffs=parts.handoffs,
                alerts=Alerts(),
                contexts=parts.account_contexts,
            ),
            classifier=parts.classifier,
            search=parts.models.search,
        ),
        orders.KIND: AdJobHandler(engine=parts.engine, writing=ads),
        effect_jobs.KIND: EffectJobHandler(
            outcomes=ContentOutcomes(parts.engine, analytics), classifier=parts.classifier
        ),
        STRATEGY: StrategyJobHandler(engine=parts.engine, experiments=experiments, clock=time.time),
        model_jobs.KIND: ClickModelJobHandler(
            jobs=MarketingJobs(parts.engine),
            read_rows=experiments.read_training_rows,
            predictor=parts.models.clicks,
            trainer=parts.models.click_trainer,
        ),
        groups.KIND: _build_group_handler(parts),
        social.KIND: DigestJobHandler(
            accounts=parts.accounts,
            classifier=parts.classifier,
            read_comments=parts.publishing.comments.handle,
            word_lists=AccountDocuments(parts.engine, word_lists.NAME),
            items=Items(parts.engine),
        ),
        **_build_import_handlers(parts),
        **_build_audience_handlers(parts),
        **_build_batch_handlers(parts),
    }


def _build_import_handlers(parts: SharedParts) -> dict[str, JobHandler]:
    return {
        kind: TableJobHandler(
            engine=parts.engine,
            key=parts.settings.key_of_pseudonyms,
            keep_days=parts.settings.events_keep_days,
            folder=parts.settings.sealed_events,
            holds=holds,
        )
        for holds, kind in IMPORT_KINDS.items()
    }


def _build_group_handler(parts: SharedParts) -> GroupJobHandler:
    return GroupJobHandler(
        store=ExperimentStore(parts.engine),
        accounts=parts.accounts,
        tags=_open_tags(parts),
        events=Events(parts.engine),
        log=_open_exposure_log(parts),
        posts=parts.publishing.posts,
        read_members=Segments(parts.engine).read_members,
        key=parts.settings.key_of_pseudonyms,
    )


def _open_tags(parts: SharedParts) -> FollowerTags:
    return FollowerTags(Tags(parts.client), Users(parts.client))


def _build_batch_handlers(parts: SharedParts) -> dict[str, JobHandler]:
    jobs, items = MarketingJobs(parts.engine), Items(parts.engine)
    groups, batch_items = BatchGroups(parts.engine), BatchItems(parts.engine)
    links, tags = parts.item_offers.links, _open_tags(parts)
    return {
        batches.BATCH: BatchJobHandler(
            segments=Segments(parts.engine),
            recommender=parts.recommender,
            batch_items=batch_items,
            groups=groups,
        ),
        batches.POSTS: BatchPostsJobHandler(
            accounts=parts.accounts,
            jobs=jobs,
            groups=groups,
            items=items,
            tags=tags,
            posts=open_post_service(parts.engine),
            links=links,
        ),
        batches.MESSAGES: BatchMessagesJobHandler(
            accounts=parts.accounts,
            jobs=jobs,
            batch_items=batch_items,
            items=items,
            tags=tags,
            messages=parts.publishing.marketing,
            recommender=parts.recommender,
            links=links,
        ),
    }


def _build_bandit_keeper(parts: SharedParts) -> BanditKeeper:
    experiments = Experiments(ExperimentStore(parts.engine))
    return BanditKeeper(experiments, _open_exposure_log(parts))


def _open_exposure_log(parts: SharedParts) -> ExposureLog:
    return ExposureLog(parts.engine, build_analytics(parts.engine, parts.settings))


def _build_audience_handlers(parts: SharedParts) -> dict[str, JobHandler]:
    data = AudienceData(
        reader=ActivityReader(engine=parts.engine, folder=parts.settings.sealed_events),
        items=Items(parts.engine),
        profiles=FollowerProfiles(parts.engine),
        segments=Segments(parts.engine),
        clock=time.time,
    )
    return {
        audience_jobs.PROFILES: ProfileJobHandler(data),
        audience_jobs.CLUSTERS: ClusterJobHandler(data),
        audience_jobs.LOOKALIKES: LookalikeJobHandler(data),
        audience_jobs.FUNNEL: FunnelJobHandler(data),
        audience_jobs.RETENTION: RetentionJobHandler(data),
        audience_jobs.SEGMENT_TAG: SegmentTagJobHandler(
            accounts=parts.accounts,
            segments=data.segments,
            tags=_open_tags(parts),
            key=parts.settings.key_of_pseudonyms,
        ),
    }
