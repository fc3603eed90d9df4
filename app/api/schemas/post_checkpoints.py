"""Bodies of the checks of published posts on days 1, 3 and 7."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from app.publishing.checkpoints import CHECK_DAYS, find_check_time, name_step
from app.publishing.steps import PostStep
from app.publishing.values import Post, PostState


class CheckpointArticleResponse(BaseModel):
    """An article's sums up to the end of `day`; null where the platform tells nothing."""

    model_config = ConfigDict(extra="ignore")
    msgid: str
    day: str
    total_readers: int | None
    total_sharers: int | None
    total_hearts: int | None
    total_likes: int | None
    total_comments: int | None
    total_collectors: int | None
    finish_rate: float | None
    minutes_read: float | None


class CheckpointResponse(BaseModel):
    """A check after publication. `checked_at` is null before it; no articles: no figures came."""

    day: int  # after publication: 1, 3 or 7
    due_at: float
    checked_at: float | None
    articles: list[CheckpointArticleResponse]


def describe_checkpoints(post: Post, steps: list[PostStep]) -> Iterator[CheckpointResponse]:
    """The checks of a published post's present version; none for other posts."""
    checks = {step.name: step for step in steps if step.version == post.version}
    for day in CHECK_DAYS:
        due_at, step = find_check_time(post, day), checks.get(name_step(day))
        if due_at is not None and post.state is PostState.PUBLISHED:
            yield CheckpointResponse(
                day=day,
                due_at=due_at,
                checked_at=step.ended_at if step else None,
                articles=step.answer["articles"] if step else [],
            )
