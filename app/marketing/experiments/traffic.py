"""The account's own traffic, which an experiment is planned in."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Traffic:
    """The control's expected rate, and followers a day who weren't exposed before."""

    base_rate: float
    daily_exposures: float
    source: Literal["events", "request"]
