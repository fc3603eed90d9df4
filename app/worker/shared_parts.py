"""The parts that several parts of a worker share, each built once at its first use."""

from dataclasses import dataclass
from functools import cached_property, partial

import httpx
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.account_rights.store import RightsStore
from app.delivery.outbox import Outbox
from app.dialogue.account_context import AccountContexts, build_account_contexts
from app.dialogue.actions import ActionRunner
from app.dialogue.generate import AnswerGenerator
from app.dialogue.orders.webhook import Webhook
from app.dialogue.records.generation_log import GenerationLog
from app.dialogue.records.repository import TurnLog
from app.inbox.notice_queue import Notices
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inference.cached_classifier import CachedClassifier
from app.inference.click_ports import ClickPredictor
from app.inference.click_training import ClickTrainer
from app.inference.ports import Classifier, SearchModel, Writer
from app.knowledge.entries.repository import EntryStore
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.service import Gaps
from app.knowledge.service import Knowledge
from app.marketing.events.callback_events import CallbackEvents
from app.marketing.events.repository import Events
from app.marketing.experiments.serving import running
from app.marketing.recommend.building import build_item_offers, build_recommender
from app.marketing.recommend.offers import ItemOffers
from app.marketing.recommend.service import Recommender
from app.notices import targets
from app.privacy import pii
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.publishing.building import PublishingParts
from app.publishing.images.loading import ImageLoader
from app.publishing.statistics.fetcher import StatisticsFetcher, build_fetcher
from app.served_accounts import ServedAccounts
from app.sessions.allowance import GenerationAllowance
from app.settings import Settings
from app.touchpoints.menus.placement import MenuPlacement
from app.touchpoints.qr.codes import ChannelCodes
from app.touchpoints.qr.repository import QrChannels
from app.touchpoints.qr.scan_events import ScanEvents
from app.touchpoints.qr.short_keys import ShortKeyMaker, ShortKeyTable
from app.touchpoints.requests import TouchpointRequests
from app.touchpoints.review.repository import ReviewedContents
from app.wechat.client.core import PlatformClient, build_client
from app.wechat.client.families.customer_service import CustomerServiceMessages, show_typing
from app.wechat.client.families.menus import MenuInterfaces
from app.wechat.client.families.qrcodes import QrCodes
from app.wechat.client.families.shorten import ShortKeys
from app.wechat.client.follower_quota import QuotaLedger
from app.wechat.outbox_sender import may_push
from app.worker.outgoing import ReplyDispatcher
from app.worker.turn_records import TurnRecorder


@dataclass(frozen=True, slots=True)
class Models:
    """Classifier, search model, click models with their trainer, and a writer or none."""

    classifier: Classifier
    search: SearchModel
    clicks: ClickPredictor
    click_trainer: ClickTrainer
    writer: Writer | None = None


