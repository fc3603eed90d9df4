"""Marks: what a cell holds for a rich message, and what databases held before they held JSON."""

import pytest

from app.messages import marks
from app.messages.values import (
    Article,
    ImageCard,
    Message,
    MiniProgram,
    RichMessage,
    Text,
    TransferToAgent,
    from_json,
)

PICTURE = ImageCard(type="image", media_id="MEDIA_1-a")
RICH: list[RichMessage] = [
    PICTURE,
    Article(type="article", title="⟧新品", description="“好茶”", url="https://a.example/1?b=2"),
    MiniProgram(type="mini_program", title="商城", appid="wx0123456789abcdef", page="p/i?id=1"),
]


@pytest.mark.parametrize("message", RICH)
def test_a_rich_message_comes_back_as_it_went(message: RichMessage) -> None:
    assert marks.read(f" {marks.write(message)}\n") == message


@pytest.mark.parametrize(
    "text",
    [
        "您好",
        "⟦card ⟧",
        '⟦card {"type": "image"}⟧',
        '⟦card {"type": "article", "title": "a", "url": "javascript:alert(1)"}⟧',
        f"看这里 {marks.write(PICTURE)}",
    ],
)
def test_what_is_no_mark_is_text(text: str) -> None:
    assert marks.read(text) == Text(content=text)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ("您好", Text(content="您好")),
        ("八元。（内容由AI生成）", Text(content="八元。", ai_generated=True)),
        (marks.write(PICTURE), PICTURE),
        ("⟦transfer⟧", TransferToAgent()),
        ("转给 ⟦transfer⟧", Text(content="转给 ⟦transfer⟧")),
        ("", None),
    ],
)
def test_what_is_stored_with_marks_is_converted(stored: str, message: Message | None) -> None:
    assert from_json(marks.convert_stored_marks(stored)) == message
