"""How fast a writer writes, learnt from what it wrote."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

NEWEST = 0.2  # the weight of one answer against all before it
FORGET = 30.0  # seconds without an answer: who was too slow to be asked gets another chance
MARGIN = 0.8  # of the time that is planned for: answers vary more than their mean
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Rate:
    """Seconds before the first token, seconds of reading a token, tokens written a second."""

    wait: float
    reading: float
    speed: float

    def after(self, prompt_tokens: int, first: float, tokens: int, seconds: float) -> "Rate":
        """With one more answer: its first token came after `first` seconds, the last of `tokens`
        `seconds` after that.
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
        """Nothing came for so many seconds."""
        return Rate(max(self.wait, _moving_average(self.wait, waited)), self.reading, self.speed)

    def tokens(self, seconds: float, prompt_tokens: int) -> int:
        """What can be written within so many seconds, with a margin; 0 or more."""
        remaining = seconds * MARGIN - self.wait - self.reading * prompt_tokens
        return max(0, int(remaining * self.speed))

    def hopeful(self, start: "Rate") -> "Rate":
        """At least as good as it was thought to be at the start."""
        return Rate(
            min(self.wait, start.wait),
            min(self.reading, start.reading),
            max(self.speed, start.speed),
        )


@dataclass(slots=True)
class RateGauge:
    """The rate as it was measured last; what is too old to be believed is taken hopefully."""

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
        """Measured now."""
        self._last_rate, self._at = rate, self.clock()


def estimate_tokens(text: str) -> int:
    """Tokens, a little over: a Chinese character is .6 to 1, other text a token in 3 bytes."""
    han = len(_HAN.findall(text))
    return han + -(-len(_HAN.sub("", text).encode(errors="replace")) // 3)


def _moving_average(old: float, new: float) -> float:
    return old + NEWEST * (new - old)
