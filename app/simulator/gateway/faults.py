"""What goes wrong at the API: planned for the next calls of an interface, or drawn by chance."""

import random
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["bad_gateway", "not_json", "hangs", "cut", "drops", "deaf"]

KINDS: Mapping[FaultKind, str] = {
    "bad_gateway": "HTTP 502 and a page; nothing is done",
    "not_json": "HTTP 200 and a page instead of JSON; nothing is done",
    "hangs": "no answer for half a minute; nothing is done",
    "cut": "the answer ends in its middle; nothing is done",
    "drops": "the connection breaks within the answer; nothing is done",
    "deaf": "the call is done, and the answer ends in its middle: the caller can't know",
}


@dataclass(frozen=True)
class PlannedFault:
    """What becomes of one call: an errcode (0: all is well) or something worse, and after what
    time. An errcode that comes late is how a stale token's 40001 meets its successor.
    """

    kind: FaultKind | int = 0
    seconds: float = 0.0  # before the answer


@dataclass(frozen=True, kw_only=True)
class Odds:
    """How likely each fault is, of 1 in all; what is left goes well. Kinds as in `KINDS`."""

    errcodes: Mapping[int, float] = field(default_factory=dict)  # HTTP 200, as WeChat has it
    bad_gateway: float = 0.0
    hangs: float = 0.0
    cut: float = 0.0
    deaf: float = 0.0
    seconds: tuple[float, float] = (0.0, 0.0)  # before each answer, any between them

    def __post_init__(self) -> None:
        if not 0 <= self._sum <= 1:
            raise ValueError(f"the odds add up to {self._sum}")

    @property
    def _sum(self) -> float:
        return sum(self.errcodes.values()) + self.bad_gateway + self.hangs + self.cut + self.deaf


@dataclass
class Faults:
    """Draws by `odds`, which may be changed while it is asked; what is planned goes first."""

    odds: Odds = field(default_factory=Odds)
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - chance that repeats
        self._plans: dict[str, deque[PlannedFault]] = defaultdict(deque)

    def plan(self, path: str, fault: PlannedFault, times: int = 1) -> None:
        """Let the next calls of an interface meet a fault, after those planned before."""
        self._plans[path].extend([fault] * times)

    def take_planned(self, path: str) -> PlannedFault | None:
        """What is planned for this call of an interface."""
        plans = self._plans[path]
        return plans.popleft() if plans else None

    def seconds(self) -> float:
        """Seconds before the answer, by chance."""
        return self._random.uniform(*self.odds.seconds)

    def draw(self) -> FaultKind | int:
        """An errcode, 0 for none, or something worse."""
        odds = self.odds
        names: list[FaultKind | int] = [*odds.errcodes, "bad_gateway", "hangs", "cut", "deaf", 0]
        likely = [*odds.errcodes.values(), odds.bad_gateway, odds.hangs, odds.cut, odds.deaf]
        return self._random.choices(names, [*likely, max(1 - sum(likely), 0.0)])[0]
