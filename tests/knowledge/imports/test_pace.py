"""How much of an import is embedded at once."""

import pytest

from app.knowledge.imports.service import FEWEST_BYTES, MOST_BYTES, Pace


@pytest.mark.parametrize(
    ("room", "sizes", "many"),
    [(800, [100] * 40, 8), (800, [900, 100], 1), (800, [100, 900], 1), (800, [], 0),
     (12_000, [100] * 40, 40)],
)  # fmt: skip
def test_a_batch_fits_its_room_and_is_never_empty(room: int, sizes: list[int], many: int) -> None:
    texts = [(str(n), ("a" * size,)) for n, size in enumerate(sizes)]

    assert len(Pace(room).batch(texts)) == many


@pytest.mark.parametrize(
    ("seconds", "room"), [(0.15, 800), (0.3, 400), (9.0, 400), (0.1, 1200), (0.0, 1600)]
)
def test_a_slow_batch_is_followed_by_a_smaller_one(seconds: float, room: int) -> None:
    pace = Pace()
    pace.took(seconds)

    assert pace.room == pytest.approx(room)


def test_batches_stay_within_bounds() -> None:
    slow, quick = Pace(), Pace()
    for _ in range(20):
        slow.took(60)
        quick.took(0.001)

    assert (slow.room, quick.room) == (FEWEST_BYTES, MOST_BYTES)
