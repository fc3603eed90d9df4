"""The label of generated text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages import ai_label
from app.messages.lengths import size


async def test_the_label_says_what_the_law_asks_for() -> None:
    assert any(word in ai_label.LABEL for word in ("AI", "人工智能"))
    assert any(word in ai_label.LABEL for word in ("生成", "合成"))


async def test_a_text_is_labelled_once() -> None:
    labelled = ai_label.ai("您好。\n")

    assert (labelled, ai_label.ai(labelled)) == ("您好。（内容由AI生成）", labelled)
    assert [ai_label.is_labelled(t) for t in ("您好。", labelled, labelled + "再说")] == [
        False,
        True,
        False,
    ]
    assert (ai_label.bare(labelled), ai_label.bare("您好。 ")) == ("您好。", "您好。 ")


@pytest.mark.parametrize("nothing", ["", "  \n"])
async def test_nothing_needs_no_label(nothing: str) -> None:
    assert ai_label.ai(nothing) == nothing


async def test_each_part_of_a_labelled_text_is_labelled() -> None:
    text = ai_label.ai("一二三四五。" * 10)

    head, rest = ai_label.cut(text, 100, "…")

    assert (head, rest) == (
        "一二三四五。" * 4 + "…（内容由AI生成）",
        "一二三四五。" * 6 + "（内容由AI生成）",
    )


async def test_where_the_label_would_crowd_out_the_sense_nothing_is_taken() -> None:
    text = ai_label.ai("一二三四五。" * 10)

    assert ai_label.cut(text, ai_label.LEAST - 1) == ("", text)


async def test_a_text_of_people_is_cut_without_a_label() -> None:
    assert ai_label.cut("一二三。四五六。", 16, "…") == ("一二三。…", "四五六。")


@given(
    st.text(alphabet="一二，。a \n", max_size=80), st.integers(ai_label.LEAST, 120), st.booleans()
)
def test_parts_fit_and_lose_no_letter(text: str, limit: int, generated: bool) -> None:
    whole = ai_label.ai(text) if generated else text

    parts, rest = [], whole
    while rest:
        head, rest = ai_label.cut(rest, limit)
        parts.append(head)

    said = "".join(ai_label.bare(part) for part in parts)
    assert "".join(said.split()) == "".join(ai_label.bare(whole).split())
    assert all(size(part) <= limit for part in parts)
