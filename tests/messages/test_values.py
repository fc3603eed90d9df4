"""Messages: stored and read back as they were, shown as text, joined and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.messages import ai_label, values
from app.messages.lengths import size
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent

LABEL = "（内容由AI生成）"
RICH: list[Message] = [
    ImageCard(type="image", media_id="MEDIA_1-a"),
    Article(type="article", title="⟧新品", description="“好茶”", url="https://a.example/1?b=2"),
    MiniProgram(type="mini_program", title="商城", appid="wx0123456789abcdef", page="p/i?id=1"),
]
ALL: list[Message | None] = [
    *RICH,
    Text(content="您好"),
    Text(content="您好", ai_generated=True),
    Text(content="⟦transfer⟧"),
    TransferToAgent(),
    TransferToAgent(account="lin@tea"),
    None,
]


@pytest.mark.parametrize("message", ALL)
def test_a_message_is_read_as_it_was_stored(message: Message | None) -> None:
    assert values.from_json(values.to_json(message)) == message


@pytest.mark.parametrize(
    "stored", ["您好", "{}", '{"type": "image"}', '{"type": "text", "content": "a", "b": 1}']
)
def test_what_is_no_message_is_refused(stored: str) -> None:
    with pytest.raises(ValidationError):
        values.from_json(stored)


def test_a_message_is_named_for_those_who_see_text_alone() -> None:
    assert [values.as_plain_text(message) for message in ALL] == [
        "[图片]", "[⟧新品]", "[商城]", "您好", f"您好{LABEL}", "⟦transfer⟧",
        "[转人工]", "[转人工]", "",
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example/a", 'https://a.example/"x'])
def test_a_link_is_whole_and_leads_to_the_web(url: str) -> None:
    with pytest.raises(ValidationError, match="write a whole link"):
        Article(type="article", title="茶", url=url)


def test_texts_are_joined_and_each_label_stays_with_its_words() -> None:
    generated, plain = Text(content="八元。", ai_generated=True), Text(content="您好。")

    assert values.join([generated, plain]) == Text(content=f"八元。{LABEL}\n\n您好。")
    assert values.join([plain, generated], "") == Text(content="您好。八元。", ai_generated=True)


def test_each_part_of_a_generated_text_is_labelled() -> None:
    text = Text(content="一二三四五。" * 10, ai_generated=True)

    head, rest = values.cut(text, 100, "…")

    assert [values.as_plain_text(part) for part in (head, rest)] == [
        "一二三四五。" * 4 + f"…{LABEL}",
        "一二三四五。" * 6 + LABEL,
    ]


def test_where_the_label_would_crowd_out_the_sense_nothing_is_taken() -> None:
    text = Text(content="一二三四五。" * 10, ai_generated=True)

    assert values.cut(text, ai_label.LEAST - 1) == (None, text)


def test_a_text_of_people_is_cut_without_a_label() -> None:
    parts = values.cut(Text(content="一二三。四五六。"), 16, "…")

    assert parts == (Text(content="一二三。…"), Text(content="四五六。"))


@given(
    st.text(alphabet="一二，。a \n", max_size=80), st.integers(ai_label.LEAST, 120), st.booleans()
)
def test_parts_fit_and_lose_no_letter(text: str, limit: int, generated: bool) -> None:
    rest: Text | None = Text(content=text, ai_generated=generated)

    parts = []
    while rest:
        head, rest = values.cut(rest, limit)
        assert head
        parts.append(head)

    assert "".join("".join(part.content for part in parts).split()) == "".join(text.split())
    assert all(size(part.with_label()) <= limit for part in parts)
