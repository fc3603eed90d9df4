"""Plots of figures. Each function takes values, writes a PNG into a folder and returns its path."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binomtest

from models.evaluation import fonts
from models.metrics import calibration, ranking, scope
from models.metrics import guesses as columns
from models.metrics.bootstrap import Array
from models.metrics.clicks import ShownHeadline
from models.metrics.errors import Unmeasurable
from models.metrics.guesses import Prediction, with_class

DPI = 150
SIDE = (6.0, 6.0)  # inches
BLUE, ORANGE, GREY = "#3b6fb6", "#d9822b", "#8a8f98"  # distinguishable by the colour-blind
CLASSES = 30  # in a confusion matrix; more would be unreadable
LONGEST = 24  # characters of a class's name
POINTS = 10  # groups of headlines in the click-rate curve


def draw_classification(
    predictions: Sequence[Prediction], folder: Path, titles: Mapping[str, str] | None = None
) -> list[Path]:
    """Draw all plots of a classification; the ROC only with texts in and out of scope."""
    inside = with_class(predictions)
    confidence, right = columns.confidences_of(inside), columns.is_right(inside)
    pictures = [
        draw_confusion(predictions, folder, titles),
        draw_reliability(confidence, right, folder),
        draw_confidences(confidence, right, folder),
    ]
    if ranking.has_both_kinds(columns.is_out_of_scope(predictions)):
        pictures.append(draw_out_of_scope(predictions, folder))
    return pictures


def draw_confusion(
    predictions: Sequence[Prediction],
    folder: Path,
    titles: Mapping[str, str] | None = None,
    most: int = CLASSES,
) -> Path:
    """confusion.png: for each class, per cent of its texts by predicted class.

    Shows the `most` classes with most mistakes, as label or as answer; other answers share the
    last column. `titles` (label -> title) are written if a font of this machine has the
    characters; else the labels or, in need, numbers, and confusion.txt says which is which.
    """
    inside = with_class(predictions)
    classes = _most_mistaken(inside, most)
    place = {name: column for column, name in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes) + 1))
    for guess in inside:
        if guess.truth in place:
            counts[place[guess.truth], place.get(guess.answer, -1)] += 1
    folder.mkdir(parents=True, exist_ok=True)
    names, family = _choose_axis_names(classes, titles or {}, folder / "confusion.txt")
    percent = 100 * counts / counts.sum(1, keepdims=True)
    return _save_figure(_heat_map(percent, names, family), folder / "confusion.png")


def draw_reliability(confidence: Array, right: Array, folder: Path) -> Path:
    """reliability.png: accuracy by confidence, and texts a bin, of confidences (n,), right (n,)."""
    figure = Figure(figsize=SIDE, dpi=DPI, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bins = calibration.confidence_bins(confidence, right)
    middles, width = [(b.low + b.high) / 2 for b in bins], 0.9 / calibration.BINS
    top.bar(middles, [b.accuracy for b in bins], width, color=BLUE, label="accuracy")
    top.plot([b.confidence for b in bins], [b.accuracy for b in bins], "o", color=ORANGE,
             label="at the bin's mean confidence")  # fmt: skip
    top.plot([0, 1], [0, 1], "--", color=GREY, label="perfectly calibrated")
    top.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="accuracy")
    top.set_title(
        f"ECE {calibration.expected_calibration_error(confidence, right):.3f}, "
        f"{len(confidence):,} texts"
    )
    top.legend(loc="upper left", frameon=False)
    bars = bottom.bar(middles, [b.count for b in bins], width, color=GREY)
    bottom.bar_label(bars, fmt="{:,.0f}", fontsize=7)
    bottom.margins(y=0.2)
    bottom.set(xlabel="confidence", ylabel="texts")
    return _save_figure(figure, folder / "reliability.png")


def draw_confidences(confidence: Array, right: Array, folder: Path) -> Path:
    """confidence.png: confidences (n,) of right and of wrong answers; `right` (n,) is 0 or 1."""
    figure = Figure(figsize=SIDE, dpi=DPI, layout="constrained")
    edges = np.linspace(0, 1, 2 * calibration.BINS + 1)
    kinds = (("right", right == 1, BLUE), ("wrong", right == 0, ORANGE))
    for axes, (name, those, colour) in zip(figure.subplots(2, 1, sharex=True), kinds, strict=True):
        axes.hist(np.minimum(confidence[those], 1), edges, color=colour, edgecolor="white")
        axes.set(xlim=(0, 1), ylabel=f"texts named {name}")
        axes.set_title(f"{name}: {int(those.sum()):,}", loc="left")
    axes.set_xlabel("confidence")
    return _save_figure(figure, folder / "confidence.png")


def draw_out_of_scope(predictions: Sequence[Prediction], folder: Path) -> Path:
    """oos_roc.png: share of out-of-scope texts refused against in-scope texts refused.

    Raises Unmeasurable without texts of both kinds.
    """
    false_alarms, recall = scope.refusal_curve(predictions)
    scope_figures = scope.figures(predictions)
    figure, axes = _square_figure()
    axes.plot(false_alarms, recall, color=BLUE, label=f"AUROC {scope_figures['oos_auroc']:.3f}")
    axes.plot([0, 1], [0, 1], "--", color=GREY, label="chance")
    axes.axvline(scope.FALSE_ALARMS, color=GREY, linewidth=0.8)
    _mark_point(
        axes,
        1 - scope.FALSE_ALARMS,
        scope_figures["oos_recall_at_5fpr"],
        "at 5 % false alarms",
        GREY,
    )
    _mark_point(
        axes,
        scope_figures["in_scope_accepted"],
        scope_figures["oos_recall_at_threshold"],
        "at the threshold",
        ORANGE,
    )
    axes.set(xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.set(xlabel="texts with a class, refused", ylabel="foreign texts, refused")
    axes.legend(loc="lower right", frameon=False)
    return _save_figure(figure, folder / "oos_roc.png")


def draw_click_rates(headlines: Sequence[ShownHeadline], folder: Path) -> Path:
    """ctr.png: observed click rate by score, in up to ten groups of equally many headlines.

    Bars are 95 % binomial intervals (Wilson). Raises Unmeasurable without a headline.
    """
    if not headlines:
        raise Unmeasurable("no headline to draw")
    ordered = sorted(headlines, key=lambda headline: headline.score)
    parts = np.array_split(np.arange(len(ordered)), min(POINTS, len(ordered)))
    groups = [[ordered[row] for row in part.tolist()] for part in parts]
    rate, low, high = 100 * np.array([_click_rate(group) for group in groups]).T
    score = [np.mean([headline.score for headline in group]) for group in groups]
    figure, axes = _square_figure()
    axes.errorbar(score, rate, [rate - low, high - rate], fmt="o", color=BLUE, capsize=3)
    axes.set(xlabel="mean predicted score", ylabel="observed click rate, %")
    axes.set_title(f"{len(headlines):,} headlines in {len(groups)} groups, 95 % intervals")
    return _save_figure(figure, folder / "ctr.png")


def _most_mistaken(predictions: Sequence[Prediction], most: int) -> list[str]:
    """The `most` classes with most mistakes, of those among the labels, sorted by name."""
    wrong = [guess for guess in predictions if guess.truth != guess.answer]
    mistakes = Counter(name for guess in wrong for name in (guess.truth, guess.answer))
    labels = sorted({guess.truth for guess in predictions})
    by_mistakes = sorted(labels, key=lambda name: -mistakes[name])
    return sorted(by_mistakes[:most])


def _choose_axis_names(
    classes: Sequence[str], titles: Mapping[str, str], legend: Path
) -> tuple[list[str], str]:
    """The names for the axes, and the font that has all their characters."""
    short_titles = [_shorten_name(titles.get(name, name)) for name in classes]
    numbers = [str(number) for number in range(1, len(classes) + 1)]
    choices = (short_titles, [_shorten_name(name) for name in classes])
    drawable_names = (
        (names, family) for names in choices if (family := fonts.find_family("".join(names)))
    )
    names, family = next(drawable_names, (numbers, fonts.FAMILIES[0]))
    if names != short_titles:
        pairs = zip(names, classes, strict=True)
        lines = (f"{name}\t{titles.get(label, label)}\n" for name, label in pairs)
        legend.write_text("".join(lines), encoding="utf-8")
    return names, family


def _shorten_name(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _heat_map(percent: Array, names: Sequence[str], family: str) -> Figure:
    """The confusion matrix (C, C + 1) in per cent, as a figure."""
    side = 3 + 0.32 * len(names)
    figure = Figure(figsize=(side, side), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    axes.pcolormesh(
        np.arange(len(names) + 1), np.arange(len(names)), percent,
        shading="nearest", cmap="Blues", vmin=0, vmax=100, edgecolors="gainsboro", linewidth=0.4,
    )  # fmt: skip
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set(fontfamily=family, fontsize=7, parse_math=False)  # a class may be called $5
    axes.set_xticks([len(names)], ["(others)"], minor=True, rotation=90, fontsize=7)
    for row, column in zip(*np.nonzero(percent >= 1), strict=True):
        ink = "white" if percent[row, column] > 50 else "black"
        axes.text(column, row, f"{percent[row, column]:.0f}", ha="center", va="center", color=ink,
                  fontsize=6)  # fmt: skip
    axes.set(xlabel="named", ylabel="label", title="per cent of each label's texts")
    return figure


def _click_rate(headlines: Sequence[ShownHeadline]) -> tuple[float, float, float]:
    """Clicks over impressions, with the lower and upper end of its 95 % interval (Wilson)."""
    test = binomtest(sum(h.clicks for h in headlines), sum(h.impressions for h in headlines))
    ends = test.proportion_ci(method="wilson")
    return test.statistic, ends.low, ends.high


def _square_figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIDE, dpi=DPI, layout="constrained")
    return figure, figure.subplots()


def _mark_point(
    axes: Axes, accepted: float | None, recall: float | None, where: str, colour: str
) -> None:
    if accepted is not None and recall is not None:  # not every model has a threshold
        axes.plot([1 - accepted], [recall], "o", color=colour, label=f"{where} {recall:.3f}")


def _save_figure(figure: Figure, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file)
    return file
