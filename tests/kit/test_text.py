import pytest

from app.kit.text import fold, fold_to_letters, fold_width


@pytest.mark.parametrize(
    ("text", "widths", "folded", "letters"),
    [
        ("１２ｋｇ，ＯＫ？", "12kg,OK?", "12kg,ok?", "12kgok"),
        (" 发货 吗\u3000", " 发货 吗 ", " 发货 吗 ", "发货吗"),
        ("Straße ㎏", "Straße kg", "strasse kg", "strassekg"),
        ("⼈⼯", "人工", "人工", "人工"),
        ("……！", "......!", "......!", ""),
    ],
)
def test_texts_that_differ_in_width_case_or_signs_are_folded_to_one(
    text: str, widths: str, folded: str, letters: str
) -> None:
    assert (fold_width(text), fold(text), fold_to_letters(text)) == (widths, folded, letters)