@dataclass(frozen=True)
class SharedParts:
    """The open connections of a worker, and what is built on them."""

    settings: Settings
    redis: Redis
    engine: AsyncEngine
    http: httpx.AsyncClient  # its base URL is the platform's API
    models: Models

    @cached_property
    def rights(self) -> RightsStore:
        """What the platform told that each account may do."""
        return RightsStore(self.redis)

    @cached_property
    def accounts(self) -> ServedAccounts:
        """The served accounts by name, with their rights as of the last refresh."""
        return ServedAccounts(accounts.load(self.settings), self.rights)

    @cached_property
    def account_contexts(self) -> AccountContexts:
        """The accounts with their rules, handoff rules, word lists and phrases."""
        speaks = self.settings.speaks if self.models.writer else "never"
        keep_days = self.settings.limits.keep_days
        return build_account_contexts(self.engine, self.accounts, speaks, keep_days)

    @cached_property
    def classifier(self) -> CachedClassifier:
        """The classifier, with a cache of recent texts."""
        return CachedClassifier(self.models.classifier)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The entries and documents of all accounts, with the search model."""
        return Knowledge(store=EntryStore(self.engine), search=self.models.search)

    @cached_property
    def gaps(self) -> Gaps:
        """The questions without a certain answer, personal data masked."""
        return Gaps(GapStore(self.engine), self.knowledge, pii.mask)

    @cached_property
    def notices(self) -> Notices:
        """The queue of notices to agents."""
        notice_targets = targets.read_targets(self.settings)
        return Notices(self.redis, tuple(target.id for target in notice_targets))

    @cached_property
    def handoffs(self) -> Handoffs:
        """The handoffs between bot and agents."""
        return Handoffs(self.redis, Conversations(self.engine), self.notices)

    @cached_property
    def subject_data(self) -> SubjectData:
        """Export and erasure of followers' data."""
        return SubjectData(self.redis, Followers(self.engine, self.settings.key_of_pseudonyms))

    @cached_property
    def client(self) -> PlatformClient:
        """The client of the platform's API."""
        return build_client(self.http, self.redis, self.settings.wechat_budgets)

    @cached_property
    def messages(self) -> CustomerServiceMessages:
        """Customer-service messages."""
        return CustomerServiceMessages(self.client)

    @cached_property
    def publishing(self) -> PublishingParts:
        """What checks, previews and sends posts."""
        return PublishingParts(
            engine=self.engine,
            client=self.client,
            loader=ImageLoader(self.http),
            accounts=self.accounts,
            pseudonym_key=self.settings.key_of_pseudonyms,
            cover_font=self.settings.cover_font,
        )

    @cached_property
    def statistics(self) -> StatisticsFetcher:
        """What fetches the platform's statistics."""
        return build_fetcher(self.engine, self.client, self.accounts)

    @cached_property
    def recommender(self) -> Recommender:
        """What recommends items to followers."""
        return build_recommender(self.engine, self.models.search, self.settings, self.experiments)

    @cached_property
    def item_offers(self) -> ItemOffers:
        """What finds items for conversations."""
        return build_item_offers(self.recommender, self.accounts, self.settings)

    @cached_property
    def quota_ledger(self) -> QuotaLedger:
        """How many customer-service messages each follower may still be sent."""
        return QuotaLedger(self.redis)

    @cached_property
    def outbox(self) -> Outbox:
        """The outbox in the database."""
        return Outbox(self.engine)

    @cached_property
    def dispatcher(self) -> ReplyDispatcher:
        """Decides how each reply leaves."""
        push = partial(may_push, self.accounts)
        return ReplyDispatcher(
            self.redis, self.outbox, push, self.settings.timing, self.account_contexts.text
        )

    @cached_property
    def recorder(self) -> TurnRecorder:
        """Builds the records of turns and writes them to the database."""
        key = self.settings.key_of_pseudonyms
        return TurnRecorder(
            redis=self.redis,
            classifier=self.classifier,
            turns=TurnLog(self.engine),
            generations=GenerationLog(self.engine, key),
            gaps=self.gaps,
            scan_events=self.scan_events,
            callback_events=self.callback_events,
            key=key,
        )

    @cached_property
    def scan_events(self) -> ScanEvents:
        """What followers did by QR codes."""
        return ScanEvents(self.engine, self.settings.key_of_pseudonyms)

    @cached_property
    def callback_events(self) -> CallbackEvents:
        """What the platform tells of followers, as events."""
        return CallbackEvents(Events(self.engine), self.settings.key_of_pseudonyms)

    @cached_property
    def experiments(self) -> running.RunningExperiments:
        """The running experiments, as of the last refresh."""
        return running.open_running_experiments(self.engine)

    @cached_property
    def touchpoints(self) -> TouchpointRequests:
        """Does on the platform what people want of menus, QR codes and short keys."""
        channels = ChannelCodes(codes=QrCodes(self.client), channels=QrChannels(self.engine))
        menus = MenuPlacement(
            menus=MenuInterfaces(self.client), contents=ReviewedContents(self.engine)
        )
        short_keys = ShortKeyMaker(keys=ShortKeys(self.client), table=ShortKeyTable(self.engine))
        return TouchpointRequests(
            accounts=self.accounts, codes=channels, menus=menus, short_keys=short_keys
        )

    @cached_property
    def action_runner(self) -> ActionRunner:
        """Runs the actions that drafts wait for."""
        writer = None if self.account_contexts.speaks == "never" else self.models.writer
        answer_generator = AnswerGenerator(
            writer,
            self.settings.timing,
            partial(show_typing, self.messages),
            self.knowledge.has_all,
            GenerationAllowance(self.redis, self.settings.limits.written_a_day).take,
        )
        return ActionRunner(
            Webhook(self.http),
            self.subject_data,
            answer_generator,
            self.handoffs.queue_position,
            self.item_offers.find_items,
        )
