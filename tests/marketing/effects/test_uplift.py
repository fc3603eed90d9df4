"""Uplift by segment: told apart only where the lifts differ."""

import pytest

from app.marketing.effects.answer_sentences import write_uplift
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
    assert write_uplift(uplift) == (
        "与对照相比，“新粉”高 60%（95% 区间 +37% 至 +86%），结果可信。"
        "p 值已按 2 个人群校正（Benjamini-Hochberg）。"
        "各人群的提升确实不同（p < 0.001），可以分别对待。"
    )


def test_equal_lifts_do_not_differ() -> None:
    uplift = estimate_uplift([make_segment("新粉", 250, 400), make_segment("老粉", 200, 320)])

    assert all(each.significant for each in uplift.segments)
    assert not uplift.segments_differ


@pytest.mark.parametrize("counts", [[make_segment("新粉", 0, 3)], [make_segment("新粉", 5, 3)]])
def test_one_usable_segment_has_nothing_to_differ_from(counts: list[SegmentCounts]) -> None:
    uplift = estimate_uplift(counts)

    assert uplift.difference_p_value is None
    assert uplift.difference_reason.endswith("至少要 2 个才能比较")
    assert uplift.p_value_adjustment == ""


def test_no_segment_is_refused() -> None:
    with pytest.raises(UnusableContents, match="没有人群的数据"):
        estimate_uplift([])


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (make_segment("新粉", 0, 300), "对照没有转化，算不出相对提升"),
        (make_segment("新粉", 0, 0, 0), "有一组没有曝光，无法比较"),
    ],
)
def test_a_lift_that_is_not_known_has_a_reason(counts: SegmentCounts, reason: str) -> None:
    [segment] = estimate_uplift([counts]).segments

    assert (segment.lift, segment.reason) == (None, reason)


@pytest.mark.parametrize("again", ["新粉", " 新粉 "])
def test_a_segment_twice_is_refused_by_name(again: str) -> None:
    counts = [make_segment("新粉", 250, 400), make_segment(again, 200, 320)]

    with pytest.raises(UnusableContents, match="人群“新粉”列了 2 次"):
        estimate_uplift(counts)
