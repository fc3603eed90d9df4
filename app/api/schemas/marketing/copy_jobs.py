"""Bodies of the endpoints that have copy written from a brief."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.inference.ports import CareKind
from app.marketing.content.brief import Language
from app.marketing.content.writing.comments import CommentKind, CommentToAnswer, Mood
from app.marketing.jobs.values import JobState, MarketingJob

MOST_VARIANTS = 12
MOST_SEED = 2**31 - 1


class GenerateCopyRequest(BaseModel):
    """Ask for `count` variants of a brief's text; without `version` of its latest version.

    `comment` is what a reply answers; without `mood` it is recognised. `seed`: the same one writes
    the same texts where the model can; without it, it is drawn. `languages`: the variants are
    translated into each, and checked for what they keep.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"account": "default", "author": "小林", "brief": "0" * 32, "count": 3}]
        },
    )
    account: str = "default"
    author: Author
    brief: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    count: Annotated[int, Field(ge=1, le=MOST_VARIANTS)] = 3
    comment: CommentToAnswer | None = None
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] | None = None
    languages: Annotated[tuple[Language, ...], Field(max_length=4)] = ()


class CommentReadingResponse(BaseModel):
    """How a comment was read: its mood and kind choose the ready-made reply, `care` the care text.

    `kind` is null where only the mood is known; `mood` and `kind` are where `care` tells the need.
    """

    mood: Mood | None = None
    kind: CommentKind | None = None
    care: CareKind | None = None


class CopyJobResponse(BaseModel):
    """A job. `progress` is 0 to 1; `reason` comes with state `failed`.

    `variants` are those that are written so far, and from state `done` on those that were chosen.
    A variant has its text, form, review (findings of the law, faults, claims with their sources),
    and what made it: model, versions of prompts, brief and style notes, seed, tokens, seconds;
    `is_clean` is true where the review has nothing open and each translation that was asked for is
    there, kept and lawful (what isn't is among the review's faults);
    `remark` tells why it is a template. `similarity` is the mean of all pairs of variants: 0 for
    nothing in common, 1 for equal texts; null for one variant. `remark` tells why a job that is
    done has fewer variants than `count`. `comment` is as it was asked; `reading`, of a job that is
    done, tells how it was read.
    """

    id: str
    account: str
    brief: str
    brief_version: int
    author: str
    count: int
    seed: int = 0
    comment: CommentToAnswer | None = None
    languages: tuple[Language, ...] = ()
    state: JobState
    progress: float
    variants: list[dict[str, Any]]
    similarity: float | None
    reading: CommentReadingResponse | None
    reason: str
    remark: str
    created: float
    finished: float | None


class CopyJobListResponse(BaseModel):
    """Jobs, the latest first."""

    jobs: list[CopyJobResponse]


def describe_job(job: MarketingJob) -> CopyJobResponse:
    """The response of a job that writes copy."""
    variants = job.result.get("variants", [])
    return CopyJobResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        state=job.state,
        progress=job.progress,
        variants=variants,
        similarity=job.result.get("similarity") if len(variants) > 1 else None,
        reading=job.result.get("reading"),
        reason=job.reason,
        remark=_explain_shortage(job, len(variants)),
        created=job.created,
        finished=job.finished,
        **job.request,
    )


def _explain_shortage(job: MarketingJob, variants: int) -> str:
    """Why a finished job has fewer variants than were asked for; "" where it has all."""
    count = job.request["count"]
    is_comment = job.request.get("comment") is not None
    if job.state != "done" or variants >= count or is_comment:
        return ""
    return (
        f"要求 {count} 条，只写出 {variants} 条不同的文案：简报的事实或模板的句式不够再写不同的，"
        "可以补充事实，或配置大模型（GENERATOR）"
    )
