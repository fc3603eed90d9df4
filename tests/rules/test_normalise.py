"""Text as it is compared."""

import pytest

from app.rules.normalise import fold, fold_without_punctuation


@pytest.mark.parametrize(
    ("source", "compared"),
    [
        ("转 人工", "转人工"),
        ("　转人工\n", "转人工"),
        ("ＩＰｈｏｎｅ　15", "iphone 15"),
        ("green   tea", "green tea"),
        ("iPhone 15 多少钱", "iphone 15多少钱"),
        ("转\u200b人工", "转人工"),
        ("STRASSE straße", "strasse strasse"),
        ("👍 好", "👍好"),
        ("①", "1"),
        (" \u200b ", ""),
    ],
)
def test_width_case_and_white_space_make_no_difference(source: str, compared: str) -> None:
    assert fold(source) == compared


@pytest.mark.parametrize(
    ("source", "compared"),
    [("「人工」", "人工"), ("人工！！", "人工"), ("“ 人工 ”。", "人工"), ("？", "?"), ("1.", "1")],
)
def test_punctuation_around_a_message_can_be_left_out(source: str, compared: str) -> None:
    assert fold_without_punctuation(source) == compared
