"""What is reviewed: a menu or a welcome text, its version and where it stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.publishing.values import VersionApproval
from app.touchpoints.menus.values import Menu
from app.touchpoints.welcomes.values import WelcomeText

Content = Menu | WelcomeText
ContentKind = Literal["menu", "welcome"]


class ReviewState(StrEnum):
    """Where the present version stands; an earlier version may be live meanwhile."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class LiveVersion:
    """The version that followers meet now, and who put it there."""

    version: int
    content: Content
    by: str
    at: float  # seconds since 1970
    platform_id: str = ""  # menuid of a conditional menu


@dataclass(frozen=True, kw_only=True)
class ReviewedContent:
    """A menu or welcome text. `version` counts edits: an approval holds for one version only."""

    id: str
    account: str
    author: str
    content: Content
    state: ReviewState = ReviewState.DRAFT
    version: int = 1
    approval: VersionApproval | None = None
    live: LiveVersion | None = None
    reason: str = ""  # of a rejection or a withdrawal
