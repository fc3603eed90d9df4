"""Who may still be written to: the windows that a follower's doings open, and their counts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Interaction = Literal["message", "click", "subscribe", "scan"]

TYPING_AFTER_SECONDS = 30  # of the follower's last doing
TYPING_SHOWS_SECONDS = 15


@dataclass(frozen=True)
class Allowance:
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
    left: int
    closes_at: float


@dataclass
class Follower:
    windows: dict[Interaction, Window] = field(default_factory=dict)
    last_seen: float = -math.inf
    typing_until: float = 0.0

    def interact(self, interaction: Interaction, now: float) -> None:
        allowance = ALLOWANCES[interaction]
        self.last_seen = now
        self.windows[interaction] = Window(allowance.count, now + allowance.seconds)

    def leave(self) -> None:
        self.windows.clear()
        self.last_seen = -math.inf

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
