"""A writer's measured speed, from which the length of its next answer is planned."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

NEWEST = 0.2  # weight of the newest answer in the moving average
FORGET = 30.0  # seconds after which a slow measurement is doubted, so that the writer is retried
MARGIN = 0.8  # share of the time that is planned for, since answers vary around their mean
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Rate:
    """`wait`: seconds before the first token, without reading; `reading`: seconds per prompt
    token (0: included in `wait`); `speed`: tokens written per second.
    """

    wait: float
    reading: float
    speed: float

    def after(self, prompt_tokens: int, first: float, tokens: int, seconds: float) -> "Rate":
        """The rate updated by an answer whose first token came after `first` seconds and whose
        last of `tokens` came `seconds` later.
        """
        reading = self.reading
        if reading and prompt_tokens:
            reading = _moving_average(reading, max(0.0, first - self.wait) / prompt_tokens)
        wait = self.wait if self.reading else _moving_average(self.wait, first)
        speed = (
            _moving_average(self.speed, (tokens - 1) / seconds)
            if tokens > 1 and seconds
            else self.speed
        )
        return Rate(wait, reading, speed)

    def slower(self, waited: float) -> "Rate":
        """The rate updated by a request that got nothing for `waited` seconds."""
        return Rate(max(self.wait, _moving_average(self.wait, waited)), self.reading, self.speed)

    def tokens(self, seconds: float, prompt_tokens: int) -> int:
        """Tokens that can be written within `seconds`, with MARGIN; 0 or more."""
        remaining = seconds * MARGIN - self.wait - self.reading * prompt_tokens
        return max(0, int(remaining * self.speed))

    def hopeful(self, start: "Rate") -> "Rate":
        """The better of this rate and `start` in each part."""
        return Rate(
            min(self.wait, start.wait),
            min(self.reading, start.reading),
            max(self.speed, start.speed),
        )


@dataclass(slots=True)
class RateGauge:
    """The last measured rate; after FORGET seconds it is no worse than `start`."""

    start: Rate
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    _last_rate: Rate | None = None
    _at: float = 0.0

    @property
    def rate(self) -> Rate:
        if self._last_rate is None:
            return self.start
        old = self.clock() - self._at > FORGET
        return self._last_rate.hopeful(self.start) if old else self._last_rate

    def show(self, rate: Rate) -> None:
        """Store a rate measured now."""
        self._last_rate, self._at = rate, self.clock()


def estimate_tokens(text: str) -> int:
    """Estimate tokens, a little high: 1 per Chinese character (really .6 to 1), 1 per 3 other
    bytes.
    """
    han = len(_HAN.findall(text))
    return han + -(-len(_HAN.sub("", text).encode(errors="replace")) // 3)


def _moving_average(old: float, new: float) -> float:
    return old + NEWEST * (new - old)
