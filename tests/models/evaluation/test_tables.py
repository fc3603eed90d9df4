"""Tables for people, in a terminal and in a card."""

import pytest
from rich.cells import cell_len

from models.evaluation import tables
from models.evaluation.tables import ReportTable, TableColumn
from models.metrics import OUT_OF_SCOPE_LABEL, Prediction

GUESSES = [
    Prediction(truth="return", answer="return", confidence=0.95),
    Prediction(truth="return", answer="ship", confidence=0.65),
    Prediction(truth="return", answer="ship", confidence=0.85),
    Prediction(truth="ship", answer="return", confidence=0.85),
    Prediction(truth=OUT_OF_SCOPE_LABEL, answer="return", confidence=0.35),
]
TEXTS = ["我要退货", "不想要了，退吧", "退" * 50, "快发货", "唱首歌"]
TITLES = {"return": "退货", "ship": "发货"}


def test_figures_stand_beside_their_intervals() -> None:
    table = tables.figures_table(
        {"n": 4, "accuracy": 0.25, "oos_auroc": None, "model": "intent-1"},
        {"accuracy": (0.1, 0.45678), "oos_auroc": None},
    )

    assert table == ReportTable(
        (
            TableColumn("figure"),
            TableColumn("value", numbers=True),
            TableColumn("95 %", numbers=True),
        ),
        (
            ("n", "4", "-"),
            ("accuracy", "0.2500", "0.1000 to 0.4568"),
            ("oos_auroc", "-", "-"),
            ("model", "intent-1", "-"),
        ),
    )


def test_each_class_has_a_row_under_its_title() -> None:
    table = tables.by_class_table(GUESSES, TITLES)

    assert [column.title for column in table.columns] == [
        "class", "precision", "recall", "F1", "texts",
    ]  # fmt: skip
    assert table.rows == (
        ("退货", "0.5000", "0.3333", "0.4000", "3"),
        ("发货", "0.0000", "0.0000", "0.0000", "1"),
    )


def test_the_most_frequent_confusions_come_first_with_their_surest_texts() -> None:
    table = tables.confusions_table(GUESSES, TEXTS, TITLES)

    assert table.rows == (
        ("退货", "发货", "2", "67 %", "退" * 39 + "… / 不想要了，退吧"),
        ("发货", "退货", "1", "100 %", "快发货"),
    )


def test_confusions_without_texts_have_no_examples() -> None:
    table = tables.confusions_table(GUESSES, most=1)

    assert [column.title for column in table.columns] == ["label", "named", "texts", "of label"]
    assert table.rows == (("return", "ship", "2", "67 %"),)


def test_texts_belong_to_guesses_one_by_one() -> None:
    with pytest.raises(ValueError, match="shorter"):
        tables.confusions_table(GUESSES, TEXTS[:2])


def test_chinese_is_aligned_by_its_width() -> None:
    page = tables.render_terminal(tables.by_class_table(GUESSES, TITLES), width=60)

    lines = [line for line in page.splitlines() if line.strip()]
    assert len({cell_len(line) for line in lines}) == 1
    assert lines[2].split() == ["退货", "0.5000", "0.3333", "0.4000", "3"]


def test_what_a_text_holds_steers_neither_terminal_nor_markup() -> None:
    table = ReportTable((TableColumn("text"),), (("[red]a\x1b[31m\nb|<b>_c_",),))

    assert "[red]a [31m b|<b>_c_" in tables.render_terminal(table, width=60)
    assert tables.render_markdown(table).splitlines()[2] == r"| \[red\]a \[31m b\|\<b\>\_c\_ |"


def test_numbers_are_flush_right_in_markdown() -> None:
    page = tables.render_markdown(tables.by_class_table(GUESSES[:1], TITLES))

    assert page == (
        "| class | precision | recall | F1 | texts |\n"
        "|---|--:|--:|--:|--:|\n"
        "| 退货 | 1.0000 | 1.0000 | 1.0000 | 1 |\n"
    )
