"""Bodies of the endpoints for comments under published posts."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

Reply = Annotated[str, StringConstraints(min_length=1, max_length=600)]  # the platform's limit


class CommentReplyResponse(BaseModel):
    """The account's reply; `create_time` is seconds since 1970."""

    content: str
    create_time: int


class PostCommentResponse(BaseModel):
    """One comment; `comment_type` 1: elected, so that all readers see it."""

    user_comment_id: int
    openid: str
    create_time: int
    content: str
    comment_type: int
    reply: CommentReplyResponse | None


class CommentListResponse(BaseModel):
    """A page of an article's comments."""

    total: int
    comment: list[PostCommentResponse]


class CommentActionRequest(BaseModel):
    """What a person decided. `article` counts from 1; `open` and `close` need no `comment`."""

    account: str = "default"
    article: Annotated[int, Field(ge=1, le=8)] = 1
    action: Literal["open", "close", "elect", "unelect", "delete", "delete_reply"]
    comment: Annotated[int, Field(ge=0, le=2**53)] = 0


class CommentReplyRequest(BaseModel):
    """A reply that the person `by` has read and approved."""

    account: str = "default"
    article: Annotated[int, Field(ge=1, le=8)] = 1
    comment: Annotated[int, Field(ge=0, le=2**53)]
    text: Reply
    by: Annotated[str, StringConstraints(max_length=64)]


class SuggestReplyRequest(BaseModel):
    """The text of a comment that wants a reply."""

    account: str = "default"
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class SuggestReplyResponse(BaseModel):
    """What the bot would answer: a person edits and approves it before it is sent."""

    reply: str
