"""An account's followers and tags, and who may still be written to.

A follower's doings open windows for customer-service messages, each with a count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Interaction = Literal["message", "click", "subscribe", "scan"]
SEARCHED, SCANNED = 1, 30  # user_source of the statistics: by a search, by a QR code

TYPING_AFTER_SECONDS = 30  # of the follower's last doing
TYPING_SHOWS_SECONDS = 15


@dataclass(frozen=True)
class Allowance:
    """At most `count` messages within `seconds` of an interaction."""

    count: int
    seconds: float


ALLOWANCES: Mapping[Interaction, Allowance] = {
    "message": Allowance(5, 48 * 3600),
    "click": Allowance(3, 60),
    "subscribe": Allowance(3, 60),
    "scan": Allowance(3, 60),
}


@dataclass
class Window:
    """What is left of an allowance, and when it ends (seconds since 1970)."""

    left: int
    closes_at: float


@dataclass(kw_only=True)
class Follower:
    """A follower's windows, and what the account stores of them."""

    windows: dict[Interaction, Window] = field(default_factory=dict)
    last_seen: float = 0.0
    typing_until: float = 0.0
    subscribed: bool = True
    subscribed_at: float = 0.0
    source: int = SEARCHED  # how they came, as the statistics number it
    tag_ids: list[int] = field(default_factory=list)
    remark: str = ""
    blacklisted: bool = False
    mass_month: str = ""  # the month that mass_messages counts
    mass_messages: int = 0

    @property
    def has_followed(self) -> bool:
        """Whether they follow, and were seen to begin."""
        return self.subscribed and self.subscribed_at > 0

    def interact(self, interaction: Interaction, now: float) -> None:
        """Open the window of an interaction."""
        if interaction == "subscribe" or not self.subscribed_at:
            self.subscribed_at = now
        self.subscribed = True
        allowance = ALLOWANCES[interaction]
        self.last_seen = now
        self.windows[interaction] = Window(allowance.count, now + allowance.seconds)

    def leave(self) -> None:
        """Unsubscribe."""
        self.subscribed = False
        self.windows.clear()
        self.last_seen = 0.0

    def spend(self, now: float) -> int:
        """Take one message out of every open window: they don't add up, the larger applies.

        Returns 0, 45015 if no window is open, or 45047 if what is open is used up.
        """
        still_open = [window for window in self.windows.values() if now < window.closes_at]
        if not still_open:
            return 45015
        if all(window.left <= 0 for window in still_open):
            return 45047
        for window in still_open:
            window.left -= 1
        self.typing_until = now
        return 0

    def type(self, command: str, now: float) -> int:
        """Show or hide 对方正在输入. Returns 0, or why not."""
        if command == "CancelTyping":
            self.typing_until = now
            return 0
        if command != "Typing":
            return 45072
        if now - self.last_seen > TYPING_AFTER_SECONDS:
            return 45080
        if now < self.typing_until:
            return 45081
        self.typing_until = now + TYPING_SHOWS_SECONDS
        return 0


@dataclass(frozen=True)
class FollowerMove:
    """Somebody began to follow, or left: when (seconds since 1970), and how they had come."""

    at: float
    follows: bool
    source: int


@dataclass
class FollowerBook:
    """The followers of one account by openid, unsubscribed ones too, and its tags by id."""

    followers: dict[str, Follower] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)  # names
    moves: list[FollowerMove] = field(default_factory=list)

    def note_move(self, follower: Follower, at: float, *, follows: bool) -> None:
        """Count a follower who comes or leaves; who does neither isn't counted."""
        if follows != follower.has_followed:
            self.moves.append(FollowerMove(at, follows, follower.source))

    def find_subscribed(self, tag_id: int | None = None) -> dict[str, Follower]:
        """Who follows and isn't blacklisted; with a tag, only those who have it."""
        return {
            openid: follower
            for openid, follower in self.followers.items()
            if follower.subscribed
            and not follower.blacklisted
            and (tag_id is None or tag_id in follower.tag_ids)
        }
