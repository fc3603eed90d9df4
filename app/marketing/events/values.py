"""Events: what a follower did, or was shown, at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import Refusal

Scalar = str | int | float | bool


class SealedEvents(Refusal):
    """Days are sealed in files, and the engine of the settings reads the database alone."""

    status = 409
    name = "sealed_events"


class EventKind(StrEnum):
    """What happened."""

    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    MESSAGE = "message"
    MENU = "menu"
    SCAN = "scan"
    VIEW = "view"
    READ_DEPTH = "read_depth"  # `value`: the share of the item that was read, 0 to 1
    CLICK = "click"
    SHARE = "share"
    LIKE = "like"
    COMMENT = "comment"
    EXPOSURE = "exposure"  # of an item, a variant or a recommendation
    CONVERSION = "conversion"  # `value`: what it was worth, such as yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingEvent:
    """One event of an account. Its `id` is unique in the account: the same id is stored once.

    A name that doesn't apply is "". `pseudonym` stands for the follower (`make_pseudonym`), or for
    an erased one (`make_anonym`); "" is a reader who isn't known. `unit` is what an experiment
    assigned where that isn't the follower, such as a day or a device.
    """

    account: str
    id: str
    kind: EventKind
    time: float  # seconds since 1970
    recorded: float  # when it reached us, in seconds since 1970
    pseudonym: str = ""
    item: str = ""
    campaign: str = ""
    experiment: str = ""
    variant: str = ""
    unit: str = ""
    recommendation: str = ""  # the id of the answer that recommended the item
    strategy: str = ""
    value: float | None = None
    properties: Mapping[str, Scalar] = field(default_factory=dict)
