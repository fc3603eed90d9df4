"""Bodies of the endpoints for the calendar of posts, and for who may approve them."""

from datetime import date

from pydantic import BaseModel

from app.api.schemas.posts import PostSummaryResponse
from app.api.schemas.replies import Revision
from app.publishing.approval_policy import ApprovalRules


class CalendarDayResponse(BaseModel):
    """A day in the account's zone, with its posts by time and a sentence for each conflict."""

    day: date
    posts: list[PostSummaryResponse]
    conflicts: list[str]


class CalendarResponse(BaseModel):
    """The days on which a post goes out.

    `capped_followers` got as many marketing messages this month as `monthly_cap` allows.
    """

    zone: str
    monthly_cap: int
    capped_followers: int
    days: list[CalendarDayResponse]


class ApprovalPolicyRequest(BaseModel):
    """An account's approval policy. `revision` is the one read before; 0 before the first."""

    account: str = "default"
    rules: ApprovalRules
    revision: Revision


class ApprovalPolicyResponse(BaseModel):
    """The policy and its revision."""

    account: str
    rules: ApprovalRules
    revision: int
