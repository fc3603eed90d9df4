"""The measurement of events, on a few."""

import pytest

from tests.bench.marketing.event_volume import measure_volume


@pytest.mark.slow
async def test_figures_are_the_same_before_and_after_sealing() -> None:
    times = await measure_volume(20_000)

    assert (times.is_equal, len(times.batches), times.followers) == (True, 2, 1_000)
