"""Puts the parts of publishing together that a worker needs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingOptions:
    """What settings say of publishing."""

    pseudonym_key: str  # of the frequency ledger
    cover_font: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingParts:
    """What checks, previews and sends posts."""

    posts: Posts
    steps: PostSteps
    preparer: PostPreparer
    keeper: DraftKeeper
    messages: MassMessages
    comments: PostComments
    audiences: Audiences
    cap: FrequencyCap
    marketing: MarketingMessages
    sender: PostSender


def build_publishing(
    engine: AsyncEngine,
    client: PlatformClient,
    loader: ImageLoader,
    accounts: Accounts,
    options: PublishingOptions,
    *,
    clock: Callable[[], float] = time.time,
) -> PublishingParts:
    """The parts over a database and the platform's client; `loader` loads images of articles."""
    posts, steps, drafts = Posts(engine, clock), PostSteps(engine, clock), Drafts(client)
    messages = MassMessages(client)
    images = ImageUploader(
        loader=loader,
        uploaded=UploadedImages(engine),
        media=MediaFiles(client),
        materials=Materials(client),
    )
    preparer = PostPreparer(
        images=images, cards=ProductCards(drafts), steps=steps, cover_font=options.cover_font
    )
    keeper = DraftKeeper(drafts=drafts, preparer=preparer, steps=steps)
    audiences = Audiences(Tags(client), Users(client))
    documents = AccountDocuments(engine, FREQUENCY_CAP)
    cap = FrequencyCap(FrequencyLedger(engine, options.pseudonym_key), documents, clock)
    sender = PostSender(
        posts=posts,
        steps=steps,
        accounts=accounts,
        free=FreePublishing(
            publisher=Publisher(client), drafts=drafts, keeper=keeper, steps=steps, clock=clock
        ),
        mass=MassPublishing(
            segments=SegmentSender(
                messages=messages,
                keeper=keeper,
                steps=steps,
                audiences=audiences,
                cap=cap,
                clock=clock,
            )
        ),
        checkpoints=Checkpoints(statistics=StoredStatistics(engine), steps=steps, clock=clock),
        clock=clock,
    )
    return PublishingParts(
        posts=posts,
        steps=steps,
        preparer=preparer,
        keeper=keeper,
        messages=messages,
        comments=PostComments(comments=Comments(client), posts=posts, steps=steps),
        audiences=audiences,
        cap=cap,
        marketing=MarketingMessages(
            cap=cap,
            templates=Templates(client),
            customer_service=CustomerServiceMessages(client),
            quota=QuotaLedger(client.budgets.redis, clock),
        ),
        sender=sender,
    )
