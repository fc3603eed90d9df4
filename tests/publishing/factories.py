"""Posts for tests, and the service over a database."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.publishing.approval_policy import NAME
from app.publishing.repository import Posts
from app.publishing.service import PostContent, PostService
from app.publishing.values import Audience, Channel, Post, PostArticle, PostItem
from app.simulator.clock import Clock

ARTICLE = PostArticle(title="春茶上新", source="# 春茶上新\n\n今年的龙井**到店**了。")
NOW = 1_800_000_000.0


def make_service(engine: AsyncEngine, clock: Clock | None = None) -> PostService:
    """The service, at NOW unless another clock is given."""
    posts = Posts(engine, clock or Clock(NOW))
    return PostService(posts, AccountDocuments(engine, NAME))


def make_content(
    *articles: PostItem, channel: Channel = "publish", tag_ids: tuple[int, ...] = ()
) -> PostContent:
    """The content of one or more articles; to all, or to a tag."""
    audience = Audience(tag_ids=tag_ids)
    return PostContent(articles=articles or (ARTICLE,), channel=channel, audience=audience)


async def make_scheduled(
    service: PostService, content: PostContent | None = None, at: float | None = None
) -> Post:
    """A post by 小林 that 王敏 has approved, and that goes out at `at`, or now."""
    post = await service.create("default", "小林", content or make_content())
    await service.submit("default", post.id, 1)
    await service.approve("default", post.id, by="王敏", version=1)
    return await service.schedule("default", post.id, at)
