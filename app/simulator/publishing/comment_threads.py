"""Comments under published articles, as the platform stores them."""

from dataclasses import dataclass, field
from typing import Any

from app.simulator.accounts.state import AccountState, Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.publishing.articles import PublishedArticles


@dataclass(kw_only=True)
class FollowerComment:
    """A comment; `openid` is "" where the follower commented under another identity."""

    comment_id: int
    openid: str
    content: str
    created_at: int  # seconds since 1970
    is_elected: bool = False
    reply: str = ""
    replied_at: int = 0

    def as_body(self) -> Body:
        """The fields that a list shows."""
        body: dict[str, Any] = {
            "user_comment_id": self.comment_id,
            "create_time": self.created_at,
            "content": self.content,
            "comment_type": int(self.is_elected),
        }
        if self.openid:
            body["openid"] = self.openid
        if self.reply:
            body["reply"] = {"content": self.reply, "create_time": self.replied_at}
        return body


@dataclass
class CommentThread:
    """The comments of one article, in their order."""

    is_open: bool
    comments: list[FollowerComment] = field(default_factory=list)

    def find(self, comment_id: int) -> FollowerComment:
        """A comment. Raises Refused with 88008."""
        for comment in self.comments:
            if comment.comment_id == comment_id:
                return comment
        raise Refused(88008)


@dataclass
class CommentThreads:
    """Threads by msg_data_id and position of the article, as "2247483652_0"."""

    threads: dict[str, CommentThread] = field(default_factory=dict)


def find_thread(state: AccountState, msg_data_id: int, index: int, now: float) -> CommentThread:
    """The comments of a published article, open where the article said so.

    Raises Refused with 88001 where there is no such article.
    """
    message = state.store(PublishedArticles).find_by_data_id(msg_data_id, now)
    refuse_unless(0 <= index < len(message.articles), 88001)
    is_open = bool(message.articles[index]["need_open_comment"])
    threads = state.store(CommentThreads).threads
    return threads.setdefault(f"{msg_data_id}_{index}", CommentThread(is_open))


def add_comment(
    state: AccountState, msg_data_id: int, index: int, *, openid: str, content: str, now: float
) -> FollowerComment:
    """A follower comments on an article.

    Raises Refused: 88001 for no such article, 88000 where comments are closed.
    """
    thread = find_thread(state, msg_data_id, index, now)
    refuse_unless(thread.is_open, 88000)
    comment = FollowerComment(
        comment_id=state.next_number(), openid=openid, content=content, created_at=int(now)
    )
    thread.comments.append(comment)
    return comment
