"""The pictures: real files of the promised size, with ink where the figures are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.colors import to_rgb
from matplotlib.font_manager import fontManager
from PIL import Image

from models.evaluation import fonts, plots
from models.metrics import OUT_OF_SCOPE_LABEL, Prediction, Unmeasurable
from models.metrics.clicks import ShownHeadline

GUESSES = [
    Prediction(truth="退货", answer="退货", confidence=0.95, foreignness=0.1, refused=False),
    Prediction(truth="退货", answer="发货", confidence=0.65, foreignness=0.2, refused=False),
    Prediction(truth="发货", answer="发货", confidence=0.85, foreignness=0.3, refused=True),
    Prediction(truth="开票", answer="打招呼", confidence=0.05, foreignness=0.3, refused=False),
    Prediction(
        truth=OUT_OF_SCOPE_LABEL, answer="退货", confidence=0.35, foreignness=0.9, refused=True
    ),
]
CONFIDENCE, RIGHT = np.array([0.95, 0.65, 0.85, 0.05]), np.array([1.0, 0.0, 1.0, 0.0])
HEADLINES = [ShownHeadline("甲", 1000, 10 + 5 * rank, rank / 10) for rank in range(12)]
EXTREME = [ShownHeadline("甲", 10, 0, 1.0), ShownHeadline("甲", 10, 10, 1.0)]
UNWRITABLE = "\U0010fffd"  # a character for private use that no font shows


def ink(file: Path, colour: str) -> int:
    """How many pixels of a picture have the colour."""
    with Image.open(file) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=int)
    rgb = np.round(np.array(to_rgb(colour)) * 255).astype(int)
    return int((np.abs(pixels - rgb).max(-1) <= 2).sum())


def size(file: Path) -> tuple[str | None, tuple[int, int]]:
    with Image.open(file) as picture:
        return picture.format, picture.size


def font(file: Path, family: str, characters: str) -> Path:
    """A font in which each of the characters is a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = {ord(character): f"uni{ord(character):04X}" for character in characters}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(file)
    return file


@pytest.fixture
def chinese(tmp_path: Path) -> Iterator[str]:
    """The family of a font for the titles below, known to matplotlib while the test runs."""
    fonts_before = list(fontManager.ttflist)
    fontManager.ttflist.clear()
    fontManager.ttflist += [entry for entry in fonts_before if entry.name.startswith("DejaVu")]
    fontManager.addfont(font(tmp_path / "squares.ttf", "Noto Sans CJK SC", "退货发开票打招呼"))
    yield "Noto Sans CJK SC"
    fontManager.ttflist[:] = fonts_before


def test_what_matplotlib_can_write_itself_needs_no_other_font() -> None:
    assert fonts.find_family("want_return_refund 5 €") == "DejaVu Sans"


def test_chinese_is_written_in_a_font_that_has_every_character(chinese: str) -> None:
    assert fonts.find_family("退货") == chinese
    assert fonts.find_family("退货龘") is None


def test_every_picture_that_the_guesses_allow_is_drawn(tmp_path: Path) -> None:
    drawn = plots.draw_classification(GUESSES, tmp_path / "new" / "folder")

    names = ["confusion.png", "reliability.png", "confidence.png", "oos_roc.png"]
    assert drawn == [tmp_path / "new" / "folder" / name for name in names]
    assert [size(file)[0] for file in drawn] == ["PNG"] * 4


def test_without_foreign_texts_their_curve_is_left_out(tmp_path: Path) -> None:
    drawn = plots.draw_classification(GUESSES[:4], tmp_path)

    assert [file.name for file in drawn] == ["confusion.png", "reliability.png", "confidence.png"]
    with pytest.raises(Unmeasurable, match="labelled __oos__ and others"):
        plots.draw_out_of_scope(GUESSES[:4], tmp_path)


def test_titles_stand_at_the_confusions_where_a_font_has_them(tmp_path: Path, chinese: str) -> None:
    titles = {"a": "退货", "b": "发货"}
    guesses = [
        Prediction(truth="a", answer="a", confidence=0.9),
        Prediction(truth="b", answer="a", confidence=0.9),
    ]

    file = plots.draw_confusion(guesses, tmp_path, titles)

    # 2 classes and the margins: 3.64 inches at 150 dots
    assert size(file) == ("PNG", (546, 546))
    assert not (tmp_path / "confusion.txt").exists()


