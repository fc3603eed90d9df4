"""Puts English notes around a Chinese answer for followers who write English. No I/O.

The answer is not translated: its prices and times can be read as they are.
"""

import re

from app.dialogue import language
from app.dialogue.context import Context
from app.dialogue.policy import Source
from app.dialogue.wording import english

QUOTED: frozenset[Source] = frozenset({"knowledge", "extract"})
_OFFERS_PERSON = re.compile('[Rr]eply "human"')


def wrap_in_english(context: Context, text: str, source: Source, *, offers: bool = True) -> str:
    """Put an English note before a Chinese answer and, after it, how to reach a person.

    Unchanged unless the follower writes English and the text is a Chinese answer of the
    knowledge base. `offers`: False if a person comes anyway.
    """
    foreign = context.language == "english" and source in QUOTED
    if not foreign or not any(map(_is_chinese, text.splitlines())):
        return text
    lines = [context.say(english.NOTES_OPENING), text]
    if offers and _has_person(context) and not _OFFERS_PERSON.search(text):
        lines.append(context.say(english.NOTES_CLOSING))
    return "\n".join(lines)


def _is_chinese(line: str) -> bool:
    return language.is_in_language(line, "simplified")


def _has_person(context: Context) -> bool:
    return context.account.desk != "none" and context.handoff is None and context.wish != "refused"
