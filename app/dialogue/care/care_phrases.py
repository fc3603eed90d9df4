"""Chooses the care text in the language of a message or a comment."""

from app.dialogue.language import Language
from app.dialogue.wording.english import translate_phrase
from app.inference.ports import CareKind
from app.messages.phrases import Phrase
from app.safety import foreign_care_texts
from app.safety.care_texts import TEXTS


def choose_care_phrases(text: str, kind: CareKind, language: Language) -> tuple[Phrase, ...]:
    """The care text in Japanese or Korean where there is one, else the English one with the
    Chinese one; in English or Chinese for the other texts.
    """
    chinese = TEXTS[kind]
    english = translate_phrase(chinese) if language == "english" else None
    if english is None:
        return (chinese,)
    foreign = foreign_care_texts.detect_care_language(text)
    if foreign is None:
        return (english,)
    own = foreign_care_texts.TEXTS[foreign].get(kind)
    return (own,) if own else (english, chinese)