def test_labels_stand_for_titles_that_no_font_has(tmp_path: Path) -> None:
    guesses = [
        Prediction(truth="return", answer="return", confidence=0.9),
        Prediction(truth="$5 or $6", answer="return", confidence=0.9),
    ]

    plots.draw_confusion(guesses, tmp_path, {"return": f"退货{UNWRITABLE}"})

    legend = (tmp_path / "confusion.txt").read_text(encoding="utf-8")
    assert legend == f"$5 or $6\t$5 or $6\nreturn\t退货{UNWRITABLE}\n"


def test_numbers_stand_for_labels_that_no_font_has(tmp_path: Path) -> None:
    guesses = [
        Prediction(truth=UNWRITABLE, answer="退货", confidence=0.9),
        Prediction(truth="退货", answer="退货", confidence=0.9),
    ]

    plots.draw_confusion(guesses, tmp_path)

    assert (tmp_path / "confusion.txt").read_text(encoding="utf-8") == f"1\t退货\n2\t{UNWRITABLE}\n"


def test_perfect_answers_make_a_dark_diagonal(tmp_path: Path) -> None:
    perfect = [Prediction(truth=name, answer=name, confidence=0.9) for name in "abcdef"]
    confused = [
        Prediction(truth=name, answer=other, confidence=0.9)
        for name in "abcdef"
        for other in "abcdef"
    ]

    dark = ink(plots.draw_confusion(perfect, tmp_path / "perfect"), "#08306b")
    pale = ink(plots.draw_confusion(confused, tmp_path / "confused"), "#08306b")

    # six cells of 0.3 inches and more, less the digits in them
    assert dark > 6 * (0.3 * plots.DPI) ** 2 / 2
    assert pale == 0


def test_only_the_most_mistaken_classes_are_shown(tmp_path: Path) -> None:
    many = [
        Prediction(truth=f"class {n:02}", answer=f"class {n:02}", confidence=0.9) for n in range(40)
    ]

    file = plots.draw_confusion(
        [*many, Prediction(truth="class 01", answer="class 02", confidence=0.9)], tmp_path, most=5
    )

    assert size(file) == ("PNG", (690, 690))


def test_the_reliability_diagram_has_bars_as_high_as_accuracy(tmp_path: Path) -> None:
    half = plots.draw_reliability(np.full(10, 0.5), np.array([1.0, 0.0] * 5), tmp_path / "half")
    whole = plots.draw_reliability(np.full(10, 0.5), np.ones(10), tmp_path / "whole")
    legend = plots.draw_reliability(np.full(10, 0.5), np.zeros(10), tmp_path / "none")

    assert size(half) == ("PNG", (900, 900))
    without = ink(legend, plots.BLUE)
    bars = [ink(file, plots.BLUE) - without for file in (half, whole)]
    assert bars[0] / bars[1] == pytest.approx(0.5, abs=0.05)


def test_right_and_wrong_answers_have_a_histogram_each(tmp_path: Path) -> None:
    file = plots.draw_confidences(CONFIDENCE, RIGHT, tmp_path)

    assert size(file) == ("PNG", (900, 900))
    assert ink(file, plots.BLUE) == pytest.approx(ink(file, plots.ORANGE), rel=0.05)


def test_the_curve_of_foreign_texts_marks_the_threshold(tmp_path: Path) -> None:
    marked = plots.draw_out_of_scope(GUESSES, tmp_path / "marked")
    guesses = [
        Prediction(
            truth=g.truth, answer=g.answer, confidence=g.confidence, foreignness=g.foreignness
        )
        for g in GUESSES
    ]
    unmarked = plots.draw_out_of_scope(guesses, tmp_path / "unmarked")

    assert size(marked) == ("PNG", (900, 900))
    assert ink(marked, plots.BLUE) > 1000
    assert (ink(marked, plots.ORANGE) > 50, ink(unmarked, plots.ORANGE)) == (True, 0)


@pytest.mark.parametrize("headlines", [HEADLINES, HEADLINES[:1], EXTREME])
def test_click_rates_stand_over_scores(tmp_path: Path, headlines: list[ShownHeadline]) -> None:
    file = plots.draw_click_rates(headlines, tmp_path)

    assert (file, size(file)) == (tmp_path / "ctr.png", ("PNG", (900, 900)))
    assert ink(file, plots.BLUE) > 100


def test_no_headline_makes_no_picture(tmp_path: Path) -> None:
    with pytest.raises(Unmeasurable, match="no headline to draw"):
        plots.draw_click_rates([], tmp_path)
