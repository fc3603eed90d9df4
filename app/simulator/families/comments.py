"""Comments on published articles: opened, listed, elected, answered, deleted.

Pages: /doc/service/api/leaving/api_openarticlecomment.html, api_listcomment.html,
api_closecomment.html, api_electcomment.html, api_unelectcomment.html, api_delcomment.html,
api_replycomment.html, api_delreplycomment.html.
"""

from app.simulator.accounts.rights import Right
from app.simulator.errcodes import refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.comment_threads import (
    CommentThread,
    CommentThreads,
    FollowerComment,
    find_thread,
)

FEWER_LISTED = 50  # a page has fewer
MOST_ELECTED = 100
MOST_REPLY = 600  # characters
ALL, PLAIN, ELECTED = 0, 1, 2  # type of a list


def open_comments(call: Call) -> Answer:
    """Let followers comment on an article."""
    _read_thread(call).is_open = True
    return OK


def close_comments(call: Call) -> Answer:
    """Take no more comments."""
    _read_thread(call).is_open = False
    return OK


def list_comments(call: Call) -> Answer:
    """Fewer than 50 comments of an article, in their order."""
    thread = _read_thread(call)
    begin, count, kind = call.number("begin"), call.number("count"), call.number("type")
    refuse_unless(0 < count < FEWER_LISTED and begin >= 0, 88010)
    refuse_unless(kind in (ALL, PLAIN, ELECTED), 47001)
    comments = [
        comment
        for comment in thread.comments
        if kind == ALL or comment.is_elected == (kind == ELECTED)
    ]
    page = comments[begin : begin + count]
    return {**OK, "total": len(comments), "comment": [comment.as_body() for comment in page]}


def elect_comment(call: Call) -> Answer:
    """Mark a comment as elected (精选)."""
    thread = _read_thread(call)
    comment = thread.find(call.number("user_comment_id"))
    refuse_unless(sum(each.is_elected for each in thread.comments) < MOST_ELECTED, 88003)
    comment.is_elected = True
    return OK


def unelect_comment(call: Call) -> Answer:
    """Take the mark away."""
    _read_comment(call).is_elected = False
    return OK


def delete_comment(call: Call) -> Answer:
    """Delete a comment for good."""
    thread = _read_thread(call)
    thread.comments.remove(thread.find(call.number("user_comment_id")))
    return OK


def add_reply(call: Call) -> Answer:
    """Answer a comment, once."""
    comment = _read_comment(call)
    content = str(call.body.get("content") or "")
    refuse_unless(not comment.reply, 88005)
    refuse_unless(0 < len(content) <= MOST_REPLY, 88007)
    comment.reply, comment.replied_at = content, int(call.now)
    return OK


def delete_reply(call: Call) -> Answer:
    """Delete the answer to a comment."""
    comment = _read_comment(call)
    refuse_unless(comment.reply, 87009)
    comment.reply, comment.replied_at = "", 0
    return OK


def _read_thread(call: Call) -> CommentThread:
    index = call.number("index", 0)
    return find_thread(call.account, call.number("msg_data_id"), index, call.now)


def _read_comment(call: Call) -> FollowerComment:
    return _read_thread(call).find(call.number("user_comment_id"))


def _post(name: str, answer: Handler) -> Interface:
    return Interface(
        method="POST", path=f"/cgi-bin/comment/{name}", answer=answer, right=Right.COMMENT
    )


FAMILY = Family(
    "comments",
    (
        _post("open", open_comments),
        _post("close", close_comments),
        _post("list", list_comments),
        _post("markelect", elect_comment),
        _post("unmarkelect", unelect_comment),
        _post("delete", delete_comment),
        _post("reply/add", add_reply),
        _post("reply/delete", delete_reply),
    ),
    stores=(CommentThreads,),
)
