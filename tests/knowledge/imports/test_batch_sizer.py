"""How much of an import is embedded at once."""

import pytest

from app.knowledge.imports.batch_sizer import FEWEST_BYTES, MOST_BYTES, BatchSizer


@pytest.mark.parametrize(
    ("room", "sizes", "many"),
    [(800, [100] * 40, 8), (800, [900, 100], 1), (800, [100, 900], 1), (800, [], 0),
     (12_000, [100] * 40, 40)],
)  # fmt: skip
def test_a_batch_fits_its_room_and_is_never_empty(room: int, sizes: list[int], many: int) -> None:
    texts = [(str(n), ("a" * size,)) for n, size in enumerate(sizes)]

    assert len(BatchSizer(room).take_batch(texts)) == many


@pytest.mark.parametrize(
    ("seconds", "room"), [(0.15, 800), (0.3, 400), (9.0, 400), (0.1, 1200), (0.0, 1600)]
)
def test_a_slow_batch_is_followed_by_a_smaller_one(seconds: float, room: int) -> None:
    pace = BatchSizer()
    pace.adjust(seconds)

    assert pace.room == pytest.approx(room)


def test_batches_stay_within_bounds() -> None:
    slow, quick = BatchSizer(), BatchSizer()
    for _ in range(20):
        slow.adjust(60)
        quick.adjust(0.001)

    assert (slow.room, quick.room) == (FEWEST_BYTES, MOST_BYTES)
