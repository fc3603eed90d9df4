"""Value types of gaps: questions to store, agents' answers and approvals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.jobs import GapReason
from app.messages.values import Answer

ClosedState = Literal["dismissed", "answered"]
# Reasons of gaps that did get an answer: finding that answer again doesn't close them.
DOUBTFUL = frozenset({"low_confidence", "rejected", "handed_over"})


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A question to store; `times` is 0 if it was counted before."""

    id: str
    text: str
    times: int
    reasons: Mapping[GapReason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """Which answer to a gap was approved, and by whom."""

    gap: str
    entry: str
    question: str
    answer: Answer
    approved_by: str


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """An agent's answer to a gap, without personal data."""

    gap: str
    text: str
    agent: str
    at: float  # seconds since 1970
