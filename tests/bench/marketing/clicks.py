"""How well the shipped click models order headlines of Upworthy's tests that they never saw.

The figures are of the model that predicts English texts: the larger one where its second base is
fetched (`python -m models fetch all-mpnet-base-v2`), else the small one. The tests held out are
those of the recipe: they chose nothing in the training.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from models.encoder.bundle import ENGLISH_CLICKS, MODELS
from models.encoder.click_model import ClickModel
from models.hub.errors import Undescribed
from models.recipes.benchmarks import RECIPES
from models.training.clicks import figures
from models.training.clicks.rows import ClickRow, read_click_rows
from models.training.clicks.split import split_rows
from tests.bench.marketing.figures import Figure

FILE = Path("upworthy") / "train.jsonl"
ACCURACY, CALIBRATION_ERROR, GAIN = 0.75, 0.03, 0.05
SIGNIFICANT = "pairwise_accuracy_significant"


def measure(data: Path) -> list[Figure]:
    """The figures of the held-out tests, beside baselines learnt from the others."""
    (data / FILE).stat()  # OSError for a missing set
    rows = read_click_rows([data / FILE])
    learn, test = split_rows(rows, RECIPES["ctr"].options.validate)
    test_rows = [rows[i] for i in test]
    small = _measure_model(ClickModel.load(MODELS / "ctr"), test_rows)
    baselines = figures.compare_with_baselines([rows[i] for i in learn], test_rows)
    try:
        english = ClickModel.load(ENGLISH_CLICKS)
    except Undescribed:
        return describe(small, baselines)
    baselines["small model"] = small[SIGNIFICANT]
    return describe(_measure_model(english, test_rows), baselines)


def _measure_model(model: ClickModel, rows: Sequence[ClickRow]) -> dict[str, float]:
    scores = model.scores([row.text for row in rows])
    return figures.measure(rows, scores, model.scale)


def describe(measured: Mapping[str, float], baselines: Mapping[str, float]) -> list[Figure]:
    """The figures as the table shows them."""
    accuracy, error = measured[SIGNIFICANT], measured["pair_ece"]
    gain = measured["pair_log_loss_gain"]
    others = ", ".join(
        f"{name.removesuffix(f'_{SIGNIFICANT}')} {value:.1%}" for name, value in baselines.items()
    )
    return [
        Figure(
            what=f"Upworthy, accuracy on {measured['pairs_significant']:.0f} significant pairs",
            baseline=others,
            measured=f"{accuracy:.1%}",
            target=f"≥ {ACCURACY:.0%}",
            is_reached=accuracy >= ACCURACY,
        ),
        Figure(
            what="Upworthy, calibration error of all pairs",
            measured=f"{error:.3f}",
            target=f"≤ {CALIBRATION_ERROR}",
            is_reached=error <= CALIBRATION_ERROR,
        ),
        Figure(
            what="Upworthy, log-loss of which headline has the higher rate, pairs by their clicks",
            baseline="plain mean: log 2",
            measured=f"{gain:.1%} better",
            target=f"≥ {GAIN:.0%}",
            is_reached=gain >= GAIN,
        ),
        Figure(
            what="Upworthy, log-loss of which headline a click fell on",
            baseline="plain mean",
            measured=f"{measured['click_log_loss_gain']:.2%} better "
            f"(observed rates: {measured['click_log_loss_gain_bound']:.2%})",
        ),
    ]
