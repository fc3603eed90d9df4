"""Long texts in messages of limited bytes."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.messages.lengths import clip, cut

TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


def messages(text: str, limit: int = 2048) -> list[str]:
    """Cut until nothing is left."""
    parts = []
    while text:
        part, text = cut(text, limit)
        parts.append(part)
    return parts


def test_a_text_that_fits_is_not_touched() -> None:
    exact = "茶" * 682 + "ab"

    clipped = clip(exact)

    assert (len(exact.encode()), clipped) == (2048, exact)


def test_a_long_text_ends_after_its_last_sentence() -> None:
    sentences = "今天有龙井、碧螺春和毛峰，欢迎来店里坐坐。" * 40

    clipped = clip(sentences)

    assert clipped == "今天有龙井、碧螺春和毛峰，欢迎来店里坐坐。" * 32 + "…"


def test_a_sentence_that_ends_too_early_does_not_count() -> None:
    content = "好。" + "茶" * 1000

    clipped = clip(content)

    assert clipped == "好。" + "茶" * 679 + "…"


def test_a_question_mark_in_a_url_ends_no_sentence() -> None:
    url = "https://tea.example/" + "a" * 1900 + "?from=" + "b" * 300

    clipped = clip(url)

    assert clipped == url[:2045] + "…"


@pytest.mark.parametrize("emoji", ["👍🏽", "👨‍👩‍👧", "🇨🇳", "❤️", "é", "कि"])
def test_a_character_of_several_code_points_is_kept_whole_or_left_out(emoji: str) -> None:
    size = len(emoji.encode())

    clipped = [clip("a" * start + emoji * 9, limit=start + 2 + 2 * size) for start in (20, 21)]

    assert clipped == ["a" * 20 + emoji + "…", "a" * 21 + emoji + "…"]


def test_a_heap_of_accents_cannot_push_the_cut_to_the_start() -> None:
    zalgo = "a" + "\u0301" * 5000

    clipped = clip(zalgo)

    assert len(clipped.encode()) == 1 + 2 * 1022 + 3


@given(content=TEXTS, limit=st.integers(3, 400))
def test_a_clipped_text_fits_and_begins_like_the_whole(content: str, limit: int) -> None:
    clipped = clip(content, limit)

    assert len(clipped.encode()) <= limit
    assert clipped == content or (clipped.endswith("…") and content.startswith(clipped[:-1]))


def test_a_long_answer_becomes_messages_that_end_where_a_reader_would_pause() -> None:
    paragraph = "退货请先登录商城，打开订单，选择商品，再点退货。七天之内运费由我们承担。"
    answer = "\n\n".join([paragraph * 9] * 4)

    parts = messages(answer)

    assert parts == ["\n\n".join([paragraph * 9] * 2)] * 2
    assert {len(part.encode()) <= 2048 for part in parts} == {True}


@pytest.mark.parametrize(
    "whole",
    [
        "https://tea.example/order?id=20261125&from=wechat",
        '<a href="https://tea.example/a">查看订单</a>',
        "service@tea.example",
        "400-820-8820",
        "1,299.00",
        "2026-11-25",
        "Qwen",
        "👨‍👩‍👧",
    ],
)
def test_a_link_a_number_a_word_or_an_emoji_is_never_cut(whole: str) -> None:
    size = len(whole.encode())

    for before in range(1, 60):
        parts = messages("茶" * before + whole + "茶" * 40, limit=90)

        assert sum(whole in part for part in parts) == 1, (before, parts)
        assert max(len(part.encode()) for part in parts) <= max(90, size)


@example(content="e\u0301\u0301", limit=4)
@example(content="ab e\u0301\u0301", limit=4)
@given(content=TEXTS, limit=st.integers(4, 400))
def test_nothing_but_white_space_at_the_cuts_is_lost(content: str, limit: int) -> None:
    parts = messages(content, limit)

    assert all(len(part.encode()) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", content)
