"""What becomes of an outbox message that the platform refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from logging import ERROR, WARNING
from typing import Literal

from app.kit.clock import next_china_midnight
from app.wechat.client.error_codes import CodeReaction
from app.wechat.client.errors import ApiError

TRIES = 10  # sends of our own; after that the message waits for the follower's next message
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0  # seconds

ReactionKind = Literal["later", "in a minute", "tomorrow", "ride", "used up", "closed", "give up"]

# The level of the log entry is ERROR where an operator has to act.
_BY_CODE: Mapping[int, tuple[ReactionKind, int]] = {
    45015: ("closed", WARNING),
    45047: ("used up", WARNING),
}
_BY_REACTION: Mapping[CodeReaction, tuple[ReactionKind, int]] = {
    "give up": ("give up", WARNING),
    "alarm": ("ride", ERROR),
    "capability off": ("ride", ERROR),
    "tomorrow": ("tomorrow", ERROR),
    "next minute": ("in a minute", WARNING),
    "renew token": ("later", ERROR),  # a fresh token was refused too
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
    what, level = _look_up(error)
    if what == "later" and tries >= TRIES:
        return Reaction("ride", level)
    dues: Mapping[ReactionKind, float] = {
        "later": now + min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE),
        "in a minute": now + 60.0,
        "tomorrow": next_china_midnight(now),
    }
    return Reaction(what, level, dues.get(what))


def _look_up(error: ApiError) -> tuple[ReactionKind, int]:
    later: tuple[ReactionKind, int] = ("later", WARNING)
    if error.code is not None and error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return _BY_REACTION.get(error.meaning.reaction, later) if error.meaning else later
