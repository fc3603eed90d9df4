"""Puts the parts of publishing together that a worker needs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.db.account_documents import AccountDocuments
from app.publishing.checkpoints import Checkpoints
from app.publishing.frequency.cap import FrequencyCap
from app.publishing.frequency.ledger import FrequencyLedger
from app.publishing.frequency.marketing_messages import MarketingMessages
from app.publishing.frequency.policy import NAME as FREQUENCY_CAP
from app.publishing.images.loading import ImageLoader
from app.publishing.images.repository import UploadedImages
from app.publishing.images.uploading import ImageUploader
from app.publishing.post_comments import PostComments
from app.publishing.preparing import PostPreparer
from app.publishing.product_cards import ProductCards
from app.publishing.repository import Posts
from app.publishing.sending.audiences import Audiences
from app.publishing.sending.drafting import DraftKeeper
from app.publishing.sending.free_publishing import FreePublishing
from app.publishing.sending.mass_publishing import MassPublishing
from app.publishing.sending.segment_sender import SegmentSender
from app.publishing.sending.sender import PostSender
from app.publishing.statistics.repository import StoredStatistics
from app.publishing.steps import PostSteps
from app.wechat.client.core import PlatformClient
from app.wechat.client.families.comments import Comments
from app.wechat.client.families.customer_service import CustomerServiceMessages
from app.wechat.client.families.drafts import Drafts
from app.wechat.client.families.freepublish import Publisher
from app.wechat.client.families.mass import MassMessages
from app.wechat.client.families.material import Materials
from app.wechat.client.families.media import MediaFiles
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.templates import Templates
from app.wechat.client.families.users import Users
from app.wechat.client.follower_quota import QuotaLedger


@dataclass(frozen=True, kw_only=True)
class PublishingParts:
    """What checks, previews and sends posts, each part built at its first use.

    `loader` loads images of articles; `pseudonym_key` is that of the frequency ledger.
    """

    engine: AsyncEngine
    client: PlatformClient
    loader: ImageLoader
    accounts: Accounts
    pseudonym_key: str
    cover_font: Path | None = None
    clock: Callable[[], float] = time.time

    @cached_property
    def posts(self) -> Posts:
        """The posts."""
        return Posts(self.engine, self.clock)

    @cached_property
    def steps(self) -> PostSteps:
        """The steps of posts on the platform."""
        return PostSteps(self.engine, self.clock)

    @cached_property
    def preparer(self) -> PostPreparer:
        """Makes of articles what the platform takes."""
        images = ImageUploader(
            loader=self.loader,
            uploaded=UploadedImages(self.engine),
            media=MediaFiles(self.client),
            materials=Materials(self.client),
        )
        cards = ProductCards(self._drafts)
        return PostPreparer(
            images=images, cards=cards, steps=self.steps, cover_font=self.cover_font
        )

    @cached_property
    def keeper(self) -> DraftKeeper:
        """Keeps the draft of each post."""
        return DraftKeeper(drafts=self._drafts, preparer=self.preparer, steps=self.steps)

    @cached_property
    def messages(self) -> MassMessages:
        """Mass messages."""
        return MassMessages(self.client)

    @cached_property
    def comments(self) -> PostComments:
        """The comments on published articles."""
        return PostComments(comments=Comments(self.client), posts=self.posts, steps=self.steps)

    @cached_property
    def audiences(self) -> Audiences:
        """Whom mass messages reach."""
        return Audiences(Tags(self.client), Users(self.client))

    @cached_property
    def cap(self) -> FrequencyCap:
        """The frequency cap of each account."""
        ledger = FrequencyLedger(self.engine, self.pseudonym_key)
        return FrequencyCap(ledger, AccountDocuments(self.engine, FREQUENCY_CAP), self.clock)

    @cached_property
    def marketing(self) -> MarketingMessages:
        """Messages to single followers within the cap."""
        return MarketingMessages(
            cap=self.cap,
            templates=Templates(self.client),
            customer_service=CustomerServiceMessages(self.client),
            quota=QuotaLedger(self.client.budgets.redis, self.clock),
        )

    @cached_property
    def sender(self) -> PostSender:
        """Sends posts whose time has come, and asks what became of them."""
        statistics = StoredStatistics(self.engine)
        return PostSender(
            posts=self.posts,
            steps=self.steps,
            accounts=self.accounts,
            free=self._free_publishing,
            mass=MassPublishing(segments=self._segment_sender),
            checkpoints=Checkpoints(statistics=statistics, steps=self.steps, clock=self.clock),
            clock=self.clock,
        )

    @cached_property
    def _drafts(self) -> Drafts:
        return Drafts(self.client)

    @cached_property
    def _free_publishing(self) -> FreePublishing:
        return FreePublishing(
            publisher=Publisher(self.client),
            drafts=self._drafts,
            keeper=self.keeper,
            steps=self.steps,
            clock=self.clock,
        )

    @cached_property
    def _segment_sender(self) -> SegmentSender:
        return SegmentSender(
            messages=self.messages,
            keeper=self.keeper,
            steps=self.steps,
            audiences=self.audiences,
            cap=self.cap,
            clock=self.clock,
        )
