"""What a job that writes copy is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Refusal
from app.marketing.content.brief import Brief, Language
from app.marketing.content.writing.comments import CommentToAnswer

KIND = "copy"


class MisplacedComment(Refusal):
    """A reply without the comment that it answers, or a comment where none is answered."""

    status = 422
    name = "misplaced_comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """What a job is asked for: `count` variants of a version of a brief.

    Equal seeds give equal texts where the writer can. `comment`: the fields of a CommentToAnswer.
    """

    brief: str
    brief_version: int
    count: int
    seed: int = 0
    comment: dict[str, Any] | None = None
    languages: Sequence[Language] = ()  # into which the variants are translated


def check_comment(brief: Brief, comment: CommentToAnswer | None) -> None:
    """Raises MisplacedComment."""
    if brief.channel == "comment_reply" and comment is None:
        raise MisplacedComment(
            "the brief is for replies to comments: name the comment to answer",
            chinese="这份简报用于回复留言：请写明要回复哪条留言",
        )
    if brief.channel != "comment_reply" and comment is not None:
        raise MisplacedComment(
            f"the brief is for {brief.channel}, and only a brief for comment_reply answers a"
            " comment: leave the comment out, or take another brief",
            chinese=f"这份简报用于 {brief.channel}，只有 comment_reply 的简报才回复留言："
            "请不填留言，或换一份简报",
        )
