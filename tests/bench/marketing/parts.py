"""The parts of the measurement, a module each."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from tests.bench.marketing.figures import Figure

# Name of the part, and its module in this folder. A module is imported when its part is measured.
PARTS: Mapping[str, str] = {
    "law": "law",
    "clicks": "clicks",
    "events": "event_volume",
    "movielens": "recommendation.movielens",
    "recommendation-latency": "recommendation.latency",
    "recommendation-clicks": "recommendation.clicks",
    "closeness": "recommendation.closeness",
    "group-sequential": "group_sequential",
    "always-valid": "always_valid",
    "upworthy": "upworthy.measuring",
    "bandits": "bandit_accounts",
    "json": "copy_json",
    "claims": "copy_claims",
    "variety": "copy_variety",
    "audience": "audience",
    "languages": "copy_languages",
    "digests": "digests",
}


class Part(Protocol):
    """A module that measures."""

    def measure(self, data: Path) -> list[Figure]:
        """Figures measured on the sets in the folder `data`. Raises OSError for a missing set."""
        ...


def load_part(name: str) -> Part:
    """The module of a part."""
    return cast(Part, import_module(f"tests.bench.marketing.{PARTS[name]}"))
