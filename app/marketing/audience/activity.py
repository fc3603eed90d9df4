"""What followers of an account did, as columns: a million events fit in some tens of megabytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.events.values import EventKind

KINDS: tuple[EventKind, ...] = tuple(EventKind)
# What a follower does; an exposure is done to them, and leaving ends it.
ACTIONS = tuple(kind for kind in KINDS if kind not in {EventKind.EXPOSURE, EventKind.UNFOLLOW})
# A follow isn't an interaction: each follower has one, also those who never do anything.
INTERACTIONS = tuple(kind for kind in ACTIONS if kind is not EventKind.FOLLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Events in the order of their times, a row in each array.

    follower, item, intent: places in the lists of names, -1 for none. kind: a place in KINDS.
    """

    followers: Sequence[str]  # pseudonyms
    items: Sequence[str]
    intents: Sequence[str]
    follower: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]
    time: npt.NDArray[np.float64]  # seconds since 1970
    value: npt.NDArray[np.float64]  # NaN for none
    item: npt.NDArray[np.int64]
    mood: npt.NDArray[np.float64]  # of a message, -1 to 1; NaN for none
    intent: npt.NDArray[np.int64]

    def select_rows(self, rows: npt.NDArray[np.bool_]) -> "Activity":
        """The events at which `rows` is true; the lists of names stay."""
        return Activity(
            followers=self.followers, items=self.items, intents=self.intents,
            follower=self.follower[rows], kind=self.kind[rows], time=self.time[rows],
            value=self.value[rows], item=self.item[rows], mood=self.mood[rows],
            intent=self.intent[rows],
        )  # fmt: skip

    def is_kind(self, *kinds: EventKind) -> npt.NDArray[np.bool_]:
        """Which events are of one of the kinds."""
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])
