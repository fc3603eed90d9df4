"""Our sentences in English."""

import pytest

from app.dialogue import language
from app.dialogue.wording import catalogue, english
from app.messages.phrases import COMMON, INTENT, Phrase
from models.intent import taxonomy

# Said beside a turn, where nobody knows which language is read, or to who has not written yet.
WITHOUT = {
    "system.busy", "system.media_gone", "system.too_late_to_transfer", "system.still_writing",
    "kind.subscribe", "safety.caring",
}  # fmt: skip


def test_every_sentence_that_a_turn_says_is_in_english_too() -> None:
    missing = {
        phrase.id
        for phrase in catalogue.IN_CHINESE.values()
        if not english.translate_phrase(phrase)
    }

    assert missing == WITHOUT


INTENTS = taxonomy.load_taxonomy().by_id
TRANSLATED = [p for p in catalogue.IN_ENGLISH.values() if p.id not in english.IN_ENGLISH_ALONE]


@pytest.mark.parametrize("phrase", TRANSLATED, ids=lambda phrase: phrase.id)
def test_it_is_english_and_an_operator_may_word_it_otherwise(phrase: Phrase) -> None:
    phrase_id = phrase.id.removesuffix(english.ENDING)

    chinese = catalogue.IN_CHINESE.get(phrase_id)
    assert chinese or phrase_id.removeprefix(INTENT) in INTENTS
    assert phrase.slots == (chinese.slots if chinese else COMMON)
    assert all(language.is_in_language(text, "english") for text in phrase)


@pytest.mark.parametrize("phrase", english.IN_ENGLISH_ALONE.values(), ids=lambda phrase: phrase.id)
def test_what_is_said_in_english_alone_may_be_worded_otherwise_too(phrase: Phrase) -> None:
    assert catalogue.PHRASES[phrase.id] is phrase
    assert english.translate_phrase(phrase) is None
    assert all(language.is_in_language(text, "english") for text in phrase)
