"""Uplift by segment: told apart only where the lifts differ."""

import pytest

from app.marketing.effects.uplift import SegmentCounts, estimate_uplift
from app.marketing.effects.values import UnusableContents
from app.marketing.experiments.stats.values import VariantCounts


def make_segment(name: str, control: int, treatment: int, exposures: int = 5_000) -> SegmentCounts:
    return SegmentCounts(
        name,
        VariantCounts("A", exposures, control),
        VariantCounts("B", exposures, treatment),
    )


def test_a_segment_in_which_the_variant_works_differs() -> None:
    uplift = estimate_uplift([make_segment("新粉", 250, 400), make_segment("老粉", 250, 250)])

    assert [(each.segment, each.significant) for each in uplift.segments] == [
        ("新粉", True), ("老粉", False),
    ]  # fmt: skip
    assert uplift.segments[0].lift == pytest.approx(0.6)
    assert uplift.segments_differ


def test_equal_lifts_do_not_differ() -> None:
    uplift = estimate_uplift([make_segment("新粉", 250, 400), make_segment("老粉", 200, 320)])

    assert all(each.significant for each in uplift.segments)
    assert not uplift.segments_differ


@pytest.mark.parametrize("counts", [[make_segment("新粉", 0, 3)], [make_segment("新粉", 5, 3)]])
def test_one_usable_segment_has_nothing_to_differ_from(counts: list[SegmentCounts]) -> None:
    assert estimate_uplift(counts).difference_p_value is None


def test_no_segment_is_refused() -> None:
    with pytest.raises(UnusableContents, match="没有人群的数据"):
        estimate_uplift([])
