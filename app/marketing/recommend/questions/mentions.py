"""Whether a text, as an answer of the knowledge base, mentions what a question asks for. No I/O."""

from collections.abc import Collection

from app.dialogue.understanding.item_wishes import asks_recommendation, normalise_wish
from app.marketing.recommend.questions.question_words import (
    find_core,
    list_readings,
    read_question,
)
from app.marketing.recommend.questions.related_words import WORD_END


def list_question_names(question: str) -> Collection[str]:
    """What a question names, each name in its readings."""
    names = read_question(question).names
    readings = (part for name in names for part in (*list_readings(name), find_core(name)))
    return {each for each in readings if each}


def mentions_question(text: str, question: str) -> bool:
    """Whether a text has a name of the question, or a word for it; for one without names its kind,
    or that something is recommended.
    """
    plain, words = normalise_wish(text), read_question(question)
    if words.is_plain:
        return asks_recommendation(text)
    if words.kind is not None and not words.names:
        return words.kind_word in plain
    related = {word for each in words.related for word in (each.word, *each.item_words)}
    fitting = (word for occasion in words.occasions for word in occasion.words)
    names = related.union(list_question_names(question), fitting)
    return any(each.removesuffix(WORD_END) in plain for each in names)
