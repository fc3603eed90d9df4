"""Clocks to hand in where hours pass without waiting, and the days of the platform's calendar."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # the platform's budgets begin anew at midnight there


def china_day(now: float) -> str:
    """The day in China at `now` (seconds since 1970), as 2026-12-01."""
    return datetime.fromtimestamp(now, UTC).astimezone(CHINA).date().isoformat()


def china_month(now: float) -> str:
    """The month in China at `now` (seconds since 1970), as 2026-12."""
    return china_day(now)[:7]


def seconds_until(now: float, clock_time: str) -> float:
    """Seconds from `now` to the next time of the day in China, as 08:30; a whole day at most."""
    there = datetime.fromtimestamp(now, UTC).astimezone(CHINA)
    hour, minute = map(int, clock_time.split(":"))
    at = there.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at > there else at + timedelta(days=1)).timestamp() - now


@dataclass
class Clock:
    """Stands still until it is turned; seconds since 1970."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.now += seconds


@dataclass
class Running:
    """Real time, `behind` seconds ago, and what was skipped since."""

    behind: float = 0.0
    _skips: list[tuple[float, float]] = field(default_factory=list)  # when it shows what, ahead by

    @property
    def skipped(self) -> float:
        """Seconds ahead of real time; below 0 while it is behind."""
        return self._skips[-1][1] if self._skips else -self.behind

    def __call__(self) -> float:
        return time.time() + self.skipped

    def skip(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        ahead = self.skipped + seconds
        self._skips.append((time.time() + ahead, ahead))

    def real(self, clock_time: float) -> float:
        """When it showed this, in real time."""
        return clock_time - max(
            (ahead for since, ahead in self._skips if since <= clock_time),
            default=-self.behind,
        )
