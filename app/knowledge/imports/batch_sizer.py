"""Chooses how much text of an import is embedded in one call of the model."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.messages import lengths

FEWEST_BYTES, MOST_BYTES = 240, 12_000  # of a batch's texts: about 60 to 3,000 tokens
BATCH_SECONDS = 0.15  # target for a batch: a follower's turn may wait so much longer

SearchedTexts = tuple[str, tuple[str, ...]]  # an entry's or a chunk's id, and its texts


@dataclass(slots=True)
class BatchSizer:
    """Chooses how many bytes of text a batch has, so that it takes about `BATCH_SECONDS`."""

    room: float = 800

    def take_batch(self, searched: Sequence[SearchedTexts]) -> Sequence[SearchedTexts]:
        """The first items that fit into `room` bytes, at least one."""
        filled = 0
        for number, (_, texts) in enumerate(searched):
            filled += sum(map(lengths.size, texts))
            if filled > self.room:
                return searched[: max(1, number)]
        return searched

    def adjust(self, seconds: float) -> None:
        """Scale the room by the target over the last batch's seconds, by 0.5 to 2."""
        change = min(2.0, max(0.5, BATCH_SECONDS / max(seconds, 1e-6)))
        self.room = min(MOST_BYTES, max(FEWEST_BYTES, self.room * change))
