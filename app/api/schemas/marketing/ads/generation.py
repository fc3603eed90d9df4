"""Bodies of the endpoints that have ads written from a brief."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.api.schemas.marketing.ads.export import LandingUrl, PlatformName
from app.api.schemas.marketing.briefs import Author
from app.api.schemas.marketing.copy_jobs import MOST_SEED
from app.kit.field_faults import BilingualError
from app.marketing.ads.orders import MOST_ADS, MOST_IN_GROUP
from app.marketing.content.brief import Language, ShortLine
from app.marketing.jobs.values import JobState, MarketingJob

MOST_AUDIENCES = 8
SegmentId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class GenerateAdsRequest(BaseModel):
    """Ask for `count` ads for each audience in each language; both default to the brief's own.

    `audiences` are in free words, `segments` are ids of segments of followers.

    `url` is where the ads lead; it may come later, at the export. `seed`: the same one writes the
    same texts where the model can; without it, it is drawn.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "author": "小林",
                    "brief": "0" * 32,
                    "platform": "baidu_search",
                    "audiences": ["上班族", "送礼的人"],
                    "languages": ["zh"],
                    "count": 3,
                }
            ]
        },
    )
    account: str = "default"
    author: Author
    brief: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    platform: PlatformName
    audiences: Annotated[list[ShortLine], Field(max_length=MOST_AUDIENCES)] = []
    segments: Annotated[list[SegmentId], Field(max_length=MOST_AUDIENCES)] = []
    languages: Annotated[list[Language], Field(max_length=4)] = []
    count: Annotated[int, Field(ge=1, le=MOST_IN_GROUP)] = 3
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] | None = None
    url: LandingUrl = ""

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        for name in ("audiences", "segments", "languages"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise BilingualError(
                    f"{name} has the same entry twice: leave one out",
                    f"{name} 里有两项相同：请去掉一项",
                )
        audiences = len(self.audiences) + len(self.segments)
        if audiences > MOST_AUDIENCES:
            raise BilingualError(
                f"{audiences} audiences and segments; at most {MOST_AUDIENCES} a job",
                f"受众和人群一共 {audiences} 个，一个任务最多 {MOST_AUDIENCES} 个",
            )
        total = max(1, audiences) * max(1, len(self.languages)) * self.count
        if total > MOST_ADS:
            raise BilingualError(
                f"{total} ads at once; at most {MOST_ADS}: ask in several jobs",
                f"一次要 {total} 条广告，最多 {MOST_ADS} 条：请分成几个任务",
            )
        return self


class CreateAdDraftRequest(BaseModel):
    """Take an ad of a job as a draft, to edit and approve under `/api/v1/drafts`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"author": "小林", "job": "0" * 32, "ad": "0" * 32}]},
    )
    account: str = "default"
    author: Author
    job: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    ad: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class AdJobResponse(BaseModel):
    """A job. `progress` is 0 to 1; `groups` grows while it runs, `reason` comes with `failed`.

    A group has `audience`, `segment` (its id, "" for free words), `language`, `similarity` (mean of
    all pairs of ads, 0 to 1), `remark` (what templates don't know) and `ads`, the best first. An ad
    has `title` and `description` (each with its text, review, model, prompts' version, seed, tokens
    and seconds; in another language than the facts' with `translated`: its source, and what may
    differ), `misfits` (what the platform wouldn't take), `is_clean`, and its predicted click rate:
    nothing was measured yet. Ads with something to mend come last.
    """

    id: str
    account: str
    brief: str
    brief_version: int
    author: str
    platform: str
    count: int
    seed: int
    url: str
    state: JobState
    progress: float
    groups: list[dict[str, Any]]
    reason: str
    created: float
    finished: float | None


class AdJobListResponse(BaseModel):
    """Jobs, the latest first."""

    jobs: list[AdJobResponse]


def describe_ad_job(job: MarketingJob) -> AdJobResponse:
    """The response of a job."""
    order_fields = ("brief", "brief_version", "platform", "count", "seed", "url")
    return AdJobResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        state=job.state,
        progress=job.progress,
        groups=job.result.get("groups", []),
        reason=job.reason,
        created=job.created,
        finished=job.finished,
        **{name: job.request[name] for name in order_fields},
    )
