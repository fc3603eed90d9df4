"""The label of generated text."""

import pytest

from app.messages import ai_label


def test_the_label_says_what_the_law_asks_for() -> None:
    assert any(word in ai_label.LABEL for word in ("AI", "人工智能"))
    assert any(word in ai_label.LABEL for word in ("生成", "合成"))


def test_a_text_is_labelled_at_its_end_and_shown_without_the_label() -> None:
    labelled = ai_label.add("您好。\n")

    assert labelled == "您好。（内容由AI生成）"
    assert [ai_label.remove(text) for text in (labelled, "您好。 ")] == ["您好。", "您好。 "]


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_nothing_needs_no_label(nothing: str) -> None:
    assert ai_label.add(nothing) == nothing
