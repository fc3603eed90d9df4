"""What is asked for in batches of recommendations, and what is stored of them."""

from dataclasses import dataclass
from typing import Literal

from app.errors import Refusal

BATCH = "recommendation_batch"  # kinds of jobs: compute a batch
POSTS = "batch_posts"  # give groups a tag and draft their posts
MESSAGES = "batch_messages"  # send what a person approved
MOST_OF_FOLLOWER = 8  # items of a follower: as many as a post has articles
MOST_GROUPS = 20  # as many as a post's mass sends, a fifth of the platform's tags
GroupAction = Literal["write", "remove"]


class BatchNotReady(Refusal):
    """The batch isn't computed yet, or couldn't be."""

    status = 409
    name = "batch_not_ready"


class MessagesNotAllowed(Refusal):
    """The account may not send customer-service messages; the message says what to do instead."""

    status = 403
    name = "messages_not_allowed"


class NothingToSend(Refusal):
    """The batch has no group, or no follower, for what is asked."""

    status = 409
    name = "nothing_to_send"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """`count` items for each follower of a segment, and at most `groups` groups of them."""

    segment: str
    count: int
    campaign: str = ""
    groups: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsOrder:
    """Tag the groups of a batch and draft a post for each; or remove the tags."""

    batch: str
    action: GroupAction = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesOrder:
    """Send each follower of a batch a message; `reason`: why although its texts have findings."""

    batch: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """An item for a follower. `sent`: since when they have it, in s since 1970; None: not sent."""

    pseudonym: str
    place: int
    item: str
    strategy: str
    reason: str
    recommendation: str
    is_grouped: bool = False
    sent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGroup:
    """Followers with an item in common. `tag_id` None, `post` "": not made yet."""

    batch: str
    item: str
    campaign: str = ""
    number: int
    followers: int
    tag_id: int | None = None
    post: str = ""
    exposed: float | None = None
