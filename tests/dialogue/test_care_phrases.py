"""The language of a care text is that of the message."""

import pytest

from app.dialogue.care.care_phrases import choose_care_phrases
from app.dialogue.language import detect_language
from app.inference.ports import CareKind


@pytest.mark.parametrize(
    ("text", "kind", "phrases"),
    [
        ("I want to end it all tonight", "suicide", ["care.suicide.en"]),
        ("活着真没意思，不想再撑下去了", "suicide", ["care.suicide"]),
        ("もう死にたいです", "suicide", ["care.suicide.ja"]),
        ("죽고 싶어요", "suicide", ["care.suicide.ko"]),
        ("夫に殴られました", "violence", ["care.violence.ja"]),
        ("母が毒を飲みました", "poisoning", ["care.poisoning.en", "care.poisoning"]),
        ("我在优の良品门口被人打了，流了很多血", "violence", ["care.violence.en"]),
    ],
)
def test_the_care_text_is_in_the_language_of_the_message(
    text: str, kind: CareKind, phrases: list[str]
) -> None:
    chosen = choose_care_phrases(text, kind, detect_language(text))

    assert [phrase.id for phrase in chosen] == phrases
