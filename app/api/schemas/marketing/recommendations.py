"""What recommendations look like over HTTP."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.marketing.events.items import Item, ItemKind
from app.marketing.events.rows import Name
from app.marketing.jobs.values import JobState, MarketingJob
from app.marketing.recommend.batches.values import (
    MOST_GROUPS,
    MOST_OF_FOLLOWER,
    BatchGroup,
    GroupAction,
)
from app.marketing.recommend.values import Strategy


class RecommendedItemResponse(BaseModel):
    """An item, the strategy that found it, and a reason that the follower may read.

    `address` is what to show the follower: a link that counts, or the item's own `link` where its
    taps can't be counted.
    """

    id: str
    kind: ItemKind
    title: str
    link: str
    address: str
    cover: str
    strategy: Strategy
    reason: str


class RecommendationResponse(BaseModel):
    """Items for a follower, the best first; `strategy` is that of the first one.

    `explanation` says how they were found, or why there are none. Send clicks as events with the
    item, and `id` as their `recommendation`.
    """

    id: str
    strategy: Strategy | Literal["none"]
    explanation: str
    items: list[RecommendedItemResponse]


class _BatchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    account: str = "default"


class CreateBatchRequest(_BatchRequest):
    """`count` items for each follower of a segment; at most `groups` groups with a common item."""

    author: Author
    segment: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    count: Annotated[int, Field(ge=1, le=MOST_OF_FOLLOWER)] = 3
    campaign: Name = ""
    groups: Annotated[int, Field(ge=0, le=MOST_GROUPS)] = 3


class BatchPostsRequest(_BatchRequest):
    """`write`: a tag and a draft for each group without one; `remove`: delete the tags."""

    author: Author
    action: GroupAction = "write"


class BatchMessagesRequest(_BatchRequest):
    """Approve the messages by name. `reason`: why they may go out although they have findings."""

    by: Author
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class BatchGroupResponse(BaseModel):
    """Followers with an item in common. `tag_id` null, `post` "": not drafted yet.

    `exposed`: when the sent post's exposures were recorded, in seconds since 1970.
    """

    number: int
    item: str
    title: str  # of the item
    followers: int
    tag_id: int | None
    post: str
    exposed: float | None


class BatchResponse(BaseModel):
    """A batch. `result` has the `followers` of the segment, how many are `with_items`, by the
    `strategies` of their first item, why others are `without`, and, where nobody got any, what it
    is `empty_because` of. `reason` comes with `failed`.
    """

    id: str
    segment: str
    count: int
    campaign: str
    author: str
    state: JobState
    progress: float
    result: dict[str, Any] | None
    groups: list[BatchGroupResponse]
    reason: str
    created: float
    finished: float | None


class BatchListResponse(BaseModel):
    """Batches, the latest first; their groups are read one by one."""

    batches: list[BatchResponse]


class BatchItemResponse(BaseModel):
    """An item for a follower. `is_grouped`: the post of the item's group tells it.

    `sent`: since when the follower has it, in seconds since 1970; null: not sent.
    """

    place: int
    item: str
    strategy: Strategy
    reason: str
    recommendation: str
    is_grouped: bool
    sent: float | None


class BatchFollowerResponse(BaseModel):
    """A follower, by pseudonym, and their items."""

    pseudonym: str
    items: list[BatchItemResponse]


class BatchFollowersResponse(BaseModel):
    """A page of followers; `after` of the next one, "" at the end."""

    followers: list[BatchFollowerResponse]
    after: str


class BatchJobResponse(BaseModel):
    """A job that drafts posts or sends messages. `result` grows while it runs.

    Of messages it counts followers: `sent`; not those `outside_window` (they didn't write within
    48 hours, or had their messages), `sent_before` (they have the items), `awaits_post` (a
    post is drafted for their group, and not sent yet),
    `frequency_cap_reached`, `nothing_to_show` (items are gone by now), `refused` by the platform.
    """

    id: str
    batch: str
    author: str
    state: JobState
    progress: float
    result: dict[str, Any] | None
    reason: str


def describe_batch(
    job: MarketingJob, groups: Sequence[BatchGroup] = (), items: Sequence[Item] = ()
) -> BatchResponse:
    """The response of a batch; `items`: those of the groups."""
    titles = {item.id: item.title for item in items}
    return BatchResponse(
        id=job.id,
        segment=job.request["segment"],
        count=job.request["count"],
        campaign=job.request["campaign"],
        author=job.author,
        state=job.state,
        progress=job.progress,
        result=job.result or None,
        groups=[_describe_group(group, titles.get(group.item, "")) for group in groups],
        reason=job.reason,
        created=job.created,
        finished=job.finished,
    )


def describe_batch_job(job: MarketingJob) -> BatchJobResponse:
    """The response of a job of a batch."""
    return BatchJobResponse(
        id=job.id,
        batch=job.request["batch"],
        author=job.author,
        state=job.state,
        progress=job.progress,
        result=job.result or None,
        reason=job.reason,
    )


def _describe_group(group: BatchGroup, title: str) -> BatchGroupResponse:
    return BatchGroupResponse.model_validate(asdict(group) | {"title": title})
