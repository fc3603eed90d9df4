"""English phrases, by the id of the Chinese phrase that they replace.

Each is a phrase of its own, `ID.en`, that an operator may reword. Most have no slots, since the
values would be Chinese.
"""

import functools
from collections.abc import Mapping

from app.dialogue.wording.in_english.english_intents import INTENT_REPLIES
from app.dialogue.wording.in_english.english_texts import PHRASE_TEXTS
from app.messages.phrases import INTENT, Phrase

ENDING = ".en"
TITLE = "（英文）"
# Notes around an answer in Chinese; they have no Chinese counterpart.
NOTES_OPENING = Phrase(
    f"dialogue.notes_opening{ENDING}",
    f"答案是中文资料：开头{TITLE}",
    ("Here is what our notes say (in Chinese):",),
)
NOTES_CLOSING = Phrase(
    f"dialogue.notes_closing{ENDING}",
    f"答案是中文资料：结尾{TITLE}",
    ('For English help, reply "human".',),
)
IN_ENGLISH_ALONE: Mapping[str, Phrase] = {
    phrase.id: phrase for phrase in (NOTES_OPENING, NOTES_CLOSING)
}


@functools.cache
def translate_phrase(phrase: Phrase) -> Phrase | None:
    """The English counterpart of a phrase, or None."""
    texts = PHRASE_TEXTS.get(phrase.id)
    if texts is None:
        return None
    return Phrase(phrase.id + ENDING, phrase.title + TITLE, texts, phrase.slots, phrase.needed)


def get_replies(intent: str) -> tuple[str, ...]:
    """The English replies of an intent, by its id; () if it has none."""
    return INTENT_REPLIES.get(intent, ())


INTENTS: Mapping[str, Phrase] = {
    intent: Phrase(INTENT + intent + ENDING, f"意图 {intent}{TITLE}", texts)
    for intent, texts in INTENT_REPLIES.items()
}
