"""What a job that writes an effect report is asked for."""

from dataclasses import dataclass
from typing import Literal

KIND = "effects"
Source = Literal["events", "platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectOrder:
    """Contents published from `first` to `last` (ISO dates of China), and their metrics."""

    source: Source
    first: str
    last: str
    metrics: list[str]
