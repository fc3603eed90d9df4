"""Bodies of the audience's endpoints: profiles, segments, and the jobs that compute them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.marketing.audience.jobs import AudienceKind, TagAction
from app.marketing.audience.rule_language import LONGEST, list_columns, parse_rule
from app.marketing.audience.values import Segment, SegmentOrigin, SegmentSize
from app.marketing.events.values import EventKind
from app.marketing.jobs.values import JobState, MarketingJob

SegmentName = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
RuleText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
RULE_EXAMPLE = '未活跃天数 >= 30 且 (消费 > 100 或 兴趣 包含 "龙井")'


class _AudienceRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    account: str = "default"


class PreviewSegmentRequest(_AudienceRequest):
    """A rule to try."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"rule": RULE_EXAMPLE}]}
    )
    rule: RuleText


class PreviewSegmentResponse(BaseModel):
    """The rule as it was understood, how many followers it means, and a word where it says little.

    of: all followers that are known and follow.
    """

    rule: str
    followers: int
    of: int
    warning: str


class CreateSegmentRequest(_AudienceRequest):
    """A segment by a rule."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"author": "小林", "name": "沉睡的茶客", "rule": RULE_EXAMPLE}]
        },
    )
    author: Author
    name: SegmentName
    rule: RuleText
    description: Annotated[str, StringConstraints(max_length=500)] = ""


class EditSegmentRequest(_AudienceRequest):
    """The version after `version`; a segment with stored members has no rule."""

    author: Author
    version: Annotated[int, Field(ge=1, le=2**31 - 2)]
    name: SegmentName
    rule: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    description: Annotated[str, StringConstraints(max_length=500)] = ""


class SegmentResponse(BaseModel):
    """A segment; `followers` of all `of` followers are in it now."""

    id: str
    account: str
    name: str
    rule: str
    description: str
    origin: SegmentOrigin
    author: str
    version: int
    created: float
    changed: float
    followers: int
    of: int
    warning: str  # where the segment says little


class SegmentListResponse(BaseModel):
    """Segments, the last changed first."""

    segments: list[SegmentResponse]


class SegmentMembersResponse(BaseModel):
    """The pseudonyms of a segment's followers, a page of them."""

    pseudonyms: list[str]
    followers: int


class ProfileResponse(BaseModel):
    """What is known of a follower. Counts are of the last 90 days; null: not known.

    active_hours: of China, the most active first. moods: the means of 90 to 60, 60 to 30 and 30 to
    0 days ago. intents: the most frequent first. churn_reason: what the risk rests on, or why there
    is none, in Chinese.
    """

    computed: float
    recency: float | None
    tenure: float | None
    active_days: int
    messages: int
    views: int
    clicks: int
    shares: int
    conversions: int
    value: float
    peak_hour: int | None
    active_hours: list[int]
    mood: float | None
    moods: list[float | None]
    intent: str | None
    intents: list[str]
    interests: list[str]
    is_following: bool
    stage: str
    churn_risk: float | None
    churn_reason: str


class AudienceSummaryResponse(BaseModel):
    """How many followers are known, by stage, and how many are `gone`: they left, and are in no
    segment. computed: null before the first computation.
    """

    computed: float | None
    followers: int
    stages: dict[str, int]
    gone: int
    value: float | None


class ProfilesJobRequest(_AudienceRequest):
    """Compute all profiles now; a worker does it each night as well."""

    author: Author


class ClustersJobRequest(_AudienceRequest):
    """Cluster the profiles into segments, in place of the clusters of the last time."""

    author: Author
    method: Literal["kmeans", "density"] = "kmeans"


class LookalikesJobRequest(_AudienceRequest):
    """Find the `count` followers most like a segment's."""

    author: Author
    segment: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    name: SegmentName
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 500


class FunnelJobRequest(_AudienceRequest):
    """How many followers did each step after the one before, within days of the first."""

    author: Author
    since: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
    steps: Annotated[list[EventKind], Field(min_length=2, max_length=8)]
    within_days: Annotated[float, Field(gt=0, le=366)] = 7.0


class RetentionJobRequest(_AudienceRequest):
    """The cohorts of the last whole weeks."""

    author: Author
    weeks: Annotated[int, Field(ge=1, le=52)] = 8


class AudienceJobResponse(BaseModel):
    """A job. `result` comes with state `done`, `reason` with `failed`."""

    id: str
    account: str
    kind: AudienceKind
    author: str
    request: dict[str, Any]
    state: JobState
    progress: float
    result: dict[str, Any] | None
    reason: str
    created: float
    finished: float | None


class SegmentTagRequest(_AudienceRequest):
    """`write`: the segment's followers, and nobody else, get its tag; `read`: compare; `remove`."""

    author: Author
    action: TagAction = "write"


class SegmentTagResponse(BaseModel):
    """A job. `result` comes with state `done`, `reason` with `failed`.

    result: `tag_id` and `tag`, the name of the tag; `followers` of the segment; how many of them
    are `tagged`. Not tagged are those who have 20 tags (`full`), who left meanwhile (`gone`), and
    who aren't among the platform's followers (`unknown`); `missing` and `extra`, of `read`: who
    lacks the tag, or has it without being in the segment.
    """

    id: str
    segment: str
    action: TagAction
    author: str
    state: JobState
    progress: float
    result: dict[str, Any] | None
    reason: str


def describe_tag_job(job: MarketingJob) -> SegmentTagResponse:
    """The response of a job."""
    return SegmentTagResponse(
        id=job.id,
        segment=job.request["segment"],
        action=job.request["action"],
        author=job.author,
        state=job.state,
        progress=job.progress,
        result=job.result or None,
        reason=job.reason,
    )


def describe_segment(segment: Segment, size: SegmentSize) -> SegmentResponse:
    """The response of a segment."""
    columns = {name: getattr(segment, name) for name in Segment.__dataclass_fields__}
    return SegmentResponse(
        **columns, followers=size.followers, of=size.of, warning=warn_of_size(size, segment.rule)
    )


def warn_of_size(size: SegmentSize, rule: str) -> str:
    """A word where a segment says little; "" otherwise. rule: "" where members are stored."""
    if not size.of:
        return "还没有粉丝画像：请先计算（POST /api/v1/audience/jobs/profiles）"
    if missing := _warn_of_unknown(size, rule):
        return missing
    if not size.followers:
        return "没有粉丝符合这条规则"
    if size.followers == size.of:
        return "所有粉丝都符合这条规则"
    return ""


def _warn_of_unknown(size: SegmentSize, rule: str) -> str:
    """A word where a rule names what is known of no follower yet."""
    columns = list_columns(parse_rule(rule)) if rule else set()
    if not size.with_risk and "churn_risk" in columns:
        return (
            "流失风险还没有算出来：账号的历史还不足以预测，用到它的条件现在对谁都不成立"
            "（还缺什么，见任务 profiles 的结果 no_churn_risk）"
        )
    if not size.with_intent and "intent" in columns:
        return (
            "还没有哪位粉丝有意图：意图从粉丝发来的消息里得出，用到它的条件现在对谁都不成立"
            "（收到消息、重新计算画像之后才会有）"
        )
    return ""


def describe_audience_job(job: MarketingJob) -> AudienceJobResponse:
    """The response of a job of the audience."""
    columns = {name: getattr(job, name) for name in MarketingJob.__dataclass_fields__}
    return AudienceJobResponse(**columns | {"result": job.result or None})
