"""Comments under articles (留言); an account needs the right to comments, not only verification.

The platform's page has no limits of calls. An article is named by `msg_data_id` and its place in
the message, from 0.
"""

from dataclasses import dataclass
from typing import Any, Literal

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_COMMENT_COUNT,
    BAD_REPLY,
    check_filled,
    check_range,
)

OPEN_COMMENTS = PlatformInterface(
    path="/cgi-bin/comment/open",
    title="打开已群发文章留言",
    page="/doc/service/api/leaving/api_openarticlecomment.md",
    accounts="verified",
    repeatable=True,
)
CLOSE_COMMENTS = PlatformInterface(
    path="/cgi-bin/comment/close",
    title="关闭已群发文章留言",
    page="/doc/service/api/leaving/api_closecomment.md",
    accounts="verified",
    repeatable=True,
)
LIST_COMMENTS = PlatformInterface(
    path="/cgi-bin/comment/list",
    title="查看指定文章的留言数据",
    page="/doc/service/api/leaving/api_listcomment.md",
    accounts="verified",
    repeatable=True,
)
ELECT_COMMENT = PlatformInterface(
    path="/cgi-bin/comment/markelect",
    title="将留言标记精选",
    page="/doc/service/api/leaving/api_electcomment.md",
    accounts="verified",
    repeatable=True,
)
UNELECT_COMMENT = PlatformInterface(
    path="/cgi-bin/comment/unmarkelect",
    title="将留言取消精选",
    page="/doc/service/api/leaving/api_unelectcomment.md",
    accounts="verified",
    repeatable=True,
)
DELETE_COMMENT = PlatformInterface(
    path="/cgi-bin/comment/delete",
    title="删除留言",
    page="/doc/service/api/leaving/api_delcomment.md",
    accounts="verified",
)
REPLY_TO_COMMENT = PlatformInterface(
    path="/cgi-bin/comment/reply/add",
    title="回复留言",
    page="/doc/service/api/leaving/api_replycomment.md",
    accounts="verified",
)
DELETE_REPLY = PlatformInterface(
    path="/cgi-bin/comment/reply/delete",
    title="删除回复",
    page="/doc/service/api/leaving/api_delreplycomment.md",
    accounts="verified",
)

MOST_COMMENTS = 49  # of a page: 50 are refused
CommentKind = Literal["all", "plain", "elected"]
_KINDS: dict[CommentKind, int] = {"all": 0, "plain": 1, "elected": 2}


@dataclass(frozen=True, slots=True)
class SentArticle:
    """An article that was sent or published: its `msg_data_id`, and its place from 0."""

    msg_data_id: int
    index: int = 0

    def to_body(self) -> dict[str, Any]:
        """The fields that name it."""
        return {"msg_data_id": self.msg_data_id, "index": self.index}


class CommentReply(PlatformAnswer):
    """The account's reply; `create_time` is seconds since 1970."""

    content: str
    create_time: int


class Comment(PlatformAnswer):
    """One comment; `openid` is empty for who didn't comment as a WeChat user."""

    user_comment_id: int
    openid: str = ""
    create_time: int
    content: str
    comment_type: int  # 1: elected
    reply: CommentReply | None = None


class CommentPage(PlatformAnswer):
    """A page of an article's comments."""

    total: int
    comment: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments. All raise ApiError: 88000 without the right, 88001 for an unknown article."""

    client: PlatformClient

    async def open(self, account: Account, article: SentArticle) -> None:
        """Let followers comment on an article.

        Page: /doc/service/api/leaving/api_openarticlecomment.md.
        """
        await self.client.call(account, OPEN_COMMENTS, Done, body=article.to_body())

    async def close(self, account: Account, article: SentArticle) -> None:
        """Take no more comments on an article.

        Page: /doc/service/api/leaving/api_closecomment.md.
        """
        await self.client.call(account, CLOSE_COMMENTS, Done, body=article.to_body())

    async def list_page(
        self,
        account: Account,
        article: SentArticle,
        begin: int = 0,
        count: int = MOST_COMMENTS,
        kind: CommentKind = "all",
    ) -> CommentPage:
        """`count` comments (1 to 49) from `begin`.

        Page: /doc/service/api/leaving/api_listcomment.md. Raises InvalidField: 88010.
        """
        check_range("begin", begin, 0, 2**31 - 1, BAD_COMMENT_COUNT)
        check_range("count", count, 1, MOST_COMMENTS, BAD_COMMENT_COUNT)
        page = {"begin": begin, "count": count, "type": _KINDS[kind]}
        return await self.client.call(
            account, LIST_COMMENTS, CommentPage, body=article.to_body() | page
        )

    async def elect(self, account: Account, article: SentArticle, comment_id: int) -> None:
        """Show a comment to all readers.

        Page: /doc/service/api/leaving/api_electcomment.md. Raises ApiError: 88003 when 100 are
        elected, 88004 deleted by its writer, 88008 unknown.
        """
        body = _name_comment(article, comment_id)
        await self.client.call(account, ELECT_COMMENT, Done, body=body)

    async def unelect(self, account: Account, article: SentArticle, comment_id: int) -> None:
        """Show a comment to its writer only.

        Page: /doc/service/api/leaving/api_unelectcomment.md. Raises ApiError: 88008.
        """
        body = _name_comment(article, comment_id)
        await self.client.call(account, UNELECT_COMMENT, Done, body=body)

    async def delete(self, account: Account, article: SentArticle, comment_id: int) -> None:
        """Delete a comment.

        Page: /doc/service/api/leaving/api_delcomment.md. Raises ApiError: 88008.
        """
        body = _name_comment(article, comment_id)
        await self.client.call(account, DELETE_COMMENT, Done, body=body)

    async def reply(
        self, account: Account, article: SentArticle, comment_id: int, content: str
    ) -> None:
        """Reply to a comment, once.

        Page: /doc/service/api/leaving/api_replycomment.md. Raises InvalidField: 88007 for an empty
        reply; ApiError: 88005 when there is a reply, 88007 for one that is too long.
        """
        check_filled("content", content, BAD_REPLY)
        body = _name_comment(article, comment_id) | {"content": content}
        await self.client.call(account, REPLY_TO_COMMENT, Done, body=body)

    async def delete_reply(self, account: Account, article: SentArticle, comment_id: int) -> None:
        """Delete the account's reply to a comment.

        Page: /doc/service/api/leaving/api_delreplycomment.md. Raises ApiError: 88008; 87009
        without a reply.
        """
        body = _name_comment(article, comment_id)
        await self.client.call(account, DELETE_REPLY, Done, body=body)


def _name_comment(article: SentArticle, comment_id: int) -> dict[str, Any]:
    return article.to_body() | {"user_comment_id": comment_id}
