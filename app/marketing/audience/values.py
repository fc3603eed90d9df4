"""A follower's profile and a segment, as stored."""

from dataclasses import dataclass
from typing import Literal

from app.errors import Refusal

GONE = "gone"  # the stage of who left: they count nowhere among followers, and are in no segment
SegmentOrigin = Literal["rule", "cluster", "lookalike"]


class UnknownSegment(Refusal):
    """The account has no segment of this id."""

    status = 404
    name = "unknown_segment"


class SegmentExists(Refusal):
    """Another segment of the account has the name, or the version isn't the latest one."""

    status = 409
    name = "segment_exists"


class UnknownFollower(Refusal):
    """Nothing is known of the follower, or not yet."""

    status = 404
    name = "unknown_follower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A named group of followers. `rule` is "" where the members are stored."""

    id: str
    account: str
    name: str
    rule: str
    description: str
    origin: SegmentOrigin
    author: str
    version: int
    created: float  # seconds since 1970
    changed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSize:
    """How many of the account's followers a segment has, of all that are known and still follow.

    with_risk: how many of all have a risk of churn; 0 where none is computed. with_intent: how
    many have intents, which come from messages.
    """

    followers: int
    of: int
    with_risk: int
    with_intent: int


class TagsNotAllowed(Refusal):
    """The account may not give followers tags; the message says what to do instead."""

    status = 403
    name = "tags_not_allowed"


class BadFunnel(Refusal):
    """Steps that are no funnel."""

    status = 422
    name = "bad_funnel"


class TooLittleHistory(Refusal):
    """The account's events don't tell yet who comes back."""

    status = 422
    name = "too_little_history"

    def __init__(self, message: str, *, examples: int) -> None:
        super().__init__(message)
        self.examples = examples


class NoProfiles(Refusal):
    """The account has no profiles of followers yet: they are computed each night, or on request."""

    status = 409
    name = "no_profiles"


class NothingToCompare(Refusal):
    """The rule of a segment names all features by which others could be like it."""

    status = 422
    name = "nothing_to_compare"


class TooFewSeeds(Refusal):
    """A segment too small to look for others like it."""

    status = 422
    name = "too_few_seeds"
