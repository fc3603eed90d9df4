"""A report that an older version stored is read as today's are written."""

import pytest

from app.marketing.effects.stored_reports import read_report
from app.marketing.effects.values import BEYOND_RATIO


def make_effect(title: str, ratio: float) -> dict[str, object]:
    return {
        "feature": "f", "title": title, "ratio": ratio, "interval": [ratio / 2, ratio * 2],
        "p_value": 0.001, "significant": True,
    }  # fmt: skip


@pytest.mark.parametrize("ratio", [19_036_543.25, 0.01])
def test_a_ratio_that_is_no_estimate_is_left_out(ratio: float) -> None:
    plausible, absurd = make_effect("标题长度", 1.2), make_effect("标题是问句", ratio)
    metric = {"metric": "clicks", "effects": [plausible, absurd], "left_out": {"字数": "都相同"}}
    report = {"paragraph": "p", "metrics": [metric]}

    assert read_report(report) == {
        "paragraph": "p",
        "metrics": [
            {
                "metric": "clicks",
                "effects": [plausible],
                "left_out": {"字数": "都相同", "标题是问句": BEYOND_RATIO},
            }
        ],
    }


def test_a_report_that_isn_t_written_stays_empty() -> None:
    assert read_report({}) == {}
