"""Messages without a word."""

import pytest

from app.dialogue.understanding.sentences import gestures


@pytest.mark.parametrize(
    ("text", "gesture"),
    [
        ("[微笑][微笑]", "smiles"), ("😀😀", "smiles"), ("[捂脸]", "smiles"), ("👨‍👩‍👧", "smiles"),
        ("🌹", "smiles"), ("/::)", "smiles"),
        ("👍", "agrees"), ("👍🏻", "agrees"), ("[OK]", "agrees"), ("🙏🙏", "agrees"),
        ("/:strong", "agrees"),
        ("😡😡", "upset"), ("[发怒]", "upset"), ("😭", "upset"),
        ("🤔", "puzzled"), ("[疑问]", "puzzled"),
        ("。。。", "silent"), ("……", "silent"), ("~", "silent"), ("！！！", "silent"),
        (" . ", "silent"),
        ("？？", None), ("👍?", None), ("[图片]", None), ("1️⃣", None), ("666", None), ("嗯", None),
        ("[微笑] 在吗", None), ("😀多少钱", None), ("hi", None), ("", None), ("  ", None),
    ],
)  # fmt: skip
def test_only_a_message_without_words_or_questions_is_a_gesture(
    text: str, gesture: gestures.Gesture | None
) -> None:
    assert gestures.read_gesture(text) == gesture


def test_no_reply_to_a_gesture_says_that_nothing_was_found() -> None:
    replies = [reply for replies in gestures.REPLIES.values() for reply in replies]

    assert not [reply for reply in replies if "没有查到" in reply or "明白您的意思" in reply]
