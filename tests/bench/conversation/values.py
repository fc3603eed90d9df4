"""What was asked, what was heard, and what became of it."""

from dataclasses import dataclass
from typing import Literal

Way = Literal["first", "second", "third", "service", "rode"]
Kind = Literal["once", "twice", "lost", "merged", "left", "refused", "unreached"]


@dataclass(frozen=True)
class FollowerMessage:
    """A message of a follower's."""

    id: str  # as the record names it: appid and MsgId
    user: str
    at: float  # when it was sent first; seconds
    carrier: bool = False  # a tap may carry answers and needs none of its own
    reached: bool = True  # an api process answered one of its deliveries
    failed: tuple[str, ...] = ()  # why deliveries were not answered


@dataclass(frozen=True)
class PhoneText:
    """A text that a phone showed."""

    user: str
    at: float
    text: str
    id: str = ""  # of the message that it replies to; a customer-service message has none
    delivery: int = 0  # that carried it, 1 to 3


@dataclass(frozen=True)
class Record:
    """What the service says that it answered; an empty answer is part of another message's."""

    answer: str
    source: str
    latency_ms: float


@dataclass(frozen=True)
class Arrival:
    """One time that a message's answer was shown."""

    at: float
    place: int  # among all that the follower was shown
    way: Way


@dataclass(frozen=True)
class Fate:
    """What became of a message; `overtaken` when a later one's answer was shown before."""

    message: FollowerMessage
    kind: Kind
    arrivals: tuple[Arrival, ...]
    overtaken: bool = False
    whole: bool = True  # the end of a long answer came too
