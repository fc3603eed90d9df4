"""Comments under articles, against the simulator."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app.simulator.clock import Clock
from app.simulator.errcodes import Refused
from app.simulator.platform import Platform
from app.simulator.publishing import comment_threads as simulated
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.comments import (
    Comment,
    CommentPage,
    CommentReply,
    Comments,
    SentArticle,
)
from app.wechat.client.families.freepublish import Publisher
from tests.wechat.client.families.drafting import add_draft
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_002  # when the article was published


@dataclass
class CommentedArticle:
    """A published article that takes comments."""

    platform: Platform
    comments: Comments
    article: SentArticle

    def write(self, content: str, openid: str = "oMei") -> int:
        """The id of a follower's new comment."""
        comment = simulated.add_comment(
            self.platform.account(), self.article.msg_data_id, 0,
            openid=openid, content=content, now=self.platform.clock(),
        )  # fmt: skip
        return comment.comment_id

    async def read(self) -> CommentPage:
        return await self.comments.list_page(SHOP, self.article)


@contextlib.asynccontextmanager
async def a_published_article(redis_url: str) -> AsyncIterator[CommentedArticle]:
    clock = Clock()
    platform = make_platform(clock)
    async with open_client(redis_url, platform) as client:
        submitted = await Publisher(client).submit(SHOP, await add_draft(client))
        clock.turn(2)
        article = SentArticle(int(submitted.msg_data_id))
        yield CommentedArticle(platform, Comments(client), article)


async def test_comments_are_listed_with_replies_and_election(redis_url: str) -> None:
    async with a_published_article(redis_url) as setup:
        first, second = setup.write("什么时候发货？"), setup.write("好茶", openid="")
        await setup.comments.reply(SHOP, setup.article, first, "明天发货。")
        await setup.comments.elect(SHOP, setup.article, second)
        page = await setup.read()
        elected = await setup.comments.list_page(SHOP, setup.article, kind="elected")

    good = Comment(user_comment_id=second, create_time=NOW, content="好茶", comment_type=1)
    assert page == CommentPage(
        total=2,
        comment=(
            Comment(
                user_comment_id=first, openid="oMei", create_time=NOW, content="什么时候发货？",
                comment_type=0, reply=CommentReply(content="明天发货。", create_time=NOW),
            ),
            good,
        ),
    )  # fmt: skip
    assert elected == CommentPage(total=1, comment=(good,))


async def test_election_reply_and_comment_are_taken_back(redis_url: str) -> None:
    async with a_published_article(redis_url) as setup:
        comments, article, comment = setup.comments, setup.article, setup.write("好茶")
        await comments.elect(SHOP, article, comment)
        await comments.reply(SHOP, article, comment, "谢谢！")
        await comments.unelect(SHOP, article, comment)
        await comments.delete_reply(SHOP, article, comment)
        plain = await setup.read()
        await comments.delete(SHOP, article, comment)
        empty = await setup.read()

    assert [(each.comment_type, each.reply) for each in plain.comment] == [(0, None)]
    assert empty == CommentPage(total=0)


async def test_a_comment_is_answered_once(redis_url: str) -> None:
    async with a_published_article(redis_url) as setup:
        comment = setup.write("好茶")
        await setup.comments.reply(SHOP, setup.article, comment, "谢谢！")
        with pytest.raises(ApiError) as refusal:
            await setup.comments.reply(SHOP, setup.article, comment, "谢谢！")

    assert refusal.value.code == 88005
    assert refusal.value.meaning is not None
    assert refusal.value.meaning.reaction == "done"


async def test_comments_are_closed_and_opened(redis_url: str) -> None:
    async with a_published_article(redis_url) as setup:
        await setup.comments.close(SHOP, setup.article)
        with pytest.raises(Refused):
            setup.write("好茶")
        await setup.comments.open(SHOP, setup.article)
        setup.write("好茶")
        page = await setup.read()

    assert page.total == 1


async def test_an_account_without_the_right_is_told_so(redis_url: str) -> None:
    async with open_client(redis_url, make_platform(verified=False)) as client:
        with pytest.raises(ApiError) as refusal:
            await Comments(client).open(SHOP, SentArticle(1))

    assert refusal.value.code == 48001


@pytest.mark.parametrize(("begin", "count"), [(-1, 49), (0, 0), (0, 50)])
async def test_a_page_has_at_most_49_comments(redis_url: str, begin: int, count: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField) as refusal:
            await Comments(client).list_page(SHOP, SentArticle(1), begin, count)

    assert refusal.value.code == 88010


async def test_an_empty_reply_is_not_sent(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="content: must not be empty") as refusal:
            await Comments(client).reply(SHOP, SentArticle(1), 2, " ")

    assert refusal.value.code == 88007
