"""Comments under published posts: a person elects, answers and deletes them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.errors import Refusal
from app.jobs import ManageComments
from app.publishing.lifecycle import NameMissing, WrongState
from app.publishing.repository import Posts
from app.publishing.steps import PostSteps
from app.publishing.values import PostState
from app.wechat.client.families.comments import Comments, SentArticle


class UnknownArticle(Refusal):
    """The post has no article of this number, or the platform's id of it isn't known."""

    status = 404
    name = "unknown_article"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostComments:
    """Does on the platform what a person decided."""

    comments: Comments
    posts: Posts
    steps: PostSteps

    async def handle(self, account: Account, request: ManageComments) -> dict[str, Any]:
        """Do it; lists answer with comments, all else with {}.

        Raises UnknownPost, UnknownArticle, WrongState, NameMissing, InvalidField, ApiError.
        """
        article = await self._find_article(account, request)
        match request.action:
            case "list":
                page = await self.comments.list_page(
                    account, article, request.begin, request.count, request.kind
                )
                return page.model_dump(mode="json")
            case "open":
                await self.comments.open(account, article)
            case "close":
                await self.comments.close(account, article)
            case "reply":
                await self._reply(account, article, request)
            case action:
                await self._changes[action](account, article, request.comment)
        return {}

    @property
    def _changes(self) -> Mapping[str, Callable[[Account, SentArticle, int], Awaitable[None]]]:
        """What is done to one comment, by the name of the action."""
        comments = self.comments
        return {
            "elect": comments.elect,
            "unelect": comments.unelect,
            "delete": comments.delete,
            "delete_reply": comments.delete_reply,
        }

    async def _reply(self, account: Account, article: SentArticle, request: ManageComments) -> None:
        if not request.by.strip():
            raise NameMissing("回复留言要写明是谁确认的：请填写 by。")
        await self.comments.reply(account, article, request.comment, request.text)

    async def _find_article(self, account: Account, request: ManageComments) -> SentArticle:
        post = await self.posts.get(account.name, request.post)
        if post.state is not PostState.PUBLISHED:
            raise WrongState("文章发布以后才有留言。")
        msg_data_id = await self.steps.find_msg_data_id(post)
        if request.article > len(post.articles) or msg_data_id is None:
            raise UnknownArticle("找不到这篇文章的留言，请在公众平台后台查看。")
        return SentArticle(msg_data_id, request.article - 1)
