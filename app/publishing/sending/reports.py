"""Takes the platform's events about publications and mass sends."""

from dataclasses import dataclass

from app.jobs import PublishReportJob
from app.publishing.repository import Posts
from app.publishing.sending.free_publishing import FAILURES
from app.publishing.steps import PostSteps
from app.publishing.values import PostState


@dataclass(frozen=True, slots=True)
class PublishReports:
    """Stores what an event says of a post. Safe to repeat."""

    posts: Posts
    steps: PostSteps

    async def record(self, job: PublishReportJob) -> None:
        """Store the report, and let a worker look at the post; of others' posts nothing is stored.

        An event that comes before its step is noted is lost: the platform is asked instead.
        """
        post_id = await self.steps.report(job.account, job.platform_id, job.result)
        if post_id is None:
            return
        await self.posts.wake(job.account, post_id)
        post = await self.posts.get(job.account, post_id)
        note = FAILURES.get(job.result["status"], "")
        if post.state is PostState.PUBLISHED and note not in post.reason:
            await self.posts.finish(post, note)  # deleted or banned after it was published
