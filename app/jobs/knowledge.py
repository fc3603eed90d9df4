"""Requests about the knowledge base: entries, search, and gaps."""

from typing import Literal

from app.jobs.base import Job
from app.messages.values import Answer

# Why a question is a gap: nothing answered it; the answer was doubtful; the follower rejected the
# answer or asked again; it was handed to an agent; it has no intent, but names what the account
# sells.
GapReason = Literal[
    "unanswered", "low_confidence", "rejected", "handed_over", "out_of_scope_named"
]  # fmt: skip


class EntryInput(Job):
    """A question with its answer; with the `id` "" the id is made from the question."""

    id: str
    question: str
    variants: list[str]
    answer: Answer


class UpsertEntries(Job):
    """Add or change entries: all of them or none."""

    type: Literal["learn"] = "learn"
    waiter: str
    account: str
    facts: list[EntryInput]


class DeleteEntry(Job):
    """Delete an entry."""

    type: Literal["unlearn"] = "unlearn"
    waiter: str
    account: str
    entry: str


class ListEntries(Job):
    """Read the entry with the id `entry`, or a page of `limit` entries after the id `after`."""

    type: Literal["browse"] = "browse"
    waiter: str
    account: str
    entry: str = ""
    after: str = ""
    limit: int = 1


class SearchEntries(Job):
    """Search the knowledge base for each query."""

    type: Literal["search"] = "search"
    waiter: str
    account: str
    queries: list[str]
    top_k: int


class ListGaps(Job):
    """Read the gaps, clustered into suggestions."""

    type: Literal["unanswered"] = "unanswered"
    waiter: str
    account: str
    limit: int
    reason: GapReason | None = None


class DraftAnswer(Job):
    """Draft an answer to a gap."""

    type: Literal["draft"] = "draft"
    waiter: str
    account: str
    gap: str


class ApproveGap(Job):
    """Add an operator's answer to a gap as an entry; `gaps`: ids of the questions they saw."""

    type: Literal["approve"] = "approve"
    waiter: str
    account: str
    gap: str
    gaps: list[str]
    question: str
    variants: list[str]
    answer: Answer
    approved_by: str


class DismissGap(Job):
    """Dismiss these gaps: they are not offered any more."""

    type: Literal["dismiss"] = "dismiss"
    waiter: str
    account: str
    gap: str
    gaps: list[str]


class AddVariant(Job):
    """Add these gaps' questions to an entry as variants."""

    type: Literal["add_to"] = "add_to"
    waiter: str
    account: str
    gap: str
    gaps: list[str]
    entry: str
