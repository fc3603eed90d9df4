"""Our sentences in English."""

import pytest

from app.dialogue import catalogue, english, language
from app.kit.phrases import COMMON, INTENT, Phrase
from models.intent import taxonomy

# Said beside a turn, where nobody knows which language is read, or to who has not written yet.
WITHOUT = {
    "system.busy", "system.media_gone", "system.too_late_to_transfer", "system.still_writing",
    "kind.subscribe", "safety.caring",
}  # fmt: skip


def test_every_sentence_that_a_turn_says_is_in_english_too() -> None:
    missing = {phrase.id for phrase in catalogue.IN_CHINESE.values() if not english.of(phrase)}

    assert missing == WITHOUT


@pytest.mark.parametrize("phrase", catalogue.IN_ENGLISH.values(), ids=lambda phrase: phrase.id)
def test_it_is_english_and_an_operator_may_word_it_otherwise(phrase: Phrase) -> None:
    known = phrase.id.removesuffix(english.ENDING)
    shipped = set(taxonomy.load().by_id)

    chinese = catalogue.IN_CHINESE.get(known)
    assert chinese or known.removeprefix(INTENT) in shipped
    assert phrase.slots == (chinese.slots if chinese else COMMON)
    assert all(language.fits(text, "english") for text in phrase)
