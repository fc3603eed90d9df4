"""Who may approve a post, and what keeps it from approval.

An account's approval policy is as the operator writes it; `app.publishing.lifecycle.approve`
applies it. What is open in a post stays so until an approver signs for it with a reason.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from app.errors import Refusal
from app.kit.text import fold_to_letters
from app.publishing.values import Post
from app.safety.advertising.values import Industry

MOST_NAMED = 5  # open points that a refusal quotes
REASON_LETTERS = 4  # of what signs for open points; 嗯 says nothing
NAME = "approval"  # name of the account document with the approval policy


class ApprovalRules(BaseModel):
    """Who may approve, and by which rules texts are checked; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_allowed: bool = False  # whether authors may approve what they wrote
    industry: Industry = "general"  # whose rules of advertising the texts are checked by


class OpenFindings(Refusal):
    """A text with findings or claims without a fact that nobody has signed for."""

    status = 422
    name = "open_findings"


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """What an approver has to decide: the words that it is about ("": the whole text), and why."""

    quote: str
    sentence: str


# Finds what is open in a post beside the law; rooms above publishing pass theirs in.
PostReviewer = Callable[[Post], Awaitable[Sequence[OpenPoint]]]


def is_reason(reason: str) -> bool:
    """Whether a reason says something: REASON_LETTERS letters or more, and not one alone."""
    letters = fold_to_letters(reason)
    return len(letters) >= REASON_LETTERS and len(set(letters)) > 1


def refuse_open_points(points: Sequence[OpenPoint]) -> None:
    """Raises OpenFindings unless there are none."""
    if not points:
        return
    sentences = list(dict.fromkeys(point.sentence for point in points))  # title and body may agree
    quoted = "；".join(sentences[:MOST_NAMED])
    more = f"等 {len(sentences)} 处" if len(sentences) > MOST_NAMED else ""
    raise OpenFindings(
        f"内容还有待处理的问题：{quoted}{more}。请修改后再审核；"
        "如确认可以使用，请在 reason 里写明理由（至少 4 个字），由审核人签字负责。"
    )
