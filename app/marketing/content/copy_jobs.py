"""What a job that writes copy is asked for."""

from dataclasses import dataclass

KIND = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """What a job is asked for: `count` variants of a version of a brief."""

    brief: str
    brief_version: int
    count: int
