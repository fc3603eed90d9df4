"""The figures of click prediction on a few headlines."""

import json
from pathlib import Path

import pytest

from tests.bench.marketing.clicks import describe, measure
from tests.bench.marketing.figures import Figure


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_held_out_headlines_are_measured(tmp_path: Path) -> None:
    (tmp_path / "upworthy").mkdir()
    rows = [
        {"test_id": f"t{test}", "headline": f"{word} {test}", "impressions": 3000, "clicks": clicks}
        for test in range(30)
        for word, clicks in (("You Won't Believe This", 90), ("A Report On Taxes", 30 + test))
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "upworthy" / "train.jsonl").write_text(text, "utf-8")

    figures = measure(tmp_path)

    assert [figure.what.split(",")[0] for figure in figures] == ["Upworthy"] * 4
    assert "ridge" in figures[0].baseline


def test_a_figure_says_whether_its_target_is_reached() -> None:
    measured = {
        "pairs_significant": 700, "pairwise_accuracy_significant": 0.76, "pair_ece": 0.031,
        "pair_log_loss_gain": 0.08, "click_log_loss_gain": 0.005, "click_log_loss_gain_bound": 0.03,
    }  # fmt: skip

    figures = describe(measured, {"ridge_pairwise_accuracy_significant": 0.65})

    assert figures[0] == Figure(
        what="Upworthy, accuracy on 700 significant pairs", baseline="ridge 65.0%",
        measured="76.0%", target="≥ 75%", is_reached=True,
    )  # fmt: skip
    assert [figure.is_reached for figure in figures] == [True, False, True, None]


def test_a_missing_set_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"train\.jsonl"):
        measure(tmp_path)
