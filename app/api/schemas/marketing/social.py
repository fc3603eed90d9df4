"""Bodies of the endpoints of digests: what followers answered, told again."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.api.schemas.marketing.briefs import Author
from app.kit.field_faults import BilingualError
from app.marketing.jobs.values import JobState, MarketingJob
from app.marketing.social.values import LONGEST_ANSWER, MOST_ANSWERS

Answer = Annotated[str, StringConstraints(max_length=LONGEST_ANSWER * 2)]


class DigestRequest(BaseModel):
    """The question that was asked, and the answers: texts, or the comments on a post's article."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"author": "小林", "question": "您最喜欢哪款春茶？", "post": "0" * 16}]
        },
    )
    account: str = "default"
    author: Author
    question: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    texts: Annotated[list[Answer], Field(max_length=MOST_ANSWERS)] = []
    post: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16})?$")] = ""
    article: Annotated[int, Field(ge=1, le=8)] = 1

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.texts) == bool(self.post):
            raise BilingualError(
                "give texts, or the post whose comments are the answers",
                "请写 texts，或写 post（它的留言就是回答）",
            )
        return self


class DigestPostRequest(BaseModel):
    """Make a draft of the digest; `text` is what a person made of its Markdown, if anything."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    author: Author
    title: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    text: Annotated[str, StringConstraints(max_length=20_000)] = ""


class DigestPostResponse(BaseModel):
    """The draft's id; /api/v1/posts has it."""

    post: str


class DigestResponse(BaseModel):
    """A job. `digest` comes with state `done`, `reason` with `failed`.

    The digest has the groups of answers (words, share, mood, quotes), why how many answers were
    left out, and the text of an article in Markdown.
    """

    id: str
    account: str
    author: str
    question: str
    state: JobState
    progress: float
    digest: dict[str, Any] | None
    reason: str
    created: float
    finished: float | None


def describe_digest_job(job: MarketingJob) -> DigestResponse:
    """The response of a job that makes a digest."""
    return DigestResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        question=job.request["question"],
        state=job.state,
        progress=job.progress,
        digest=job.result or None,
        reason=job.reason,
        created=job.created,
        finished=job.finished,
    )
