"""Events: what a follower did, or was shown, at a time; and what becomes of a batch of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import Refusal

Scalar = str | int | float | bool
FIRST_FAULTS = 20  # rows that the sentence of a refusal names


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


@dataclass(frozen=True, slots=True)
class EventFault:
    """A row that is not stored: its place in the batch, from 1, its id and what is wrong."""

    row: int
    id: str
    reason: str

    def describe(self) -> str:
        """The fault as a clause that names the row."""
        return f"row {self.row} (id {self.id!r}): {self.reason}"


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """What became of a batch: rows stored, rows that were stored before, and faulty rows."""

    stored: int
    repeated: int
    faults: Sequence[EventFault] = ()


class BadEvents(Refusal):
    """Rows of a batch are wrong, and none of it is stored; the first ones are named."""

    status = 422
    name = "bad_events"


def refuse_batch(faults: Sequence[EventFault]) -> BadEvents:
    """The refusal of a batch with these faults."""
    clauses = "; ".join(fault.describe() for fault in faults[:FIRST_FAULTS])
    more = f"; and {len(faults) - FIRST_FAULTS} more" if len(faults) > FIRST_FAULTS else ""
    return BadEvents(f"nothing is stored: {clauses}{more}")
