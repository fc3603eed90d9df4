"""What goes wrong at the API, drawn anew for each call; the same seed draws the same."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["bad_gateway", "hangs", "cut", "deaf"]


@dataclass(frozen=True, kw_only=True)
class Odds:
    """How likely each fault is, of 1 in all; what is left goes well."""

    errcodes: Mapping[int, float] = field(default_factory=dict)  # HTTP 200, as WeChat has it
    bad_gateway: float = 0.0  # HTTP 502 and a page; nothing done
    hangs: float = 0.0  # no answer for half a minute; nothing done
    cut: float = 0.0  # the answer ends in its middle; nothing done
    deaf: float = 0.0  # done, and the answer ends in its middle: the caller can't know
    seconds: tuple[float, float] = (0.0, 0.0)  # before each answer, any between them

    def __post_init__(self) -> None:
        if not 0 <= self._sum <= 1:
            raise ValueError(f"the odds add up to {self._sum}")

    @property
    def _sum(self) -> float:
        return sum(self.errcodes.values()) + self.bad_gateway + self.hangs + self.cut + self.deaf


@dataclass
class Faults:
    """Draws by `odds`, which may be changed while it is asked."""

    odds: Odds = field(default_factory=Odds)
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - chance that repeats

    def seconds(self) -> float:
        return self._random.uniform(*self.odds.seconds)

    def draw(self) -> Fault | int:
        """An errcode, 0 for none, or something worse."""
        odds = self.odds
        names: list[Fault | int] = [*odds.errcodes, "bad_gateway", "hangs", "cut", "deaf", 0]
        likely = [*odds.errcodes.values(), odds.bad_gateway, odds.hangs, odds.cut, odds.deaf]
        return self._random.choices(names, [*likely, max(1 - sum(likely), 0.0)])[0]
