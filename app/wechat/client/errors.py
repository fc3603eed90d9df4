"""Maps the platform's error codes for customer-service messages to what is done about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from logging import ERROR, WARNING
from typing import Literal

from app.kit.clock import CHINA
from app.wechat.client.customer_service import ApiError

TRIES = 10  # sends of our own; after that the message waits for the follower's next message
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0  # seconds

ReactionKind = Literal["later", "in a minute", "tomorrow", "ride", "used up", "closed", "give up"]

# By errcode: the reaction and the level of the log entry. ERROR: an operator has to act.
BY_CODE: Mapping[int | None, tuple[ReactionKind, int]] = {
    40003: ("give up", WARNING),  # no such follower
    43004: ("give up", WARNING),  # not following
    43019: ("give up", WARNING),  # blacklisted
    45047: ("used up", WARNING),
    45015: ("closed", WARNING),
    40164: ("ride", ERROR),  # our address is not on the account's list; it stands in the message
    61004: ("ride", ERROR),
    40243: ("ride", ERROR),  # the secret is frozen
    48001: ("ride", ERROR),  # no right to send
    48004: ("ride", ERROR),  # banned
    50002: ("ride", ERROR),  # limited
    45009: ("tomorrow", ERROR),
    45011: ("in a minute", WARNING),
    40001: ("later", ERROR),  # a fresh token was refused too
    40014: ("later", ERROR),
    42001: ("later", ERROR),
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """`due` is when to try again, seconds since 1970; None: on the follower's next message."""

    what: ReactionKind
    level: int
    due: float | None = None


def choose_reaction(error: ApiError, tries: int, now: float) -> Reaction:
    """The reaction to a refusal. `tries`: earlier refusals of this message; `now`: s since 1970."""
    if error.code is None and not error.unheard:
        return Reaction("ride", WARNING)  # it may have arrived: don't send it again by ourselves
    what, level = BY_CODE.get(error.code, ("later", WARNING))
    if what == "later" and tries >= TRIES:
        return Reaction("ride", level)
    dues: Mapping[ReactionKind, float] = {
        "later": now + min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE),
        "in a minute": now + 60.0,
        "tomorrow": _next_midnight(now),
    }
    return Reaction(what, level, dues.get(what))


def _next_midnight(now: float) -> float:
    """When the daily quotas begin anew, in seconds since 1970: midnight in China."""
    tomorrow = datetime.fromtimestamp(now, UTC).astimezone(CHINA).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), CHINA).timestamp()
